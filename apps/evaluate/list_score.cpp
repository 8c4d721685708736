#include "apps/evaluate/list_score.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr char letters[] = {'P', 'S'};

// The stations that the bulletin has, and what time of each counts.
class Stations {
 public:
  Stations(const ArrivalList& bulletin, const std::vector<ArrivalList>& lists, const ListScoreOptions& options) {
    for (const ArrivalList* list : all(bulletin, lists))
      for (const ListedArrival& a : list->arrivals) by_network_ &= !a.network.empty();
    for (const ListedArrival& a : bulletin.arrivals) numbers_.emplace(key(a), 0);
    size_t number = 0;
    for (auto& entry : numbers_) entry.second = number++;
    // a record's analyst may have seen a pick of its first sample a little differently
    slack_ = options.coverage ? 0 : ns_per_second;
    const std::vector<StationSpan>& spans = options.coverage ? *options.coverage : bulletin.spans;
    restricted_ = options.coverage || !spans.empty();
    spans_.resize(numbers_.size());
    for (const StationSpan& span : spans)
      if (const auto number_of = find(span)) spans_[*number_of].push_back({span.start.ns, span.end.ns});
    for (auto& of_station : spans_) {
      unite(of_station);
      for (const auto& span : of_station)
        minutes_ += static_cast<double>(span.second - span.first) / static_cast<double>(60 * ns_per_second);
    }
  }

  size_t count() const { return numbers_.size(); }
  double minutes() const { return minutes_; }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : numbers_) names.push_back(entry.first);
    return names;
  }
  std::optional<size_t> find(const auto& row) const {
    const auto found = numbers_.find(key(row));
    if (found == numbers_.end()) return {};
    return found->second;
  }
  bool counts(size_t station, Time time) const {
    if (!restricted_) return true;
    return std::any_of(spans_[station].begin(), spans_[station].end(), [&](const auto& span) {
      return span.first - slack_ <= time.ns && time.ns <= span.second + slack_;
    });
  }

 private:
  using Spans = std::vector<std::pair<std::int64_t, std::int64_t>>;  // ns

  // Channels of one station may have recorded at the same time.
  static void unite(Spans& spans) {
    std::sort(spans.begin(), spans.end());
    Spans united;
    for (const auto& span : spans)
      if (united.empty() || span.first > united.back().second) united.push_back(span);
      else united.back().second = std::max(united.back().second, span.second);
    spans = std::move(united);
  }
  static std::vector<const ArrivalList*> all(const ArrivalList& bulletin, const std::vector<ArrivalList>& lists) {
    std::vector<const ArrivalList*> pointers = {&bulletin};
    for (const ArrivalList& list : lists) pointers.push_back(&list);
    return pointers;
  }
  std::string key(const auto& row) const { return by_network_ ? row.network + "." + row.station : row.station; }

  bool by_network_ = true, restricted_ = false;
  std::map<std::string, size_t> numbers_;
  std::vector<Spans> spans_;
  std::int64_t slack_ = 0;
  double minutes_ = 0;
};

// The rows of one phase, by station.
using Rows = std::vector<std::vector<const ListedArrival*>>;

// Those of the bulletin that count.
Rows references_of(const ArrivalList& bulletin, const Stations& stations, char phase, std::int64_t& not_recorded) {
  Rows rows(stations.count());
  for (const ListedArrival& a : bulletin.arrivals) {
    if (a.phase != phase) continue;
    const size_t station = *stations.find(a);
    if (stations.counts(station, a.time)) rows[station].push_back(&a);
    else ++not_recorded;
  }
  return rows;
}

Rows picks_of(const ArrivalList& list, const Stations& stations, char phase, double threshold,
              std::optional<double> most_per_minute, ListScore& counts) {
  struct Used {
    const ListedArrival* row;
    size_t station;
  };
  std::vector<Used> used;
  for (const ListedArrival& a : list.arrivals) {
    if (a.phase != phase) continue;
    const auto station = stations.find(a);
    if (!station) ++counts.other_stations;
    else if (!stations.counts(*station, a.time)) ++counts.outside;
    else if (a.probability < threshold) ++counts.weak;
    else used.push_back({&a, *station});
  }
  if (most_per_minute) {
    const auto most = static_cast<size_t>(*most_per_minute * stations.minutes());
    std::stable_sort(used.begin(), used.end(),
                     [](const Used& a, const Used& b) { return a.row->probability > b.row->probability; });
    counts.weak += static_cast<std::int64_t>(used.size() - std::min(used.size(), most));
    used.resize(std::min(used.size(), most));
  }
  Rows rows(stations.count());
  for (const Used& u : used) rows[u.station].push_back(u.row);
  for (auto& station : rows)
    std::stable_sort(station.begin(), station.end(), [](const auto* a, const auto* b) { return a->time < b->time; });
  return rows;
}

