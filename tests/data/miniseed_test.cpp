#include "data/miniseed.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "data/miniseed_header.h"
#include "data/miniseed_write.h"
#include "tests/data/reading.h"

using namespace seisgrad;

namespace {

using Encoding = MiniseedEncoding;

const StreamId stream{"XX", "TEST", "00", "HHZ"};
const Time day = time_from_date(2026, 2, 21);

std::vector<std::int32_t> ramp(int count) {
  std::vector<std::int32_t> samples(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) samples[static_cast<std::size_t>(i)] = 7 * i % 1000 - 500;
  return samples;
}

using Bytes = std::vector<std::uint8_t>;

void put16(Bytes& bytes, std::size_t at, int value) {
  bytes.at(at) = static_cast<std::uint8_t>(value >> 8);
  bytes.at(at + 1) = static_cast<std::uint8_t>(value);
}

}  // namespace

TEST_CASE("miniSEED: every encoding and byte order comes back as it was written") {
  const std::vector<std::int32_t> counts = ramp(3000);
  const std::vector<float> floats(counts.begin(), counts.end());
  const std::vector<double> doubles(counts.begin(), counts.end());
  for (const bool big : {true, false})
    for (const int length : {256, 512, 4096}) {
      const auto format = [&](int encoding) { return MiniseedFormat{encoding, length, big}; };
      for (const Bytes& bytes : {miniseed_records(stream, day, 100, counts, format(Encoding::steim1)),
                                 miniseed_records(stream, day, 100, counts, format(Encoding::steim2)),
                                 miniseed_records(stream, day, 100, counts, format(Encoding::int32)),
                                 miniseed_records(stream, day, 100, counts, format(Encoding::int16)),
                                 miniseed_records(stream, day, 100, floats, format(Encoding::float32)),
                                 miniseed_records(stream, day, 100, doubles, format(Encoding::float64))}) {
        const Reading reading = reading_of_bytes(bytes);
        std::vector<double> samples;
        for (const Piece& piece : reading.pieces) {
          CHECK(piece.id == stream);
          CHECK(piece.rate == 100);
          CHECK(piece.start == time_of_sample(day, 100, static_cast<std::int64_t>(samples.size())));
          samples.insert(samples.end(), piece.samples.begin(), piece.samples.end());
        }
        CHECK(samples == doubles);
        CHECK(reading.report.bytes_used == static_cast<std::int64_t>(bytes.size()));
        CHECK(reading.report.rejected.empty());
      }
    }
}

TEST_CASE("miniSEED: what cannot be written is the caller's mistake") {
  CHECK_THROWS_AS(miniseed_records(stream, day, 100, std::vector<std::int32_t>{0, 1 << 30}), std::invalid_argument);
  CHECK_THROWS_AS(miniseed_records({"XX", "TOOLONG", "", "HHZ"}, day, 100, ramp(10)), std::invalid_argument);
}

TEST_CASE("miniSEED: a header that contradicts itself is refused with the reason") {
  const Bytes good = miniseed_records(stream, day, 100, ramp(100), {Encoding::steim2, 512, true});
  REQUIRE(good.size() == 512);
  REQUIRE(check_miniseed_header(good).verdict == HeaderCheck::admitted);
  const auto refused = [&](const char* reason, auto damage) {
    Bytes bad = good;
    damage(bad);
    const HeaderCheck check = check_miniseed_header(bad);
    CAPTURE(check.reason);
    CHECK(check.verdict == HeaderCheck::refused);
    CHECK(check.reason.find(reason) != std::string::npos);
    const Reading reading = reading_of_bytes(bad);
    CHECK(reading.pieces.empty());
    CHECK(reading.report.rejected_count == 1);
    CHECK(accounts_for_every_byte(reading.report));
  };
  refused("date", [](Bytes& b) { put16(b, 20, 0x2222); });
  refused("no day 366", [](Bytes& b) { put16(b, 22, 366); });
  refused("samples cannot be in", [](Bytes& b) { put16(b, 30, 30000); });
  refused("sampling rate", [](Bytes& b) { put16(b, 32, 0); });
  refused("sampling rate", [](Bytes& b) {
    put16(b, 32, -30000);
    put16(b, 34, -30000);
  });
  refused("data offset", [](Bytes& b) { put16(b, 44, 600); });
  refused("data offset", [](Bytes& b) { put16(b, 44, 50); });
  refused("does not advance", [](Bytes& b) { put16(b, 46, 10); });
  refused("does not advance", [](Bytes& b) { put16(b, 50, 48); });  // blockette 1000 points to itself
  refused("points to", [](Bytes& b) { put16(b, 50, 60000); });      // … or beyond the file
  refused("encoding 99", [](Bytes& b) { b.at(52) = 99; });
  refused("record length 2^6", [](Bytes& b) { b.at(54) = 6; });
  refused("record length 2^21", [](Bytes& b) { b.at(54) = 21; });
  refused("truncated", [](Bytes& b) { b.at(54) = 10; });
  refused("truncated", [](Bytes& b) { b.resize(511); });
}

