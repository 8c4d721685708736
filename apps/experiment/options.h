// What `seisgrad experiment` was asked to do, beside the configuration (apps/experiment/config.h) that decides results.
#pragma once
#include <cstdint>
#include <string>

namespace seisgrad {

struct ExperimentOptions {
  std::string sweep;                       // construction, depth, residual, l2, wash, samples, ensemble, or all
  std::string config;                      // JSON file, or ""
  std::string out = "experiments";         // results: tables, figures, pages
  std::string work;                        // data, weights, checkpoints; "": OUT/work
  std::string program = "/proc/self/exe";  // started for each run; must call run_child()
  std::string device = "cpu";              // of each run (apps/device.h)
  int64_t rounds = 0;                      // 0: as the configuration has it
  int jobs = 0;                            // runs at once, of one thread each; 0: cores
  bool print_config = false, dry_run = false, quiet = false;
  bool report = false;  // no run: tables and figures of the runs that are there
};

// Makes the runs of the sweep that OUT/runs.csv does not have yet, then writes tables, figures and a page of all of the
// sweep's runs that it has. Returns 0, or 130 when interrupted: the same command goes on. Throws std::invalid_argument
// for what the user got wrong, std::runtime_error where runs failed; what was done before stays.
int experiment(const ExperimentOptions& options);

}  // namespace seisgrad
