#include "data/miniseed_decode.h"

#include <libmseed.h>

#include <bit>
#include <cstring>
#include <memory>
#include <mutex>

#include "data/byte_cursor.h"

namespace seisgrad {

namespace {

void say_nothing(char*) {}

struct FreeRecord {
  void operator()(MSRecord* record) const { msr_free(&record); }
};

void widen(const MSRecord& record, std::vector<double>& samples) {
  const std::size_t count = samples.size();
  const auto copy = [&](const auto* from) {
    for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<double>(from[i]);
  };
  if (record.sampletype == 'i') copy(static_cast<const std::int32_t*>(record.datasamples));
  if (record.sampletype == 'f') copy(static_cast<const float*>(record.datasamples));
  if (record.sampletype == 'd') copy(static_cast<const double*>(record.datasamples));
}

std::string describe(int code) {
  switch (code) {
    case MS_STBADCOMPFLAG:
      return "Steim frames with an impossible compression flag";
    case MS_UNKNOWNFORMAT:
      return "encoding not supported by libmseed";
    default:
      return joined("the payload cannot be decoded (libmseed: ", code, ")");
  }
}

}  // namespace

DecodedRecord decode_miniseed(const MiniseedHeader& header, std::span<const std::uint8_t> record) {
  // libmseed reads the payload as 32-bit words, so a copy puts it where these are aligned.
  const std::size_t lead = (8 - header.data_offset % 8) % 8;
  std::vector<std::uint64_t> copy((lead + header.record_length + 7) / 8);
  char* const aligned = reinterpret_cast<char*>(copy.data()) + lead;
  std::memcpy(aligned, record.data(), header.record_length);

  // libmseed logs through global state.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  static const bool silenced = (ms_loginit(say_nothing, nullptr, say_nothing, nullptr), true);
  static_cast<void>(silenced);

  const std::unique_ptr<MSRecord, FreeRecord> raw(msr_init(nullptr));
  if (!raw) throw std::bad_alloc();
  raw->fsdh = static_cast<fsdh_s*>(std::calloc(1, sizeof(fsdh_s)));
  if (!raw->fsdh) throw std::bad_alloc();
  raw->fsdh->data_offset = static_cast<std::uint16_t>(header.data_offset);
  raw->record = aligned;
  raw->reclen = static_cast<std::int32_t>(header.record_length);
  raw->samplecnt = header.samples;
  raw->encoding = static_cast<flag>(header.encoding);
  const bool swap = header.big_endian_data != (std::endian::native == std::endian::big);
  const int decoded = msr_unpack_data(raw.get(), swap ? 1 : 0, 0);

  DecodedRecord result;
  if (decoded < 0) {
    result.error = describe(decoded);
  } else if (decoded != header.samples || raw->sampletype == 'a') {
    result.error = joined(decoded, " of the promised ", header.samples, " samples can be decoded");
  } else {
    result.samples.resize(static_cast<std::size_t>(decoded));
    widen(*raw, result.samples);
    if (header.encoding == 10 || header.encoding == 11) {
      ByteCursor frame(record, header.big_endian_data ? std::endian::big : std::endian::little);
      frame.seek(header.data_offset + 8);  // word 2 of the first frame
      result.integrity_mismatch = result.samples.back() != frame.read<std::int32_t>();
    }
  }
  return result;
}

}  // namespace seisgrad
