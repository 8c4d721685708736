#include "data/components.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "tensor/require.h"

namespace seisgrad {

namespace {

// A segment, or what is left of one, on the grid of its run: samples [begin, end) of the run are the segment's samples
// from `first` on.
struct Placed {
  const Segment* segment;
  Component component;
  int rank;
  std::int64_t begin = 0, end = 0, first = 0;

  Time time_of(std::int64_t index) const { return segment->time_of(index - begin + first); }
};

struct Interval {
  std::int64_t begin = 0, end = 0;
  std::int64_t length() const { return end - begin; }
};

// A maximal span of time in which at least one component has data.
struct Run {
  Time start;
  double rate = 0;
  std::int64_t size = 0;
  double largest_shift = 0;
  std::array<std::vector<Placed>, 3> placed;  // per component, sorted, not overlapping
};

void exclude(const Placed& part, std::int64_t begin, std::int64_t end, std::string reason, std::vector<Excluded>& out) {
  out.push_back({part.segment->id, part.time_of(begin), part.time_of(end), std::move(reason)});
}

bool begins_before(const Placed& a, const Placed& b) { return a.begin < b.begin; }

// Adds what of `part` is still free to `taken`, which is sorted and free of overlaps; the rest is excluded.
void place(std::vector<Placed>& taken, const Placed& part, std::vector<Excluded>& excluded) {
  std::vector<Placed> fresh;
  std::int64_t at = part.begin;
  const auto keep_until = [&](std::int64_t end) {
    if (end > at) fresh.push_back({part.segment, part.component, part.rank, at, end, part.first + at - part.begin});
  };
  const auto first = std::partition_point(taken.begin(), taken.end(), [&](const Placed& p) { return p.end <= at; });
  for (auto other = first; other != taken.end() && other->begin < part.end; ++other) {
    keep_until(other->begin);
    const std::int64_t covered = std::min(part.end, other->end);
    exclude(part, std::max(at, other->begin), covered, "the same component is there as " + other->segment->id.channel,
            excluded);
    at = covered;
  }
  keep_until(part.end);
  for (const Placed& f : fresh) taken.insert(std::upper_bound(taken.begin(), taken.end(), f, begins_before), f);
}

// Splits a group's segments, sorted by start, into runs. Segments are moved to the nearest sample of the run's grid.
std::vector<Run> find_runs(const std::vector<Placed>& sorted, std::vector<Excluded>& excluded) {
  std::vector<Run> runs;
  std::vector<std::vector<Placed>> members;
  for (Placed part : sorted) {
    const Segment& segment = *part.segment;
    double position = runs.empty() ? 0 : sample_position(runs.back().start, runs.back().rate, segment.start);
    if (runs.empty() || std::llround(position) > runs.back().size) {
      runs.push_back({.start = segment.start, .rate = segment.rate, .size = 0, .largest_shift = 0, .placed = {}});
      members.emplace_back();
      position = 0;
    }
    part.begin = std::llround(position);
    part.end = part.begin + segment.size();
    runs.back().size = std::max(runs.back().size, part.end);
    runs.back().largest_shift = std::max(runs.back().largest_shift, std::abs(position - std::round(position)));
    members.back().push_back(part);
  }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    std::stable_sort(members[r].begin(), members[r].end(), [](const Placed& a, const Placed& b) {
      return std::tie(a.rank, a.begin) < std::tie(b.rank, b.begin);
    });
    for (const Placed& part : members[r]) place(runs[r].placed[part.component], part, excluded);
  }
  return runs;
}

// The parts of [0, size) that the sorted intervals leave out.
std::vector<Interval> complement(const auto& intervals, std::int64_t size) {
  std::vector<Interval> missing;
  std::int64_t at = 0;
  for (const auto& interval : intervals) {
    if (interval.begin > at) missing.push_back({at, interval.begin});
    at = interval.end;
  }
  if (at < size) missing.push_back({at, size});
  return missing;
}

// Absences long enough to count, of a component that may be there at no time at all.
std::vector<Interval> absences(const std::vector<Placed>& placed, std::int64_t size, std::int64_t shortest) {
  std::vector<Interval> missing = complement(placed, size);
  if (!placed.empty()) std::erase_if(missing, [&](const Interval& m) { return m.length() < shortest; });
  return missing;
}

// Where at least one of the other components has data: sorted, joined where they touch.
std::vector<Interval> union_of_others(const Run& run, std::size_t component) {
  std::vector<Interval> all, joined;
  for (std::size_t c = 0; c < 3; ++c)
    for (const Placed& part : run.placed[c])
      if (c != component) all.push_back({part.begin, part.end});
  std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  for (const Interval& next : all) {
    if (joined.empty() || next.begin > joined.back().end) joined.push_back(next);
    else joined.back().end = std::max(joined.back().end, next.end);
  }
  return joined;
}

// Takes out data between long absences that are shorter than these, where the other components go on without them.
void drop_scraps(Run& run, std::size_t component, std::int64_t shortest, std::vector<Excluded>& excluded) {
  auto& placed = run.placed[component];
  const std::vector<Interval> others = union_of_others(run, component);
  for (const Interval& scrap : complement(absences(placed, run.size, shortest), run.size)) {
    const bool covered = std::any_of(others.begin(), others.end(), [&](const Interval& other) {
      return other.begin <= scrap.begin && other.end >= scrap.end;
    });
    if (scrap.length() >= std::min(shortest, run.size) || !covered) continue;
    const auto inside = [&](const Placed& part) { return part.begin >= scrap.begin && part.end <= scrap.end; };
    for (const Placed& part : placed)
      if (inside(part))
        exclude(part, part.begin, part.end, "a scrap of one component while the others record without it", excluded);
    std::erase_if(placed, inside);
  }
}

// Copies samples [begin, end) of the run's component into the segment, noting where there are none.
void fill(const Run& run, Component component, Interval span, ComponentSegment& segment) {
  auto& channel = segment.channels[component];
  std::vector<Interval> filled;
  for (const Placed& part : run.placed[component]) {
    const std::int64_t begin = std::max(part.begin, span.begin), end = std::min(part.end, span.end);
    if (begin >= end) continue;
    const auto from = part.segment->samples.begin() + (part.first + begin - part.begin);
    std::transform(from, from + (end - begin), channel.begin() + (begin - span.begin),
                   [](double v) { return static_cast<float>(v); });
    filled.push_back({begin - span.begin, end - span.begin});
    if (segment.channel_names[component].empty()) segment.channel_names[component] = part.segment->id.channel;
  }
  for (const Interval& gap : complement(filled, span.length()))
    segment.zeros.push_back({component, gap.begin, gap.end});
}

void emit(const Group& group, const Run& run, std::int64_t shortest, std::vector<ComponentSegment>& out) {
  std::vector<std::int64_t> cuts{0, run.size};
  std::array<std::vector<Interval>, 3> absent;
  for (std::size_t c = 0; c < 3; ++c) {
    absent[c] = absences(run.placed[c], run.size, shortest);
    for (const Interval& gap : absent[c]) cuts.insert(cuts.end(), {gap.begin, gap.end});
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const Interval span{cuts[i], cuts[i + 1]};
    ComponentSegment segment;
    segment.group = group;
    segment.start = time_of_sample(run.start, run.rate, span.begin);
    segment.rate = run.rate;
    segment.largest_shift = run.largest_shift;
    for (const Component c : {east, north, up}) {
      segment.channels[c].assign(static_cast<std::size_t>(span.length()), 0.0F);
      segment.present[c] = std::none_of(absent[c].begin(), absent[c].end(), [&](const Interval& gap) {
        return gap.begin <= span.begin && gap.end >= span.end;
      });
      if (segment.present[c]) fill(run, c, span, segment);
    }
    out.push_back(std::move(segment));
  }
}

}  // namespace

