// Sweep: the runs of an experiment, made where they are missing, and where their results are.
#pragma once
#include <string>
#include <vector>

#include "apps/experiment/config.h"
#include "apps/experiment/options.h"
#include "apps/experiment/plan.h"
#include "apps/experiment/rows.h"

namespace seisgrad {

class Sweep {
 public:
  // Reads the rows of OUT. Nothing is written yet.
  Sweep(const ExperimentOptions& options, const ExperimentConfig& config);

  const ExperimentConfig& config() const { return config_; }
  const ExperimentOptions& options() const { return options_; }
  const std::string& work() const { return work_; }
  const Rows& rows() const { return rows_; }

  // A washed point has no key before there is a washed list; then "".
  std::string key(const Point& point) const;
  const RunRow* row(const Point& point) const;   // nullptr where the run is not done
  std::string folder(const Point& point) const;  // of the run's weights and scores
  std::vector<Point> missing(const std::vector<Point>& points) const;
  std::vector<const RunRow*> rounds(Point point) const;  // of all rounds that are done
  bool is_washed() const { return !review_.empty(); }    // whether there is a washed list

  // Makes what is missing of the points: the data set, the folds where a point is washed, the runs. False when
  // interrupted. Throws std::runtime_error naming the runs that failed, after the others are done.
  bool run(const std::vector<Point>& points);
  // What run() would do: one line a run on standard output, with the time it takes on one core.
  void print_plan(const std::vector<Point>& points) const;

 private:
  bool run_all(const std::vector<Point>& points);
  bool wash();
  void read_washed_list();
  void count_washed_tests();

  ExperimentOptions options_;
  ExperimentConfig config_;
  std::string work_;
  Rows rows_;
  std::string review_;  // digest of OUT/washed.csv, "" without
};

}  // namespace seisgrad
