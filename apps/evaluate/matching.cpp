#include "apps/evaluate/matching.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <tuple>

namespace seisgrad {

std::vector<Match> match_closest(std::span<const std::int64_t> picks, std::span<const std::int64_t> references,
                                 std::int64_t tolerance) {
  std::vector<std::size_t> order(references.size());  // of the references, in time
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return references[a] < references[b]; });

  struct Pair {
    std::int64_t distance;
    Match match;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < picks.size(); ++i) {
    auto near = std::lower_bound(order.begin(), order.end(), picks[i] - tolerance,
                                 [&](std::size_t j, std::int64_t time) { return references[j] < time; });
    for (; near != order.end() && references[*near] <= picks[i] + tolerance; ++near)
      pairs.push_back({std::abs(picks[i] - references[*near]), {i, *near}});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(a.distance, a.match.pick, a.match.reference) <
           std::tie(b.distance, b.match.pick, b.match.reference);
  });

  std::vector<bool> pick_used(picks.size()), reference_used(references.size());
  std::vector<Match> matches;
  for (const Pair& pair : pairs) {
    if (pick_used[pair.match.pick] || reference_used[pair.match.reference]) continue;
    pick_used[pair.match.pick] = reference_used[pair.match.reference] = true;
    matches.push_back(pair.match);
  }
  return matches;
}

}  // namespace seisgrad
