// The rules of every bench here, on the CPU and on the GPU.
//
// A case times one call of one operator at one shape. It is checked against float64 before the timing, after it (what
// the last timed call left), and once more on inputs it has not seen: a result that is kept, skipped or written
// elsewhere shows. Before a check every output is NaN. The bound is a share of the largest value expected, and what is
// expected must vary: neither zeros nor a constant pass. A case that fails is reported as an error and has no time.
#pragma once
#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/view.h"

namespace SEISGRAD {

// What one call does, counted from the formula, not from the implementation.
struct Work {
  double flops = 0;  // a multiplication and an addition are two; a function like tanh is one
  double bytes = 0;  // each input read once, each output written once
};

// An output of a case: where it lies on the CPU, what float64 says, and how far a float may be from it as a share of
// the largest expected magnitude.
struct Output {
  std::string name;
  std::vector<real>* got;
  std::vector<double> expected;
  double tolerance = 1e-5;
};

struct Case {
  std::function<std::vector<Output>(uint64_t seed)> prepare;  // new inputs; what they lead to
  std::function<void()> call;                                 // what is timed
  std::function<void()> upload = [] {};    // after prepare: inputs and the NaN in outputs go where call() wants them
  std::function<void()> download = [] {};  // before a check: outputs come back
  Work work = {};
  std::string label = "";  // e.g. the algorithm that a library chose
};

// How a case is timed: runs the loop of `state` and returns the seconds of all its calls. On the CPU it is the
// process's CPU time, which does not count what other programs take; bench/cuda has CUDA events.
using Loop = std::function<double(benchmark::State& state, const std::function<void()>& call)>;
double loop_on_cpu(benchmark::State& state, const std::function<void()>& call);

// Makes and runs a case as Google Benchmark wants it and adds its counters: GFLOP/s, GB/s and, where peak (FLOP/s) is
// known, the share of it in %. A share over 110 is an error, for the FLOPs or the peak are miscounted (10: a neighbour
// on the same core may have slowed the yardstick alone). So is an exception.
void run_checked(benchmark::State& state, const std::function<Case()>& make, double peak,
                 const Loop& loop = loop_on_cpu);

// Has a case failed its check since the program began? Google Benchmark itself ends with 0 all the same.
bool any_case_failed();

// Registers a case of that name. It is made when it is run, so that a filter costs nothing.
void register_case(const std::string& name, const std::function<Case()>& make);

// Fused multiply-adds of one CPU thread, FLOP/s, measured with the widest vectors this CPU has: the best of all calls
// so far, since a neighbour on the same core slows some. 0 where there are no vectors.
double fma_peak();

// Overwrites the values with others in [low, high) that depend on the seed and on the name of what they fill. The array
// stays where it is, as in all of prepare(): a case may keep pointers.
void fill_random(std::vector<real>& values, uint64_t seed, const std::string& name, double low = -1, double high = 1);
std::vector<double> widened(const std::vector<real>& values);
void fill_nan(std::vector<real>& values);

// A vector as a kernel sees it.
template <class T, int Rank>
View<T, Rank> view(std::vector<T>& values, const int64_t (&extent)[Rank]) {
  View<T, Rank> v{values.data(), {}};
  for (int r = 0; r < Rank; ++r) v.extent[r] = extent[r];
  return v;
}

}  // namespace SEISGRAD
