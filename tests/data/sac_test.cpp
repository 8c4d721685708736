#include "data/sac.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstring>

#include "tests/data/reading.h"
#include "tests/shared.h"

using namespace seisgrad;

namespace {

using Bytes = std::vector<std::uint8_t>;

template <class T>
void put(Bytes& bytes, std::size_t at, T value, std::endian order) {
  std::uint8_t raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes.at(at + i) = raw[order == std::endian::native ? i : sizeof(T) - 1 - i];
}

void put_text(Bytes& bytes, std::size_t slot, std::string text) {
  text.resize(8, ' ');
  std::copy(text.begin(), text.end(), bytes.begin() + 440 + static_cast<std::ptrdiff_t>(8 * slot));
}

// 2026-02-21 (day 52) 00:00:10.250 plus b = 0.5 s, delta = 0.025 s, samples 0, 1, 2 …
Bytes sac_file(std::endian order, std::int32_t samples, std::int32_t version = 6) {
  Bytes bytes(632 + 4 * static_cast<std::size_t>(samples) + (version == 7 ? 176 : 0));
  for (std::size_t i = 0; i < 70; ++i) put(bytes, 4 * i, -12345.0F, order);
  for (std::size_t i = 70; i < 110; ++i) put(bytes, 4 * i, std::int32_t{-12345}, order);
  for (std::size_t slot = 0; slot < 24; ++slot) put_text(bytes, slot, "-12345");
  put(bytes, 0, 0.025F, order);
  put(bytes, 4 * 5, 0.5F, order);
  const std::int32_t clock[] = {2026, 52, 0, 0, 10, 250, version};
  for (std::size_t i = 0; i < 7; ++i) put(bytes, 280 + 4 * i, clock[i], order);
  put(bytes, 280 + 4 * 9, samples, order);
  put(bytes, 280 + 4 * 15, std::int32_t{1}, order);
  put(bytes, 280 + 4 * 35, std::int32_t{1}, order);
  put_text(bytes, 21, "XX");
  put_text(bytes, 0, "TEST");
  put_text(bytes, 20, "BHZ");
  for (std::int32_t i = 0; i < samples; ++i)
    put(bytes, 632 + 4 * static_cast<std::size_t>(i), static_cast<float>(i), order);
  if (version == 7) {
    put(bytes, bytes.size() - 176, 0.0125, order);
    put(bytes, bytes.size() - 168, 0.25, order);
  }
  return bytes;
}

}  // namespace

TEST_CASE("SAC: name, time, rate and samples in both byte orders and both versions") {
  for (const std::endian order : {std::endian::little, std::endian::big})
    for (const int version : {6, 7}) {
      const Reading reading = reading_of_bytes(sac_file(order, 1000, version));
      REQUIRE(reading.pieces.size() == 1);
      const Piece& piece = reading.pieces[0];
      CHECK(piece.id == StreamId{"XX", "TEST", "", "BHZ"});
      CHECK(to_iso(piece.start) == (version == 6 ? "2026-02-21T00:00:10.750000Z" : "2026-02-21T00:00:10.500000Z"));
      CHECK(piece.rate == (version == 6 ? 40 : 80));
      REQUIRE(piece.samples.size() == 1000);
      CHECK(piece.samples[999] == 999);
    }
}

TEST_CASE("SAC: long files come in pieces that fit together") {
  const Reading reading = reading_of_bytes(sac_file(std::endian::big, 600'000));
  REQUIRE(reading.pieces.size() == 3);
  CHECK(reading.pieces[2].start == time_of_sample(reading.pieces[0].start, 40, 2 << 18));
  CHECK(reading.pieces[2].samples.back() == 599'999);
}

TEST_CASE("SAC: headers that contradict themselves or the file are refused with the reason") {
  const auto refused = [](const char* reason, auto damage) {
    Bytes bytes = sac_file(std::endian::little, 100);
    damage(bytes);
    const Reading reading = reading_of_bytes(bytes);
    CHECK(accounts_for_every_byte(reading.report));
    CHECK(reading.pieces.empty());
    REQUIRE(reading.report.rejected.size() == 1);
    CAPTURE(reading.report.rejected[0].reason);
    CHECK(reading.report.rejected[0].reason.find(reason) != std::string::npos);
  };
  const auto int_put = [](std::size_t index, std::int32_t value) {
    return [=](Bytes& bytes) { put(bytes, 280 + 4 * index, value, std::endian::little); };
  };
  refused("promises 101 samples", int_put(9, 101));
  refused("promises 2147483647 samples", int_put(9, 2147483647));
  refused("promises 0 samples", int_put(9, 0));
  refused("not a time series", int_put(15, 4));
  refused("not evenly spaced", int_put(35, 0));
  refused("time is not set", int_put(0, -12345));
  refused("is no time", int_put(2, 99));
  refused("no day 366", int_put(1, 366));
  refused("interval", [](Bytes& bytes) { put(bytes, 0, 0.0F, std::endian::little); });
  refused("start offset",
          [](Bytes& bytes) { put(bytes, 20, std::numeric_limits<float>::quiet_NaN(), std::endian::little); });
  refused("neither", [](Bytes& bytes) { bytes.resize(600); });
}

TEST_CASE("SAC: recorded files") {
  const auto folder = shared_path("data");
  if (!folder) return;
  const Reading little = reading_of(*folder + "/readers/obspy_sac/test.sac");
  const Reading swapped = reading_of(*folder + "/readers/obspy_sac/test.sac.swap");
  REQUIRE(little.pieces.size() == 1);
  REQUIRE(swapped.pieces.size() == 1);
  CHECK(little.pieces[0].samples == swapped.pieces[0].samples);
  CHECK(little.pieces[0].id == StreamId{"", "STA", "", "Q"});
  CHECK(to_iso(little.pieces[0].start) == "1978-07-18T08:00:10.000000Z");
  CHECK(little.pieces[0].samples.size() == 100);
  ReadReport report;
  std::int64_t traces = 0;
  read_waveforms(
      {*folder + "/teleseismic/fiji_20110915_P_BHZ", *folder + "/teleseismic/*.sac"},
      [&](const Piece& piece) {
        ++traces;
        CHECK(piece.rate > 0);
        CHECK(!piece.id.station.empty());
      },
      report);
  CHECK(traces >= 60);
}
