#include "data/segments.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace seisgrad {

namespace {

// A total order on what pieces hold: equal keys mean equal pieces.
bool taken_before(const Piece& a, const Piece& b) {
  if (a.id != b.id) return a.id < b.id;
  if (a.start != b.start) return a.start < b.start;
  if (a.samples.size() != b.samples.size()) return a.samples.size() > b.samples.size();
  if (a.rate != b.rate) return a.rate > b.rate;
  return a.samples < b.samples;
}

bool same_rate(double a, double b) { return std::abs(a - b) <= 1e-4 * b; }

// Appends what `piece` has beyond the segment's end, beginning with its sample `skip`.
void append(Segment& segment, const Piece& piece, std::size_t skip) {
  segment.samples.insert(segment.samples.end(), piece.samples.begin() + static_cast<std::ptrdiff_t>(skip),
                         piece.samples.end());
}

void compare_overlap(const Segment& segment, const Piece& piece, std::int64_t position, std::size_t overlap,
                     MergeReport& report) {
  std::int64_t differing = 0;
  for (std::size_t i = 0; i < overlap; ++i)
    differing += segment.samples[static_cast<std::size_t>(position) + i] != piece.samples[i];
  report.samples_contradicted += differing;
  report.samples_merged += static_cast<std::int64_t>(overlap) - differing;
  if (differing > 0)
    report.contradictions.push_back({piece.id, segment.time_of(position),
                                     segment.time_of(position + static_cast<std::int64_t>(overlap)),
                                     joined(differing, " samples differ from those of a record that began earlier")});
}

// Two rates at the same time cannot both be right: the piece loses its first `covered` samples to what began earlier.
void lose_front(Piece& piece, double covered, MergeReport& report) {
  const auto skip =
      static_cast<std::int64_t>(std::clamp(std::ceil(covered - 0.5), 0.0, static_cast<double>(piece.samples.size())));
  if (skip == 0) return;
  const Time start = time_of_sample(piece.start, piece.rate, skip);
  report.samples_contradicted += skip;
  report.contradictions.push_back({piece.id, piece.start, start, "overlaps data of another sampling rate"});
  piece.start = start;
  piece.samples.erase(piece.samples.begin(), piece.samples.begin() + skip);
}

void begin_segment(std::vector<Segment>& segments, Piece piece) {
  if (!piece.samples.empty())
    segments.push_back({std::move(piece.id), piece.start, piece.rate, std::move(piece.samples)});
}

void add(std::vector<Segment>& segments, Piece piece, MergeReport& report) {
  if (segments.empty() || segments.back().id != piece.id) return begin_segment(segments, std::move(piece));
  Segment& last = segments.back();
  if (!same_rate(piece.rate, last.rate)) {
    lose_front(piece, sample_position(piece.start, piece.rate, last.end()), report);
    return begin_segment(segments, std::move(piece));
  }
  // Only a segment that lost its own front can begin after a later piece.
  lose_front(piece, sample_position(piece.start, piece.rate, last.start), report);
  const double position = sample_position(last.start, last.rate, piece.start);
  if (position > static_cast<double>(last.size()) + 0.5) return begin_segment(segments, std::move(piece));
  const std::int64_t begin = std::min<std::int64_t>(last.size(), std::llround(position));
  const auto overlap = std::min(piece.samples.size(), static_cast<std::size_t>(last.size() - begin));
  compare_overlap(last, piece, begin, overlap, report);
  append(last, piece, overlap);
}

}  // namespace

std::vector<Segment> merge_pieces(std::vector<Piece> pieces, MergeReport& report) {
  report.pieces += static_cast<std::int64_t>(pieces.size());
  std::sort(pieces.begin(), pieces.end(), taken_before);
  std::vector<Segment> segments;
  for (Piece& piece : pieces) add(segments, std::move(piece), report);  // each frees its samples when it is done
  return segments;
}

namespace {

// The gaps between segments of one stream; `excluded` is sorted.
std::vector<Excluded> inner_gaps(const std::vector<Segment>& segments, const std::vector<Excluded>& excluded) {
  std::vector<Excluded> gaps;
  auto next = excluded.begin();
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const Segment& before = segments[i - 1];
    const Segment& after = segments[i];
    if (before.id != after.id || after.start <= before.end()) continue;
    Excluded gap{after.id, before.end(), after.start, "no data"};
    const auto earlier = [&](const Excluded& e) { return std::tie(e.id, e.end) <= std::tie(gap.id, gap.start); };
    while (next != excluded.end() && earlier(*next)) ++next;
    if (next != excluded.end() && next->id == gap.id && next->start < gap.end) gap.reason = next->reason;
    gaps.push_back(gap);
  }
  return gaps;
}

// The parts of the excluded spans before the first and after the last sample of their stream.
std::vector<Excluded> outer_gaps(const std::vector<Segment>& segments, const std::vector<Excluded>& excluded) {
  std::map<StreamId, std::pair<Time, Time>> extent;
  for (const Segment& s : segments) {
    const auto at = extent.try_emplace(s.id, s.start, s.end()).first;
    at->second.second = std::max(at->second.second, s.end());
  }
  std::vector<Excluded> gaps;
  for (const Excluded& e : excluded) {
    const auto stream = extent.find(e.id);
    const auto [first, last] = stream == extent.end() ? std::pair{e.end, e.end} : stream->second;
    if (e.start < first) gaps.push_back({e.id, e.start, std::min(e.end, first), e.reason});
    if (e.end > last) gaps.push_back({e.id, std::max(e.start, last), e.end, e.reason});
  }
  return gaps;
}

}  // namespace

std::vector<Excluded> gaps_of(const std::vector<Segment>& segments, std::vector<Excluded> excluded) {
  std::sort(excluded.begin(), excluded.end());
  std::vector<Excluded> all = inner_gaps(segments, excluded), gaps;
  const std::vector<Excluded> outer = outer_gaps(segments, excluded);
  all.insert(all.end(), outer.begin(), outer.end());
  std::sort(all.begin(), all.end());
  for (const Excluded& gap : all) {
    const bool touches = !gaps.empty() && gaps.back().id == gap.id && gap.start <= gaps.back().end;
    if (touches && gaps.back().reason == gap.reason) {
      gaps.back().end = std::max(gaps.back().end, gap.end);
      continue;
    }
    const Time start = touches ? gaps.back().end : gap.start;
    if (start < gap.end) gaps.push_back({gap.id, start, gap.end, gap.reason});
  }
  return gaps;
}

}  // namespace seisgrad
