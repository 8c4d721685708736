// seisgrad train on toy data: it learns, resumes bit for bit, keeps what it must, and stops on what is wrong.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "apps/model/load.h"
#include "apps/train/checkpoint.h"
#include "apps/train/options.h"
#include "kernels/parallel.h"
#include "models/weights.h"
#include "tests/apps/toy_training.h"

using namespace seisgrad;
namespace fs = std::filesystem;

namespace {

std::string message_of(const TrainOptions& options) {
  try {
    train(options);
  } catch (const std::exception& error) { return error.what(); }
  return "";
}

std::vector<std::string> checkpoints(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("checkpoint-")) names.push_back(entry.path().string());
  std::sort(names.begin(), names.end());
  return names;
}

void check_equal_results(const std::string& a, const std::string& b) {
  for (const char* file : {"/model.safetensors", "/history.csv", "/history.svg"})
    CHECK(text_of(a + file) == text_of(b + file));
  CHECK(text_of(checkpoints(a).back()) == text_of(checkpoints(b).back()));
}

}  // namespace

TEST_CASE("train: an EQTransformer learns, and its weights are ready for scan") {
  const Toy toy;
  TrainOptions o = toy.options("out", {"training/epochs=8", "training/rate=0.01", "training/clip=1"});
  CHECK(train(o) == 0);
  const std::string history = text_of(o.out + "/history.csv");
  CHECK(
      history.starts_with("epoch,rate,loss,detection,p,s,penalty,gradient_norm,val_loss,val_detection,val_p,val_s\n"));
  const auto found = latest_checkpoint(o.out);
  REQUIRE(found);
  const auto& rows = found->checkpoint.state.history;
  REQUIRE(rows.size() == 8);
  CHECK(rows[7][2] < 0.8 * rows[0][2]);
  CHECK(rows[7][8] < rows[0][8]);
  const LoadedModel loaded = load_eqtransformer(o.out + "/model.safetensors");
  CHECK(loaded.preprocessing.find("\"profile\":\"eqtransformer\"") != std::string::npos);
  const Safetensors file = read_safetensors(o.out + "/model.safetensors");
  CHECK(file.metadata.at("seisgrad.provenance").find("\"paths\":[\"data\"]") != std::string::npos);
  CHECK(file.metadata.at("seisgrad.provenance").find(toy.folder.file("")) == std::string::npos);
  CHECK(text_of(o.out + "/bad_traces.csv") == "trace,reason\n");

  // fine-tuning begins where those weights are
  TrainOptions tuned = toy.options(
      "tuned", {"start/weights=" + o.out + "/model.safetensors", "training/epochs=1", "training/rate=1e-9"});
  CHECK(train(tuned) == 0);
  const auto after = latest_checkpoint(tuned.out);
  CHECK(after->checkpoint.state.history[0][2] < 0.8 * rows[0][2]);
}

TEST_CASE("train: interrupted and resumed anywhere, with any threads, gives the same bytes") {
  const Toy toy;
  const TrainOptions whole = toy.options("whole");
  CHECK(train(whole) == 0);
  TrainOptions parts = toy.options("parts");
  parts.resume = true;
  int runs = 0;
  for (int status = 130; status == 130 && runs < 40; ++runs) {
    parts.threads = parts.loader_threads = 1 + runs % 3;
    parts.stop_after = 5;
    status = train(parts);
    if (runs == 1) parts.settings.clear();  // --resume alone knows the rest
  }
  CHECK(runs > 5);
  set_thread_count(1);
  check_equal_results(whole.out, parts.out);
}

TEST_CASE("train: the last three checkpoints and the best stay; a damaged one is passed over") {
  const Toy toy;
  TrainOptions o = toy.options("out", {"training/rate=0.01"});
  o.checkpoint_steps = 2;
  CHECK(train(o) == 0);
  const std::vector<std::string> left = checkpoints(o.out);
  CHECK(left.size() >= 3);
  CHECK(left.size() <= 4);
  const auto last = latest_checkpoint(o.out);
  REQUIRE(last);
  CHECK(last->path == left.back());
  const std::string best = joined(last->checkpoint.state.best_step);
  CHECK(std::any_of(left.begin(), left.end(), [&](const std::string& n) { return n.find(best) != std::string::npos; }));

  const std::string model = text_of(o.out + "/model.safetensors"), whole = text_of(left.back());
  std::string damaged = whole;
  damaged[damaged.size() / 2] ^= 1;
  std::ofstream(left.back(), std::ios::binary) << damaged;
  CHECK(latest_checkpoint(o.out)->path == left[left.size() - 2]);
  o.resume = true;
  CHECK(train(o) == 0);
  CHECK(text_of(left.back()) == whole);
  CHECK(text_of(o.out + "/model.safetensors") == model);
}

TEST_CASE("train: NaN and infinity stop it by name, before the update") {
  const Toy toy;
  const std::string rate = sizeof(real) == 4 ? "1e38" : "1e300";
  TrainOptions o = toy.options("out", {"training/rate=" + rate});
  const std::string message = message_of(o);
  CHECK(message.find("no update was made") != std::string::npos);
  CHECK((message.find("is not finite") != std::string::npos || message.find("the loss is") != std::string::npos));
  CHECK(checkpoints(o.out).empty());
  o.checkpoint_steps = 1;  // nor is such a thing saved
  CHECK(message_of(o).find(" is not finite") != std::string::npos);
  CHECK(fs::exists(o.out));
  for (const std::string& path : checkpoints(o.out))
    for (const StoredTensor& t : read_safetensors(path).tensors)
      for (const double v : values_of(t)) REQUIRE(std::isfinite(v));
}

