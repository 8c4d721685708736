#include "data/time.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "data/byte_cursor.h"
#include "data/decimal.h"
#include "data/stream_id.h"

using namespace seisgrad;

TEST_CASE("time: ISO-8601 both ways, always with microseconds and Z") {
  CHECK(to_iso({0}) == "1970-01-01T00:00:00.000000Z");
  CHECK(to_iso({1'771'699'625'000'000'000}) == "2026-02-21T18:47:05.000000Z");
  CHECK(to_iso({-1}) == "1970-01-01T00:00:00.000000Z");
  CHECK(to_iso({-1000}) == "1969-12-31T23:59:59.999999Z");
  CHECK(to_iso({999'999'500}) == "1970-01-01T00:00:01.000000Z");
  for (const char* text : {"1900-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "2000-02-29T12:34:56.789012Z",
                           "2100-12-31T23:59:59.999999Z"})
    CHECK(to_iso(time_from_iso(text)) == text);
  CHECK(time_from_iso("2026-02-21 18:33:45") == time_from_iso("2026-02-21T18:33:45.000Z"));
  CHECK(time_from_iso("2026-02-21T18:33:45.5+00:00") == time_from_iso("2026-02-21T18:33:45.5Z"));
  CHECK(time_from_iso("1970-01-01T00:00:00.123456789Z").ns == 123'456'789);
  for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-02-21T24:00:00Z",
                           "2026-02-21T18:33:45.0000000001Z", "2026-02-21T18:33:45+01:00", "2026-02-21T18:33:45Zz"})
    CHECK_THROWS_AS(time_from_iso(text), std::invalid_argument);
}

TEST_CASE("time: days of the year, samples and back") {
  CHECK(time_from_day_of_year(2024, 366) == time_from_date(2024, 12, 31));
  CHECK_THROWS_AS(time_from_day_of_year(2023, 366), std::invalid_argument);
  const Time start = time_from_iso("2026-02-21T00:00:00.003000Z");
  for (const double rate : {100.0, 20.0002213, 1080.0})
    for (const std::int64_t i : {INT64_C(0), INT64_C(1), INT64_C(999'983), INT64_C(3'000'000'001)})
      CHECK(sample_position(start, rate, time_of_sample(start, rate, i)) ==
            doctest::Approx(static_cast<double>(i)).epsilon(1e-7));
  CHECK(time_of_sample(start, 100, 315'360'000'000).ns == start.ns + INT64_C(3'153'600'000'000'000'000));
}

TEST_CASE("stream names: NETWORK.STATION.LOCATION.CHANNEL") {
  const StreamId id = stream_id_from("PB.B916..EH1");
  CHECK(id == StreamId{"PB", "B916", "", "EH1"});
  CHECK(to_string(id) == "PB.B916..EH1");
  CHECK(stream_id_from("PB.B916.--.EH1") == id);
  CHECK_THROWS_AS(stream_id_from("PB.B916.EH1"), std::invalid_argument);
  CHECK_THROWS_AS(stream_id_from("a.b.c.d.e"), std::invalid_argument);
}

TEST_CASE("byte cursor: both orders, and never a byte outside") {
  const std::uint8_t bytes[] = {0x01, 0x02, 0xff, 0xfe, 'a', 'b', ' ', 0x80};
  ByteCursor cursor(bytes, std::endian::big, 100);
  CHECK(cursor.read<std::uint16_t>() == 0x0102);
  CHECK(cursor.read<std::int16_t>() == -2);
  CHECK(cursor.text(4) == "ab ?");
  CHECK_THROWS_WITH_AS(cursor.read<std::uint8_t>(), "points to 1 bytes at offset 108, the data end at 108", OutOfBytes);
  CHECK_THROWS_AS(cursor.seek(9), OutOfBytes);
  cursor.seek(0);
  cursor.set_order(std::endian::little);
  CHECK(cursor.read<std::uint32_t>() == 0xfeff0201);
  CHECK_THROWS_AS(cursor.take(static_cast<std::size_t>(-1)), OutOfBytes);
}

TEST_CASE("decimals: what a 32-bit float was meant to be") {
  CHECK(shortest_decimal(0.01F) == 0.01);
  CHECK(shortest_decimal(20.0002213F) == doctest::Approx(20.000221).epsilon(1e-7));
  CHECK(nearest_whole_rate(1 / 0.0083333333) == 120);
  CHECK(nearest_whole_rate(20.0002213) == 20.0002213);
}
