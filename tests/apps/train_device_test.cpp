// seisgrad train on an emulated GPU, where the second step is recorded and then replayed with the next batches.
#ifdef SEISGRAD_EMULATED
#include <doctest/doctest.h>

#include <filesystem>

#include "apps/train/options.h"
#include "tests/apps/toy_training.h"
#include "tests/emulator.h"

using namespace seisgrad;
namespace fs = std::filesystem;

namespace {

TrainOptions on_cuda(TrainOptions o, const std::string& out, const std::vector<std::string>& more = {}) {
  o.settings.insert(o.settings.end(), more.begin(), more.end());
  o.out = fs::path(o.out).parent_path() / out;
  o.device = "cuda";
  return o;
}

std::string last_checkpoint(const std::string& folder) {
  std::string last;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("checkpoint-")) last = std::max(last, entry.path().string());
  return text_of(last);
}

void check_equal_results(const std::string& a, const std::string& b) {
  for (const char* file : {"/model.safetensors", "/history.csv"}) CHECK(text_of(a + file) == text_of(b + file));
  CHECK(last_checkpoint(a) == last_checkpoint(b));
}

// Two epochs of three steps. A run that ends after its first step has recorded nothing.
void check_each_step_alone(const TrainOptions& options) {
  const TrainOptions whole = on_cuda(options, "whole");
  CHECK(train(whole) == 0);
  TrainOptions parts = on_cuda(options, "parts");
  parts.resume = true;
  parts.stop_after = 1;
  int runs = 1;
  while (train(parts) == 130) ++runs;
  CHECK(runs == 6);
  check_equal_results(whole.out, parts.out);
}

std::string message_of(const TrainOptions& options) {
  try {
    train(options);
  } catch (const std::exception& error) { return error.what(); }
  return "";
}

}  // namespace

TEST_CASE("train on cuda: replayed steps give the bytes of steps one by one") {
  const Toy toy;
  check_each_step_alone(toy.options(
      "", {"training/epochs=2", "training/batch=4", "data/epoch=6", "training/clip=0.3", "split/validation=0.1"}));
}

TEST_CASE("train on cuda: the classifier's too") {
  const TemporaryFolder folder;
  write_toy_dataset(folder.file("data"), 40, 6000, 100);
  TrainOptions o;
  o.settings = {"model=phase_classifier",
                joined("data/paths=[\"", folder.file("data"), "\"]"),
                R"(network={"samples":256,"depth":3,"channels":4,"hidden":8,"classes":["noise","P","S"]})",
                "split/training=0.7",
                "split/validation=0.3",
                "training/batch=4",
                "data/epoch=12",
                "training/epochs=2"};
  o.out = folder.file("out");
  o.quiet = true;
  check_each_step_alone(o);
}

TEST_CASE("train on cuda: a batch that is too large names the largest that fits") {
  const Toy toy;
  const Emulator small({.memory = (size_t{1} << 18) * sizeof(real)});
  const TrainOptions few = toy.options("", {"training/epochs=1", "data/epoch=6", "split/validation=0.1"});
  const std::string message = message_of(on_cuda(few, "out", {"training/batch=12"}));
  INFO(message);
  CHECK(message.find("a batch of 12 is too much for this device's memory (device cuda: out of memory") == 0);
  const size_t at = message.find("the largest that fits is --batch ");
  REQUIRE(at != std::string::npos);
  const int fits = std::stoi(message.substr(at + 33));
  CHECK(fits > 1);
  CHECK(fits < 12);
  CHECK(train(on_cuda(few, "fits", {joined("training/batch=", fits)})) == 0);
}
#endif
