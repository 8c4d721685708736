// What `seisgrad evaluate` was asked to do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace seisgrad {

struct EvaluateOptions {
  // Lists of picks against a bulletin.
  std::string picks;
  std::vector<std::string> versus;
  std::string bulletin;
  std::string coverage;  // coverage.csv of a scan
  std::optional<double> most_per_minute;

  std::vector<double> tolerances = {0.5, 0.3, 0.1};  // seconds
  double p_threshold = 0, s_threshold = 0;
  std::string out = "seisgrad-evaluate";
  bool quiet = false;
};

// Writes the tables and the report into `out`; returns the exit status. Throws std::invalid_argument for what the user
// got wrong, another std::exception for what the machine did; nothing is written then.
int evaluate(const EvaluateOptions& options);

}  // namespace seisgrad
