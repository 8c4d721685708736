#include "apps/data/cut.h"

#include <algorithm>
#include <cmath>

#include "data/geodesy.h"
#include "data/labels.h"
#include "data/snr.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

std::string compact(Time time) {
  std::string text = to_iso(time).substr(0, 19);
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }), text.end());
  return text;
}

// Samples [begin, end) of a segment; at least one of its components must have data there.
LabelledTrace cut(const ComponentSegment& segment, std::int64_t begin, std::int64_t end, const char* kind) {
  LabelledTrace trace;
  TraceInfo& info = trace.info;
  info.stream = {segment.group.network, segment.group.station, segment.group.location, segment.group.band};
  info.start = segment.time_of(begin);
  info.rate = segment.rate;
  info.samples = end - begin;
  info.id = to_string(segment.group) + "_" + compact(info.start) + kind;
  info.components.clear();
  for (std::size_t c = 0; c < 3; ++c) {
    const auto from = segment.channels[c].begin() + begin, to = segment.channels[c].begin() + end;
    trace.samples.insert(trace.samples.end(), from, to);
    if (std::any_of(from, to, [](float x) { return x != 0; })) info.components += "ENZ"[c];
  }
  return trace;
}

// Of the 5 s after the first S, or P, over the 5 s that end half a second before P.
void measure_snr(LabelledTrace& trace) {
  TraceInfo& info = trace.info;
  const double p = info.arrivals.front().sample, s = info.first('S');
  const auto five = static_cast<std::int64_t>(5 * info.rate), half = static_cast<std::int64_t>(info.rate / 2);
  const auto noise_end = static_cast<std::int64_t>(p) - half, signal = static_cast<std::int64_t>(std::isnan(s) ? p : s);
  if (noise_end < five || signal + five > info.samples) return;
  for (std::int64_t c = 0; c < 3; ++c) {
    const float* x = trace.samples.data() + c * info.samples;
    info.snr_db[c] = snr_db({x + noise_end - five, x + noise_end}, {x + signal, x + signal + five});
  }
}

std::vector<TimeSpan> united(std::vector<TimeSpan> spans) {
  std::sort(spans.begin(), spans.end(), [](const TimeSpan& a, const TimeSpan& b) { return a.begin < b.begin; });
  std::vector<TimeSpan> apart;
  for (const TimeSpan& span : spans)
    if (!apart.empty() && span.begin <= apart.back().end) apart.back().end = std::max(apart.back().end, span.end);
    else apart.push_back(span);
  return apart;
}

}  // namespace

std::vector<TimeSpan> spans_with_events(const Bulletin& bulletin, double noise_distance) {
  std::vector<TimeSpan> spans(bulletin.events.size());
  std::vector<bool> begun(bulletin.events.size(), false);
  std::vector<TimeSpan> all;
  for (const BulletinPick& pick : bulletin.picks) {
    if (pick.event < 0) all.push_back({pick.time, pick.time});
    else {
      const auto event = static_cast<std::size_t>(pick.event);
      if (!begun[event]) spans[event] = {pick.time, pick.time};
      begun[event] = true;
      spans[event].end = pick.time;  // picks are sorted
    }
  }
  for (std::size_t event = 0; event < spans.size(); ++event)
    if (begun[event]) all.push_back(spans[event]);
  for (TimeSpan& span : all) span = {plus_seconds(span.begin, -noise_distance), plus_seconds(span.end, noise_distance)};
  return united(std::move(all));
}

std::vector<PickGroup> groups_of(const Bulletin& bulletin, const std::vector<std::size_t>& picks, double after) {
  std::vector<PickGroup> groups;
  for (const std::size_t pick : picks) {
    const Time time = bulletin.picks[pick].time;
    const bool follows = !groups.empty() && seconds_between(bulletin.picks[groups.back().back()].time, time) < after &&
                         seconds_between(bulletin.picks[groups.back().front()].time, time) <
                             2 * after;  // swarms must not grow for hours
    if (!follows) groups.emplace_back();
    groups.back().push_back(pick);
  }
  return groups;
}

