#include "data/packed.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <random>
#include <thread>

#include "data/half.h"
#include "data/packed_format.h"
#include "tests/messages.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

LabelledTrace example(unsigned seed, std::string components = "ENZ") {
  std::mt19937 random(seed);
  LabelledTrace trace;
  TraceInfo& i = trace.info;
  i.id = "B916.PB_" + std::to_string(seed);
  i.event = seed % 3 == 0 ? "" : "ci" + std::to_string(seed / 2);
  i.stream = {"PB", "B916", "", "EH"};
  i.start = {1562500000123456789};
  i.samples = 100 + seed;
  i.components = std::move(components);
  i.noise = seed % 3 == 0;
  if (!i.noise) i.arrivals = {{"Pg", 10.25}, {"Sg", 33}};
  i.coda_end = 90;
  i.snr_db[1] = 12.5;
  i.station_latitude = -21.5, i.station_elevation = 900;
  i.origin = {1562499999000000000}, i.latitude = 1, i.longitude = 2, i.depth = 8, i.magnitude = 1.4, i.distance = 50;
  trace.samples.assign(static_cast<std::size_t>(3 * i.samples), 0);
  for (std::size_t k = 0; k < trace.samples.size(); ++k)
    if (i.components.find("ENZ"[k / static_cast<std::size_t>(i.samples)]) != std::string::npos)
      trace.samples[k] = (static_cast<float>(random()) / 4294967296.0f - 0.5f) * 3e6f;
  return trace;
}

// Members that are NaN on both sides are equal, too: compares what is stored.
void check_equal(const TraceInfo& a, const TraceInfo& b) { CHECK(packed::encode(a, 1) == packed::encode(b, 1)); }

std::string pack(const TemporaryFolder& folder, const std::string& name, int count, PackedOptions options = {}) {
  PackedWriter writer(folder.file(name), options);
  for (int i = 0; i < count; ++i) writer.add(example(static_cast<unsigned>(i), i % 4 == 1 ? "Z" : "ENZ"));
  writer.finish();
  return folder.file(name);
}

}  // namespace

TEST_CASE("packed: what was written is read, from several shards and threads") {
  const TemporaryFolder folder;
  const PackedDataset set(pack(folder, "set", 23, {.traces_per_shard = 5}));
  REQUIRE(set.size() == 23);
  CHECK(std::filesystem::exists(folder.file("set/shard-00004.packed")));
  std::vector<std::thread> threads;
  std::vector<LabelledTrace> read(23);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = t; i < 23; i += 4) read[static_cast<std::size_t>(i)] = set.read(i);
    });
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 23; ++i) {
    const LabelledTrace expected = example(static_cast<unsigned>(i), i % 4 == 1 ? "Z" : "ENZ");
    check_equal(read[static_cast<std::size_t>(i)].info, expected.info);
    check_equal(set.info(i), expected.info);
    CHECK(read[static_cast<std::size_t>(i)].samples == expected.samples);
  }
  CHECK_THROWS_AS(set.info(23), std::invalid_argument);
  CHECK_THROWS_AS(set.read(-1), std::invalid_argument);
}

TEST_CASE("packed: the hash is that of the traces, not of the shards") {
  const TemporaryFolder folder;
  const PackedDataset a(pack(folder, "a", 12, {.traces_per_shard = 5})), b(pack(folder, "b", 12)),
      c(pack(folder, "c", 11)), d(pack(folder, "d", 12, {.half = true}));
  CHECK(a.hash() == b.hash());
  CHECK(a.hash() != c.hash());
  CHECK(a.hash() != d.hash());
}

TEST_CASE("packed: halves keep 11 bits of samples beyond 65504 and below 6e-5") {
  const TemporaryFolder folder;
  for (const float factor : {1.0f, 1e30f, 1e-30f, 0.0f}) {
    LabelledTrace trace = example(1);
    for (float& x : trace.samples) x *= factor;
    PackedWriter writer(folder.file(std::to_string(factor) + std::to_string(factor == 0)), {.half = true});
    writer.add(trace);
    writer.finish();
    const LabelledTrace read = PackedDataset(folder.file(std::to_string(factor) + std::to_string(factor == 0))).read(0);
    float worst = 0;
    for (std::size_t i = 0; i < trace.samples.size(); ++i)
      worst = std::max(worst, std::fabs(read.samples[i] - trace.samples[i]) /
                                  std::max(std::fabs(trace.samples[i]), 1e-4f * 1.5e6f * factor + 1e-38f));
    CHECK(worst <= 0x1p-11f);
  }
}