TEST_CASE("miniSEED: as many samples as a payload can hold are admitted, one more is not") {
  struct Limit {
    int encoding, samples;  // in the 448 bytes, or 7 frames, after a header of 64
  };
  const Bytes good = miniseed_records(stream, day, 100, ramp(10), {Encoding::int32, 512, true});
  for (const Limit& limit : {Limit{1, 224}, Limit{3, 112}, Limit{4, 112}, Limit{5, 56}, Limit{10, 4 * (7 * 15 - 2)},
                             Limit{11, 7 * (7 * 15 - 2)}, Limit{12, 149}, Limit{16, 224}, Limit{32, 224}}) {
    CAPTURE(limit.encoding);
    Bytes bytes = good;
    put16(bytes, 44, 64);
    bytes.at(52) = static_cast<std::uint8_t>(limit.encoding);
    put16(bytes, 30, limit.samples);
    CHECK(check_miniseed_header(bytes).verdict == HeaderCheck::admitted);
    put16(bytes, 30, limit.samples + 1);
    CHECK(check_miniseed_header(bytes).verdict == HeaderCheck::refused);
  }
}

TEST_CASE("miniSEED: refused neighbours are counted one by one") {
  Bytes bytes = miniseed_records(stream, day, 100, ramp(3000), {Encoding::steim2, 512, true});
  for (const std::size_t record : {1, 2}) put16(bytes, record * 512 + 30, 30000);
  const Reading reading = reading_of_bytes(bytes);
  CHECK(reading.report.rejected_count == 2);
  CHECK(reading.report.excluded.size() == 2);
}

TEST_CASE("miniSEED: a refused record is a gap with a reason, its neighbours are read") {
  Bytes bytes = miniseed_records(stream, day, 100, ramp(3000), {Encoding::steim2, 512, true});
  const std::size_t records = bytes.size() / 512;
  REQUIRE(records >= 4);
  put16(bytes, 512 + 44, 600);
  bytes.at(1024 + 65) = 0;  // "no differences in these four words" of the third record's first frame
  const Reading reading = reading_of_bytes(bytes);
  CHECK(reading.report.rejected_count == 2);
  CHECK(reading.report.rejected.at(0).offset == 512);
  CHECK(reading.report.rejected.at(0).bytes == 512);
  CHECK(reading.report.excluded.at(0).id == stream);
  CHECK(reading.report.excluded.at(0).start ==
        time_of_sample(day, 100, static_cast<std::int64_t>(reading.pieces[0].samples.size())));
  CHECK(accounts_for_every_byte(reading.report));
}

TEST_CASE("miniSEED: garbage of any length between records is passed over") {
  const Bytes one = miniseed_records(stream, day, 100, ramp(100), {Encoding::steim2, 512, true});
  const Bytes two =
      miniseed_records(stream, time_of_sample(day, 100, 100), 100, ramp(100), {Encoding::steim2, 512, true});
  for (const std::size_t length : {1, 47, 48, 127, 512, 5000})
    for (const std::uint8_t filler : {0, 48, 68, 255}) {
      Bytes bytes = one;
      bytes.insert(bytes.end(), length, filler);
      bytes.insert(bytes.end(), two.begin(), two.end());
      const Reading reading = reading_of_bytes(bytes);
      CHECK(reading.pieces.size() == 2);
      CHECK(reading.report.bytes_rejected == static_cast<std::int64_t>(length));
      CHECK(accounts_for_every_byte(reading.report));
    }
}

TEST_CASE("miniSEED: records without blockette 1000 are as long as the way to the next header") {
  for (const int length : {256, 512, 2048}) {
    Bytes bytes = miniseed_records(stream, day, 100, ramp(3000), {Encoding::steim1, length, true});
    const auto size = static_cast<std::size_t>(length);
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      put16(bytes, at + 46, 0);  // no blockettes
      bytes.at(at + 39) = 0;
    }
    const Reading reading = reading_of_bytes(bytes);
    CHECK(reading.report.samples == 3000);
    CHECK(reading.report.records_used == static_cast<std::int64_t>(bytes.size() / size));
  }
}

