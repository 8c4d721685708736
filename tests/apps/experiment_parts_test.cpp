// The parts of seisgrad experiment that need no training.
#include <doctest/doctest.h>
#include <signal.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "apps/experiment/agreement.h"
#include "apps/experiment/estimate.h"
#include "apps/experiment/plan.h"
#include "apps/experiment/processes.h"
#include "apps/experiment/rows.h"
#include "apps/experiment/scores.h"
#include "apps/experiment/wash.h"
#include "apps/train/config.h"
#include "tests/messages.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

std::string refusal(const std::string& config) {
  return message_of([&] { read_experiment_config(config); });
}

std::set<std::string> keys_of(const ExperimentConfig& config, const std::string& sweep) {
  std::set<std::string> keys;
  for (const Point& p : points_of(config, sweep)) keys.insert(key_of(config, p, "review"));
  return keys;
}

// Two classes; the second's probability.
ScoredWindow window(const std::string& id, int32_t label, double p) {
  return {id, label, {std::log(1 - p), std::log(p)}};
}

}  // namespace

TEST_CASE("experiment: a configuration comes back as it was written; what is wrong is named") {
  const ExperimentConfig config =
      read_experiment_config(R"({"rounds":7,"l2":{"values":[0,0.5]},"train":{"loss":{"l2":0.5}}})");
  CHECK(config.rounds == 7);
  CHECK(base_point(config).l2 == 0.5);
  CHECK(to_json(read_experiment_config(to_json(config))) == to_json(config));
  CHECK(mentions(refusal(R"({"depth":{"deepths":[1]}})"), "unknown field depth/deepths"));
  CHECK(mentions(refusal(R"({"rounds":"many"})"), "rounds cannot be \"many\""));
  CHECK(mentions(refusal(R"({"l2":{"values":[1,0]}})"), "l2/values must rise"));
  CHECK(mentions(refusal(R"({"wash":{"most":2}})"), "from 0 to 1"));
  CHECK(mentions(refusal(R"({"train":{"network":{"depht":1}}})"), "depht"));
  CHECK(mentions(refusal(R"({"train":{"model":"eqtransformer"}})"), "must be phase_classifier"));
  CHECK(mentions(refusal("{"), "experiment: "));
}

TEST_CASE("experiment: a run has one key whatever the sweep, another for whatever changes its result") {
  const ExperimentConfig config;
  const Point base = base_point(config);
  const std::string key = key_of(config, base, "review");
  for (const char* sweep : {"depth", "l2", "wash", "samples", "ensemble", "construction"})
    CHECK_MESSAGE(keys_of(config, sweep).contains(key), sweep);
  std::set<std::string> keys = {key};
  const auto another = [&](const auto& change) {
    Point p = base;
    change(p);
    CHECK(keys.insert(key_of(config, p, "review")).second);
  };
  another([](Point& p) { p.depth = 4; });
  another([](Point& p) { p.residual = true; });
  another([](Point& p) { p.l2 = 0; });
  another([](Point& p) { p.washed = true; });
  another([](Point& p) { p.share = 0.5; });
  another([](Point& p) { p.samples = 512; });
  another([](Point& p) { p.shift = 0; });
  another([](Point& p) { p.band_low = 1; });
  another([](Point& p) { p.noise = "before"; });
  another([](Point& p) { p.noise_distance = 5; });
  another([](Point& p) { p.folds = 5; });
  another([](Point& p) { p.folds = 5, p.fold = 1; });
  another([](Point& p) { p.round = 2; });
  Point washed = base;
  washed.washed = true;
  CHECK(key_of(config, washed, "review") != key_of(config, washed, "another review"));
  CHECK(key_of(config, base, "review") == key_of(config, base, "another review"));
  ExperimentConfig other = config;
  other.data.seed = 12;
  CHECK(key_of(other, base, "review") != key);
  other = config;
  other.rounds = 10;
  CHECK(key_of(other, base, "review") == key);
}

TEST_CASE("experiment: early rounds come first, shared runs once; the configuration is one for seisgrad train") {
  ExperimentConfig config;
  config.rounds = 2;
  const std::vector<Point> points = points_of(config, "all");
  CHECK(keys_of(config, "all").size() == points.size());
  const std::vector<Point> depth = points_of(config, "depth");
  REQUIRE(depth.size() == 32);
  for (size_t i = 0; i < 32; ++i) CHECK(depth[i].round == (i < 16 ? 1 : 2));
  Point p = base_point(config);
  p.round = 2, p.washed = true, p.band_low = 1;
  const TrainConfig run = read_config(train_json(config, p, "DATA", "LIST"));
  CHECK(run.seed == 102);
  CHECK(run.data.paths == std::vector<std::string>{"DATA"});
  CHECK(run.data.review == "LIST");
  CHECK(run.data.filter);
  CHECK(run.preprocessing.profile.band_low == 1);
  for (const Point& residual : residual_points(config, true)) {
    const auto plain = residual_points(config, false);
    CHECK(std::any_of(plain.begin(), plain.end(),
                      [&](const Point& q) { return q.weighted_depth() == residual.weighted_depth(); }));
  }
  CHECK(mentions(message_of([&] { points_of(config, "width"); }), "unknown sweep width"));
}