// Takes out the picks of arrivals that the bulletin leaves out, and returns how many.
std::int64_t take_unlisted(Rows& picks, const Rows& references, const Rows& unlisted, double seconds) {
  const auto times = [](std::vector<const ListedArrival*> rows, const std::vector<const ListedArrival*>& more = {}) {
    rows.insert(rows.end(), more.begin(), more.end());
    std::vector<std::int64_t> out;
    for (const ListedArrival* row : rows) out.push_back(row->time.ns);
    return out;
  };
  std::int64_t taken = 0;
  for (size_t s = 0; s < picks.size(); ++s) {
    for (const Match& m : match_closest(times(picks[s]), times(references[s], unlisted[s]),
                                        static_cast<std::int64_t>(seconds * static_cast<double>(ns_per_second))))
      if (m.reference >= references[s].size()) picks[s][m.pick] = nullptr, ++taken;
    std::erase(picks[s], nullptr);
  }
  return taken;
}

std::vector<PickGroup> groups_of(const Rows& picks, const Rows& references) {
  std::vector<PickGroup> groups(picks.size());
  for (size_t s = 0; s < picks.size(); ++s) {
    for (const ListedArrival* p : picks[s]) groups[s].picks.push_back({p->time.ns, p->probability});
    for (const ListedArrival* r : references[s]) groups[s].references.push_back(r->time.ns);
  }
  return groups;
}

void add_outcomes(const PhaseScore& score, char phase, const Rows& picks, const Rows& references,
                  std::vector<Outcome>& outcomes) {
  for (size_t s = 0; s < picks.size(); ++s) {
    std::vector<const ListedArrival*> pick_of(references[s].size(), nullptr);
    std::vector<bool> matched(picks[s].size());
    for (const Match& m : score.matches[s]) pick_of[m.reference] = picks[s][m.pick], matched[m.pick] = true;
    for (size_t r = 0; r < references[s].size(); ++r) {
      const ListedArrival &reference = *references[s][r], *pick = pick_of[r];
      outcomes.push_back({reference.network, reference.station, phase, reference.event, reference.time,
                          pick ? std::optional(pick->time) : std::nullopt, pick ? pick->probability : 0});
    }
    for (size_t p = 0; p < picks[s].size(); ++p)
      if (!matched[p])
        outcomes.push_back({picks[s][p]->network, picks[s][p]->station, phase, "", std::nullopt, picks[s][p]->time,
                            picks[s][p]->probability});
  }
}

// Of events of which both arrivals were found at a station.
void score_s_minus_p(PickerScore& score, const std::vector<Outcome>& outcomes) {
  std::map<std::tuple<std::string, std::string, std::string>, const Outcome*> p;
  const auto key = [](const Outcome& o) { return std::tuple(o.network, o.station, o.event); };
  for (const Outcome& o : outcomes)
    if (o.phase == 'P' && o.reference && o.pick && !o.event.empty()) p[key(o)] = &o;
  double sum = 0;
  for (const Outcome& o : outcomes) {
    if (o.phase != 'S' || !o.reference || !o.pick || o.event.empty()) continue;
    const auto found = p.find(key(o));
    if (found == p.end()) continue;
    const double truth = seconds_between(*found->second->reference, *o.reference);
    if (truth <= 0) continue;
    sum += std::abs(seconds_between(*found->second->pick, *o.pick) - truth) / truth;
    ++score.s_minus_p_count;
  }
  if (score.s_minus_p_count > 0) score.s_minus_p_percent = 100 * sum / static_cast<double>(score.s_minus_p_count);
}

