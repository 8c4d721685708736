#include "data/theoretical_arrivals.h"

#include <algorithm>

namespace seisgrad {

std::vector<TheoreticalArrival> theoretical_arrivals(const EarthModel& model, double depth, double distance) {
  std::vector<TheoreticalArrival> arrivals;
  const auto add = [&](const std::string& phase, double time, Wave wave, bool first = false) {
    const auto same = [&](const TheoreticalArrival& a) { return a.phase == phase; };
    if (std::none_of(arrivals.begin(), arrivals.end(), same)) arrivals.push_back({phase, time, wave, first});
  };
  for (const Wave wave : {Wave::p, Wave::s}) {
    const std::vector<Ray> direct = rays(model, wave, depth, distance);
    for (std::size_t i = 0; i < direct.size(); ++i)
      add(phase_name(model, wave, direct[i]), direct[i].time, wave, i == 0);
  }
  if (distance >= 10 * km_per_degree) {
    constexpr Wave p = Wave::p, s = Wave::s;
    const auto add_first = [&](const char* phase, const std::vector<Ray>& found, Wave wave) {
      if (!found.empty()) add(phase, found.front().time, wave);
    };
    add_first("pP", surface_reflections(model, p, p, depth, distance), p);
    add_first("sP", surface_reflections(model, s, p, depth, distance), p);
    add_first("sS", surface_reflections(model, s, s, depth, distance), s);
    add_first("PcP", floor_reflections(model, p, p, depth, distance), p);
    add_first("ScP", floor_reflections(model, s, p, depth, distance), p);
    add_first("ScS", floor_reflections(model, s, s, depth, distance), s);
  }
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return arrivals;
}

}  // namespace seisgrad
