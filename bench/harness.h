// How bench_cpu runs a case (bench/case.h): by Google Benchmark, with its checks. A case that fails one is reported as
// an error and has no time. (bench/cuda/contest.h does it on a GPU.)
#pragma once
#include <benchmark/benchmark.h>

#include "bench/case.h"

namespace SEISGRAD {

// Makes and runs a case as Google Benchmark wants it and adds its counters: GFLOP/s, GB/s and, where peak (FLOP/s) is
// known, the share of it in %. Time is the process's CPU time, which does not count what other programs take. A share
// over 110 is an error, for the FLOPs or the peak are miscounted (10: a neighbour on the same core may have slowed the
// yardstick alone). So is an exception.
void run_checked(benchmark::State& state, const std::function<Case()>& make, double peak);

// Has a case failed its check since the program began? Google Benchmark itself ends with 0 all the same.
bool any_case_failed();

// Registers a case of that name. It is made when it is run, so that a filter costs nothing.
void register_case(const std::string& name, const std::function<Case()>& make);

// Fused multiply-adds of one CPU thread, FLOP/s, measured with the widest vectors this CPU has: the best of all calls
// so far, since a neighbour on the same core slows some. 0 where there are no vectors.
double fma_peak();

}  // namespace SEISGRAD
