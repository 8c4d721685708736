#include "apps/scan/event_plot.h"

#include <algorithm>

namespace seisgrad {
namespace {

constexpr const char* phase_colours[] = {"#c0392b", "#2255bb", "#b8860b", "#7d3c98"};  // in the model's order
constexpr const char* detection_colour = "#2e8b57";

std::span<const float> part(const std::vector<float>& values, EventSpan span) {
  return std::span(values).subspan(span.begin, span.end - span.begin);
}

}  // namespace

std::vector<EventSpan> event_spans(const ScoredSegment& scored, int64_t samples, int64_t join, int64_t margin) {
  std::vector<EventSpan> found;
  for (const Run& run : scored.runs) found.push_back({run.on, run.off + 1});
  for (const PhaseTrace& phase : scored.phases)
    for (const Peak& pick : phase.picks) found.push_back({pick.sample, pick.sample + 1});
  std::sort(found.begin(), found.end(), [](const EventSpan& a, const EventSpan& b) { return a.begin < b.begin; });

  std::vector<EventSpan> events;
  for (const EventSpan& span : found) {
    if (!events.empty() && span.begin <= events.back().end + join)
      events.back().end = std::max(events.back().end, span.end);
    else events.push_back(span);
  }
  for (EventSpan& event : events)
    event = {std::max<int64_t>(0, event.begin - margin), std::min(samples, event.end + margin)};
  return events;
}

Figure event_figure(const ComponentSegment& segment, const ScoredSegment& scored, EventSpan span) {
  const auto seconds = [&](int64_t sample) { return static_cast<double>(sample - span.begin) / segment.rate; };
  const auto inside = [&](int64_t sample) { return span.begin <= sample && sample < span.end; };

  std::vector<Marker> lines;
  for (size_t k = 0; k < scored.phases.size(); ++k)
    for (const Peak& pick : scored.phases[k].picks)
      if (inside(pick.sample))
        lines.push_back({.x = seconds(pick.sample),
                         .colour = phase_colours[k % std::size(phase_colours)],
                         .label = scored.phases[k].phase,
                         .label_left = k == 0});
  std::vector<Marker> unlabelled = lines;
  for (Marker& m : unlabelled) m.label.clear();

  Figure figure{.title = to_string(segment.group) + "  " + to_iso(segment.time_of(span.begin)),
                .x_label = "seconds",
                .x_end = seconds(span.end - 1),
                .panels = {}};
  constexpr const char* letters[] = {"E", "N", "Z"};
  for (size_t c = 0; c < 3; ++c) {
    const std::string& name = segment.channel_names[c];
    figure.panels.push_back({.label = segment.present[c] ? name : std::string(letters[c]) + " missing",
                             .lines = {{part(segment.channels[c], span), "#222", ""}},
                             .markers = c == 0 ? lines : unlabelled,
                             .shades = {}});
  }
  Panel probabilities{.label = "probability",
                      .lines = {{part(scored.detection, span), detection_colour, "detection"}},
                      .markers = unlabelled,
                      .shades = {},
                      .low = 0,
                      .high = 1,
                      .height = 130};
  for (size_t k = 0; k < scored.phases.size(); ++k)
    probabilities.lines.push_back({part(scored.phases[k].probability, span),
                                   phase_colours[k % std::size(phase_colours)], scored.phases[k].phase});
  for (const Run& run : scored.runs)
    if (run.off >= span.begin && run.on < span.end)
      probabilities.shades.push_back({seconds(run.on), seconds(run.off), detection_colour});
  figure.panels.push_back(std::move(probabilities));
  return figure;
}

std::string event_svg(const ComponentSegment& segment, const ScoredSegment& scored, EventSpan span) {
  return to_svg(event_figure(segment, scored, span));
}

}  // namespace seisgrad
