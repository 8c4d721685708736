#include "apps/explain/deletion.h"

#include <algorithm>
#include <cmath>

#include "data/dice.h"

namespace seisgrad {
namespace {

constexpr size_t tenth = 2;  // of deleted_fractions
static_assert(deleted_fractions[tenth] == deletion_fraction);

// Samples begin .. end - 1 as a straight line between their neighbours; beyond the window lie zeros.
void bridge(std::span<real> row, size_t begin, size_t end) {
  const double from = begin > 0 ? static_cast<double>(row[begin - 1]) : 0,
               to = end < row.size() ? static_cast<double>(row[end]) : 0;
  for (size_t i = begin; i < end; ++i) {
    const double part = static_cast<double>(i - begin + 1) / static_cast<double>(end - begin + 1);
    row[i] = static_cast<real>(from + (to - from) * part);
  }
}

// Appends the window without what the mask, moved by `by` samples, covers.
void add_masked(std::vector<real>& windows, std::span<const real> window, const std::vector<bool>& mask, size_t by) {
  const size_t length = mask.size(), first = windows.size();
  windows.insert(windows.end(), window.begin(), window.end());
  const auto masked = [&](size_t i) { return mask[(i + length - by) % length]; };
  for (size_t begin = 0, end; begin < length; begin = end) {
    for (end = begin + 1; end < length && masked(end) == masked(begin);) ++end;
    if (!masked(begin)) continue;
    for (size_t c = 0; c < 3; ++c) bridge(std::span(windows).subspan(first + c * length, length), begin, end);
  }
}

}  // namespace

double Deletion::top_tenth() const { return top[tenth]; }

Deletion delete_by(const ExplainedModel& model, const Target& target, std::span<const real> window,
                   std::span<const double> map, uint64_t seed, uint32_t id) {
  const auto length = static_cast<int64_t>(map.size());
  Dice dice(RandomKey{seed, Purpose::explanation, id, 2}, 0);
  std::vector<real> windows;
  for (const double fraction : deleted_fractions) {
    const std::vector<bool> mask = top_fraction(map, fraction);
    add_masked(windows, window, mask, 0);
    for (int64_t draw = 0; draw < deletion_draws; ++draw)
      add_masked(windows, window, mask, static_cast<size_t>(dice.integer(1, length)));
  }
  for (int64_t draw = 0; draw < deletion_draws; ++draw) {
    std::vector<double> lots(map.size());
    for (double& v : lots) v = dice.uniform();
    add_masked(windows, window, top_fraction(lots, deletion_fraction), 0);
  }
  const std::vector<Prediction> predictions = predict_all(model, windows);
  Deletion result;
  auto next = predictions.begin();
  // of the next draws: the mean, and the share above `least`
  const auto draws = [&](double least) {
    std::pair<double, double> mean_and_share = {0, 0};
    for (int64_t i = 0; i < deletion_draws; ++i) {
      const double p = (next++)->probability(target);
      mean_and_share.first += p / static_cast<double>(deletion_draws);
      mean_and_share.second += (p > least ? 1.0 : 0.0) / static_cast<double>(deletion_draws);
    }
    return mean_and_share;
  };
  for (size_t f = 0; f < deleted_fractions.size(); ++f) {
    result.top[f] = (next++)->probability(target);
    const auto [mean, share] = draws(result.top[f]);
    result.moved[f] = mean;
    if (f == tenth) result.over_moved = share;
  }
  result.over_scattered = draws(result.top[tenth]).second;
  return result;
}

std::vector<double> over_components(const std::vector<double>& values) {
  std::vector<double> sums(values.size() / 3, 0.0);
  for (size_t i = 0; i < values.size(); ++i) sums[i % sums.size()] += values[i];
  return sums;
}

}  // namespace seisgrad