TEST_CASE("miniSEED: a time correction is applied unless the record says it was") {
  Bytes bytes = miniseed_records(stream, day, 100, ramp(100), {Encoding::steim2, 512, true});
  put16(bytes, 42, 12345);  // of 0.0001 s
  CHECK(reading_of_bytes(bytes).pieces.at(0).start == plus_seconds(day, 1.2345));
  bytes.at(36) |= 2;
  CHECK(reading_of_bytes(bytes).pieces.at(0).start == day);
}

TEST_CASE("miniSEED: samples that are no numbers become gaps") {
  std::vector<float> samples(100, 1.0F);
  samples[0] = samples[10] = samples[11] = samples[99] = std::numeric_limits<float>::quiet_NaN();
  samples[50] = std::numeric_limits<float>::infinity();
  const Reading reading = reading_of_bytes(miniseed_records(stream, day, 100, samples, {Encoding::float32, 512, true}));
  REQUIRE(reading.pieces.size() == 3);
  CHECK(reading.pieces[1].start == time_of_sample(day, 100, 12));
  CHECK(reading.pieces[1].samples.size() == 38);
  CHECK(reading.report.samples_not_finite == 5);
  CHECK(reading.report.samples == 95);
  REQUIRE(reading.report.excluded.size() == 4);
  CHECK(reading.report.excluded[1].start == time_of_sample(day, 100, 10));
  CHECK(reading.report.excluded[1].end == time_of_sample(day, 100, 12));
  CHECK(reading.report.excluded[1].reason == "not finite");
}

TEST_CASE("miniSEED: random damage never crashes, hangs or loses count") {
  std::uint64_t state = 12345;
  const auto random = [&](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>((state >> 33) % below);
  };
  const Bytes good = miniseed_records(stream, day, 100, ramp(2000), {Encoding::steim2, 512, true});
  for (int trial = 0; trial < 400; ++trial) {
    Bytes bytes = good;
    for (std::size_t hits = 1 + random(20); hits > 0; --hits)
      bytes[random(bytes.size())] = static_cast<std::uint8_t>(random(256));
    for (std::size_t header = random(3); header > 0; --header)
      bytes[random(bytes.size() / 512) * 512 + random(64)] = static_cast<std::uint8_t>(random(256));
    if (random(3) == 0) bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(random(bytes.size())));
    if (random(3) == 0) bytes.resize(random(bytes.size()));
    const Reading reading = reading_of_bytes(bytes);
    CHECK(accounts_for_every_byte(reading.report));
    for (const Piece& piece : reading.pieces) CHECK((piece.rate > 0 && !piece.samples.empty()));
  }
}

TEST_CASE("reader: folders, patterns, foreign and empty files") {
  const TemporaryFolder folder;
  const Bytes record = miniseed_records(stream, day, 100, ramp(100), {Encoding::steim2, 512, true});
  folder.write("b.mseed", record);
  folder.write("a.mseed", record);
  folder.write("notes.txt", std::string("nothing seismic here"));
  folder.write("empty.mseed", std::string());
  folder.write("new.mseed3", std::string("MS\x03 and so on"));
  const auto walked = find_files({folder.file("")});
  CHECK(walked.size() == 5);
  CHECK(std::is_sorted(walked.begin(), walked.end()));
  const auto in_order = find_files({folder.file("b.mseed"), folder.file("*.mseed")});
  CHECK(in_order == std::vector{folder.file("b.mseed"), folder.file("a.mseed"), folder.file("empty.mseed")});
  CHECK_THROWS_AS(find_files({folder.file("absent")}), std::invalid_argument);
  std::filesystem::create_directory(folder.file("below"));
  CHECK_THROWS_AS(find_files({folder.file("below")}), std::invalid_argument);
  for (const char* link : {"below/a", "below/b"})
    std::filesystem::create_directory_symlink(folder.file(""), folder.file(link));
  CHECK(find_files({folder.file("")}).size() == 5);
  ReadReport report;
  int pieces = 0;
  read_waveforms(
      {folder.file("")}, [&](const Piece&) { ++pieces; }, report);
  CHECK(pieces == 2);
  CHECK(report.files == 5);
  REQUIRE(report.rejected.size() == 3);
  CHECK(report.rejected[0].reason == "empty file");
  CHECK(report.rejected[1].reason == "miniSEED 3 is not supported");
  CHECK(report.rejected[2].reason == "neither miniSEED 2 nor SAC");
  CHECK(accounts_for_every_byte(report));
}