TEST_CASE("experiment: rows come back from their tables; a damaged one is named") {
  const TemporaryFolder folder;
  RunRow row;
  row.key = "k", row.point.l2 = 1e-5, row.point.residual = true, row.point.noise = "before";
  row.seed = 3, row.test = {100, 0.875, 0.3}, row.config = R"({"a":"b,c"})", row.seconds = 1.5;
  EpochRow epoch;
  epoch.key = "k", epoch.epoch = 4, epoch.val_loss = 0.25;
  Rows rows;
  rows.add(row, {epoch});
  rows.write(folder.file(""));
  const Rows back = Rows::read(folder.file(""));
  REQUIRE(back.find("k"));
  CHECK(back.find("k")->point == row.point);
  CHECK(back.find("k")->test.accuracy == 0.875);
  CHECK(back.find("k")->config == row.config);
  REQUIRE(back.epochs_of("k").size() == 1);
  CHECK(back.epochs_of("k")[0].val_loss == 0.25);
  CHECK(back.find("other") == nullptr);
  std::string text = text_of(folder.file("runs.csv"));
  text.replace(text.find("0.875"), 5, "0,875");
  folder.write("runs.csv", text);
  CHECK(mentions(message_of([&] { Rows::read(folder.file("")); }), "runs.csv"));
}

TEST_CASE("experiment: scores by hand") {
  WindowScores scores{{"noise", "P"}, {window("a:0", 1, 0.9), window("b:0", 1, 0.2), window("c:noise", 0, 0.4)}};
  const Accuracy all = accuracy_of(scores);
  CHECK(all.windows == 3);
  CHECK(all.accuracy == doctest::Approx(2.0 / 3));
  CHECK(all.loss == doctest::Approx(-(std::log(0.9) + std::log(0.2) + std::log(0.6)) / 3));
  const Review review = {{"b:0", {Decision::Action::drop, 0}}, {"a:0", {Decision::Action::relabel, 0}}};
  CHECK(accuracy_of(scores, review).windows == 2);
  CHECK(accuracy_of(scores, review).accuracy == doctest::Approx(0.5));
  CHECK(nines({std::log(0.01), std::log(0.99)}, 1) == doctest::Approx(2));
  CHECK(nines({0, 80, 1}, 1) ==
        doctest::Approx((80 - std::log(1 + std::exp(1.0))) / std::log(10.0)));  // 1 - p is 1e-34
  CHECK(probabilities({0, 0, 0, 0})[2] == doctest::Approx(0.25));

  const TemporaryFolder folder;
  folder.write("test.csv", to_csv(scores));
  const WindowScores back = read_scores(folder.file("test.csv"));
  CHECK(back.classes == scores.classes);
  REQUIRE(back.windows.size() == 3);
  CHECK(back.windows[1].logits[1] == doctest::Approx(std::log(0.2)));
  CHECK(back.windows[2].label == 0);
}

TEST_CASE("experiment: correlations by hand") {
  const std::vector<double> a = {1, 2, 3, 4}, b = {2, 4, 6, 80}, c = {4, 3, 2, 1}, ties = {1, 1, 2, 2};
  CHECK(pearson(a, c) == doctest::Approx(-1));
  CHECK(pearson(a, b) == doctest::Approx(118 / std::sqrt(21700.0)));
  CHECK(spearman(a, b) == doctest::Approx(1));
  CHECK(spearman(a, ties) == doctest::Approx(2 / std::sqrt(5.0)));
  CHECK(pearson(a, std::vector<double>(4, 1)) == 0);
  CHECK(share_apart(a, c, 1) == doctest::Approx(0.5));
}

