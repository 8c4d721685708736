#include "apps/study/findings.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "apps/evaluate/matching.h"
#include "data/geodesy.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr double large_far = 5, large_local = 3;  // s
constexpr double pair_seconds = 3, split_seconds = 20, later_seconds = 10, analyst_seconds = 3;
constexpr double far_wake = 1800, local_wake = 60;    // s: how long an event's waves may still be about
constexpr double sure_score = 3, agreeing_score = 2;  // p of 0.999, 0.99
// A wave that two stations both see: they are at most so far apart (km), it is at least so fast (km/s).
constexpr double widest = 500, p_speed = 5, s_speed = 3, slack = 2;  // s

bool is_local(const std::string& phase) {
  return phase == "PgSg" || phase == "Pg" || phase == "Sg" || phase == "Pn" || phase == "Sn";
}

double apart(Time a, Time b) { return std::abs(seconds_between(a, b)); }

class Judge {
 public:
  Judge(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
        const std::vector<ListedArrival>& analysts, const Classes& classes)
      : picks_(picks), stations_(stations), analysts_(analysts), classes_(classes), found_(picks.size()) {
    std::vector<std::vector<std::size_t>> numbers(stations.size());
    for (std::size_t i = 0; i < picks.size(); ++i) numbers[picks[i].station].push_back(i);
    for (std::size_t s = 0; s < stations.size(); ++s) {
      std::vector<StudyPick> own;
      for (const std::size_t i : numbers[s]) own.push_back(picks[i]);
      for (const Pairing& p : pair_up(own, stations[s], classes_)) {
        found_[numbers[s][p.pick]] = p.expected;
        arrivals_found_.insert({s, p.expected});
      }
    }
  }

  Finding of(std::size_t i) const { return found_[i] ? of_found(i, *found_[i]) : of_extra(i); }

 private:
  const StudyStation& station_of(std::size_t pick) const { return stations_[picks_[pick].station]; }

  Finding of_found(std::size_t i, std::size_t arrival) const {
    const StudyStation& station = station_of(i);
    const Expected& e = station.expected[arrival];
    Finding finding{.pick = i, .kind = Kind::found, .found = true, .expected = arrival};
    if (apart(picks_[i].time, e.time()) > (e.far ? large_far : large_local)) finding.kind = Kind::large_residual;
    if (e.letter != 'S') return finding;
    for (std::size_t k = 0; k < station.expected.size(); ++k) {
      const Expected& p = station.expected[k];
      if (p.event != e.event || !p.first || p.letter != 'P' || !classes_.wanted(p)) continue;
      if (!arrivals_found_.count({picks_[i].station, k}))
        finding.kind = Kind::unclear_pair, finding.note = "its " + p.phase + " was not found";
    }
    return finding;
  }

  Finding of_extra(std::size_t i) const {
    const StudyPick& pick = picks_[i];
    Finding finding{.pick = i, .kind = Kind::false_p};
    if (const auto other = neighbour(i, pair_seconds, false)) {
      finding.kind = Kind::unclear_pair, finding.note = "also called " + picks_[*other].phase;
      finding.expected = found_[*other] ? found_[*other] : nearest(pick, pair_seconds, false);
    } else if (const auto first = neighbour(i, split_seconds, true)) {
      finding.kind = Kind::split_window, finding.expected = found_[*first];
    } else if (const auto arrival = nearest(pick, later_seconds, true)) {
      finding.kind = false_kind(pick), finding.expected = arrival;  // of an arrival that is of another class
    } else if (const auto later = nearest(pick, later_seconds, false)) {
      finding.kind = Kind::later_phase, finding.expected = later;
    } else if (std::string why = missing_event(i); !why.empty()) {
      finding.kind = Kind::missing_event, finding.note = std::move(why);
    } else {
      finding.kind = pick.score >= sure_score ? Kind::suspected_event : false_kind(pick);
      finding.note = wake(pick);
    }
    return finding;
  }

  // Numbers of the picks at most `seconds` from a time, of all stations: from begin to before end.
  std::pair<std::size_t, std::size_t> near(Time time, double seconds) const {
    const auto before = [](const StudyPick& p, Time t) { return p.time < t; };
    const auto after = [](Time t, const StudyPick& p) { return t < p.time; };
    const auto begin = std::lower_bound(picks_.begin(), picks_.end(), plus_seconds(time, -seconds), before);
    const auto end = std::upper_bound(begin, picks_.end(), plus_seconds(time, seconds), after);
    return {static_cast<std::size_t>(begin - picks_.begin()), static_cast<std::size_t>(end - picks_.begin())};
  }

  // A pick of the same station at most `seconds` away: of the same class and found, or of another class.
  std::optional<std::size_t> neighbour(std::size_t i, double seconds, bool same_class) const {
    const auto range = near(picks_[i].time, seconds);
    for (std::size_t k = range.first; k < range.second; ++k) {
      if (k == i || picks_[k].station != picks_[i].station) continue;
      if (same_class ? picks_[k].phase == picks_[i].phase && found_[k] : picks_[k].phase != picks_[i].phase) return k;
    }
    return {};
  }

