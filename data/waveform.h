// What the readers yield, and how they account for every byte and every sample they do not yield.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/stream_id.h"
#include "data/time.h"

namespace seisgrad {

// From a sample a day to a megahertz; what headers state beyond that is damage, and would overflow times.
inline bool plausible_rate(double rate) { return rate > 1e-5 && rate <= 1e6; }

// An unbroken run of samples of one stream: a record, or what is left of one between non-finite values.
struct Piece {
  StreamId id;
  Time start;                   // of the first sample
  double rate = 0;              // samples a second, plausible
  std::vector<double> samples;  // double holds 32-bit counts exactly, which float would not
};

using PieceSink = std::function<void(Piece)>;

// Bytes of a file that could not be used.
struct Rejected {
  std::string path;
  std::int64_t offset = 0, bytes = 0;
  std::string reason;
};

// Samples whose place in time is known but that are not passed on: they become a gap with this reason.
struct Excluded {
  StreamId id;
  Time start, end;  // end: one sample interval after the last sample
  std::string reason;
  friend auto operator<=>(const Excluded&, const Excluded&) = default;
};

// bytes_used + bytes_without_samples + bytes_rejected == bytes, always.
struct ReadReport {
  std::int64_t files = 0, bytes = 0;
  std::int64_t bytes_used = 0;             // records and files that gave samples
  std::int64_t bytes_without_samples = 0;  // text, detection and control records: nothing to lose
  std::int64_t bytes_rejected = 0;
  std::int64_t records_used = 0, records_without_samples = 0;
  std::int64_t samples = 0;
  std::int64_t samples_not_finite = 0;    // excluded
  std::int64_t integrity_mismatches = 0;  // Steim records whose last sample is not the one promised; passed on
  std::int64_t rejected_count = 0;
  std::vector<Rejected> rejected;  // the first max_details of them: garbage must not fill the memory
  std::vector<Rejected> warnings;  // used all the same (bytes of an integrity mismatch), limited likewise
  std::vector<Excluded> excluded;

  static constexpr std::size_t max_details = 10'000;

  void reject(std::string path, std::int64_t offset, std::int64_t byte_count, std::string reason) {
    bytes_rejected += byte_count;
    ++rejected_count;
    if (rejected.size() < max_details) rejected.push_back({std::move(path), offset, byte_count, std::move(reason)});
  }
  void warn(std::string path, std::int64_t offset, std::int64_t byte_count, std::string reason) {
    if (warnings.size() < max_details) warnings.push_back({std::move(path), offset, byte_count, std::move(reason)});
  }
};

}  // namespace seisgrad