TEST_CASE("experiment: suspects are what several unseen models deny; planted errors are counted; too many fail") {
  const TemporaryFolder folder;
  ExperimentConfig config;
  config.wash.folds = 2, config.wash.seeds = 2;
  // a: doubted by both seeds. b: the mean is low enough, one model of two agrees. c: not low enough. n: noise, right.
  std::vector<std::string> folders;
  for (int run = 0; run < 4; ++run) {
    const std::string path = folder.file(std::to_string(run));
    std::filesystem::create_directories(path);
    const bool first_fold = run % 2 == 0, first_seed = run < 2;
    WindowScores held{{"noise", "P"}, {}}, none = held, test = held;
    if (first_fold) held.windows = {window("a:0", 1, 0.02), window("b:0", 1, first_seed ? 0.001 : 0.51)};
    else held.windows = {window("c:0", 1, 0.3), window("n:noise", 0, 0.1)};
    test.windows = {window("t:0", 1, run == 0 ? 0.3 : 0.01), window("u:0", 1, 0.99)};
    folder.write(std::to_string(run) + "/held_out.csv", to_csv(held));
    folder.write(std::to_string(run) + "/validation.csv", to_csv(none));
    if (run == 3) CHECK(!can_judge({path}));
    folder.write(std::to_string(run) + "/test.csv", to_csv(test));
    folders.push_back(path);
  }
  REQUIRE(can_judge(folders));
  config.wash.probability = 0.26;
  const Wash wash = judge(config, folders, {{"a", "shifted"}, {"n", "invisible"}, {"u", "invisible"}});
  std::map<std::string, OutOfFold> by_id;
  for (const OutOfFold& w : wash.windows) by_id[w.id] = w;
  REQUIRE(by_id.size() == 6);
  CHECK(by_id["a:0"].suspect);
  CHECK(by_id["a:0"].models == 2);
  CHECK(by_id["a:0"].error == "shifted");
  CHECK(!by_id["b:0"].suspect);
  CHECK(by_id["b:0"].votes == 1);
  CHECK(!by_id["c:0"].suspect);
  CHECK(by_id["n:noise"].error == "");  // what was planted is about arrivals
  CHECK(by_id["t:0"].models == 4);
  CHECK(by_id["t:0"].suspect);
  CHECK(by_id["t:0"].part == "test");
  CHECK(mentions(suspects_csv(wash), "a:0,training,P,noise,0.020000,2,2,0.980000,0.020000,shifted\n"));
  CHECK(mentions(suspected_csv(wash), "training,shifted,1,1\n"));
  CHECK(mentions(suspected_csv(wash), "test,invisible,1,0\n"));

  config.wash.most = 0.4;  // one of three P goes
  CHECK(washed_list(config, wash, {}) == "id,action,class\na:0,drop,\nt:0,drop,\n");
  const Review review = {{"a:0", {Decision::Action::keep, 0}}, {"c:0", {Decision::Action::relabel, 0}}};
  CHECK(washed_list(config, wash, review) == "id,action,class\na:0,keep,\nc:0,relabel,noise\nt:0,drop,\n");
  config.wash.most = 0.1;
  CHECK(mentions(message_of([&] { washed_list(config, wash, {}); }), "would drop 1 of 3 training windows of P"));
}

TEST_CASE("experiment: processes run side by side, their status is told, and they end when asked to") {
  const TemporaryFolder folder;
  const auto job = [&](const std::string& script) {
    return ProcessJob{{"-c", script}, folder.file("log" + std::to_string(std::hash<std::string>()(script)))};
  };
  std::map<size_t, int> status;
  const auto ended = [&](size_t number, int s) { status[number] = s; };
  const std::vector<ProcessJob> jobs = {job("exit 0"), job("echo no; exit 3"), job("kill -9 $$")};
  run_processes("/bin/sh", jobs, 2, ended, [] { return false; });
  CHECK(status == std::map<size_t, int>{{0, 0}, {1, 3}, {2, 128 + SIGKILL}});
  CHECK(text_of(jobs[1].log) == "no\n");
  status.clear();
  run_processes("/bin/sh", {job("exec sleep 100"), job("exec sleep 101")}, 1, ended, [] { return true; });
  CHECK(status.empty());  // neither was begun
  int asked = 0;
  run_processes("/bin/sh", {job("exec sleep 100"), job("exec sleep 101")}, 1, ended, [&] { return ++asked > 3; });
  CHECK(status == std::map<size_t, int>{{0, 128 + SIGTERM}});
  CHECK(mentions(message_of([&] { run_processes("/nowhere", jobs, 1, ended, [] { return false; }); }), "cannot start"));
}

TEST_CASE("experiment: a run's time is another round's, or goes by its size") {
  const ExperimentConfig config;
  Point base = base_point(config), deep = base;
  deep.depth = 8;
  Rows rows;
  const double guess = estimated_seconds(config, base, rows);
  CHECK(guess > 60);
  CHECK(guess < 600);
  CHECK(estimated_seconds(config, deep, rows) > guess);
  RunRow row;
  row.key = "k", row.point = base, row.seconds = 2 * guess;
  rows.add(row, {});
  base.round = 2;
  CHECK(estimated_seconds(config, base, rows) == 2 * guess);
  CHECK(estimated_seconds(config, deep, rows) == doctest::Approx(2 * estimated_seconds(config, deep, Rows())));
}
