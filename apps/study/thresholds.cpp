#include "apps/study/thresholds.h"

#include <cmath>
#include <map>
#include <set>

namespace seisgrad {

double ThresholdRow::probability() const { return 1 - std::pow(10, -score); }

std::vector<std::string> class_names(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations) {
  const Classes classes = classes_of(picks);
  std::set<std::string> names;
  for (const StudyPick& p : picks) names.insert(classes.of(p));
  for (const StudyStation& s : stations)
    for (const Expected& e : s.expected)
      if (classes.wanted(e)) names.insert(classes.of(e));
  return {names.begin(), names.end()};
}

std::vector<ThresholdRow> counts_of(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
                                    const Classes& classes, std::span<const Finding> findings, double score) {
  std::map<std::string, ThresholdRow> rows;
  std::map<std::string, std::vector<double>> residuals;
  double days = 0;
  for (const StudyStation& s : stations) {
    days += s.days();
    for (const Expected& e : s.expected)
      if (classes.wanted(e)) ++rows[classes.of(e)].expected;
  }
  for (const Finding& f : findings) {
    const StudyPick& pick = picks[f.pick];
    const std::string name = classes.of(pick);
    ThresholdRow& row = rows[name];
    if (f.found) {
      ++row.found;
      residuals[name].push_back(seconds_between(stations[pick.station].expected[*f.expected].time(), pick.time));
      continue;
    }
    ++row.unmatched;
    row.false_ones += f.kind == Kind::false_p || f.kind == Kind::false_s || f.kind == Kind::false_pgsg ||
                      f.kind == Kind::suspected_event;
  }
  std::vector<ThresholdRow> list;
  for (auto& entry : rows) {
    entry.second.score = score, entry.second.name = entry.first, entry.second.days = days;
    entry.second.residual = statistics_of(residuals[entry.first]);
    list.push_back(entry.second);
  }
  return list;
}

std::vector<ThresholdRow> sweep_thresholds(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
                                           const std::vector<ListedArrival>& analysts) {
  const Classes classes = classes_of(picks);
  const std::vector<std::string> names = class_names(picks, stations);
  std::vector<ThresholdRow> rows;
  const double first = -std::log10(1 - 0.5);
  for (double score = first; score < 3.05; score += 0.1) {
    std::vector<StudyPick> strong;
    for (const StudyPick& p : picks)
      if (p.score >= score - 1e-9) strong.push_back(p);
    const auto at = counts_of(strong, stations, classes, judge(strong, stations, analysts, classes), score);
    for (const std::string& name : names) {
      ThresholdRow row{.score = score, .name = name};
      for (const ThresholdRow& r : at) {
        row.days = r.days;
        if (r.name == name) row = r;
      }
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace seisgrad