LabelledTrace cut_event(const ComponentSegment& segment, const Bulletin& bulletin, const PickGroup& group,
                        const CutOptions& options, std::string& why) {
  const auto sample = [&](std::size_t pick, double shift) {
    return sample_position(segment.start, segment.rate, plus_seconds(bulletin.picks[pick].time, shift));
  };
  const auto begin = std::max<std::int64_t>(0, std::llround(sample(group.front(), -options.before)));
  const auto end = std::min<std::int64_t>(segment.size(), std::llround(sample(group.back(), options.after)));
  why.clear();
  if (static_cast<double>(end - begin) < options.shortest * segment.rate) {
    why = joined("only ", static_cast<double>(end - begin) / segment.rate, " s were recorded without a gap");
    return {};
  }
  LabelledTrace trace = cut(segment, begin, end, "_EV");
  TraceInfo& info = trace.info;
  for (const std::size_t pick : group) {
    const double at = sample(pick, 0) - static_cast<double>(begin);
    if (at < static_cast<double>(info.samples))
      info.arrivals.push_back({bulletin.picks[pick].phase, std::max(at, 0.0)});
  }
  info.arrivals.erase(std::unique(info.arrivals.begin(), info.arrivals.end()), info.arrivals.end());
  if (info.components.empty()) why = "all its samples are zero";
  if (events_of(info).empty()) why = "neither a P nor an S is picked beside it";
  const std::ptrdiff_t index = bulletin.picks[group.front()].event;
  info.event = "near " + compact(bulletin.picks[group.front()].time);
  if (index >= 0) {
    const BulletinEvent& event = bulletin.events[static_cast<std::size_t>(index)];
    info.event = event.id, info.origin = event.origin;
    info.latitude = event.latitude, info.longitude = event.longitude;
    info.depth = event.depth, info.magnitude = event.magnitude;
  }
  measure_snr(trace);
  return trace;
}

std::vector<LabelledTrace> cut_noise(const std::vector<ComponentSegment>& segments, const TimeSpan& day,
                                     const std::vector<TimeSpan>& occupied, const CutOptions& options) {
  std::vector<std::pair<const ComponentSegment*, std::int64_t>> places;
  for (const ComponentSegment& segment : segments) {
    const auto length = static_cast<std::int64_t>(std::llround((options.before + options.after) * segment.rate));
    const double day_begin = std::ceil(sample_position(segment.start, segment.rate, day.begin));
    for (auto begin = static_cast<std::int64_t>(std::max(day_begin, 0.0)); begin + length <= segment.size();) {
      const Time from = segment.time_of(begin), to = segment.time_of(begin + length);
      const auto in_the_way = std::upper_bound(occupied.begin(), occupied.end(), from,
                                               [](Time t, const TimeSpan& span) { return t < span.end; });
      if (in_the_way != occupied.end() && in_the_way->begin < to) {  // go on behind it
        const double behind = std::ceil(sample_position(segment.start, segment.rate, in_the_way->end));
        begin = std::max(begin + 1, static_cast<std::int64_t>(behind));
        continue;
      }
      if (to > day.end) break;
      places.emplace_back(&segment, begin);
      begin += length;
    }
  }
  std::vector<LabelledTrace> traces;
  const auto wanted = std::min<std::size_t>(places.size(), static_cast<std::size_t>(options.noise_per_day));
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto& [segment, begin] = places[(2 * i + 1) * places.size() / (2 * wanted)];
    const auto length = static_cast<std::int64_t>(std::llround((options.before + options.after) * segment->rate));
    traces.push_back(cut(*segment, begin, begin + length, "_NO"));
    traces.back().info.noise = true;
    if (traces.back().info.components.empty()) traces.pop_back();
  }
  return traces;
}

}  // namespace seisgrad
