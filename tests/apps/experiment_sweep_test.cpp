// seisgrad experiment on small synthetic data: every sweep runs, shares runs, goes on, and reports.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "apps/experiment/options.h"
#include "apps/experiment/plan.h"
#include "apps/experiment/rows.h"
#include "kernels/real.h"
#include "tests/messages.h"
#include "tests/temporary.h"

using namespace seisgrad;
namespace fs = std::filesystem;

namespace {

constexpr const char* tiny = R"({
  "data": {"traces": 260, "label_errors": {"wrong_phase": 0.05, "shifted": 0.05, "invisible": 0.1}},
  "rounds": 1,
  "depth": {"depths": [1, 2]},
  "residual": {"depths": [1]},
  "l2": {"values": [0, 1e-4]},
  "samples": {"shares": [0.5, 1]},
  "construction": {"samples": [256, 1024], "shifts": [40], "bands": [[0.05, 8], [0.5, 4]], "noise": ["traces"]},
  "ensemble": {"models": 2},
  "wash": {"folds": 2, "seeds": 1, "probability": 0.235, "majority": 0.5, "most": 1},
  "train": {"network": {"depth": 2, "channels": 2, "most_channels": 4, "hidden": 8},
            "training": {"epochs": 2, "batch": 16, "rate": 0.01}}
})";

struct TinySweep {
  TemporaryFolder folder;
  ExperimentOptions options;

  TinySweep() {
    options.config = folder.write("tiny.json", std::string(tiny));
    options.out = folder.file("out"), options.program = KERAS_CHILD;
    options.jobs = 2, options.quiet = true;
  }
  int run(const std::string& sweep) {
    options.sweep = sweep;
    return experiment(options);
  }
  std::string out(const std::string& name) const { return options.out + "/" + name; }
};

}  // namespace

TEST_CASE("experiment: all sweeps on small data; each run once, with its rows, figures and pages") {
  TinySweep sweep;
  CHECK(sweep.run("all") == 0);
  const Rows rows = Rows::read(sweep.options.out);
  const ExperimentConfig config = read_experiment_config(tiny);
  CHECK(rows.all().size() == points_of(config, "all").size() + 2);  // two folds
  for (const auto& [key, row] : rows.all()) {
    CHECK(row.test.windows > 10);
    CHECK(row.washed_test.windows > 0);
    CHECK(row.washed_test.windows <= row.test.windows);
    CHECK(row.epochs == 2);
    CHECK(rows.epochs_of(key).size() == 2);
    CHECK(rows.epochs_of(key)[static_cast<size_t>(row.best_epoch)].val_accuracy == row.val_accuracy);
    CHECK(mentions(row.config, "\"seed\":" + std::to_string(row.seed)));
    CHECK((row.review != "") == row.point.washed);
  }
  for (const char* name : {"depth", "residual", "l2", "wash", "samples", "construction", "ensemble"}) {
    CHECK_MESSAGE(mentions(text_of(sweep.out(std::string(name) + ".html")), "</html>"), name);
    CHECK_MESSAGE(!mentions(text_of(sweep.out(std::string(name) + ".html")), "Not finished"), name);
    CHECK_MESSAGE(text_of(sweep.out(std::string(name) + ".json")).starts_with("{"), name);
  }
  CHECK(text_of(sweep.out("depth.csv")).starts_with("group,x,round,key,val_accuracy,"));
  CHECK(mentions(text_of(sweep.out("l2_val_accuracy.svg")), ">0.0001</text>"));
  CHECK(text_of(sweep.out("scatter.csv"))
            .starts_with("pair,first,second,windows,pearson,spearman,share_apart\nanother seed,"));
  CHECK(mentions(text_of(sweep.out("suspects.html")), "rather"));
  CHECK(text_of(sweep.out("washed.csv")).find(",drop,") != std::string::npos);

  // the rows alone are the truth: nothing is made again, and figures come out the same
  fs::remove_all(sweep.options.out + "/work");
  const std::string before = text_of(sweep.out("runs.csv")), figure = text_of(sweep.out("depth_test.svg"));
  fs::remove(sweep.out("depth_test.svg"));
  sweep.options.program = "/nowhere";
  CHECK(sweep.run("depth") == 0);
  CHECK(sweep.run("wash") == 0);
  CHECK(mentions(text_of(sweep.out("wash.html")), "planted errors"));
  CHECK(text_of(sweep.out("suspected.csv")).starts_with("part,error,windows,suspects\n"));
  CHECK(text_of(sweep.out("runs.csv")) == before);
  CHECK(text_of(sweep.out("depth_test.svg")) == figure);
}

