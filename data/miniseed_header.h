// The admission check of one miniSEED 2 record, before any other code may look at it (SEED manual 2.4, chapter 8).
//
// A header is admitted when: the signature and the date are those of a data record; the blockette chain lies inside
// the record and always advances; the record length is a power of two from 128 to 2^20; the data begin after the
// blockettes and inside the record; the encoding is known; the sampling rate is plausible; and the payload
// can hold the promised number of samples in that encoding.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "data/stream_id.h"
#include "data/time.h"

namespace seisgrad {

struct MiniseedHeader {
  StreamId id;
  Time start;       // with the microseconds of blockette 1001 and the correction, unless already applied
  double rate = 0;  // of blockette 100 if there is one, else factor and multiplier
  std::int64_t samples = 0;
  int encoding = 10;  // without blockette 1000: Steim 1, the usual guess
  bool big_endian_data = true;
  std::size_t record_length = 0;  // 0: no blockette 1000 states it
  std::size_t data_offset = 0;

  // False for text, detection and state-of-health records: sound, but nothing to scan.
  bool has_waveform() const { return samples > 0 && encoding != 0; }
};

struct HeaderCheck {
  enum Verdict { admitted, refused, not_a_header };
  Verdict verdict = not_a_header;
  std::string reason;     // of a refusal
  MiniseedHeader header;  // filled as far as it was understood
  bool located = false;   // id, start, rate and samples are known, even if refused
};

// `bytes` begins at the record and holds all of it, or the file to its end. A record length that no blockette states
// is looked for: where the next header begins, or the end of the file, else 4096, else 512 bytes.
HeaderCheck check_miniseed_header(std::span<const std::uint8_t> bytes);

// The 27-byte signature of a data record: sequence number, quality D, R, Q or M, a blank, a clock time.
bool has_miniseed_signature(std::span<const std::uint8_t> bytes);

// A SEED control record (volume, abbreviation, station, time span) or a blank one: legal, without samples.
bool has_control_signature(std::span<const std::uint8_t> bytes);

inline constexpr std::size_t min_miniseed_record = 128;
inline constexpr std::size_t max_miniseed_record = std::size_t{1} << 20;

}  // namespace seisgrad
