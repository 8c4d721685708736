// A case: one call of one operator at one shape, with what it must compute; on the CPU and on a GPU.
//
// It is checked against float64 before the timing, after it (what the last timed call left), and once more on inputs it
// has not seen: a result that is kept, skipped or written elsewhere shows. Before a check every output is NaN. The
// bound is a share of the largest value expected, and what is expected must vary: neither zeros nor a constant pass.
#pragma once
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
  // not held to the roof of its class: fewer FLOPs than `work` counts (Winograd, FFT), or tensor cores among strict
  // ones
  bool other_arithmetic = false;
};

struct Verdict {
  double error = 0;   // the largest, as a share of the largest value expected
  std::string wrong;  // empty if all is right
};
// Fills the outputs with NaN and uploads everything.
void poison(const Case& c, const std::vector<Output>& outputs);
// Downloads the outputs and compares them with what is expected.
Verdict judge(const Case& c, const std::vector<Output>& outputs);

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
