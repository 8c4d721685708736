// seisgrad train before its first step and after its last: what it refuses to begin with, and what it says.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "apps/train/checkpoint.h"
#include "apps/train/config.h"
#include "tests/apps/packing.h"
#include "tests/apps/toy_training.h"
#include "tests/captured.h"
#include "tests/messages.h"

using namespace seisgrad;
namespace fs = std::filesystem;

namespace {

std::string failure_of(const TrainOptions& options) {
  return message_of([&] { train(options); });
}

TrainOptions classifier_options(const TemporaryFolder& folder) {
  TrainOptions o;
  o.settings = {"model=phase_classifier", joined("data/paths=[\"", folder.file("data"), "\"]"), "training/batch=9"};
  o.out = folder.file("out");
  o.device = "cpu";
  o.quiet = true;
  return o;
}

}  // namespace

TEST_CASE("train: data/filter resamples traces of another rate") {
  const Toy toy(40);
  CHECK(mentions(failure_of(toy.options("refused")), "it has 40 samples a second, the model 100"));
  CHECK(train(toy.options("out", {"data/filter=true", "training/epochs=1"})) == 0);
}

TEST_CASE("train: a classifier without examples of a class is not trained; the dry run names categories") {
  const TemporaryFolder folder;
  write_toy_dataset(folder.file("data"), 80, 6000, 100);
  TrainOptions o = classifier_options(folder);
  o.settings.push_back(
      R"(network={"samples":256,"depth":3,"channels":4,"hidden":8,"classes":["noise","P","Pg","Sg"]})");
  CHECK(mentions(failure_of(o), "no example of Pg, Sg;"));
  o.settings.back() = R"(network={"samples":256,"depth":3,"channels":4,"hidden":8,"classes":["noise","P","S"]})";
  o.dry_run = true;
  const std::string text = printed(1, [&] { CHECK(train(o) == 0); });
  CHECK(mentions(text, "by category: noise "));
  CHECK(mentions(text, ", S "));
}

TEST_CASE("train: every source is tried before the first is packed or trained on") {
  const Toy toy;
  const auto failure = [&](const std::string& key, const std::string& more) {
    const TrainOptions o = toy.options("out", {joined(key, "=[\"", toy.folder.file("data"), "\",\"", more, "\"]")});
    const std::string text = failure_of(o);
    fs::remove_all(o.out);
    return text;
  };
  write_toy_dataset(toy.folder.file("slow"), 20, 256, 40);
  for (const char* key : {"data/paths", "data/validation"}) {
    CAPTURE(key);
    CHECK(mentions(failure(key, "absent"), "absent: there is no such file or folder"));
    CHECK(mentions(failure(key, "synthetic:near:1:100"), "a kind is local, teleseismic or mixed, got near"));
    CHECK(mentions(failure(key, "synthetic:local:1"), "expected synthetic:KIND:SEED:COUNT"));
    CHECK(mentions(failure(key, "synthetic:teleseismic:1:100"), "samples a second, the model 100"));
    CHECK(mentions(failure(key, toy.folder.file("slow")), "it has 40 samples a second, the model 100"));
  }
}

TEST_CASE("train: HDF5 cut short is found before the whole one beside it is packed") {
  const TemporaryFolder folder;
  const std::string whole = stead_file(folder, "whole.hdf5"), bytes = text_of(whole), cache = folder.file("cache");
  const std::string cut = folder.write("cut.hdf5", bytes.substr(0, bytes.size() / 2));
  const auto said = [&](const std::string& data) {
    const std::string line = joined("SEISGRAD_CACHE=", cache, " " KERAS_CHILD " train --quiet --epochs 1 --out ",
                                    folder.file("out"), " --data ", data, " >", folder.file("said"), " 2>&1");
    CHECK(WEXITSTATUS(std::system(line.c_str())) == 1);
    return text_of(folder.file("said"));
  };
  CHECK(mentions(said(whole + " " + cut), "cut.hdf5: cannot be opened as an HDF5 file"));
  CHECK(mentions(said(whole + " --validation " + cut), "cut.hdf5: cannot be opened as an HDF5 file"));
  CHECK_FALSE(fs::exists(cache));
  CHECK(mentions(said(whole), "training: "));  // it is too small
  CHECK(fs::exists(cache));
}

