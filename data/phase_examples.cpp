#include "data/phase_examples.h"

#include <algorithm>
#include <cmath>

#include "data/dice.h"
#include "data/normalise.h"
#include "data/preprocess.h"
#include "data/window_examples.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr std::uint16_t cutting = 100;
constexpr std::int32_t quiet = -1, beside = -2;  // in place of an arrival: the two kinds of noise windows

bool has_phase(const TraceInfo& info, const std::string& phase) {
  return std::any_of(info.arrivals.begin(), info.arrivals.end(), [&](const Arrival& a) { return a.phase == phase; });
}

// The phase that arrival i is for the classifier; "" where it is none of its.
std::string phase_of(const TraceInfo& info, std::size_t i, double teleseismic_km) {
  const std::string& phase = info.arrivals[i].phase;
  if (phase != "P" && phase != "S") return phase == "Pg" || phase == "Sg" ? phase : "";
  if (!(info.distance < teleseismic_km)) return phase;
  return has_phase(info, phase + "g") ? "" : phase + "g";
}

std::int32_t class_named(const std::vector<std::string>& classes, const std::string& name) {
  const auto found = std::find(classes.begin(), classes.end(), name);
  return found == classes.end() ? -1 : static_cast<std::int32_t>(found - classes.begin());
}

// The class of arrival i, or -1.
std::int32_t class_of(const TraceInfo& info, std::size_t i, const PhaseExampleOptions& o) {
  const std::string phase = phase_of(info, i, o.teleseismic_km);
  if (phase.empty()) return -1;
  if (const std::int32_t own = class_named(o.classes, phase); own >= 0) return own;
  if (phase != "Pg") return -1;
  const double last =
      info.arrivals[i].sample + static_cast<double>(o.samples - o.anchor - o.shift) / o.profile.rate * info.rate;
  for (std::size_t k = i + 1; k < info.arrivals.size(); ++k)
    if (phase_of(info, k, o.teleseismic_km) == "Sg" && info.arrivals[k].sample < last)
      return class_named(o.classes, "PgSg");
  return -1;
}

// The end of what is noise for certain, in samples of the trace.
double quiet_until(const TraceInfo& info, const PhaseExampleOptions& o) {
  if (info.noise) return o.noise == NoiseChoice::before ? 0 : static_cast<double>(info.samples);
  if (info.arrivals.empty() || o.noise == NoiseChoice::traces) return 0;
  return info.arrivals[0].sample - o.noise_distance * info.rate;
}

// The last place of an anchor whose window is in the trace, in samples of it.
double last_anchor(const TraceInfo& info, const PhaseExampleOptions& o) {
  return static_cast<double>(info.samples) - static_cast<double>(o.samples - o.anchor + 1) * info.rate / o.profile.rate;
}

struct Span {
  double begin, end;  // samples
};

// Where the anchor of a window that `noise_beside` makes noise may lie, in samples of the trace; in order, not empty.
std::vector<Span> beside_arrivals(const TraceInfo& info, const PhaseExampleOptions& o) {
  const double scale = info.rate / o.profile.rate, apart = o.noise_beside * info.rate;
  std::vector<Span> spans;
  double from = static_cast<double>(o.anchor + 1) * scale;
  const auto add_until = [&](double to) {
    if (to > from) spans.push_back({from, to});
  };
  for (std::size_t i = 0; i < info.arrivals.size(); ++i) {
    const std::string phase = phase_of(info, i, o.teleseismic_km);
    if (phase.empty() || (phase == "Sg" && class_named(o.classes, phase) < 0)) continue;
    add_until(std::min(info.arrivals[i].sample - apart, last_anchor(info, o)));
    from = std::max(from, info.arrivals[i].sample + apart);
  }
  add_until(last_anchor(info, o));
  return spans;
}

// The point at this share of the spans' whole length.
double point_in(const std::vector<Span>& spans, double share) {
  double left = 0;
  for (const Span& s : spans) left += share * (s.end - s.begin);
  for (const Span& s : spans) {
    if (left <= s.end - s.begin) return s.begin + left;
    left -= s.end - s.begin;
  }
  return spans.back().end;
}

// Zeros from sample `end` of each channel on, and before it the half cosine that ends a record.
void cut_short(std::span<float> window, std::int64_t samples, std::int64_t end, std::int64_t taper) {
  for (std::size_t row = 0; row < window.size(); row += static_cast<std::size_t>(samples)) {
    const auto channel = window.subspan(row, static_cast<std::size_t>(samples));
    std::fill(channel.begin() + end, channel.end(), 0.0f);
    for (std::int64_t i = 0; i < std::min(taper, end); ++i)
      channel[static_cast<std::size_t>(end - 1 - i)] *= static_cast<float>(taper_weight(i, taper));
  }
}

}  // namespace

