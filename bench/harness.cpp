#include "bench/harness.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <exception>
#include <limits>

namespace SEISGRAD {
namespace {

bool failed = false;

void poison(const Case& c, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) fill_nan(*output.got);
  c.upload();
}

// Inputs of that seed, and NaN in the outputs.
std::vector<Output> fresh(const Case& c, uint64_t seed) {
  std::vector<Output> outputs = c.prepare(seed);
  poison(c, outputs);
  return outputs;
}

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Empty if the output is right.
std::string wrong(const Output& output) {
  const std::vector<double>& expected = output.expected;
  if (output.got->size() != expected.size() || expected.empty()) return output.name + ": of another size";
  const auto [low, high] = std::minmax_element(expected.begin(), expected.end());
  const double largest = std::max(std::abs(*low), std::abs(*high));
  if (expected.size() > 1 && !(*high - *low > 100 * output.tolerance * largest))
    return output.name + ": what is expected does not vary, so the check means nothing";
  double error = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double value = static_cast<double>((*output.got)[i]);
    if (!std::isfinite(value)) return output.name + ": not written, or not finite, at " + std::to_string(i);
    error = std::max(error, std::abs(value - expected[i]));
  }
  if (error <= output.tolerance * largest) return "";
  return output.name + ": differs from float64 by " + std::to_string(error / largest) + " of the largest value";
}

std::string first_wrong(const Case& c, const std::vector<Output>& outputs) {
  c.download();
  for (const Output& output : outputs)
    if (std::string message = wrong(output); !message.empty()) return message;
  return "";
}

// Checks, times, checks what the last timed call left, checks on other inputs; returns what was wrong.
std::string time(benchmark::State& state, const Case& c, double peak, const Loop& loop) {
  std::vector<Output> outputs = fresh(c, 1);
  c.call();
  if (std::string message = first_wrong(c, outputs); !message.empty()) return message;
  poison(c, outputs);
  const double seconds = loop(state, c.call) / static_cast<double>(state.iterations());
  if (std::string message = first_wrong(c, outputs); !message.empty()) return message;
  outputs = fresh(c, 2);
  c.call();
  if (std::string message = first_wrong(c, outputs); !message.empty()) return message;

  const double share = peak > 0 ? 100 * c.work.flops / seconds / peak : 0;
  if (share > 110) return "faster than the peak: the FLOPs or the peak are miscounted";
  state.SetLabel(c.label);
  if (c.work.flops > 0) state.counters["GFLOP/s"] = 1e-9 * c.work.flops / seconds;
  if (share > 0) state.counters["%peak"] = share;
  state.counters["GB/s"] = 1e-9 * c.work.bytes / seconds;
  return "";
}

}  // namespace

double loop_on_cpu(benchmark::State& state, const std::function<void()>& call) {
  const double begin = cpu_seconds();
  for (auto unused : state) {
    call();
    benchmark::ClobberMemory();
  }
  return cpu_seconds() - begin;
}

bool any_case_failed() { return failed; }

void run_checked(benchmark::State& state, const std::function<Case()>& make, double peak, const Loop& loop) {
  const auto fail = [&](const std::string& message) {
    failed = true;
    state.SkipWithError(message.c_str());
  };
  try {
    if (const std::string message = time(state, make(), peak, loop); !message.empty()) fail(message);
  } catch (const std::exception& e) { fail(e.what()); }
}

void register_case(const std::string& name, const std::function<Case()>& make) {
  const auto run = [make](benchmark::State& state) { run_checked(state, make, fma_peak()); };
  benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMicrosecond);
}

void fill_random(std::vector<real>& values, uint64_t seed, const std::string& name, double low, double high) {
  uint64_t key = 1469598103934665603u ^ seed;  // FNV-1a of the name
  for (const char letter : name) key = (key ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  for (size_t i = 0; i < values.size(); ++i) {
    uint64_t z = key + (i + 1) * 0x9E3779B97F4A7C15u;  // splitmix64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    values[i] = static_cast<real>(low + (high - low) * static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53);
  }
}

std::vector<double> widened(const std::vector<real>& values) { return {values.begin(), values.end()}; }

void fill_nan(std::vector<real>& values) {
  std::fill(values.begin(), values.end(), std::numeric_limits<real>::quiet_NaN());
}

}  // namespace SEISGRAD