TEST_CASE("experiment: a lost row is made again with the same outcome; a review changes what is washed") {
  TinySweep sweep;
  CHECK(sweep.run("wash") == 0);
  Rows rows = Rows::read(sweep.options.out);
  REQUIRE(rows.all().size() == 4);
  const ExperimentConfig config = read_experiment_config(tiny);
  const std::string key = key_of(config, base_point(config), "");
  const RunRow kept = *rows.find(key);
  rows.all().erase(key);
  rows.write(sweep.options.out);
  fs::remove_all(sweep.out("work/runs/" + key));
  CHECK(sweep.run("ensemble") == 0);
  const Rows after = Rows::read(sweep.options.out);
  REQUIRE(after.find(key));
  CHECK(after.find(key)->test.loss == kept.test.loss);
  CHECK(after.find(key)->mean_square_weight == kept.mean_square_weight);

  std::string washed = text_of(sweep.out("washed.csv"));
  const std::string first = washed.substr(16, washed.find(',', 16) - 16);
  sweep.folder.write("review.csv", "id,action,class\n" + first + ",keep,\n");
  std::string text = tiny;
  text.replace(text.find("\"most\": 1"), 9, "\"most\": 1, \"review\": \"" + sweep.folder.file("review.csv") + "\"");
  sweep.folder.write("tiny.json", text);
  CHECK(sweep.run("wash") == 0);
  CHECK(mentions(text_of(sweep.out("washed.csv")), first + ",keep,\n"));
  CHECK(Rows::read(sweep.options.out).all().size() == after.all().size() + 1);  // washed otherwise: another run
}

TEST_CASE("experiment: where washing would take too much, the unwashed runs are made and it is said") {
  TinySweep sweep;
  std::string text = tiny;
  text.replace(text.find("\"most\": 1"), 9, "\"most\": 0");
  sweep.folder.write("tiny.json", text);
  CHECK(mentions(message_of([&] { sweep.run("wash"); }), "more than wash/most = 0"));
  CHECK(Rows::read(sweep.options.out).all().size() == 3);  // two folds and the base
  CHECK(fs::exists(sweep.out("suspects.csv")));
  CHECK(mentions(text_of(sweep.out("wash.html")), "Not finished: 1 of 2"));
}

TEST_CASE("experiment: a failing run is named, the others are kept; two programs do not share a folder") {
  TinySweep sweep;
  std::string text = tiny;
  text.replace(text.find("\"rate\": 0.01"), 12, sizeof(real) == 4 ? "\"rate\": 1e38" : "\"rate\": 1e300");
  sweep.folder.write("tiny.json", text);
  const ExperimentConfig config = read_experiment_config(text);
  const std::string begun = sweep.out("work/runs/" + key_of(config, base_point(config), ""));
  fs::create_directories(begun);  // with the training's own history, which is not a sweep's
  std::ofstream(begun + "/history.csv") << "epoch,rate,loss\n0,0.001,1\n";
  const std::string said = message_of([&] { sweep.run("l2"); });
  CHECK(mentions(said, "2 of 2 runs failed; the first: depth 2"));
  CHECK(mentions(said, "smaller --rate"));

  sweep.folder.write("tiny.json", std::string(tiny));
  const std::string command = KERAS_CHILD " experiment samples --quiet --jobs 1 --config " + sweep.options.config +
                              " --out " + sweep.options.out;
  CHECK(std::system(("flock " + sweep.out("work/lock") + " " + command + " 2>" + sweep.folder.file("said")).c_str()) !=
        0);
  CHECK(mentions(text_of(sweep.folder.file("said")), "another experiment is at work"));
  // interrupted: finished or not, the same command goes on
  const int status = std::system(("timeout -s INT 0.6 " + command + " 2>/dev/null").c_str());
  CHECK((WEXITSTATUS(status) == 124 || WEXITSTATUS(status) == 0));
  CHECK(std::system((command + " 2>/dev/null").c_str()) == 0);
  CHECK(Rows::read(sweep.options.out).all().size() == 2);
}

TEST_CASE("experiment: a plan lists its runs; what is wrong in a configuration is said") {
  const TinySweep sweep;
  const std::string text = sweep.folder.file("plan");
  const std::string command = KERAS_CHILD " experiment depth --config " + sweep.options.config;
  CHECK(std::system((command + " --dry-run >" + text).c_str()) == 0);
  CHECK(mentions(text_of(text), "after washing"));
  CHECK(mentions(text_of(text), "6 runs, 0 of them done"));
  CHECK(std::system((command + " --print-config >" + text).c_str()) == 0);
  CHECK(to_json(read_experiment_config(text_of(text))) == to_json(read_experiment_config(tiny)));
  CHECK(std::system((command + "x >" + text + " 2>&1").c_str()) != 0);
  CHECK(mentions(text_of(text), "cannot be read"));
}
