#include "apps/evaluate/curves.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace seisgrad {

static double ratio(std::int64_t part, std::int64_t whole, double of_nothing) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : of_nothing;
}

double RankedCurve::recall(const OperatingPoint& p) const { return ratio(p.true_positives, positives, 0); }
double RankedCurve::precision(const OperatingPoint& p) const {
  return ratio(p.true_positives, p.true_positives + p.false_positives, 1);
}
double RankedCurve::false_positive_rate(const OperatingPoint& p) const {
  return ratio(p.false_positives, negatives, 0);
}

double RankedCurve::roc_area() const {
  if (positives == 0 || negatives == 0) return 0.5;
  double area = 0, x = 0, y = 0;
  for (const OperatingPoint& p : points) {
    area += (false_positive_rate(p) - x) * (recall(p) + y) / 2;
    x = false_positive_rate(p);
    y = recall(p);
  }
  return area;
}

double RankedCurve::average_precision() const {
  double sum = 0, before = 0;
  for (const OperatingPoint& p : points) {
    sum += (recall(p) - before) * precision(p);
    before = recall(p);
  }
  return sum;
}

RankedCurve ranked_curve(std::vector<ScoredCase> cases) {
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  RankedCurve curve;
  for (size_t i = 0; i < cases.size(); ++i) {
    ++(cases[i].truth ? curve.positives : curve.negatives);
    if (i + 1 == cases.size() || cases[i + 1].score < cases[i].score)
      curve.points.push_back({cases[i].score, curve.positives, curve.negatives});
  }
  return curve;
}

Reliability reliability_of(const std::vector<ScoredCase>& cases, int bins) {
  Reliability r;
  r.bins.resize(static_cast<size_t>(bins));
  for (const ScoredCase& c : cases) {
    auto& bin = r.bins[static_cast<size_t>(std::clamp(std::floor(c.score * bins), 0.0, bins - 1.0))];
    ++bin.count;
    bin.mean_score += c.score;
    bin.share_true += c.truth;
  }
  for (auto& bin : r.bins)
    if (bin.count > 0)
      bin.mean_score /= static_cast<double>(bin.count), bin.share_true /= static_cast<double>(bin.count);
  return r;
}

double Reliability::expected_error() const {
  double sum = 0;
  std::int64_t cases = 0;
  for (const Bin& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.mean_score - bin.share_true);
    cases += bin.count;
  }
  return cases > 0 ? sum / static_cast<double>(cases) : 0;
}

std::int64_t Confusion::total() const { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }

double Confusion::accuracy() const {
  std::int64_t right = 0;
  for (size_t c = 0; c < classes.size(); ++c) right += at(c, c);
  return ratio(right, total(), 0);
}

}  // namespace seisgrad
