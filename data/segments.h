// Pieces of streams, in any order, merged into continuous segments with explicit gaps between them.
//
// Rules
// - Pieces are taken by start time; of two that start together the longer first, then the one whose samples are
//   smaller at the first difference. The order of files, and how records are spread over files, cannot matter.
// - A segment has one time grid, start + i / rate. A piece continues it if it begins within half a sample of where the
//   next sample is due: its own start is then replaced by the grid's, so jitter never accumulates, and a clock that
//   drifts by more than half a sample begins a new segment.
// - A piece that begins earlier than that overlaps. Equal samples are merged; where they differ the samples already
//   there (those of the piece that began first) stay, and the contradiction is reported.
// - Rates within 1e-4 of the segment's are its rate; another rate begins a new segment.
#pragma once
#include <vector>

#include "data/waveform.h"

namespace seisgrad {

struct Segment {
  StreamId id;
  Time start;
  double rate = 0;
  std::vector<double> samples;

  std::int64_t size() const { return static_cast<std::int64_t>(samples.size()); }
  Time time_of(std::int64_t index) const { return time_of_sample(start, rate, index); }
  Time end() const { return time_of(size()); }  // one sample interval after the last sample
};

struct MergeReport {
  std::int64_t pieces = 0;
  std::int64_t samples_merged = 0;        // dropped because an equal sample was there
  std::int64_t samples_contradicted = 0;  // dropped because a different one was there; in `contradictions`
  std::vector<Excluded> contradictions;   // of one piece each
};

// Segments sorted by stream and start. No two segments of a stream overlap by more than half a sample.
std::vector<Segment> merge_pieces(std::vector<Piece> pieces, MergeReport& report);

// What is missing of each stream: between its first and its last sample all that is in no segment, with the reason of
// the excluded span that explains it, or "no data"; before and after these, and of streams without any segment, the
// excluded spans. Sorted, not overlapping. REQUIRES: segments as merge_pieces returns them.
std::vector<Excluded> gaps_of(const std::vector<Segment>& segments, std::vector<Excluded> excluded);

}  // namespace seisgrad
