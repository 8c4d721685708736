#include "apps/evaluate/record_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "apps/evaluate/list_report.h"
#include "apps/evaluate/record_source.h"
#include "apps/evaluate/score_tables.h"
#include "apps/report/day_plot.h"
#include "apps/report/svg.h"

namespace seisgrad {
namespace {

constexpr const char *p_colour = "#c0392b", *s_colour = "#2255bb", *reference_colour = "#111", *wave_colour = "#334";
constexpr const char *found_colour = "#1b9e77", *missed_colour = "#d62728", *extra_colour = "#e69f00";
constexpr size_t most_stations = 8, most_days = 3, examples_of_each = 2;

using Outcomes = std::vector<const Outcome*>;

Time time_of(const Outcome& o) { return o.reference ? *o.reference : *o.pick; }
std::string station_of(const Outcome& o) { return o.network.empty() ? o.station : o.network + "." + o.station; }

// Arrivals of the bulletin are dashed, picks solid. The outcomes are those of one station; `named` says which of them
// get a label: "found missed extra".
std::vector<Marker> markers_of(const Outcomes& outcomes, const Stretch& stretch, const std::string& named) {
  std::vector<Marker> markers;
  for (const Outcome* o : outcomes) {
    const std::string what = outcome_name(*o), phase(1, o->phase);
    const std::string label = named.find(what) == std::string::npos ? "" : what == "found" ? phase : phase + " " + what;
    const auto add = [&](Time time, const char* colour, const std::string& text, bool dashed) {
      const double x = seconds_between(stretch.begin, time);
      if (x < 0 || x >= stretch.seconds()) return;
      markers.push_back({.x = x, .colour = colour, .label = text, .dashed = dashed, .label_left = phase == "P"});
    };
    if (o->pick) add(*o->pick, phase == "P" ? p_colour : s_colour, label, false);
    if (o->reference) add(*o->reference, reference_colour, o->pick ? "" : label, true);
  }
  return markers;
}

std::string example_svg(const Outcome& o, const Outcomes& of_station, const Stretch& stretch) {
  std::string title = station_of(o) + "  " + to_iso(time_of(o)).substr(0, 19) + "  " + o.phase + " " + outcome_name(o);
  if (o.reference && o.pick) title += ", residual " + decimals(seconds_between(*o.reference, *o.pick), 2) + " s";
  if (o.pick) title += ", probability " + decimals(o.probability, 2);
  Figure figure{.title = title, .x_label = "seconds", .x_end = stretch.seconds(), .panels = {}};
  constexpr const char* named[] = {"found", "extra", "missed"};  // a panel each, so that labels do not collide
  for (size_t c = 0; c < 3; ++c)
    figure.panels.push_back({.label = std::string(1, "ENZ"[c]),
                             .lines = {{stretch.channels[c], wave_colour, ""}},
                             .markers = markers_of(of_station, stretch, named[c]),
                             .shades = {},
                             .height = 80});
  Panel probability{.label = "probability",
                    .lines = {},
                    .markers = markers_of(of_station, stretch, ""),
                    .shades = {},
                    .low = 0,
                    .high = 1,
                    .height = 90};
  constexpr const char *names[] = {"detection", "P", "S"}, *colours[] = {"#2e8b57", p_colour, s_colour};
  for (size_t k = 0; k < 3; ++k)
    if (!stretch.probability[k].empty()) probability.lines.push_back({stretch.probability[k], colours[k], names[k]});
  if (!probability.lines.empty()) figure.panels.push_back(std::move(probability));
  return to_svg(figure);
}

// Typical and weak ones of what was found, evenly in time what was missed, the strongest extra picks.
Outcomes chosen_examples(const ListScore& picker) {
  std::map<std::string, Outcomes> of;
  for (const Outcome& o : picker.outcomes)
    if (!(o.phase == 'S' && o.reference && o.pick)) of[outcome_name(o)].push_back(&o);  // an S is seen beside its P
  const auto weaker = [](const Outcome* a, const Outcome* b) { return a->probability < b->probability; };
  const auto earlier = [](const Outcome* a, const Outcome* b) { return time_of(*a) < time_of(*b); };
  Outcomes& found = of["found"];
  std::stable_sort(found.begin(), found.end(), weaker);
  std::reverse(found.begin(), found.end());
  std::stable_sort(of["missed"].begin(), of["missed"].end(), earlier);
  std::stable_sort(of["extra"].begin(), of["extra"].end(), weaker);
  std::reverse(of["extra"].begin(), of["extra"].end());
  Outcomes chosen;
  for (const char* name : {"found", "missed", "extra"}) {
    const Outcomes& list = of[name];
    const bool strongest = std::string(name) == "extra";
    for (size_t i = 0; i < std::min(examples_of_each, list.size()); ++i)
      chosen.push_back(list[strongest ? i : (2 * i + 1) * list.size() / (2 * examples_of_each)]);
  }
  return chosen;
}

// The event of which most was found; of several the one that lasts longest, at most half a minute.
std::string widest_event(const ListScore& picker) {
  struct Event {
    int found = 0;
    Time first{INT64_MAX}, last{INT64_MIN};
  };
  std::map<std::string, Event> events;
  for (const Outcome& o : picker.outcomes) {
    if (o.event.empty() || !o.reference) continue;
    Event& e = events[o.event];
    e.found += o.pick.has_value();
    e.first = std::min(e.first, *o.reference), e.last = std::max(e.last, *o.reference);
  }
  std::string best;
  std::pair<int, double> most{0, 0};
  for (const auto& entry : events) {
    const double seconds = seconds_between(entry.second.first, entry.second.last);
    const std::pair<int, double> value{entry.second.found, seconds};
    if (seconds <= 30 && value > most) most = value, best = entry.first;
  }
  return best;
}

std::string event_svg(const std::string& event, const std::map<std::string, Outcomes>& stations,
                      const RecordSource& source) {
  Outcomes arrivals;
  for (const auto& entry : stations)
    for (const Outcome* o : entry.second)
      if (o->reference && o->event == event) arrivals.push_back(o);
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const Outcome* a, const Outcome* b) { return *a->reference < *b->reference; });
  if (arrivals.empty()) return "";
  const Time begin = plus_seconds(*arrivals.front()->reference, -4);
  const double seconds = seconds_between(begin, *arrivals.back()->reference) + 10;
  Figure figure{
      .title = event + "  " + to_iso(begin).substr(0, 19), .x_label = "seconds", .x_end = seconds, .panels = {}};
  std::vector<Stretch> stretches;
  stretches.reserve(most_stations);  // panels point into them
  std::set<std::string> drawn;
  for (const Outcome* o : arrivals) {
    if (stretches.size() == most_stations || !drawn.insert(station_of(*o)).second) continue;
    Stretch stretch = source.read_record(o->network, o->station, begin, seconds);
    if (!stretch.recorded) continue;
    stretches.push_back(std::move(stretch));
    figure.panels.push_back({.label = station_of(*o) + " Z",
                             .lines = {{stretches.back().channels[2], wave_colour, ""}},
                             .markers = markers_of(stations.at(station_of(*o)), stretches.back(), "found missed extra"),
                             .shades = {}});
  }
  return figure.panels.empty() ? "" : to_svg(figure);
}

