#include "data/preprocess.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "data/butterworth.h"
#include "data/resample.h"
#include "tensor/require.h"

namespace seisgrad {

namespace {

// Subtracts the straight line of least squares.
void remove_line(std::span<double> x) {
  const auto n = static_cast<double>(x.size());
  const double middle = (n - 1) / 2;
  double sum = 0, moment = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += x[i];
    moment += (static_cast<double>(i) - middle) * x[i];
  }
  const double mean = sum / n, slope = x.size() > 1 ? 12 * moment / (n * (n * n - 1)) : 0;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= mean + slope * (static_cast<double>(i) - middle);
}

// The index of the segment's first sample in the block after the one that sample i is in.
std::int64_t block_end(const Segment& segment, std::int64_t i) {
  constexpr auto block_ns = static_cast<std::int64_t>(block_seconds) * ns_per_second;
  const std::int64_t t = segment.time_of(i).ns;
  const std::int64_t block = t >= 0 ? t / block_ns : -((-t + block_ns - 1) / block_ns);
  const double position = sample_position(segment.start, segment.rate, {(block + 1) * block_ns});
  // Sample times are rounded to the nanosecond, positions therefore to 1e-6 samples at any rate we meet.
  return std::clamp(static_cast<std::int64_t>(std::ceil(position - 1e-6)), i + 1, segment.size());
}

void band_pass(Segment& segment, const PreprocessingProfile& profile) {
  const auto sections = butterworth_band_pass(profile.corners, profile.band_low, profile.band_high, segment.rate);
  const auto context = static_cast<std::int64_t>(std::ceil(context_seconds(profile) * segment.rate));
  std::vector<double> filtered(segment.samples.size()), stretch;
  for (std::int64_t begin = 0; begin < segment.size();) {
    const std::int64_t end = block_end(segment, begin);
    const std::int64_t from = std::max<std::int64_t>(0, begin - context), to = std::min(segment.size(), end + context);
    stretch.assign(segment.samples.begin() + from, segment.samples.begin() + to);
    remove_line(stretch);
    if (profile.zero_phase) filter_zero_phase(sections, stretch);
    else filter_forward(sections, stretch);
    std::copy(stretch.begin() + (begin - from), stretch.begin() + (end - from), filtered.begin() + begin);
    begin = end;
  }
  segment.samples = std::move(filtered);
}

// Multiplies the first and last `seconds`, or halves of a shorter segment, by half a period of a cosine.
void taper(Segment& segment, double seconds) {
  const std::int64_t length = std::min<std::int64_t>(std::llround(seconds * segment.rate), segment.size() / 2);
  for (std::int64_t i = 0; i < length; ++i) {
    const double weight = taper_weight(i, length);
    segment.samples[static_cast<std::size_t>(i)] *= weight;
    segment.samples[static_cast<std::size_t>(segment.size() - 1 - i)] *= weight;
  }
}

bool same_rate(double a, double b) { return std::abs(a - b) < 1e-9 * b; }

}  // namespace

double taper_weight(std::int64_t i, std::int64_t length) {
  return 0.5 * (1 - std::cos(std::numbers::pi * static_cast<double>(i) / static_cast<double>(length)));
}

double context_seconds(const PreprocessingProfile& profile) {
  return profile.band_pass ? std::max(20.0, 20 / profile.band_low) : 20;
}

std::string rate_objection(const PreprocessingProfile& profile, double rate) {
  if (rate >= profile.lowest_input_rate) return {};
  return joined("sampling rate ", rate, " Hz is below ", profile.lowest_input_rate, " Hz");
}

Segment preprocess(Segment segment, const PreprocessingProfile& profile) {
  const std::string objection = rate_objection(profile, segment.rate);
  require(objection.empty(), "preprocess: ", segment.id, ": ", objection);
  if (same_rate(segment.rate, profile.rate)) segment.rate = profile.rate;
  else segment = resample(segment, profile.rate);
  if (profile.band_pass) band_pass(segment, profile);
  taper(segment, profile.taper_seconds);
  return segment;
}

std::vector<Segment> preprocess(std::vector<Segment> segments, const PreprocessingProfile& profile,
                                std::vector<Excluded>& excluded) {
  std::vector<Segment> results;
  for (Segment& segment : segments) {
    const Excluded whole{segment.id, segment.start, segment.end(), rate_objection(profile, segment.rate)};
    Segment result = whole.reason.empty() ? preprocess(std::move(segment), profile) : Segment{};
    segment.samples = {};  // one raw segment less in memory
    if (!result.samples.empty()) results.push_back(std::move(result));
    else
      excluded.push_back(
          {whole.id, whole.start, whole.end, whole.reason.empty() ? "shorter than a sample" : whole.reason});
  }
  return results;
}

}  // namespace seisgrad
