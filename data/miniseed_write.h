// Samples to miniSEED 2 records: the inverse of data/miniseed.h.
#pragma once
#include <cstdint>
#include <vector>

#include "data/stream_id.h"
#include "data/time.h"

namespace seisgrad {

// SEED's numbers.
struct MiniseedEncoding {
  static constexpr int int16 = 1, int32 = 3, float32 = 4, float64 = 5, steim1 = 10, steim2 = 11;
};

struct MiniseedFormat {
  int encoding = MiniseedEncoding::steim2;
  int record_length = 512;
  bool big_endian = true;
};

// The records of one unbroken series; T is int32_t, float or double, as the encoding asks. Times are kept to the
// microsecond. Throws std::invalid_argument for samples the encoding cannot hold and names longer than SEED's.
template <class T>
std::vector<std::uint8_t> miniseed_records(const StreamId& id, Time start, double rate, std::vector<T> samples,
                                           MiniseedFormat format = {});

}  // namespace seisgrad
