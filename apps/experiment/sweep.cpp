#include "apps/experiment/sweep.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/experiment/dataset.h"
#include "apps/experiment/estimate.h"
#include "apps/experiment/processes.h"
#include "apps/experiment/run.h"
#include "apps/experiment/scores.h"
#include "apps/experiment/wash.h"
#include "apps/report/folder.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/train/config.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace fs = std::filesystem;

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The last line of a log, for a message.
std::string last_line(const std::string& path) {
  std::string text = contents(path);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

bool any_washed(const std::vector<Point>& points) {
  return std::any_of(points.begin(), points.end(), [](const Point& p) { return p.washed; });
}

}  // namespace

Sweep::Sweep(const ExperimentOptions& options, const ExperimentConfig& config)
    : options_(options),
      config_(config),
      work_(options.work.empty() ? options.out + "/work" : options.work),
      rows_(Rows::read(options.out)) {
  read_washed_list();
}

void Sweep::read_washed_list() {
  const std::string text = contents(options_.out + "/washed.csv");
  review_ = text.empty() ? "" : digest(text);
}

std::string Sweep::key(const Point& point) const {
  if (point.washed && review_.empty()) return "";
  return key_of(config_, point, review_);
}

const RunRow* Sweep::row(const Point& point) const { return rows_.find(key(point)); }

std::string Sweep::folder(const Point& point) const { return work_ + "/runs/" + key(point); }

std::vector<Point> Sweep::missing(const std::vector<Point>& points) const {
  std::vector<Point> missing;
  for (const Point& p : points)
    if (!row(p)) missing.push_back(p);
  return missing;
}

std::vector<const RunRow*> Sweep::rounds(Point point) const {
  std::vector<const RunRow*> done;
  for (point.round = 1; point.round <= config_.rounds; ++point.round)
    if (const RunRow* found = row(point)) done.push_back(found);
  return done;
}

void Sweep::print_plan(const std::vector<Point>& points) const {
  std::vector<Point> all = any_washed(points) && !is_washed() ? fold_points(config_) : std::vector<Point>();
  all.insert(all.end(), points.begin(), points.end());
  double seconds = 0;
  size_t done = 0;
  for (const Point& p : all) {
    const std::string name = key(p);
    const char* state = row(p) ? "done" : !name.empty() && fs::exists(folder(p) + "/log.txt") ? "begun" : "to do";
    const double expected = row(p) ? 0 : estimated_seconds(config_, p, rows_);
    std::printf("%-16s  %-5s  %7s  %s\n", name.empty() ? "after washing" : name.c_str(), state,
                row(p) ? "" : clock_text(expected).c_str(), describe(config_, p).c_str());
    seconds += expected;
    done += row(p) != nullptr;
  }
  std::printf("%zu runs, %zu of them done; the others take about %s on one core\n", all.size(), done,
              clock_text(seconds).c_str());
}

bool Sweep::run(const std::vector<Point>& points) {
  std::vector<Point> possible = points;
  std::exception_ptr unwashable;  // without a washed list, the other points can be run all the same
  try {
    if (any_washed(points) && !wash()) return false;
  } catch (const std::runtime_error&) {
    unwashable = std::current_exception();
    std::erase_if(possible, [](const Point& p) { return p.washed; });
  }
  count_washed_tests();
  const bool whole = run_all(possible);
  count_washed_tests();
  if (whole && unwashable) std::rethrow_exception(unwashable);
  return whole;
}

bool Sweep::run_all(const std::vector<Point>& points) {
  const std::vector<Point> todo = missing(points);
  if (todo.empty()) return true;
  const std::string data = prepare_data(config_, options_.out, work_, options_.quiet);
  std::vector<ProcessJob> jobs;
  for (const Point& p : todo) {
    make_folder(folder(p));
    replace_file(folder(p) + "/train.json", train_json(config_, p, fs::absolute(data).string(),
                                                       fs::absolute(options_.out + "/washed.csv").string()));
    jobs.push_back({{run_child_argument, folder(p), options_.device}, folder(p) + "/log.txt"});
  }
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const InterruptGuard guard;
  Progress progress("training", "runs", static_cast<int64_t>(todo.size()));
  std::vector<std::string> failures;
  size_t done = 0;
  const auto ended = [&](size_t number, int status) {
    const Point& p = todo[number];
    if (status == 130 || (status != 0 && guard.interrupted())) return;
    const Rows outcome = status == 0 ? outcome_of(folder(p)) : Rows();  // else its history.csv is the training's
    const RunRow* found = outcome.find(key(p));
    if (!found) {
      failures.push_back(joined(describe(config_, p), ": ", last_line(folder(p) + "/log.txt"), " (status ", status,
                                ", ", folder(p), "/log.txt)"));
      return;
    }
    RunRow row = *found;
    row.point = p;
    row.review = p.washed ? review_ : "";
    row.config = train_json(config_, p, "data", p.washed ? "washed.csv" : "");
    std::vector<EpochRow> epochs = outcome.epochs_of(row.key);
    for (EpochRow& epoch : epochs) epoch.round = p.round;
    if (!options_.quiet)
      progress.line(joined(++done, "/", todo.size(), " ", describe(config_, p), ": validation ", row.val_accuracy,
                           ", test ", row.test.accuracy, ", ", clock_text(row.seconds)));
    rows_.add(std::move(row), epochs);
    rows_.write(options_.out);
    progress.advance();
  };
  run_processes(options_.program, jobs, options_.jobs > 0 ? options_.jobs : cores, ended,
                [&] { return guard.interrupted(); });
  if (guard.interrupted()) return false;
  if (!failures.empty())
    throw std::runtime_error(joined(failures.size(), " of ", todo.size(), " runs failed; the first: ", failures[0]));
  return true;
}

// Leaves OUT/suspects.csv, suspected.csv and washed.csv. Where the folds' scores are no longer there, what stands in
// them is the truth.
bool Sweep::wash() {
  const std::vector<Point> folds = fold_points(config_);
  std::vector<std::string> folders;
  for (const Point& p : folds) folders.push_back(folder(p));
  if (!missing(folds).empty() || (!is_washed() && !can_judge(folders))) {
    for (const Point& p : folds)
      if (!fs::exists(folder(p) + "/held_out.csv")) rows_.all().erase(key(p));
    if (!run_all(folds)) return false;
  }
  if (can_judge(folders)) {
    const Wash washed = judge(config_, folders, planted_errors(config_, options_.out));
    replace_file(options_.out + "/suspects.csv", suspects_csv(washed));
    replace_file(options_.out + "/suspected.csv", suspected_csv(washed));
    const Review review = config_.wash.review.empty() ? Review() : read_review(config_.wash.review, washed.classes);
    replace_file(options_.out + "/washed.csv", washed_list(config_, washed, review));
  }
  read_washed_list();
  return true;
}

// Rows whose test was scored before there was a washed list, or with another one.
void Sweep::count_washed_tests() {
  if (!is_washed()) return;
  std::vector<std::string> classes = read_config(config_.train).classifier.classes;
  const Review review = read_review(options_.out + "/washed.csv", classes);
  bool changed = false;
  for (auto& [key, row] : rows_.all()) {
    const std::string scores = work_ + "/runs/" + key + "/test.csv";
    if (!fs::exists(scores)) continue;
    const Accuracy counted = accuracy_of(read_scores(scores), review);
    changed |= counted.windows != row.washed_test.windows || counted.accuracy != row.washed_test.accuracy;
    row.washed_test = counted;
  }
  if (changed) rows_.write(options_.out);
}

}  // namespace seisgrad