// The first day of the station's record, or less; an hour a row, ten minutes of a short one.
std::string day_svg(const Outcomes& outcomes, const RecordSource& source) {
  const Outcome& any = *outcomes.front();
  const auto coverage = source.coverage(any.network, any.station);
  if (!coverage) return "";
  const double hours = seconds_between(coverage->begin, coverage->end) / 3600;
  DayPlot plot{.title = station_of(any) + " Z, from " + to_iso(coverage->begin).substr(0, 19),
               .seconds_per_row = hours > 4 ? 3600.0 : 600.0,
               .rows = {},
               .marks = {},
               .legend = {{"found", found_colour},
                          {"missed", missed_colour},
                          {"extra", extra_colour},
                          {"upper half: P, lower half: S", "#fff"}}};
  const auto rows = static_cast<int>(std::min(24.0, std::ceil(hours * 3600 / plot.seconds_per_row)));
  for (int r = 0; r < rows; ++r) {
    const Time begin = plus_seconds(coverage->begin, r * plot.seconds_per_row);
    const Stretch stretch = source.read_record(any.network, any.station, begin, plot.seconds_per_row);
    DayPlot::Row row{.label = to_iso(begin).substr(11, 5),
                     .low = std::vector<float>(day_plot_pixels, 1),
                     .high = std::vector<float>(day_plot_pixels, -1)};
    const std::vector<float>& z = stretch.channels[2];
    const auto samples =
        static_cast<std::int64_t>(std::min(plot.seconds_per_row, seconds_between(begin, coverage->end)) * stretch.rate);
    for (std::int64_t pixel = 0; stretch.recorded && pixel < day_plot_pixels; ++pixel) {
      const auto size = static_cast<std::int64_t>(z.size());
      const auto from = pixel * size / day_plot_pixels, to = (pixel + 1) * size / day_plot_pixels;
      if (to > samples) break;
      const auto extent = std::minmax_element(z.begin() + from, z.begin() + to);
      row.low[pixel] = *extent.first, row.high[pixel] = *extent.second;
    }
    plot.rows.push_back(std::move(row));
  }
  for (const Outcome* o : outcomes)
    plot.marks.push_back({.seconds = seconds_between(coverage->begin, time_of(*o)),
                          .colour = !o->reference ? extra_colour
                                    : o->pick     ? found_colour
                                                  : missed_colour,
                          .above = o->phase == 'P'});
  return to_svg(plot);
}

}  // namespace

RecordFigures draw_records(const ListScore& picker, const std::vector<std::string>& waveforms,
                           const std::string& probabilities) {
  const RecordSource source(waveforms, probabilities);
  std::map<std::string, Outcomes> stations;
  for (const Outcome& o : picker.outcomes) stations[station_of(o)].push_back(&o);

  RecordFigures figures;
  if (const std::string event = widest_event(picker); !event.empty())
    if (const std::string svg = event_svg(event, stations, source); !svg.empty())
      figures.event.push_back({"event", svg});

  std::map<std::string, int> count;
  for (const Outcome* o : chosen_examples(picker)) {
    const Stretch stretch = source.read(o->network, o->station, plus_seconds(time_of(*o), -10), 30);
    const std::string kind = outcome_name(*o), name = kind + "-" + std::to_string(++count[kind]);
    if (stretch.recorded) figures.examples.push_back({name, example_svg(*o, stations.at(station_of(*o)), stretch)});
  }

  std::vector<const Outcomes*> busiest;
  for (const auto& entry : stations) busiest.push_back(&entry.second);
  std::stable_sort(busiest.begin(), busiest.end(),
                   [](const Outcomes* a, const Outcomes* b) { return a->size() > b->size(); });
  busiest.resize(std::min(most_days, busiest.size()));
  for (const Outcomes* outcomes : busiest)
    if (const std::string svg = day_svg(*outcomes, source); !svg.empty())
      figures.days.push_back({"day-" + station_of(*outcomes->front()), svg});
  return figures;
}

}  // namespace seisgrad
