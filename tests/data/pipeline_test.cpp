// The way of data/README.md from files to three components: nothing may depend on how the records lie in files.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "data/components.h"
#include "data/miniseed_write.h"
#include "data/preprocess.h"
#include "data/reader.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::ptrdiff_t record = 512;

Components components_of(const std::vector<std::string>& inputs, const PreprocessingProfile& profile) {
  std::vector<Piece> pieces;
  ReadReport read;
  read_waveforms(
      inputs, [&](Piece piece) { pieces.push_back(std::move(piece)); }, read);
  CHECK(read.rejected_count == 0);
  MergeReport merged;
  std::vector<Excluded> excluded;
  return group_components(preprocess(merge_pieces(std::move(pieces), merged), profile, excluded));
}

void check_equal(const Components& a, const Components& b) {
  REQUIRE(a.segments.size() == b.segments.size());
  CHECK(a.excluded == b.excluded);
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    CHECK(a.segments[i].group == b.segments[i].group);
    CHECK(a.segments[i].start == b.segments[i].start);
    CHECK(a.segments[i].channels == b.segments[i].channels);
    CHECK(a.segments[i].present == b.segments[i].present);
  }
}

// The records of all files, some of them twice, shuffled and dealt out to `files` new ones.
void deal_out(const std::vector<Bytes>& originals, const TemporaryFolder& folder, int files, std::mt19937& random) {
  std::vector<Bytes> records;
  for (const Bytes& bytes : originals)
    for (auto at = bytes.begin(); at != bytes.end(); at += record) {
      records.emplace_back(at, at + record);
      if (random() % 10 == 0) records.emplace_back(at, at + record);
    }
  std::shuffle(records.begin(), records.end(), random);
  std::vector<Bytes> dealt(static_cast<std::size_t>(files));
  for (const Bytes& r : records) {
    Bytes& file = dealt[random() % dealt.size()];
    file.insert(file.end(), r.begin(), r.end());
  }
  for (std::size_t i = 0; i < dealt.size(); ++i) folder.write("part" + std::to_string(i), dealt[i]);
}

Bytes synthetic_channel(const char* channel, double rate, double seconds, std::mt19937& random) {
  std::vector<std::int32_t> samples(static_cast<std::size_t>(seconds * rate));
  std::int32_t level = 1000;
  for (std::int32_t& sample : samples) sample = level += static_cast<std::int32_t>(random() % 201) - 100;
  return miniseed_records({"XX", "TEST", "", channel}, time_from_date(2026, 2, 21), rate, samples);
}

}  // namespace

TEST_CASE("pipeline: records in one file a channel, or shuffled over many, give the same bits") {
  std::mt19937 random(17);
  for (const char* profile : {"eqtransformer", "seisbench"})
    for (const double rate : {100.0, 50.0}) {
      const std::vector<Bytes> originals = {synthetic_channel("HH1", rate, 700, random),
                                            synthetic_channel("HH2", rate, 650, random),
                                            synthetic_channel("HHZ", rate, 700, random)};
      const TemporaryFolder whole, parts;
      for (std::size_t i = 0; i < 3; ++i) whole.write("channel" + std::to_string(i), originals[i]);
      deal_out(originals, parts, 7, random);
      const Components expected = components_of({whole.file("")}, profile_named(profile));
      REQUIRE(expected.segments.size() == 1);
      CHECK(expected.segments[0].size() >= 69'999);
      check_equal(components_of({parts.file("")}, profile_named(profile)), expected);
    }
}

TEST_CASE("pipeline: the Ridgecrest records shuffled over twenty files give the same bits") {
  const auto folder = shared_path("data/continuous/ridgecrest_20190707");
  if (!folder) return;
  std::mt19937 random(3);
  const std::string pattern = *folder + "/*.mseed";
  std::vector<Bytes> originals;
  for (const std::string& path : find_files({pattern})) {
    std::ifstream file(path, std::ios::binary);
    originals.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  const TemporaryFolder parts;
  deal_out(originals, parts, 20, random);
  const Components expected = components_of({pattern}, profile_named("eqtransformer"));
  REQUIRE(expected.segments.size() == 2);
  for (const ComponentSegment& segment : expected.segments) CHECK(segment.zeros.empty());
  check_equal(components_of({parts.file("")}, profile_named("eqtransformer")), expected);
}