std::string to_string(NoiseChoice choice) {
  return choice == NoiseChoice::all ? "all" : choice == NoiseChoice::traces ? "traces" : "before";
}

NoiseChoice noise_choice_named(const std::string& name) {
  require(name == "all" || name == "traces" || name == "before", "noise: all, traces or before, got \"", name, "\"");
  return name == "all" ? NoiseChoice::all : name == "traces" ? NoiseChoice::traces : NoiseChoice::before;
}

std::int64_t least_samples(const PreprocessingProfile& profile, std::int64_t anchor, std::int64_t samples) {
  if (profile.least_recorded == 0) return samples;
  return std::min<std::int64_t>(samples, anchor + std::llround(profile.least_recorded * profile.rate));
}

std::vector<ExampleRef> phase_refs(const std::vector<TraceSource>& sources, const PhaseExampleOptions& o) {
  for (const std::string& name : o.classes)
    require(name == "noise" || name == "P" || name == "S" || name == "Pg" || name == "Sg" || name == "PgSg",
            "phase classifier: class \"", name, "\"; known are noise, P, S, Pg, Sg and PgSg");
  std::vector<ExampleRef> refs;
  const std::int32_t noise = class_named(o.classes, "noise");
  for (const TraceSource& source : sources)
    require(static_cast<bool>(source.info), "phase classifier: ", source.name,
            ": what its traces hold has to be known before: pack them");
  for (std::size_t s = 0; s < sources.size(); ++s)
    for (std::int64_t t = 0; t < sources[s].size; ++t) {
      const TraceInfo info = sources[s].info(t);
      const double scale = info.rate / o.profile.rate, length = static_cast<double>(o.samples) * scale;
      const auto source = static_cast<std::int32_t>(s);
      if (noise >= 0 && quiet_until(info, o) >= length + 2 * scale)
        refs.push_back({.source = source, .category = noise, .trace = t, .arrival = quiet});
      if (noise >= 0 && o.noise_beside > 0 && !info.arrivals.empty() && !beside_arrivals(info, o).empty())
        refs.push_back({.source = source, .category = noise, .trace = t, .arrival = beside});
      for (std::size_t i = 0; i < info.arrivals.size(); ++i) {
        const std::int32_t category = class_of(info, i, o);
        const double first = info.arrivals[i].sample - static_cast<double>(o.anchor + o.shift + 1) * scale;
        const double last = first + length + 2 * static_cast<double>(o.shift + 1) * scale;
        if (category >= 0 && first >= 0 && last <= static_cast<double>(info.samples))
          refs.push_back({.source = source, .category = category, .trace = t, .arrival = static_cast<std::int32_t>(i)});
      }
    }
  return refs;
}

std::int32_t PhaseExamples::make(std::uint32_t epoch, std::int64_t position, std::span<float> input,
                                 std::span<float>) const {
  const PhaseExampleOptions& o = options_;
  const std::uint32_t turn = o.training ? epoch : 0;
  std::int32_t category = 0;
  use_example(traces_, order_, turn, position, [&](const ExampleRef& ref, LabelledTrace trace) -> std::string {
    const double noise_until = quiet_until(trace.info, o) / trace.info.rate * o.profile.rate;
    trace = filtered(trace, o.profile);
    Dice dice({o.seed, Purpose::augmentation, turn, cutting}, position);
    double begin;
    if (ref.arrival == quiet) {
      begin = std::floor(dice.uniform(0, std::max(1.0, noise_until - 1 - static_cast<double>(o.samples))));
    } else if (ref.arrival == beside) {
      const std::vector<Span> spans = beside_arrivals(trace.info, o);
      if (spans.empty()) return "its arrivals leave no room for noise beside them";
      begin = std::floor(point_in(spans, dice.uniform())) - static_cast<double>(o.anchor);
    } else {
      const double arrival = trace.info.arrivals[static_cast<std::size_t>(ref.arrival)].sample;
      begin = std::round(arrival) - static_cast<double>(o.anchor);
      if (o.training) begin += static_cast<double>(dice.integer(-o.shift, o.shift + 1));
    }
    const auto first = static_cast<std::int64_t>(begin);
    if (first < 0 || first + o.samples > trace.info.samples) return "its window leaves the trace";
    for (std::int64_t c = 0; c < 3; ++c)
      std::copy_n(trace.samples.begin() + c * trace.info.samples + first, o.samples, input.begin() + c * o.samples);
    if (o.training && o.cut_short > 0 && dice.chance(o.cut_short)) {
      cut_short(input, o.samples, dice.integer(least_samples(o.profile, o.anchor, o.samples), o.samples + 1),
                std::llround(o.cut_taper * o.profile.rate));
    }
    category = ref.category;
    return {};
  });
  normalise(input, 3, o.profile.normalisation);
  reorder_components(input, o.profile.component_order);
  return category;
}

}  // namespace seisgrad
