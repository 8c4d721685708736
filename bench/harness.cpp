#include "bench/harness.h"

#include <ctime>
#include <exception>

namespace SEISGRAD {
namespace {

bool failed = false;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double loop(benchmark::State& state, const std::function<void()>& call) {
  const double begin = cpu_seconds();
  for (auto unused : state) {
    call();
    benchmark::ClobberMemory();
  }
  return cpu_seconds() - begin;
}

// Checks, times, checks what the last timed call left, checks on other inputs; returns what was wrong.
std::string time(benchmark::State& state, const Case& c, double peak) {
  std::vector<Output> outputs = c.prepare(1);
  poison(c, outputs);
  c.call();
  if (const Verdict v = judge(c, outputs); !v.wrong.empty()) return v.wrong;
  poison(c, outputs);
  const double seconds = loop(state, c.call) / static_cast<double>(state.iterations());
  if (const Verdict v = judge(c, outputs); !v.wrong.empty()) return v.wrong;
  outputs = c.prepare(2);
  poison(c, outputs);
  c.call();
  if (const Verdict v = judge(c, outputs); !v.wrong.empty()) return v.wrong;

  const double share = peak > 0 ? 100 * c.work.flops / seconds / peak : 0;
  if (share > 110) return "faster than the peak: the FLOPs or the peak are miscounted";
  state.SetLabel(c.label);
  if (c.work.flops > 0) state.counters["GFLOP/s"] = 1e-9 * c.work.flops / seconds;
  if (share > 0) state.counters["%peak"] = share;
  state.counters["GB/s"] = 1e-9 * c.work.bytes / seconds;
  return "";
}

}  // namespace

bool any_case_failed() { return failed; }

void run_checked(benchmark::State& state, const std::function<Case()>& make, double peak) {
  const auto fail = [&](const std::string& message) {
    failed = true;
    state.SkipWithError(message.c_str());
  };
  try {
    if (const std::string message = time(state, make(), peak); !message.empty()) fail(message);
  } catch (const std::exception& e) { fail(e.what()); }
}

void register_case(const std::string& name, const std::function<Case()>& make) {
  const auto run = [make](benchmark::State& state) { run_checked(state, make, fma_peak()); };
  benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMicrosecond);
}

}  // namespace SEISGRAD
