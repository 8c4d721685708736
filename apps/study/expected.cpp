#include "apps/study/expected.h"

#include <algorithm>

#include "apps/evaluate/matching.h"
#include "data/geodesy.h"
#include "data/theoretical_arrivals.h"

namespace seisgrad {
namespace {

constexpr double longest_way = 1800;  // s: after the latest arrival there is, ScS of a far event

void unite(std::vector<std::pair<Time, Time>>& spans) {
  std::sort(spans.begin(), spans.end());
  std::vector<std::pair<Time, Time>> united;
  for (const auto& span : spans)
    if (united.empty() || span.first > united.back().second) united.push_back(span);
    else united.back().second = std::max(united.back().second, span.second);
  spans = std::move(united);
}

// Whether any of the station's spans touches what the event could send.
bool may_see(const StudyStation& station, const BulletinEvent& event) {
  const Time end = plus_seconds(event.origin, longest_way);
  return std::any_of(station.spans.begin(), station.spans.end(),
                     [&](const auto& span) { return span.first < end && span.second > event.origin; });
}

void expect_event(StudyStation& station, std::size_t number, const BulletinEvent& event, const EarthModel& model,
                  double far_magnitude) {
  const double distance = distance_km(event.latitude, event.longitude, station.place.latitude, station.place.longitude);
  double first[2] = {-1, -1};  // of P and S
  std::vector<TheoreticalArrival> arrivals = theoretical_arrivals(model, event.depth, distance);
  for (const TheoreticalArrival& a : arrivals)
    if (a.first) first[a.wave == Wave::s] = a.time;
  const bool far = first[0] < 0 || first[1] < 0 || first[1] - first[0] > longest_local_s_minus_p;
  if (far && event.magnitude < far_magnitude) return;
  for (TheoreticalArrival& a : arrivals) {
    const Time time = plus_seconds(event.origin, a.time);
    if (!station.scanned(time)) continue;
    station.expected.push_back({.event = number,
                                .phase = std::move(a.phase),
                                .letter = a.wave == Wave::p ? 'P' : 'S',
                                .first = a.first,
                                .far = far,
                                .distance = distance,
                                .theory = time});
  }
}

}  // namespace

bool StudyStation::scanned(Time time) const {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const auto& span) { return span.first <= time && time < span.second; });
}

double StudyStation::days() const {
  double seconds = 0;
  for (const auto& span : spans) seconds += seconds_between(span.first, span.second);
  return seconds / 86400;
}

std::vector<StudyStation> study_stations(const std::map<std::string, StationPlace>& places,
                                         const std::vector<StationSpan>& spans) {
  std::vector<StudyStation> stations;
  for (const auto& entry : places) {
    const std::size_t dot = entry.first.find('.');
    StudyStation station{.network = entry.first.substr(0, dot),
                         .station = entry.first.substr(dot + 1),
                         .place = entry.second,
                         .spans = {},
                         .expected = {}};
    for (const StationSpan& span : spans)
      if (is_of(span, station)) station.spans.push_back({span.start, span.end});
    unite(station.spans);
    if (!station.spans.empty()) stations.push_back(std::move(station));
  }
  return stations;
}

void expect(std::vector<StudyStation>& stations, const std::vector<BulletinEvent>& catalogue, const EarthModel& model,
            double far_magnitude) {
  for (StudyStation& station : stations) {
    for (std::size_t i = 0; i < catalogue.size(); ++i)
      if (may_see(station, catalogue[i])) expect_event(station, i, catalogue[i], model, far_magnitude);
    std::stable_sort(station.expected.begin(), station.expected.end(),
                     [](const Expected& a, const Expected& b) { return a.theory < b.theory; });
  }
}

std::int64_t prefer_analysts(std::vector<StudyStation>& stations, const std::vector<ListedArrival>& analysts) {
  std::int64_t used = 0;
  for (StudyStation& station : stations)
    for (const char letter : {'P', 'S'})
      for (const bool far : {false, true}) {  // local first, whose window is narrow
        std::vector<std::int64_t> picks, theory;
        std::vector<Expected*> arrivals;
        for (const ListedArrival& a : analysts)
          if (a.phase == letter && is_of(a, station)) picks.push_back(a.time.ns);
        for (Expected& e : station.expected)
          if (e.first && e.letter == letter && e.far == far) arrivals.push_back(&e), theory.push_back(e.theory.ns);
        const double window = far ? far_window : local_window;
        for (const Match& m : match_closest(picks, theory, std::int64_t(window) * ns_per_second)) {
          arrivals[m.reference]->analyst = Time{picks[m.pick]};
          ++used;
        }
      }
  return used;
}

}  // namespace seisgrad
