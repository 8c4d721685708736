#include "data/labels.h"

#include <algorithm>
#include <cmath>

#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr double half_width = 20, deviation = 10, tail = 0.4;  // samples, samples, of S - P
constexpr double seconds_without_s = 10;

double value(LabelShape shape, double from_arrival) {
  if (shape == LabelShape::gaussian) return std::exp(-from_arrival * from_arrival / (2 * deviation * deviation));
  return shape == LabelShape::triangle ? 1 - std::abs(from_arrival) / half_width : 1;
}

void draw_arrival(double t, LabelShape shape, std::span<float> row) {
  if (std::isnan(t)) return;
  const double n = static_cast<double>(row.size());
  double end = std::ceil(t + half_width);  // first sample beyond
  if (shape == LabelShape::triangle) end = std::floor(t + half_width) + 1;
  const double first = std::clamp(std::ceil(t - half_width), 0.0, n);
  for (double k = first; k < std::min(end, n); ++k)
    row[static_cast<std::size_t>(k)] = static_cast<float>(value(shape, k - t));
}

struct OpenEvent {
  EventSamples samples;
  std::vector<std::string> phases;

  bool has(const std::string& phase) const { return std::find(phases.begin(), phases.end(), phase) != phases.end(); }
};

}  // namespace

std::string to_string(LabelShape shape) {
  return shape == LabelShape::gaussian ? "gaussian" : shape == LabelShape::triangle ? "triangle" : "box";
}

LabelShape label_shape_named(const std::string& name) {
  for (const LabelShape shape : {LabelShape::gaussian, LabelShape::triangle, LabelShape::box})
    if (to_string(shape) == name) return shape;
  throw std::invalid_argument("labels: gaussian, triangle or box, got \"" + name + "\"");
}

double EventSamples::end(double coda_end, double rate) const {
  if (std::isnan(s)) return std::isnan(coda_end) ? p + seconds_without_s * rate : std::max(coda_end, p);
  return std::isnan(p) ? s : std::floor(s + tail * (s - p));
}

std::vector<EventSamples> events_of(const TraceInfo& info) {
  std::vector<OpenEvent> events;
  for (const Arrival& a : info.arrivals) {
    const char letter = a.phase.empty() ? ' ' : a.phase[0];
    if (letter != 'P' && letter != 'S') continue;
    const auto lacks_s = [&](const OpenEvent& e) { return letter == 'S' && std::isnan(e.samples.s); };
    const auto may_have = [&](const OpenEvent& e) {
      return !e.has(a.phase) && (letter == 'S' || std::isnan(e.samples.s));
    };
    auto event = std::find_if(events.begin(), events.end(), lacks_s);
    if (event == events.end()) event = std::find_if(events.begin(), events.end(), may_have);
    if (event == events.end()) event = events.insert(event, OpenEvent{});
    double& first = letter == 'P' ? event->samples.p : event->samples.s;
    if (std::isnan(first)) first = a.sample;
    event->phases.push_back(a.phase);
  }
  std::vector<EventSamples> samples;
  for (const OpenEvent& event : events) samples.push_back(event.samples);
  return samples;
}

void draw_labels(std::span<const EventSamples> events, LabelShape shape, double coda_end, double rate,
                 std::span<float> labels) {
  require(labels.size() % 3 == 0, "draw_labels: expected (3,n), got ", labels.size(), " values");
  const std::size_t n = labels.size() / 3;
  for (const EventSamples& event : events) {
    if (!std::isnan(event.p)) {
      const double end = std::clamp(event.end(coda_end, rate), 0.0, static_cast<double>(n));
      const double begin = std::clamp(std::ceil(event.p), 0.0, end);
      std::fill(labels.begin() + static_cast<std::ptrdiff_t>(begin), labels.begin() + static_cast<std::ptrdiff_t>(end),
                1.0f);
    }
    draw_arrival(event.p, shape, labels.subspan(n, n));
    draw_arrival(event.s, shape, labels.subspan(2 * n, n));
  }
}

}  // namespace seisgrad
