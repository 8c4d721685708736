#include "data/miniseed_header.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "data/byte_cursor.h"
#include "data/decimal.h"
#include "data/waveform.h"

namespace seisgrad {

namespace {

constexpr std::size_t fixed_header = 48;

bool is_sequence_digit(std::uint8_t c) { return (c >= '0' && c <= '9') || c == ' ' || c == 0; }

// Refusals unwind the parser; they never leave check_miniseed_header.
struct Refusal {
  std::string reason;
};

void admit(bool condition, const auto&... why) {
  if (!condition) throw Refusal{joined(why...)};
}

bool plausible_date(int year, int day) { return year >= 1900 && year <= 2100 && day >= 1 && day <= 366; }

// The shortest blockette of a type; for type 2000 `at` states its own length. Unknown types have at least a header.
std::size_t blockette_length(int type, ByteCursor at) {
  switch (type) {
    case 100:
      return 12;
    case 200:
      return 52;
    case 201:
    case 300:
    case 310:
      return 60;
    case 320:
      return 64;
    case 390:
      return 28;
    case 395:
    case 400:
      return 16;
    case 500:
      return 200;
    case 1000:
    case 1001:
      return 8;
    case 405:
      return 6;
    case 2000:
      return std::max<std::size_t>(at.read<std::uint16_t>(), 15);
    default:
      return 4;
  }
}

double nominal_rate(int factor, int multiplier) {
  if (factor == 0 || multiplier == 0) return 0;
  const double rate = factor > 0 ? factor : -1.0 / factor;
  return multiplier > 0 ? rate * multiplier : -rate / multiplier;
}

// Reads the blockettes into the header; returns where the last one ends.
std::size_t read_blockettes(ByteCursor record, std::size_t offset, MiniseedHeader& header, int& microseconds) {
  std::size_t end = fixed_header;
  while (offset != 0) {
    admit(offset >= end, "blockette chain does not advance: next at ", offset, ", still inside what ends at ", end);
    record.seek(offset);
    const int type = record.read<std::uint16_t>();
    const std::size_t next = record.read<std::uint16_t>();
    ByteCursor body = record;
    end = offset + blockette_length(type, record);
    if (type == 100) {
      const float rate = body.read<float>();
      if (std::isfinite(rate) && rate > 0) header.rate = shortest_decimal(rate);
    } else if (type == 1000) {
      header.encoding = body.read<std::uint8_t>();
      header.big_endian_data = body.read<std::uint8_t>() != 0;
      const int exponent = body.read<std::uint8_t>();
      admit(exponent >= 7 && exponent <= 20, "record length 2^", exponent, " is not between 128 and 2^20");
      header.record_length = std::size_t{1} << exponent;
    } else if (type == 1001) {
      body.skip(1);
      microseconds = body.read<std::int8_t>();
    }
    record.seek(end);  // the blockette must be there in full
    offset = next;
  }
  return end;
}

std::size_t find_record_length(std::span<const std::uint8_t> bytes) {
  for (std::size_t length = min_miniseed_record; length <= std::min(bytes.size(), max_miniseed_record); length *= 2) {
    if (length == bytes.size()) return length;
    const auto rest = bytes.subspan(length);
    if (has_miniseed_signature(rest) || has_control_signature(rest)) return length;
  }
  for (const std::size_t guess : {std::size_t{4096}, std::size_t{512}})
    if (bytes.size() >= guess) return guess;
  throw Refusal{joined("truncated: ", bytes.size(), " bytes, and no blockette 1000 states the record length")};
}

std::optional<std::size_t> most_samples(int encoding, std::size_t payload) {
  const std::size_t frames = payload / 64;
  const std::size_t words = frames > 0 ? 15 * frames - 2 : 0;
  switch (encoding) {
    case 0:
      return payload;
    case 1:
    case 13:
    case 14:
    case 16:
    case 30:
    case 32:
      return payload / 2;
    case 12:
      return payload / 3;
    case 3:
    case 4:
      return payload / 4;
    case 5:
      return payload / 8;
    case 10:
      return 4 * words;
    case 11:
      return 7 * words;
    default:
      return std::nullopt;
  }
}

Time start_time(ByteCursor& record) {
  const int year = record.read<std::uint16_t>();
  const int day = record.read<std::uint16_t>();
  const int hour = record.read<std::uint8_t>();
  const int minute = record.read<std::uint8_t>();
  const int second = record.read<std::uint8_t>();
  record.skip(1);
  const int tenth_milliseconds = record.read<std::uint16_t>();
  admit(tenth_milliseconds <= 10000, "fraction of a second is ", tenth_milliseconds, "/10000");
  return {time_from_day_of_year(year, day).ns + (hour * 3600 + minute * 60 + second) * ns_per_second +
          tenth_milliseconds * INT64_C(100'000)};
}

std::endian byte_order(ByteCursor record) {
  for (const std::endian order : {std::endian::big, std::endian::little}) {
    record.set_order(order);
    record.seek(20);
    const int year = record.read<std::uint16_t>();
    if (plausible_date(year, record.read<std::uint16_t>())) return order;
  }
  throw Refusal{"no byte order gives a date between 1900 and 2100"};
}

void parse(std::span<const std::uint8_t> bytes, HeaderCheck& check) {
  MiniseedHeader& header = check.header;
  ByteCursor record(bytes);
  const std::endian order = byte_order(record);
  record.set_order(order);
  header.big_endian_data = order == std::endian::big;
  record.seek(8);
  header.id.station = record.text(5);
  header.id.location = record.text(2);
  header.id.channel = record.text(3);
  header.id.network = record.text(2);
  header.start = start_time(record);
  header.samples = record.read<std::uint16_t>();
  const int factor = record.read<std::int16_t>();
  header.rate = nominal_rate(factor, record.read<std::int16_t>());
  const bool correction_applied = (record.read<std::uint8_t>() & 2) != 0;
  record.skip(3);  // other flags, and the number of blockettes, which is often wrong and never needed
  const std::int64_t correction = record.read<std::int32_t>();
  header.data_offset = record.read<std::uint16_t>();
  const std::size_t first_blockette = record.read<std::uint16_t>();
  int microseconds = 0;
  const std::size_t blockettes_end = read_blockettes(record, first_blockette, header, microseconds);
  header.start.ns += microseconds * 1000 + (correction_applied ? 0 : correction * 100'000);
  check.located = header.has_waveform() && plausible_rate(header.rate);

  if (header.record_length == 0) header.record_length = find_record_length(bytes);
  admit(bytes.size() >= header.record_length, "truncated: a record of ", header.record_length, " bytes, ", bytes.size(),
        " are left");
  admit(blockettes_end <= header.record_length, "blockettes reach beyond the record");
  if (!header.has_waveform()) return;
  const auto fits =
      most_samples(header.encoding, header.record_length - std::min(header.record_length, header.data_offset));
  admit(fits.has_value(), "encoding ", header.encoding, " is not supported");
  admit(check.located, "sampling rate ", header.rate, " with ", header.samples, " samples");
  admit(header.data_offset >= blockettes_end && header.data_offset < header.record_length, "data offset ",
        header.data_offset, " is not between the blockettes' end, ", blockettes_end, ", and the record's, ",
        header.record_length);
  admit(static_cast<std::size_t>(header.samples) <= *fits, header.samples, " samples cannot be in ",
        header.record_length - header.data_offset, " bytes of encoding ", header.encoding);
}

}  // namespace

bool has_miniseed_signature(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < fixed_header) return false;
  const std::uint8_t quality = bytes[6];
  return (quality == 'D' || quality == 'R' || quality == 'Q' || quality == 'M') && (bytes[7] == ' ' || bytes[7] == 0) &&
         std::all_of(bytes.begin(), bytes.begin() + 6, is_sequence_digit) && bytes[24] <= 23 && bytes[25] <= 59 &&
         bytes[26] <= 60;
}

bool has_control_signature(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < fixed_header || !std::all_of(bytes.begin(), bytes.begin() + 6, is_sequence_digit)) return false;
  const std::uint8_t type = bytes[6];
  const bool control =
      (type == 'V' || type == 'A' || type == 'S' || type == 'T') && (bytes[7] == ' ' || bytes[7] == '*');
  const bool blank =
      std::all_of(bytes.begin() + 6, bytes.begin() + fixed_header, [](std::uint8_t c) { return c == ' '; });
  return control || blank;
}

HeaderCheck check_miniseed_header(std::span<const std::uint8_t> bytes) {
  HeaderCheck check;
  if (!has_miniseed_signature(bytes)) return check;
  check.verdict = HeaderCheck::refused;
  try {
    parse(bytes.first(std::min(bytes.size(), 2 * max_miniseed_record)), check);
    check.verdict = HeaderCheck::admitted;
  } catch (const Refusal& refusal) { check.reason = refusal.reason; } catch (const OutOfBytes& out) {
    check.reason = joined("header: ", out.what());
  } catch (const std::invalid_argument& no_such_date) { check.reason = no_such_date.what(); }
  return check;
}

}  // namespace seisgrad