TEST_CASE("train: a full disk is said, and the checkpoint that was there still holds") {
  const Toy toy;
  TrainOptions o = toy.options("out");
  o.stop_after = 3;
  CHECK(train(o) == 130);
  const std::vector<std::string> before = checkpoints(o.out);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  rlimit small = old;
  small.rlim_cur = 2000;  // bytes: less than a checkpoint
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  o.resume = true;
  const std::string message = message_of(o);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  CHECK(message.find("cannot write") != std::string::npos);
  CHECK(checkpoints(o.out) == before);
  REQUIRE(latest_checkpoint(o.out));
  for (const auto& entry : fs::directory_iterator(o.out))
    CHECK(entry.path().string().find(".partial") == std::string::npos);
  o.stop_after = 0;
  CHECK(train(o) == 0);
  const TrainOptions whole = toy.options("whole");
  CHECK(train(whole) == 0);
  check_equal_results(whole.out, o.out);
}

TEST_CASE("train: mistakes are named") {
  const Toy toy;
  const auto with = [&](const std::string& setting) { return message_of(toy.options("out", {setting})); };
  CHECK(with("training/epoch=3").find("unknown field training/epoch") != std::string::npos);
  CHECK(with("training/epochs=\"many\"").find("training/epochs must be a whole number") != std::string::npos);
  CHECK(with("training/epochs=-1").find("training/epochs") != std::string::npos);
  CHECK(with("augmentation/shift=1.5").find("over 1") != std::string::npos);
  CHECK(with("model=transformer").find("eqtransformer or phase_classifier") != std::string::npos);
  CHECK(with("network/samples=255").find("come out equal") != std::string::npos);
  CHECK(with("data/paths=[]").find("--data") != std::string::npos);
  CHECK(with("data/paths=[\"/nowhere\"]").find("/nowhere") != std::string::npos);
  CHECK(with("split/validation=0").find("validate") != std::string::npos);
  CHECK(with("training/batch=500").find("no batch of 500; give a smaller --batch") != std::string::npos);
  CHECK(with("start/weights=nothing.safetensors").find("nothing.safetensors") != std::string::npos);

  TrainOptions o = toy.options("done", {"training/epochs=1"});
  CHECK(train(o) == 0);
  CHECK(message_of(o).find("--resume") != std::string::npos);
  o.resume = true;
  o.settings.push_back("training/rate=0.5");
  CHECK(message_of(o).find("training/rate") != std::string::npos);
  o.settings = {"training/epochs=2"};  // may grow; the checkpoint knows the rest
  CHECK(train(o) == 0);
  CHECK(latest_checkpoint(o.out)->checkpoint.state.history.size() == 2);
}

TEST_CASE("train: on synthetic traces made meanwhile, none stored") {
  const TemporaryFolder folder;
  TrainOptions o;
  o.settings = {joined("network=", toy_network),
                "data/paths=[\"synthetic:local:3:40\"]",
                "split/validation=0.1",
                "training/batch=8",
                "training/epochs=1",
                "data/epoch=8"};
  o.out = folder.file("out");
  o.device = "cpu";
  o.quiet = true;
  CHECK(train(o) == 0);
  CHECK(text_of(o.out + "/bad_traces.csv") == "trace,reason\n");
  o.out = folder.file("other");
  for (const char* wrong : {"synthetic:local:3", "synthetic:local:x:5", "synthetic:moon:1:5", "synthetic:local:1:0"}) {
    o.settings[1] = joined("data/paths=[\"", wrong, "\"]");
    CHECK_THROWS_AS(train(o), std::invalid_argument);
  }
}

TEST_CASE("train: early stopping") {
  const Toy toy;
  TrainOptions o = toy.options("out", {"training/epochs=60", "training/patience=1", "training/rate=0.03"});
  CHECK(train(o) == 0);
  const auto found = latest_checkpoint(o.out);
  CHECK(found->checkpoint.state.epoch < 60);
  CHECK(found->checkpoint.state.worse_epochs == 1);
  o.resume = true;
  CHECK(train(o) == 0);  // nothing is left to do
  CHECK(latest_checkpoint(o.out)->checkpoint.state == found->checkpoint.state);
}

TEST_CASE("train: the classifier learns, balanced, and resumes") {
  const TemporaryFolder folder;
  write_toy_dataset(folder.file("data"), 80, 6000, 100);
  TrainOptions o;
  o.settings = {"model=phase_classifier",
                joined("data/paths=[\"", folder.file("data"), "\"]"),
                R"(network={"samples":256,"depth":3,"channels":4,"hidden":8,"classes":["noise","P","S"]})",
                "training/batch=9",
                "training/epochs=3",
                "training/rate=0.01"};
  o.out = folder.file("whole");
  o.device = "cpu";
  o.quiet = true;
  CHECK(train(o) == 0);
  const auto found = latest_checkpoint(o.out);
  REQUIRE(found);
  const auto& rows = found->checkpoint.state.history;
  CHECK(rows.back()[3] > 0.8);
  CHECK(read_phase_classifier(o.out + "/model.safetensors").model.config().classes.size() == 3);
  const std::string whole = o.out;
  o.out = folder.file("parts");
  o.resume = true;
  o.stop_after = 7;
  while (train(o) == 130) {}
  check_equal_results(whole, o.out);
}

TEST_CASE("train: dry run and print-config leave no training behind") {
  const Toy toy;
  TrainOptions o = toy.options("out");
  o.dry_run = true;
  CHECK(train(o) == 0);
  CHECK(text_of(o.out + "/batch.svg").find("<polyline") != std::string::npos);
  CHECK(text_of(o.out + "/augmentation.svg").find("noise: gap") != std::string::npos);
  CHECK(checkpoints(o.out).empty());
}
