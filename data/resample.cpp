#include "data/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tensor/require.h"

namespace seisgrad {

namespace {

constexpr double half_width = 64;  // samples of the lower rate
constexpr double kaiser_beta = 8;  // 80 dB
// The transition, (81 - 8) / (14.36 * 128) = 0.040 of the lower rate and a little more, ends at half of it.
constexpr double cutoff = 0.5 - 0.042 / 2;
// Phases of the kernel that are tabulated; between them it is interpolated, which is good to (pi / 2000)^2 / 8. A
// multiple of 2, 4, 5 and 8, so that the usual pairs of rates need no interpolation.
constexpr std::int64_t phases = 2000;

// Modified Bessel function of the first kind of order zero, by its power series.
double bessel_i0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

class Kernel {
 public:
  // Both rates in Hz.
  Kernel(double from_rate, double to_rate)
      : scale_(std::min(1.0, to_rate / from_rate)),
        reach_(static_cast<std::int64_t>(std::ceil(half_width / scale_))),
        rows_(static_cast<std::size_t>(phases) + 1) {}

  std::int64_t reach() const { return reach_; }

  // The weights of input samples 1 - reach … reach relative to n, for an output at n + phase / phases.
  const std::vector<double>& row(std::int64_t phase) {
    std::vector<double>& weights = rows_[static_cast<std::size_t>(phase)];
    if (weights.empty()) {
      double sum = 0;
      for (std::int64_t n = 1 - reach_; n <= reach_; ++n) {
        weights.push_back(value(static_cast<double>(n) - static_cast<double>(phase) / phases));
        sum += weights.back();
      }
      for (double& w : weights) w /= sum;
    }
    return weights;
  }

 private:
  double value(double t) const {
    const double u = t * scale_, window = 1 - (u / half_width) * (u / half_width);
    if (window <= 0) return 0;
    const double angle = 2 * std::numbers::pi * cutoff * u;
    return (angle == 0 ? 1 : std::sin(angle) / angle) * bessel_i0(kaiser_beta * std::sqrt(window));
  }

  double scale_;
  std::int64_t reach_;
  std::vector<std::vector<double>> rows_;  // filled as they are asked for
};

// Four sums side by side, always in this order.
double dot(const double* a, const double* b, std::size_t n) {
  double sum[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += a[i + lane] * b[i + lane];
  for (; i < n; ++i) sum[0] += a[i] * b[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// The absolute index of the first grid time at or after t, and the time of an index.
std::int64_t grid_index(Time t, std::int64_t rate) {
  const std::int64_t second = t.ns >= 0 ? t.ns / ns_per_second : -((-t.ns + ns_per_second - 1) / ns_per_second);
  const std::int64_t rest = t.ns - second * ns_per_second;
  return second * rate + (rest * rate + ns_per_second - 1) / ns_per_second;
}

Time grid_time(std::int64_t index, std::int64_t rate) {
  const std::int64_t second = index >= 0 ? index / rate : -((-index + rate - 1) / rate);
  return time_of_sample({second * ns_per_second}, static_cast<double>(rate), index - second * rate);
}

// An input position: sample n and phase / phases + between beyond it.
struct Position {
  std::int64_t n = 0, phase = 0;
  double between = 0;  // in phases, 0 <= between < 1
};

// Where t, not before the segment's start, lies in it. Whole seconds and the rest are kept apart to stay exact, and the
// result is rounded to 2^-32 of a phase, so that the same instant gives the same bits wherever the segment begins.
Position position_of(const Segment& segment, Time t) {
  const std::int64_t ns = t.ns - segment.start.ns, seconds = ns / ns_per_second;
  const double at_second = static_cast<double>(seconds) * segment.rate;
  const double rest = static_cast<double>(ns - seconds * ns_per_second) * segment.rate / ns_per_second;
  Position p;
  p.n = static_cast<std::int64_t>(at_second);
  const double beyond = (at_second - static_cast<double>(p.n) + rest) * phases;
  constexpr std::int64_t fine = std::int64_t{1} << 32;
  const auto rounded = static_cast<std::int64_t>(beyond * static_cast<double>(fine) + 0.5);
  p.n += rounded / (phases * fine);
  p.phase = rounded / fine % phases;
  p.between = static_cast<double>(rounded % fine) / static_cast<double>(fine);
  return p;
}

}  // namespace

Segment resample(const Segment& segment, double rate) {
  require(rate > 0 && rate == std::round(rate), "resample: the new rate must be a whole number of Hz, got ", rate);
  const auto whole_rate = static_cast<std::int64_t>(rate);
  Segment out{segment.id, {}, rate, {}};
  if (segment.samples.empty()) return out;
  Kernel kernel(segment.rate, rate);
  const std::int64_t reach = kernel.reach(), size = segment.size();
  std::vector<double> padded(static_cast<std::size_t>(size + 2 * reach), segment.samples.front());
  std::copy(segment.samples.begin(), segment.samples.end(), padded.begin() + reach);
  std::fill(padded.end() - reach, padded.end(), segment.samples.back());

  const std::int64_t first = grid_index(segment.start, whole_rate);
  const std::int64_t end = grid_index({segment.time_of(size - 1).ns + 1}, whole_rate);
  out.start = grid_time(first, whole_rate);
  out.samples.reserve(static_cast<std::size_t>(std::max<std::int64_t>(0, end - first)));
  for (std::int64_t k = first; k < end; ++k) {
    const Position p = position_of(segment, grid_time(k, whole_rate));
    const double* x = padded.data() + p.n + 1;  // input sample n + 1 - reach
    const std::vector<double>& row = kernel.row(p.phase);
    double y = dot(x, row.data(), row.size());
    if (p.between > 0) y += p.between * (dot(x, kernel.row(p.phase + 1).data(), row.size()) - y);
    out.samples.push_back(y);
  }
  return out;
}

double resample_reach(double from_rate, double to_rate) { return half_width / std::min(from_rate, to_rate); }

}  // namespace seisgrad
