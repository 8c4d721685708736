#include "data/sac.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "data/byte_cursor.h"
#include "data/decimal.h"

namespace seisgrad {

namespace {

constexpr std::size_t header_bytes = 632;
constexpr std::size_t ints_at = 280, texts_at = 440;
constexpr int undefined = -12345;

struct SacHeader {
  int version = 0, samples = 0, file_type = 0, evenly_spaced = 0;
  double delta = 0, b = 0;
  int clock[6] = {};  // year, day of year, hour, minute, second, millisecond
  StreamId id;
};

std::int32_t int_at(ByteCursor& cursor, std::size_t index) {
  cursor.seek(ints_at + 4 * index);
  return cursor.read<std::int32_t>();
}

double float_at(ByteCursor& cursor, std::size_t index) {
  cursor.seek(4 * index);
  return shortest_decimal(cursor.read<float>());
}

// The text at 8-byte slot `slot`; SAC writes -12345 for what is not set.
std::string text_at(ByteCursor& cursor, std::size_t slot) {
  cursor.seek(texts_at + 8 * slot);
  std::string text = cursor.text(8);
  return text == "-12345" || text == "-1234567" ? std::string() : text;
}

std::optional<std::endian> byte_order(std::span<const std::uint8_t> bytes) {
  for (const std::endian order : {std::endian::little, std::endian::big}) {
    ByteCursor cursor(bytes, order);
    const int version = int_at(cursor, 6);
    if (version == 6 || version == 7) return order;
  }
  return std::nullopt;
}

SacHeader parse(ByteCursor cursor) {
  SacHeader header;
  for (std::size_t i = 0; i < 6; ++i) header.clock[i] = int_at(cursor, i);
  header.version = int_at(cursor, 6);
  header.samples = int_at(cursor, 9);
  header.file_type = int_at(cursor, 15);
  header.evenly_spaced = int_at(cursor, 35);
  header.delta = float_at(cursor, 0);
  header.b = float_at(cursor, 5);
  header.id = {.network = text_at(cursor, 21),
               .station = text_at(cursor, 0),
               .location = text_at(cursor, 3),
               .channel = text_at(cursor, 20)};
  if (header.id.location == "--") header.id.location.clear();
  return header;
}

// Version 7 repeats delta and b in double precision in a footer after the samples.
void refine_from_footer(FileWindow& file, std::endian order, SacHeader& header) {
  const auto footer = static_cast<std::int64_t>(header_bytes) + 4 * std::int64_t{header.samples};
  const auto bytes = file.at(footer, 176);
  if (header.version != 7 || bytes.size() < 176) return;
  ByteCursor cursor(bytes.first(176), order);
  header.delta = cursor.read<double>();
  header.b = cursor.read<double>();
}

// Why this is no trace that can be placed in time; empty if it is one.
std::string objection(const SacHeader& header, std::int64_t file_size) {
  const std::int64_t needed = static_cast<std::int64_t>(header_bytes) + 4 * std::int64_t{header.samples};
  if (header.file_type != 1) return joined("SAC file type ", header.file_type, " is not a time series (1)");
  if (header.evenly_spaced == 0) return "SAC samples are not evenly spaced";
  if (header.samples <= 0) return joined("SAC header promises ", header.samples, " samples");
  if (file_size < needed)
    return joined("SAC header promises ", header.samples, " samples, ", needed, " bytes; the file has ", file_size);
  if (!plausible_rate(1 / header.delta)) return joined("SAC sampling interval is ", header.delta, " s");
  if (!std::isfinite(header.b) || std::abs(header.b) > 1e9) return joined("SAC start offset b is ", header.b, " s");
  if (std::find(std::begin(header.clock), std::end(header.clock), undefined) != std::end(header.clock))
    return "SAC reference time is not set";
  const auto& [year, day, hour, minute, second, millisecond] = header.clock;
  const bool clock_ok = year >= 1900 && year <= 2100 && day >= 1 && day <= 366 && hour >= 0 && hour <= 24 &&
                        minute >= 0 && minute <= 60 && second >= 0 && second <= 60 && millisecond >= 0 &&
                        millisecond <= 1000;
  if (!clock_ok) return joined("SAC reference time is no time: year ", year, ", day ", day, ", ", hour, ":", minute);
  return {};
}

Time start_time(const SacHeader& header) {
  const auto& [year, day, hour, minute, second, millisecond] = header.clock;
  const std::int64_t clock_ms = ((hour * INT64_C(60) + minute) * 60 + second) * 1000 + millisecond;
  return plus_seconds({time_from_day_of_year(year, day).ns + clock_ms * 1'000'000}, header.b);
}

// In chunks, so that a long file needs little memory.
void read_samples(FileWindow& file, std::endian order, const SacHeader& header, Time start, double rate,
                  const PieceSink& sink, ReadReport& report) {
  constexpr std::int64_t chunk = 1 << 18;
  for (std::int64_t first = 0; first < header.samples; first += chunk) {
    const std::int64_t count = std::min(chunk, header.samples - first);
    const std::int64_t offset = static_cast<std::int64_t>(header_bytes) + 4 * first;
    ByteCursor cursor(file.at(offset, static_cast<std::size_t>(4 * count)), order, offset);
    std::vector<double> samples(static_cast<std::size_t>(count));
    for (double& sample : samples) sample = static_cast<double>(cursor.read<float>());
    pass_finite({header.id, time_of_sample(start, rate, first), rate, std::move(samples)}, sink, report);
  }
}

}  // namespace

bool looks_like_sac(FileWindow& file) {
  const auto bytes = file.at(0, header_bytes);
  if (bytes.size() < header_bytes) return false;
  const auto order = byte_order(bytes.first(header_bytes));
  if (!order) return false;
  const SacHeader header = parse(ByteCursor(bytes.first(header_bytes), *order));
  return header.samples >= 0 && header.file_type >= 1 && header.file_type <= 51 && header.evenly_spaced >= 0 &&
         header.evenly_spaced <= 1;
}

void read_sac(FileWindow& file, const PieceFilter& filter, const PieceSink& sink, ReadReport& report) {
  const auto bytes = file.at(0, header_bytes);
  const auto order = bytes.size() >= header_bytes ? byte_order(bytes.first(header_bytes)) : std::nullopt;
  if (!order) return report.reject(file.path(), 0, file.size(), "not a SAC header of version 6 or 7");
  SacHeader header = parse(ByteCursor(bytes.first(header_bytes), *order));
  std::string reason = objection(header, file.size());
  try {
    if (!reason.empty()) return report.reject(file.path(), 0, file.size(), reason);
    refine_from_footer(file, *order, header);
    reason = objection(header, file.size());
    if (!reason.empty()) return report.reject(file.path(), 0, file.size(), reason + " (footer)");
    const Time start = start_time(header);
    const double rate = nearest_whole_rate(1 / header.delta);
    if (!filter || filter(header.id, start, time_of_sample(start, rate, header.samples)))
      read_samples(file, *order, header, start, rate, sink, report);
  } catch (const std::invalid_argument& no_such_date) {
    return report.reject(file.path(), 0, file.size(), no_such_date.what());
  } catch (const OutOfBytes& out) { return report.reject(file.path(), 0, file.size(), out.what()); }
  report.bytes_used += file.size();
  ++report.records_used;
}

}  // namespace seisgrad
