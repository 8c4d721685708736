#include "apps/scan/picker.h"

#include <algorithm>
#include <optional>
#include <set>

namespace seisgrad {
namespace {

bool stronger(const Peak& a, const Peak& b) {
  return a.probability != b.probability ? a.probability > b.probability : a.sample < b.sample;
}
bool earlier(const Peak& a, const Peak& b) { return a.sample < b.sample; }

std::vector<Peak> without_neighbours(std::vector<Peak> peaks, int64_t dead_samples) {
  std::sort(peaks.begin(), peaks.end(), stronger);
  std::set<int64_t> kept;
  std::vector<Peak> result;
  for (const Peak& peak : peaks) {
    const auto next = kept.lower_bound(peak.sample);
    const bool near_next = next != kept.end() && *next - peak.sample < dead_samples;
    const bool near_previous = next != kept.begin() && peak.sample - *std::prev(next) < dead_samples;
    if (near_next || near_previous) continue;
    kept.insert(peak.sample);
    result.push_back(peak);
  }
  std::sort(result.begin(), result.end(), earlier);
  return result;
}

void add_once(std::vector<Peak>& peaks, const Peak& peak) {
  if (std::find(peaks.begin(), peaks.end(), peak) == peaks.end()) peaks.push_back(peak);
}

}  // namespace

std::vector<Peak> find_peaks(std::span<const float> trace, float threshold, int64_t dead_samples) {
  std::vector<Peak> peaks;
  for (size_t i = 1; i + 1 < trace.size(); ++i)
    if (trace[i] >= threshold && trace[i] > trace[i - 1] && trace[i + 1] <= trace[i])
      peaks.push_back({static_cast<int64_t>(i), trace[i]});
  return without_neighbours(std::move(peaks), dead_samples);
}

std::vector<Run> find_runs(std::span<const float> trace, float threshold) {
  std::vector<Run> runs;
  const int64_t n = static_cast<int64_t>(trace.size());
  for (int64_t on = 0; on < n; ++on) {
    if (!(trace[on] >= threshold)) continue;
    int64_t end = on;
    double sum = 0;
    for (; end < n && trace[end] >= threshold; ++end) sum += trace[end];
    runs.push_back({on, end - 1, sum / static_cast<double>(end - on)});
    on = end;
  }
  return runs;
}

PairedPeaks pair_with_runs(std::span<const Run> runs, std::span<const Peak> p, std::span<const Peak> s) {
  PairedPeaks paired;
  for (const Run& run : runs) {
    if (run.off - run.on < 10) continue;
    std::optional<Peak> first_s, best_p;
    for (const Peak& peak : s)
      if (run.on < peak.sample && peak.sample < run.off && !first_s) first_s = peak;
    for (const Peak& peak : p) {
      const bool before_end = first_s ? peak.sample < first_s->sample - 10 : peak.sample < run.off;
      if (run.on - 100 < peak.sample && before_end && (!best_p || stronger(peak, *best_p))) best_p = peak;
    }
    if (best_p) add_once(paired.p, *best_p);
    if (first_s) add_once(paired.s, *first_s);
  }
  std::sort(paired.p.begin(), paired.p.end(), earlier);
  std::sort(paired.s.begin(), paired.s.end(), earlier);
  return paired;
}

}  // namespace seisgrad