TEST_CASE("half: every half to float and back; floats round to the nearest, ties to even") {
  std::vector<char> bytes(2 * 65536);
  std::vector<float> floats(65536);
  for (std::uint32_t h = 0; h < 65536; ++h)
    bytes[2 * h] = static_cast<char>(h), bytes[2 * h + 1] = static_cast<char>(h >> 8);
  floats_from_halves(bytes, 1, floats);
  for (std::uint32_t h = 0; h < 65536; ++h) {
    const float value = float_from_half(static_cast<std::uint16_t>(h));
    const bool nan = (h & 0x7FFF) > 0x7C00;
    if (std::isnan(value) != nan || (!nan && half_from(value) != h) || (!nan && floats[h] != value)) FAIL("half ", h);
  }
  CHECK(std::isnan(float_from_half(half_from(unknown))));
  CHECK(half_from(1.0f) == 0x3C00);
  CHECK(half_from(65519.99f) == 0x7BFF);
  CHECK(half_from(65520.0f) == 0x7C00);
  CHECK(half_from(-1e30f) == 0xFC00);
  CHECK(half_from(0x1p-24f) == 1);
  CHECK(half_from(0x1p-25f) == 0);                // a tie: to even
  CHECK(half_from(0x1.8p-24f) == 2);              // a tie: to even
  CHECK(half_from(1.0f + 0x1p-11f) == 0x3C00);    // a tie: to even
  CHECK(half_from(1.0f + 0x1.8p-10f) == 0x3C02);  // a tie: to even
  CHECK(half_from(-(1.0f + 0x1.1p-11f)) == 0xBC01);
}

TEST_CASE("packed: traces that cannot be trained on are refused with the reason") {
  const TemporaryFolder folder;
  PackedWriter writer(folder.file("set"));
  const auto reason = [&](const auto& spoil) {
    LabelledTrace trace = example(1);
    spoil(trace);
    const std::string why = why_unusable(trace);
    CHECK_THROWS_AS(writer.add(trace), std::invalid_argument);
    return why;
  };
  CHECK(why_unusable(example(1)) == "");
  LabelledTrace under_way = example(1);
  under_way.info.arrivals[0].sample = -4;
  CHECK(why_unusable(under_way) == "");  // its P came before the trace, its S is inside
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.arrivals = {{"P", -9}, {"S", -4}}; }), "P arrives at sample -9"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.samples[107] = std::nanf(""); }), "sample 6 of component N is nan"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.samples.pop_back(); }), "302 values for 3 components of 101"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.arrivals[1].sample = 101; }), "Sg arrives at sample 101"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.arrivals[0].sample = unknown; }), "Pg arrives at sample nan"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.arrivals[0].sample = 40; }), "out of order"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.rate = 0; }), "rate is 0"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.components = "ZNE"; }), "\"ZNE\""));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.noise = true; }), "noise"));
  CHECK(mentions(reason([](LabelledTrace& t) { t.info.samples = 0, t.samples.clear(); }), "no samples"));
}

TEST_CASE("packed: unfinished, occupied and missing folders") {
  const TemporaryFolder folder;
  {
    PackedWriter writer(folder.file("set"), {.traces_per_shard = 1});
    writer.add(example(1));
    CHECK(mentions(message_of([&] { PackedDataset set(folder.file("set")); }), "no finished packed data set"));
  }
  CHECK(std::filesystem::is_empty(folder.file("set")));
  pack(folder, "set", 2);
  CHECK(mentions(message_of([&] { PackedWriter writer(folder.file("set")); }), "already holds a data set"));
  CHECK(mentions(message_of([&] { PackedDataset set(folder.file("none")); }), "no finished packed data set"));
  folder.write("file", std::string("x"));
  CHECK(mentions(message_of([&] { PackedWriter writer(folder.file("file")); }), "cannot make the folder"));
  PackedWriter(folder.file("empty")).finish();
  CHECK(PackedDataset(folder.file("empty")).size() == 0);
}

TEST_CASE("packed: every byte that is changed, and every byte that is missing, is found") {
  const TemporaryFolder folder;
  pack(folder, "set", 3);
  const auto read_all = [&] {
    const PackedDataset set(folder.file("set"));
    for (std::int64_t i = 0; i < set.size(); ++i) set.read(i);
  };
  CHECK(message_of(read_all) == "");
  const auto found = [&] {
    const std::string message = message_of(read_all);
    return mentions(message, "pack the data again") || mentions(message, "`seisgrad data pack`");
  };
  for (const std::string name : {"set/shard-00000.packed", "set/packed.index"}) {
    const std::string whole = text_of(folder.file(name));
    int unseen = 0;
    for (std::size_t i = 0; i < whole.size(); i += i < 80 ? 1 : 29) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ 0x20);
      folder.write(name, changed);
      unseen += !found();
      folder.write(name, whole.substr(0, i));
      unseen += !found();
    }
    CHECK(unseen == 0);
    folder.write(name, whole);
  }
  pack(folder, "other", 4);
  folder.write("set/shard-00000.packed", text_of(folder.file("other/shard-00000.packed")));
  CHECK(mentions(message_of(read_all), "another data set"));
  std::filesystem::remove(folder.file("set/shard-00000.packed"));
  CHECK(mentions(message_of(read_all), "shard-00000.packed: cannot open"));
}

TEST_CASE("packed: a full disk leaves nothing behind, and the message names the file") {
  const TemporaryFolder folder;
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{9'000, before.rlim_max};  // stands in for it: write() fails half way
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = message_of([&] { pack(folder, "set", 100, {.traces_per_shard = 5}); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  CHECK(mentions(message, "cannot write"));
  CHECK(mentions(message, "shard-000"));
  CHECK(std::filesystem::is_empty(folder.file("set")));
}
