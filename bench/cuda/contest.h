// Contests on a GPU: ours beside its peers, on one problem, in one class of precision, in turns.
//
// Each entrant is checked as bench/case.h says. Then, for each way of timing, they take turns, A-B-A-B, a few samples a
// turn: `flushed`, one call with other data in the L2 cache; `hot`, calls one after another; `graph`, the same as one
// recorded graph, without the host. A time below what the roof allows fails like a wrong result.
#pragma once
#include <map>
#include <stdexcept>
#include <vector>

#include "bench/case.h"

namespace SEISGRAD {

// Thrown by an entrant that this machine, build or library does not have; no failure.
struct Absent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Entrant {
  std::string name;  // "ours" or a library
  std::function<Case()> make;
};

struct Contest {
  std::string name;       // operator and shape: "conv1d/encoder.0"
  std::string precision;  // "strict" (errors as of float32) or "tf32"; never one beside the other
  std::function<std::vector<Entrant>()> entrants;  // made when it is its turn; all of one problem
};

struct Times {
  double p20 = 0, median = 0, p80 = 0;  // seconds a call
  size_t samples = 0;
};

struct Row {
  std::string contest, precision, entrant, label;
  std::string wrong, absent;  // why there is no time
  double error = 0;           // the largest seen, as a share of the largest value expected
  Work work;
  std::map<std::string, Times> times;  // by way of timing; a way that a library cannot go is missing
  double share = 0;                    // of the roof, flushed
  std::string limit;                   // which roof that is: "arithmetic" or "memory"
};

// Runs a contest; `turns` of each entrant, three samples a turn.
std::vector<Row> run(const Contest& contest, int turns);

}  // namespace SEISGRAD
