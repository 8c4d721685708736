// The bytes of a shard: what packed.cpp reads and packed_write.cpp writes. All numbers are little-endian.
//
//   header (64 bytes)   magic, version, sample type, traces, place of the table, size of the file, checksums
//   records             each: the trace's information, then its samples, component after component
//   table               one entry of 32 bytes a trace
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "data/labelled_trace.h"

namespace seisgrad::packed {

inline constexpr std::string_view magic = "SEISGRAD packed\n";
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t header_size = 64, entry_size = 32;
inline constexpr std::string_view index_name = "packed.index", index_title = "seisgrad packed data set 1";

struct Header {
  bool half = false;
  std::uint64_t traces = 0, table_offset = 0, file_size = 0;
  std::uint32_t table_crc = 0;
};

struct Entry {
  std::uint64_t offset = 0;  // of the record; its information comes first, the samples follow at once
  std::uint64_t sample_bytes = 0;
  std::uint32_t info_bytes = 0;
  std::uint32_t info_crc = 0, sample_crc = 0;
};

std::string encode(const Header& header);  // with its own checksum as the last four bytes
std::string encode(const Entry& entry);
std::string encode(const TraceInfo& info, float scale);

// `bytes` are header_size and entry_size long. Throw std::runtime_error: what is wrong, without the file's name.
Header decode_header(std::string_view bytes);
Entry decode_entry(std::string_view bytes);
TraceInfo decode_info(std::string_view bytes, std::int64_t offset, float& scale);

// What the index knows a shard by: the checksum of its header, which has that of the table, without the checksum at its
// end. (With it, the result would be the same for every header.)
std::uint32_t identity(std::string_view header);
std::string hexadecimal(std::uint32_t value);       // eight digits
std::string checksum_line(std::string_view index);  // "checksum 01234567\n", the last line of packed.index
std::string shard_name(std::int64_t number);        // shard-00042.packed

}  // namespace seisgrad::packed
