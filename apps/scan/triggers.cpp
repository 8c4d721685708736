#include "apps/scan/triggers.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

struct Stretch {
  int64_t on, off;
};

std::vector<Stretch> runs_of(std::span<const float> p, const TriggerOptions& o) {
  std::vector<Stretch> runs;
  const auto n = static_cast<int64_t>(p.size());
  for (int64_t i = 0; i < n; ++i) {
    if (!(p[i] >= o.on)) continue;
    int64_t end = i + 1;
    while (end < n && p[end] >= o.off) ++end;
    if (!runs.empty() && i - runs.back().off < o.join) runs.back().off = end - 1;
    else runs.push_back({i, end - 1});
    i = end;
  }
  return runs;
}

Trigger trigger_of(Stretch run, std::span<const float> p, std::span<const float> g) {
  const auto begin = g.begin() + run.on, end = g.begin() + run.off + 1;
  const auto most = std::max_element(begin, end);
  double weight = 0, moment = 0;
  for (auto v = begin; v != end; ++v)
    if (*v >= 0.5f * *most) weight += *v, moment += *v * static_cast<double>(v - g.begin());
  const int64_t strongest = most - g.begin();
  return {run.on,    run.off,      weight > 0 ? moment / weight : static_cast<double>(strongest),
          strongest, p[strongest], *most};
}

}  // namespace

std::vector<Trigger> find_triggers(std::span<const float> p, std::span<const float> g, const TriggerOptions& options) {
  std::vector<Trigger> triggers, kept;
  for (const Stretch& run : runs_of(p, options)) triggers.push_back(trigger_of(run, p, g));
  std::stable_sort(triggers.begin(), triggers.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  for (const Trigger& t : triggers) {
    const auto near = [&](const Trigger& k) {
      return std::abs(k.centre - t.centre) < static_cast<double>(options.dead);
    };
    if (std::none_of(kept.begin(), kept.end(), near)) kept.push_back(t);
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.centre < b.centre; });
  return kept;
}

}  // namespace seisgrad
