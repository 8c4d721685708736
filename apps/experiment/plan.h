// Plan: which runs a sweep consists of. A run is one training of the classifier; it is named by a key that is a
// function of everything that decides its result, so that sweeps share the runs they have in common.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/experiment/config.h"

namespace seisgrad {

// What sweeps vary. The defaults of a point are those of the experiment's training.
struct Point {
  int64_t depth = 5;  // blocks
  bool residual = false;
  double l2 = 1e-4;
  bool washed = false;
  double share = 1;  // of the training events
  int64_t samples = 1024, shift = 40;
  double band_low = 0.05, band_high = 8;
  std::string noise = "all";
  double noise_distance = 60;
  int64_t folds = 0, fold = 0;
  int64_t round = 1;

  bool operator==(const Point&) const = default;
  // Weighted convolutions on the way through: a residual block has two.
  int64_t weighted_depth() const { return residual ? 2 * depth : depth; }
};

Point base_point(const ExperimentConfig& config);

// "depth 5 residual washed, round 2": what differs from the base.
std::string describe(const ExperimentConfig& config, const Point& point);

// The configuration of the point's training, as `seisgrad train --config` reads it. `data` and `review` stand for the
// data set and the washed list where the point is washed: files, or what identifies them.
std::string train_json(const ExperimentConfig& config, const Point& point, const std::string& data,
                       const std::string& review);

// 16 hexadecimal digits. `review` identifies the washed list.
std::string key_of(const ExperimentConfig& config, const Point& point, const std::string& review);

// FNV-1a of a text, as 16 hexadecimal digits.
std::string digest(const std::string& text);

// The sweep's runs; those of early rounds first. "all" has every sweep's, each once. Throws std::invalid_argument for
// an unknown sweep.
std::vector<Point> points_of(const ExperimentConfig& config, const std::string& sweep);

// What washing needs first: each fold with each seed.
std::vector<Point> fold_points(const ExperimentConfig& config);

// The other points of a sweep's comparison in one round, for its figures.
std::vector<Point> depth_points(const ExperimentConfig& config, bool washed);
std::vector<Point> residual_points(const ExperimentConfig& config, bool residual);
std::vector<Point> l2_points(const ExperimentConfig& config);
std::vector<Point> share_points(const ExperimentConfig& config);
std::vector<Point> ensemble_points(const ExperimentConfig& config);  // of several rounds

// Two models whose scores are set against each other: what the second does differently.
struct ComparedPair {
  std::string name;
  Point first, second;
};
std::vector<ComparedPair> compared_pairs(const ExperimentConfig& config);

// One change of the way samples are made, and its values.
struct ConstructionChange {
  std::string name, unit;
  std::vector<std::string> values;
  std::vector<Point> points;
};
std::vector<ConstructionChange> construction_changes(const ExperimentConfig& config);

}  // namespace seisgrad