Components group_components(const std::vector<Segment>& segments, ComponentOptions options) {
  Components result;
  std::map<Group, std::vector<const Segment*>> groups;
  for (const Segment& segment : segments) {
    require(segment.rate == segments[0].rate, "components: all segments must have one rate, got ", segment.rate,
            " Hz in ", segment.id, " and ", segments[0].rate, " Hz");
    if (segment.size() > 0) groups[orientation_of(segment.id).group].push_back(&segment);
  }
  for (const auto& [group, members] : groups) {
    std::vector<std::string> codes;
    for (const Segment* segment : members) codes.push_back(orientation_of(segment->id).code);
    std::vector<Placed> placed;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Segment& segment = *members[i];
      const auto rule = component_of(codes[i], codes);
      if (rule) placed.push_back({&segment, rule->component, rule->rank});
      else
        result.excluded.push_back(
            {segment.id, segment.start, segment.end(),
             "orientation code " + codes[i] + " is none of E N Z, 1 2 Z, 2 3 Z, 1 2 3, U, D, EW NS UD"});
    }
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
      return std::tie(a.segment->start, a.component, a.rank) < std::tie(b.segment->start, b.component, b.rank);
    });
    const auto shortest = std::max<std::int64_t>(1, std::llround(options.shortest_absence * segments[0].rate));
    for (Run& run : find_runs(placed, result.excluded)) {
      for (std::size_t c = 0; c < 3; ++c) drop_scraps(run, c, shortest, result.excluded);
      emit(group, run, shortest, result.segments);
    }
  }
  std::sort(result.excluded.begin(), result.excluded.end());
  return result;
}

}  // namespace seisgrad
