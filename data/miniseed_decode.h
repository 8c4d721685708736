// The payload of one admitted miniSEED record to samples: the only reading that libmseed does.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/miniseed_header.h"

namespace seisgrad {

struct DecodedRecord {
  std::vector<double> samples;
  std::string error;                // not empty: the payload could not be decoded
  bool integrity_mismatch = false;  // Steim: the last sample is not the one the first frame promises
};

// REQUIRES: the header was admitted by check_miniseed_header for these bytes, and has_waveform().
DecodedRecord decode_miniseed(const MiniseedHeader& header, std::span<const std::uint8_t> record);

}  // namespace seisgrad