  std::optional<std::size_t> nearest(const StudyPick& pick, double seconds, bool first) const {
    const std::vector<Expected>& expected = stations_[pick.station].expected;
    std::optional<std::size_t> best;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const double distance = apart(expected[k].time(), pick.time);
      const bool fits = first ? expected[k].first : expected[k].letter == pick.phase[0];
      if (fits && distance <= (best ? apart(expected[*best].time(), pick.time) : seconds)) best = k;
    }
    return best;
  }

  // Why the pick is of an event that the catalogue lacks; empty if nothing says so.
  std::string missing_event(std::size_t i) const {
    const StudyPick& pick = picks_[i];
    for (const ListedArrival& a : analysts_)
      if (a.phase == pick.phase[0] && is_of(a, station_of(i)) && apart(a.time, pick.time) <= analyst_seconds)
        return "an analyst picked " + a.phase_name;
    if (pick.score < agreeing_score) return "";
    const double speed = pick.phase[0] == 'P' ? p_speed : s_speed;
    const auto range = near(pick.time, widest / speed + slack);
    for (std::size_t k = range.first; k < range.second; ++k) {
      const StudyPick& other = picks_[k];
      if (other.station == pick.station || found_[k] || other.phase != pick.phase || other.score < agreeing_score)
        continue;
      const StationPlace &a = station_of(i).place, &b = station_of(k).place;
      const double distance = distance_km(a.latitude, a.longitude, b.latitude, b.longitude);
      if (distance <= widest && apart(pick.time, other.time) <= distance / speed + slack) {
        const double later = std::round(10 * seconds_between(pick.time, other.time)) / 10;
        return joined("picked at ", station_of(k).name(), " too, ", std::abs(later), " s ",
                      later < 0 ? "earlier" : "later");
      }
    }
    return "";
  }

  // "214 s after a known S": what may still have been under way.
  std::string wake(const StudyPick& pick) const {
    const Expected* last = nullptr;
    for (const Expected& e : stations_[pick.station].expected)
      if (e.first && e.time() < pick.time && (!last || last->time() < e.time())) last = &e;
    if (!last || seconds_between(last->time(), pick.time) > (last->far ? far_wake : local_wake)) return "";
    return joined(std::round(seconds_between(last->time(), pick.time)), " s after a known ", last->phase);
  }

  Kind false_kind(const StudyPick& pick) const {
    if (is_local(pick.phase)) return Kind::false_pgsg;
    return pick.phase[0] == 'P' ? Kind::false_p : Kind::false_s;
  }

  std::span<const StudyPick> picks_;
  const std::vector<StudyStation>& stations_;
  const std::vector<ListedArrival>& analysts_;
  Classes classes_;
  std::vector<std::optional<std::size_t>> found_;                 // one a pick: its arrival
  std::set<std::pair<std::size_t, std::size_t>> arrivals_found_;  // station, arrival
};

}  // namespace

const char* name_of(Kind kind) {
  constexpr const char* names[] = {"found",       "large residual", "unclear pair", "suspected event", "split window",
                                   "later phase", "false P",        "false S",      "false Pg-Sg",     "missing event"};
  return names[static_cast<std::size_t>(kind)];
}

Classes classes_of(std::span<const StudyPick> picks) {
  Classes classes;
  for (const StudyPick& p : picks) classes.tells_local |= is_local(p.phase), classes.pairs |= p.phase == "PgSg";
  return classes;
}

std::string Classes::of(const StudyPick& pick) const {
  if (!tells_local || !is_local(pick.phase)) return pick.phase.substr(0, 1);
  return pairs ? "PgSg" : pick.phase[0] == 'P' ? "Pg" : "Sg";
}

std::string Classes::of(const Expected& arrival) const {
  if (!tells_local || arrival.far) return std::string(1, arrival.letter);
  return pairs ? "PgSg" : arrival.letter == 'P' ? "Pg" : "Sg";
}

bool Classes::wanted(const Expected& arrival) const {
  return arrival.first && (arrival.far || !pairs || arrival.letter == 'P');
}

std::vector<Pairing> pair_up(std::span<const StudyPick> picks, const StudyStation& station, const Classes& classes) {
  std::vector<Pairing> pairs;
  std::vector<bool> taken(picks.size());
  for (const bool far : {false, true})
    for (const char letter : {'P', 'S'}) {
      std::vector<std::size_t> numbers, arrivals;
      std::vector<std::int64_t> times, references;
      for (std::size_t k = 0; k < station.expected.size(); ++k) {
        const Expected& e = station.expected[k];
        if (e.far == far && e.letter == letter && classes.wanted(e))
          arrivals.push_back(k), references.push_back(e.time().ns);
      }
      for (std::size_t i = 0; i < picks.size(); ++i) {
        const bool class_fits = !classes.tells_local || is_local(picks[i].phase) != far;
        if (!taken[i] && picks[i].phase[0] == letter && class_fits)
          numbers.push_back(i), times.push_back(picks[i].time.ns);
      }
      const auto window = static_cast<std::int64_t>(far ? far_window : local_window) * ns_per_second;
      for (const Match& m : match_closest(times, references, window)) {
        pairs.push_back({numbers[m.pick], arrivals[m.reference]});
        taken[numbers[m.pick]] = true;
      }
    }
  return pairs;
}

std::vector<Finding> judge(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
                           const std::vector<ListedArrival>& analysts, const Classes& classes) {
  const Judge one(picks, stations, analysts, classes);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < picks.size(); ++i) findings.push_back(one.of(i));
  return findings;
}

}  // namespace seisgrad
