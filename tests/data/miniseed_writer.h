// Samples to miniSEED 2 records with libmseed's packer, for tests: the inverse of data/miniseed.h.
#pragma once
#include <libmseed.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "data/waveform.h"

namespace seisgrad {

struct MiniseedFormat {
  int encoding = DE_STEIM2;
  int record_length = 512;
  bool big_endian = true;
};

// The records of one unbroken series; `T` is int32_t (Steim, int16, int32), float or double, as the encoding asks.
template <class T>
std::vector<std::uint8_t> miniseed_records(const StreamId& id, Time start, double rate, std::vector<T> samples,
                                           MiniseedFormat format = {}) {
  MSRecord* record = msr_init(nullptr);
  if (!record) throw std::bad_alloc();
  std::strncpy(record->network, id.network.c_str(), 10);
  std::strncpy(record->station, id.station.c_str(), 10);
  std::strncpy(record->location, id.location.c_str(), 10);
  std::strncpy(record->channel, id.channel.c_str(), 10);
  record->dataquality = 'D';
  record->sequence_number = 1;
  record->starttime = start.ns / 1000;
  record->samprate = rate;
  record->reclen = format.record_length;
  record->encoding = static_cast<flag>(format.encoding);
  record->byteorder = format.big_endian ? 1 : 0;
  record->numsamples = static_cast<std::int64_t>(samples.size());
  record->sampletype = std::is_same_v<T, double> ? 'd' : std::is_same_v<T, float> ? 'f' : 'i';
  record->datasamples = samples.data();
  std::vector<std::uint8_t> bytes;
  const auto take = [](char* packed, int length, void* into) {
    auto& out = *static_cast<std::vector<std::uint8_t>*>(into);
    out.insert(out.end(), packed, packed + length);
  };
  const int records = msr_pack(record, take, &bytes, nullptr, 1, 0);
  record->datasamples = nullptr;  // ours, not msr_free's
  msr_free(&record);
  if (records < 0) throw std::runtime_error("libmseed cannot pack these samples");
  return bytes;
}

}  // namespace seisgrad
