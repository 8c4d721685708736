// Does the harness refuse what it must? Each case below is wrong in one way, but the first.
#include <iostream>

#include "bench/harness.h"

using namespace seisgrad;

namespace {

struct Doubling {
  std::vector<real> x = std::vector<real>(100), y = x;
  std::vector<double> expected = std::vector<double>(100);
  int calls = 0;
  real seen = 0;

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    for (size_t i = 0; i < x.size(); ++i) expected[i] = 2 * static_cast<double>(x[i]);
    return {{"y", &y, expected}};
  }
  void run() {
    for (size_t i = 0; i < x.size(); ++i) y[i] = 2 * x[i];
  }
};

// Runs the case through Google Benchmark and tells whether it was refused.
bool refused(void (*call)(Doubling&), double flops = 0) {
  const auto d = std::make_shared<Doubling>();
  const auto make = [=] {
    return Case{.prepare = [d](uint64_t seed) { return d->prepare(seed); },
                .call = [d, call] { call(*d); },
                .work = {.flops = flops}};
  };
  struct Quiet : benchmark::BenchmarkReporter {
    bool error = false;
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
      for (const Run& run : runs) error = error || run.error_occurred;
    }
  } reporter;
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark("case", [make](benchmark::State& state) {
    run_checked(state, make, 1e12);
  })->Iterations(10);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return reporter.error;
}

}  // namespace

int main() {
  int failures = 0;
  const auto expect = [&](bool is, bool wanted, const char* what) {
    if (is == wanted) return;
    ++failures;
    std::cerr << what << (wanted ? " was let through\n" : " was refused\n");
  };
  expect(refused([](Doubling& d) { d.run(); }), false, "a right result");
  expect(refused([](Doubling&) {}), true, "an output that nobody writes");
  expect(refused([](Doubling& d) { fill_nan(d.y); }), true, "NaN");
  expect(refused([](Doubling& d) { d.y.assign(d.y.size(), 0); }), true, "zeros");
  expect(refused([](Doubling& d) { d.y.assign(d.y.size(), 1); }), true, "a constant");
  expect(refused([](Doubling& d) { d.run(), d.y.back() *= real(1.0001); }), true, "an error of 1e-4 in one value");
  expect(refused([](Doubling& d) {
           if (d.calls++ == 0) d.run();
         }),
         true, "a result that is kept");
  expect(refused([](Doubling& d) {
           if (d.seen != d.x[0]) d.run();
           d.seen = d.x[0];
         }),
         true, "a result that is kept until the inputs change");
  expect(refused([](Doubling& d) {
           if (d.calls++ < 5) d.run();
           else d.y[0] = 0;
         }),
         true, "a result that goes wrong under way");
  expect(refused([](Doubling& d) { d.run(); }, 1e15), true, "more than the peak");
  return failures == 0 ? 0 : 1;
}