TEST_CASE("train: an epoch of more examples than memory holds is refused") {
  const Toy toy;
  for (const char* epoch : {"1000000000000000", "100000001"})
    CHECK(mentions(failure_of(toy.options("out", {joined("data/epoch=", epoch)})), "at most 100000000"));
  CHECK(mentions(failure_of(toy.options("out", {"data/epoch=1e15"})), "data/epoch must be a whole number"));
  CHECK(train(toy.options("more", {"data/epoch=200", "training/epochs=1"})) == 0);
}

TEST_CASE("train: weights and checkpoints that are there are not overwritten") {
  const Toy toy;
  TrainOptions o = toy.options("out");
  fs::create_directories(o.out);
  std::ofstream(o.out + "/model.safetensors") << "mine";
  CHECK(mentions(failure_of(o), "holds a training already"));
  CHECK(text_of(o.out + "/model.safetensors") == "mine");
  std::ofstream(o.out + "/checkpoint-00000001.safetensors") << "damaged";
  o.resume = true;
  CHECK(mentions(failure_of(o), "none of its 1 checkpoints holds"));
  CHECK(text_of(o.out + "/model.safetensors") == "mine");
}

TEST_CASE("train: --resume does not need the weights it began with") {
  const Toy toy;
  CHECK(train(toy.options("first", {"training/epochs=1"})) == 0);
  const std::string weights = toy.folder.file("first/model.safetensors");
  TrainOptions o = toy.options("tuned", {"start/weights=" + weights, "training/epochs=1"});
  o.stop_after = 2;
  CHECK(train(o) == 130);
  fs::remove(weights);
  o.resume = true;
  o.stop_after = 0;
  CHECK(train(o) == 0);
}

TEST_CASE("train: stopped in its first epoch it does not speak of weights") {
  const Toy toy;
  TrainOptions o = toy.options("out");
  o.quiet = false;
  o.stop_after = 1;
  const std::string text = printed(2, [&] { CHECK(train(o) == 130); });
  CHECK(mentions(text, "after 1 steps; no epoch was finished, so there are no weights yet"));
  CHECK_FALSE(fs::exists(o.out + "/model.safetensors"));
}

TEST_CASE("train: bad_traces.csv remembers what was found before --resume, and the end says how many") {
  const TemporaryFolder folder;
  PackedWriter writer(folder.file("data"));
  for (int64_t i = 0; i < 40; ++i) writer.add(toy_trace(i, 256, i == 7 ? 50 : 100));
  writer.finish();
  TrainOptions o;
  o.settings = {joined("network=", toy_network),
                joined("data/paths=[\"", folder.file("data"), "\"]"),
                "split/training=0.8",
                "split/validation=0.2",
                "training/batch=8",
                "training/epochs=1"};
  o.out = folder.file("out");
  o.device = "cpu";
  const std::string row = "\"data: toy7\",\"it has 50 samples a second, the model 100\"\n";
  CHECK(mentions(printed(2, [&] { CHECK(train(o) == 0); }), "1 traces could not be used: "));
  CHECK(text_of(o.out + "/bad_traces.csv") == "trace,reason\n" + row);
  std::ofstream(o.out + "/bad_traces.csv", std::ios::app) << "\"data: toy8\",\"of before\"\n";
  o.settings.back() = "training/epochs=2";
  o.resume = true;
  CHECK(mentions(printed(2, [&] { CHECK(train(o) == 0); }), "2 traces could not be used: "));
  CHECK(text_of(o.out + "/bad_traces.csv") == "trace,reason\n" + row + "\"data: toy8\",\"of before\"\n");
}
