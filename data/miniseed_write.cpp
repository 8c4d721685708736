#include "data/miniseed_write.h"

#include <libmseed.h>

#include <cstring>
#include <new>

#include "tensor/require.h"

namespace seisgrad {

template <class T>
std::vector<std::uint8_t> miniseed_records(const StreamId& id, Time start, double rate, std::vector<T> samples,
                                           MiniseedFormat format) {
  require(id.network.size() <= 2 && id.station.size() <= 5 && id.location.size() <= 2 && id.channel.size() <= 3, id,
          ": miniSEED has room for 2, 5, 2 and 3 letters");
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
  require(records >= 0, id, ": its samples cannot be packed with encoding ", format.encoding, " in records of ",
          format.record_length, " bytes");
  return bytes;
}

template std::vector<std::uint8_t> miniseed_records(const StreamId&, Time, double, std::vector<std::int32_t>,
                                                    MiniseedFormat);
template std::vector<std::uint8_t> miniseed_records(const StreamId&, Time, double, std::vector<float>, MiniseedFormat);
template std::vector<std::uint8_t> miniseed_records(const StreamId&, Time, double, std::vector<double>, MiniseedFormat);

}  // namespace seisgrad
