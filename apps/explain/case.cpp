#include "apps/explain/case.h"

#include <algorithm>
#include <cmath>

#include "apps/data/archive.h"
#include "data/phase_examples.h"
#include "data/window_examples.h"

namespace seisgrad {
namespace {

ComponentSegment segment_of(const LabelledTrace& trace) {
  const TraceInfo& info = trace.info;
  ComponentSegment segment;
  segment.group = {info.stream.network, info.stream.station, info.stream.location, info.stream.channel.substr(0, 2)};
  segment.start = info.start;
  segment.rate = info.rate;
  for (std::size_t c = 0; c < 3; ++c) {
    const char letter = "ENZ"[c];
    const auto row = trace.samples.begin() + static_cast<std::ptrdiff_t>(c) * info.samples;
    segment.channels[c].assign(row, row + info.samples);
    segment.present[c] = info.components.find(letter) != std::string::npos;
    if (segment.present[c]) segment.channel_names[c] = segment.group.band + letter;
  }
  return segment;
}

ScoredSegment scored_by(const Finder& finder, const ComponentSegment& segment, const std::string& name) {
  try {
    return *finder.find(segment, [](std::int64_t) { return true; });
  } catch (const std::domain_error& error) { throw std::runtime_error(name + ": " + error.what()); }
}

void keep_between(std::vector<Peak>& peaks, std::int64_t begin, std::int64_t end) {
  std::erase_if(peaks, [=](const Peak& p) { return p.sample < begin || p.sample >= end; });
  for (Peak& p : peaks) p.sample -= begin;
}

}  // namespace

Case case_of(std::string name, const ComponentSegment& segment, const ScoredSegment& scored, std::int64_t begin,
             std::int64_t length) {
  const std::int64_t end = std::min(begin + length, segment.size());
  const auto cut = [=](const std::vector<float>& all) {
    return std::vector<float>(all.begin() + begin, all.begin() + end);
  };
  Case c{.name = std::move(name), .segment = segment, .scored = scored, .known = {}};
  c.segment.start = segment.time_of(begin);
  c.segment.zeros.clear();
  for (auto& channel : c.segment.channels) channel = cut(channel);
  c.scored.detection = cut(c.scored.detection);
  for (PhaseTrace& phase : c.scored.phases) {
    phase.probability = cut(phase.probability);
    keep_between(phase.picks, begin, end);
  }
  std::erase_if(c.scored.runs, [=](const Run& r) { return r.off < begin || r.on >= end; });
  for (Run& r : c.scored.runs) r.on = std::max(r.on, begin) - begin, r.off = std::min(r.off, end - 1) - begin;
  c.scored.unscored.clear(), c.scored.triggers.clear();
  return c;
}

std::int64_t window_of_pick(const ExplainedModel& model, std::int64_t pick, std::int64_t samples) {
  const std::int64_t before = model.classifies ? PhaseExampleOptions().anchor : model.length / 2;
  const std::int64_t recorded =
      model.classifies ? least_samples(model.settings.profile, before, model.length) : model.length;
  return std::clamp<std::int64_t>(pick - before, 0, std::max<std::int64_t>(0, samples - recorded));
}

std::vector<Case> cases_of_trace(const ExplainedModel& model, const Finder& finder, const std::string& name,
                                 const LabelledTrace& recorded, bool raw) {
  const PreprocessingProfile& profile = model.settings.profile;
  const LabelledTrace trace = raw ? filtered(recorded, profile) : recorded;
  const TraceInfo& info = trace.info;
  if (std::abs(info.rate - profile.rate) > 1e-6 * profile.rate)
    throw std::runtime_error(
        joined(name, " has ", info.rate, " samples a second, the model ", profile.rate, "; --filter resamples"));
  struct Wanted {
    std::string what;
    std::int64_t begin;
  };
  std::vector<Wanted> windows;
  if (model.classifies) {
    const PhaseExampleOptions options{
        .classes = model.targets, .samples = model.length, .profile = profile, .training = false};
    const TraceSource one{.name = name,
                          .hash = 0,
                          .weight = 1,
                          .size = 1,
                          .info = [&](std::int64_t) { return info; },
                          .read = [&](std::int64_t) { return trace; }};
    for (const ExampleRef& ref : phase_refs({one}, options)) {
      const auto at = static_cast<std::size_t>(std::max(0, ref.arrival));
      const std::int64_t begin =
          ref.arrival < 0 ? 0 : std::llround(info.arrivals[at].sample) - options.anchor;  // as validation cuts it
      const std::string& phase = model.targets[static_cast<std::size_t>(ref.category)];
      windows.push_back({ref.arrival < 0 ? phase : joined("arrival ", ref.arrival, " ", phase), begin});
    }
    if (windows.empty()) throw std::runtime_error(name + ": it holds no window of " + model.name + "'s classes");
  } else {
    double middle = 0;
    for (const Arrival& a : info.arrivals) middle += a.sample / static_cast<double>(info.arrivals.size());
    windows.push_back({info.noise ? "noise" : "event", window_of_pick(model, std::llround(middle), info.samples)});
  }
  const ComponentSegment segment = segment_of(trace);
  const ScoredSegment scored = scored_by(finder, segment, name);
  std::vector<Case> cases;
  for (const Wanted& w : windows) {
    Case c = case_of(joined(name, " ", w.what), segment, scored, w.begin, model.length);
    for (const Arrival& a : info.arrivals) {
      const double sample = a.sample - static_cast<double>(w.begin);
      if (sample >= 0 && sample < static_cast<double>(c.segment.size())) c.known.push_back({a.phase, sample});
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

std::vector<Case> cases_at_time(const ExplainedModel& model, const Finder& finder,
                                const std::vector<std::string>& files, Time time) {
  const PreprocessingProfile& profile = model.settings.profile;
  // a window on each side: what is scored inside the explained one has its own windows there
  const double reach = 2 * static_cast<double>(model.length) / profile.rate, context = context_seconds(profile);
  const Archive archive(files, [](std::int64_t) { return true; });
  std::vector<Case> cases;
  for (const auto& sensor : archive.groups()) {
    std::vector<Excluded> excluded;
    for (const ComponentSegment& all : archive.read(sensor.first, plus_seconds(time, -reach - context),
                                                    plus_seconds(time, reach + context), &profile, excluded)) {
      if (time < all.start || time >= all.end()) continue;
      const std::string name = to_string(sensor.first) + " " + to_iso(time);
      const auto at = static_cast<std::int64_t>(std::llround(sample_position(all.start, all.rate, time)));
      const std::int64_t begin = window_of_pick(model, at, all.size());
      Case c = case_of(name, all, scored_by(finder, all, name), begin, model.length);
      c.known.push_back({"given", static_cast<double>(at - begin)});
      cases.push_back(std::move(c));
    }
  }
  require(!cases.empty(), "explain: nothing was recorded at ", to_iso(time), " in the files given");
  return cases;
}

}  // namespace seisgrad
