#include "bench/cuda/contest.h"

#include <algorithm>
#include <cmath>

#include "bench/cuda/stopwatch.h"
#include "kernels/device.h"

namespace SEISGRAD {
namespace {

struct Runner {
  Row row;
  Case run;
  device::Graph graph;
  int repeats = 1;  // calls in one sample of `hot` and `graph`

  bool is_in() const { return row.wrong.empty() && row.absent.empty(); }
  // What goes wrong in `step` is this entrant's affair alone.
  void attempt(const std::function<void()>& step) {
    if (!is_in()) return;
    try {
      step();
    } catch (const Absent& e) { row.absent = e.what(); } catch (const device::Lost&) {
      throw;
    } catch (const std::exception& e) { row.wrong = e.what(); }
  }
  void check(const std::vector<Output>& outputs) {
    const Verdict verdict = judge(run, outputs);
    row.error = std::max(row.error, verdict.error);
    row.wrong = verdict.wrong;
  }
};

Times times_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&](double share) { return samples[static_cast<size_t>(share * double(samples.size() - 1) + 0.5)]; };
  return {.p20 = at(0.2), .median = at(0.5), .p80 = at(0.8), .samples = samples.size()};
}

double sample(const Runner& r, const std::string& way) {
  if (way == "flushed") {
    flush_l2();
    return device_seconds(r.run.call);
  }
  const auto calls = [&] {
    for (int i = 0; i < r.repeats; ++i) way == "hot" ? r.run.call() : device::replay(r.graph);
  };
  return device_seconds(calls) / r.repeats;
}

void time(std::vector<Runner>& runners, const std::string& way, int turns) {
  std::map<const Runner*, std::vector<double>> samples;
  for (int turn = 0; turn < turns; ++turn)
    for (Runner& r : runners) {
      if (way == "graph" && !r.graph) continue;
      r.attempt([&] {
        for (int i = 0; i < 3; ++i) samples[&r].push_back(sample(r, way));
      });
    }
  for (Runner& r : runners)
    if (r.is_in() && !samples[&r].empty()) r.row.times[way] = times_of(samples[&r]);
}

// Calls a sample, from the time of one; and a recording, where the library lets its calls be recorded.
void warm_up(Runner& r) {
  const double once = device_seconds(r.run.call);
  r.repeats = static_cast<int>(std::clamp(2e-4 / once, 1.0, 20.0));
  try {
    r.graph = device::record(r.run.call);
  } catch (const device::Lost&) { throw; } catch (const std::exception&) {
    r.graph = nullptr;
  }
}

void compare_with_roof(Row& row, const Case& c) {
  const Roof limit = roof();
  const double flops = row.precision == "tf32" ? limit.tf32 : limit.strict;
  if (flops == 0 || !row.times.count("flushed")) return;
  const double arithmetic = c.other_arithmetic ? 0 : row.work.flops / flops, memory = row.work.bytes / limit.bytes;
  row.limit = arithmetic > memory ? "arithmetic" : "memory";
  row.share = std::max(arithmetic, memory) / row.times["flushed"].median;
  for (const auto& [way, t] : row.times) {
    // what was written last may still be in the cache, and when hot all of it
    const double least_memory = way == "flushed" ? std::max(0.0, row.work.bytes - limit.l2) / limit.bytes : 0;
    if (t.median < std::max(arithmetic, least_memory))
      row.wrong = way + ": faster than the roof allows: the FLOPs, the bytes or the roof are miscounted";
  }
}

}  // namespace

std::vector<Row> run(const Contest& contest, int turns) {
  std::vector<Runner> runners;
  std::function<std::vector<Output>(uint64_t)> prepare;
  for (const Entrant& entrant : contest.entrants()) {
    Runner r;
    r.row.contest = contest.name, r.row.precision = contest.precision, r.row.entrant = entrant.name;
    r.attempt([&] {
      r.run = entrant.make();
      r.row.label = r.run.label, r.row.work = r.run.work;
    });
    if (r.is_in()) prepare = r.run.prepare;
    runners.push_back(std::move(r));
  }
  const auto checked_call = [&](const std::vector<Output>& outputs) {
    for (Runner& r : runners)
      r.attempt([&] {
        poison(r.run, outputs);
        r.run.call();
        r.check(outputs);
      });
  };
  if (prepare) {
    const std::vector<Output> outputs = prepare(1);
    checked_call(outputs);
    for (Runner& r : runners)
      r.attempt([&] {
        warm_up(r);
        poison(r.run, outputs);
      });
    for (const char* way : {"flushed", "hot", "graph"}) time(runners, way, turns);
    for (Runner& r : runners) r.attempt([&] { r.check(outputs); });
    checked_call(prepare(2));
  }
  std::vector<Row> rows;
  for (Runner& r : runners) {
    if (r.is_in()) compare_with_roof(r.row, r.run);
    rows.push_back(r.row);
  }
  return rows;
}

}  // namespace SEISGRAD
