#include "data/packed_format.h"

#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "data/byte_cursor.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad::packed {
namespace {

template <class T>
void put(std::string& bytes, T value) {
  static_assert(std::endian::native == std::endian::little);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& bytes, const std::string& text) {
  put(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

ByteCursor cursor(std::string_view bytes, std::int64_t origin = 0) {
  return ByteCursor({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, std::endian::little, origin);
}

std::string take_text(ByteCursor& from) {
  const auto bytes = from.take(from.read<std::uint32_t>());
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Every member but `arrivals` in the order in which it is stored: one list for both directions.
void each_member(auto& info, auto&& f) {
  for (auto* text : {&info.id, &info.event, &info.stream.network, &info.stream.station, &info.stream.location,
                     &info.stream.channel, &info.components})
    f(*text);
  f(info.start.ns), f(info.samples), f(info.origin.ns), f(info.noise);
  for (auto* number : {&info.rate, &info.coda_end, &info.snr_db[0], &info.snr_db[1], &info.snr_db[2],
                       &info.station_latitude, &info.station_longitude, &info.station_elevation, &info.latitude,
                       &info.longitude, &info.depth, &info.magnitude, &info.distance, &info.back_azimuth})
    f(*number);
}

struct Encode {
  std::string& bytes;
  void operator()(const std::string& text) const { put_text(bytes, text); }
  void operator()(const auto& number) const { put(bytes, number); }
};

struct Decode {
  ByteCursor& from;
  void operator()(std::string& text) const { text = take_text(from); }
  void operator()(bool& flag) const { flag = from.read<std::uint8_t>() != 0; }
  template <class T>
  void operator()(T& number) const {
    number = from.read<T>();
  }
};

}  // namespace

std::string encode(const Header& header) {
  std::string bytes(magic);
  put(bytes, version);
  put(bytes, static_cast<std::uint32_t>(header.half));
  put(bytes, header.traces), put(bytes, header.table_offset), put(bytes, header.file_size);
  put(bytes, header.table_crc);
  bytes.resize(header_size - 4, '\0');
  put(bytes, crc32c(bytes));
  return bytes;
}

Header decode_header(std::string_view bytes) {
  if (bytes.size() < magic.size() || bytes.substr(0, magic.size()) != magic)
    throw std::runtime_error("at byte 0: not a shard of a packed data set; make one with `seisgrad data pack`");
  if (bytes.size() < header_size) throw std::runtime_error("cut short within its header; pack the data again");
  ByteCursor from = cursor(bytes.substr(0, header_size));
  from.skip(magic.size());
  const auto found = from.read<std::uint32_t>();
  if (found != version)
    throw std::runtime_error(joined("at byte 16: format version ", found, ", this program reads version ", version,
                                    "; pack the data again or use the program that wrote it"));
  Header header;
  header.half = from.read<std::uint32_t>() != 0;
  header.traces = from.read<std::uint64_t>();
  header.table_offset = from.read<std::uint64_t>();
  header.file_size = from.read<std::uint64_t>();
  header.table_crc = from.read<std::uint32_t>();
  from.seek(header_size - 4);
  if (from.read<std::uint32_t>() != crc32c(bytes.substr(0, header_size - 4)))
    throw std::runtime_error("at byte 0: the header's checksum does not hold; pack the data again");
  return header;
}

std::string encode(const Entry& entry) {
  std::string bytes;
  put(bytes, entry.offset), put(bytes, entry.sample_bytes), put(bytes, entry.info_bytes);
  put(bytes, entry.info_crc), put(bytes, entry.sample_crc);
  bytes.resize(entry_size, '\0');
  return bytes;
}

Entry decode_entry(std::string_view bytes) {
  ByteCursor from = cursor(bytes);
  Entry entry;
  entry.offset = from.read<std::uint64_t>();
  entry.sample_bytes = from.read<std::uint64_t>();
  entry.info_bytes = from.read<std::uint32_t>();
  entry.info_crc = from.read<std::uint32_t>();
  entry.sample_crc = from.read<std::uint32_t>();
  return entry;
}

std::string encode(const TraceInfo& info, float scale) {
  std::string bytes;
  put(bytes, scale);
  each_member(info, Encode{bytes});
  put(bytes, static_cast<std::uint32_t>(info.arrivals.size()));
  for (const Arrival& arrival : info.arrivals) put_text(bytes, arrival.phase), put(bytes, arrival.sample);
  return bytes;
}

TraceInfo decode_info(std::string_view bytes, std::int64_t offset, float& scale) {
  ByteCursor from = cursor(bytes, offset);
  TraceInfo info;
  scale = from.read<float>();
  each_member(info, Decode{from});
  const auto arrivals = from.read<std::uint32_t>();
  for (std::uint32_t i = 0; i < arrivals; ++i) {
    std::string phase = take_text(from);
    info.arrivals.push_back({std::move(phase), from.read<double>()});
  }
  return info;
}

std::uint32_t identity(std::string_view header) { return crc32c(header.substr(0, header_size - 4)); }

std::string hexadecimal(std::uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

std::string checksum_line(std::string_view index) { return "checksum " + hexadecimal(crc32c(index)) + "\n"; }

std::string shard_name(std::int64_t number) {
  char name[40];
  std::snprintf(name, sizeof name, "shard-%05lld.packed", static_cast<long long>(number));
  return name;
}

}  // namespace seisgrad::packed