Overlap overlap_of(const ListScore& first, const ListScore& other, size_t k, const Stations& stations,
                   const ListScoreOptions& options) {
  Overlap o{.phase = std::string(1, letters[k]), .other = other.score.name};
  using Key = std::tuple<std::string, std::string, Time, std::string>;
  std::map<Key, bool> found_by_first;
  std::map<size_t, std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>> extra;  // by station
  const auto key = [](const Outcome& r) { return Key(r.network, r.station, *r.reference, r.event); };
  for (const Outcome& r : first.outcomes) {
    if (r.phase != letters[k]) continue;
    if (r.reference) found_by_first[key(r)] = r.pick.has_value();
    else extra[*stations.find(r)].first.push_back(r.pick->ns);
  }
  for (const Outcome& r : other.outcomes) {
    if (r.phase != letters[k]) continue;
    if (!r.reference) {
      extra[*stations.find(r)].second.push_back(r.pick->ns);
      continue;
    }
    const bool by_first = found_by_first.at(key(r)), by_other = r.pick.has_value();
    ++(by_first ? (by_other ? o.both : o.only_first) : (by_other ? o.only_other : o.neither));
  }
  const auto tolerance = static_cast<std::int64_t>(options.tolerances[0] * static_cast<double>(ns_per_second));
  for (const auto& entry : extra)
    o.extra_of_both +=
        static_cast<std::int64_t>(match_closest(entry.second.first, entry.second.second, tolerance).size());
  return o;
}

std::string name_of(const ArrivalList& list, const std::vector<ListScore>& others) {
  std::string name = list.model.empty() ? std::filesystem::path(list.path).stem().string() : list.model;
  const auto taken = [&](const ListScore& o) { return o.score.name == name; };
  if (std::any_of(others.begin(), others.end(), taken)) name = list.path;
  return name;
}

}  // namespace

ListEvaluation score_lists(const ArrivalList& bulletin, const std::vector<ArrivalList>& lists,
                           const ListScoreOptions& options) {
  const Stations stations(bulletin, lists, options);
  require(!options.most_per_minute || stations.minutes() > 0,
          "evaluate: --max-per-minute needs to know what was recorded: give --coverage");
  ListEvaluation e;
  e.stations = stations.names();
  e.minutes = stations.minutes();
  Rows references[2], unlisted[2];
  for (size_t k = 0; k < 2; ++k) {
    references[k] = references_of(bulletin, stations, letters[k], e.not_recorded);
    for (const auto& station : references[k]) e.references[k] += static_cast<std::int64_t>(station.size());
    unlisted[k].resize(stations.count());
    for (const ListedArrival& a : options.unlisted)
      if (const auto station = stations.find(a); station && a.phase == letters[k]) unlisted[k][*station].push_back(&a);
  }
  require(e.references[0] + e.references[1] > 0, bulletin.path, ": none of its ", bulletin.arrivals.size(),
          " P and S arrivals is in a span that counts; are stations and times those of the picks?");
  for (const ArrivalList& list : lists) {
    ListScore one;
    one.score.name = name_of(list, e.pickers);
    one.read = static_cast<std::int64_t>(list.arrivals.size());
    std::set<size_t> used;
    for (size_t k = 0; k < 2; ++k) {
      const double threshold = k == 0 ? options.p_threshold : options.s_threshold;
      Rows picks = picks_of(list, stations, letters[k], threshold, options.most_per_minute, one);
      for (size_t s = 0; s < picks.size(); ++s)
        if (!picks[s].empty()) used.insert(s);
      one.unlisted += take_unlisted(picks, references[k], unlisted[k], options.tolerances[0]);
      one.score.phases.push_back(
          score_phase(std::string(1, letters[k]), groups_of(picks, references[k]), options.tolerances));
      add_outcomes(one.score.phases.back(), letters[k], picks, references[k], one.outcomes);
    }
    one.stations_used = static_cast<std::int64_t>(used.size());
    score_s_minus_p(one.score, one.outcomes);
    std::stable_sort(one.outcomes.begin(), one.outcomes.end(), [](const Outcome& a, const Outcome& b) {
      const Time at = a.reference ? *a.reference : *a.pick, bt = b.reference ? *b.reference : *b.pick;
      return std::tie(a.network, a.station, a.phase, at) < std::tie(b.network, b.station, b.phase, bt);
    });
    e.pickers.push_back(std::move(one));
  }
  for (size_t i = 1; i < e.pickers.size(); ++i)
    for (size_t k = 0; k < 2; ++k) e.overlaps.push_back(overlap_of(e.pickers[0], e.pickers[i], k, stations, options));
  return e;
}

}  // namespace seisgrad
