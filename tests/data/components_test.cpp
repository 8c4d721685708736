#include "data/components.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>

using namespace seisgrad;

namespace {

const Time day = time_from_date(2026, 2, 21);

// A segment whose sample i is i0 + i, so that every sample can be recognised; `begin` and `end` in seconds.
Segment seconds_of(const std::string& channel, double begin, double end, double rate = 100,
                   const std::string& station = "A") {
  Segment segment{{"XX", station, "00", channel}, plus_seconds(day, begin), rate, {}};
  for (std::int64_t i = std::llround(begin * rate); i < std::llround(end * rate); ++i)
    segment.samples.push_back(static_cast<double>(i + 1));
  return segment;
}

Components grouped(std::vector<Segment> segments, ComponentOptions options = {}) {
  std::sort(segments.begin(), segments.end(),
            [](const Segment& a, const Segment& b) { return std::tie(a.id, a.start) < std::tie(b.id, b.start); });
  return group_components(segments, options);
}

using Mask = std::array<bool, 3>;

// Every input sample is in exactly one component segment, or in exactly one excluded span.
void check_every_sample(const std::vector<Segment>& segments, const Components& components) {
  std::int64_t samples = 0, used = 0, excluded = 0;
  std::int64_t negative = 0, negative_used = 0;  // of channels that a test marks by their sign
  for (const Segment& segment : segments) {
    samples += segment.size();
    if (segment.samples[0] < 0) negative += segment.size();
  }
  for (const ComponentSegment& segment : components.segments) {
    for (const auto& channel : segment.channels) CHECK(channel.size() == segment.channels[0].size());
    std::array<std::int64_t, 3> zeros{};
    for (const auto& z : segment.zeros) zeros[z.component] += z.end - z.begin;
    for (const Component c : {east, north, up})
      if (segment.present[c])
        CHECK(std::count(segment.channels[c].begin(), segment.channels[c].end(), 0.0F) == zeros[c]);
    std::int64_t empty = 0;
    for (std::size_t i = 0; i < segment.channels[0].size(); ++i)
      empty += segment.channels[0][i] == 0 && segment.channels[1][i] == 0 && segment.channels[2][i] == 0;
    CHECK(empty == 0);
    for (const auto& channel : segment.channels)
      used += std::count_if(channel.begin(), channel.end(), [](float x) { return x != 0; });
  }
  for (const Excluded& e : components.excluded)
    excluded += std::llround(seconds_between(e.start, e.end) * segments[0].rate);
  CHECK(used + excluded == samples);
  for (const ComponentSegment& segment : components.segments)
    for (const auto& channel : segment.channels)
      negative_used += std::count_if(channel.begin(), channel.end(), [](float x) { return x < 0; });
  for (const Excluded& e : components.excluded)
    if (e.id.channel.back() == '1') negative -= std::llround(seconds_between(e.start, e.end) * segments[0].rate);
  if (negative_used > 0) CHECK(negative_used == negative);
  for (std::size_t i = 1; i < components.segments.size(); ++i) {
    const auto& a = components.segments[i - 1];
    const auto& b = components.segments[i];
    if (a.group == b.group) CHECK(a.end() <= b.start);
  }
}

}  // namespace

TEST_CASE("components: three channels in the order E, N, Z under every naming rule") {
  using Names = std::array<std::string, 3>;
  for (const Names& names : {Names{"HHE", "HHN", "HHZ"}, Names{"EH1", "EH2", "EHZ"}, Names{"BH3", "BH2", "BHZ"},
                             Names{"DP1", "DP2", "DP3"}, Names{"hhe", "HHN", "hhz"}, Names{"EW1", "NS1", "UD1"},
                             Names{"EW", "NS", "UD"}, Names{"E", "N", "Z"}, Names{"HNE", "HNN", "HNU"}}) {
    CAPTURE(names[2]);
    const std::vector<Segment> segments = {seconds_of(names[2], 0, 100), seconds_of(names[0], 100, 200),
                                           seconds_of(names[1], 0, 200)};
    const Components components = grouped(segments, {.shortest_absence = 1e9});
    REQUIRE(components.segments.size() == 1);
    const ComponentSegment& s = components.segments[0];
    CHECK(s.channel_names == names);
    CHECK(s.present == Mask{true, true, true});
    CHECK(s.channels[up][5] == 6);
    CHECK(s.channels[up][10005] == 0);
    CHECK(s.channels[east][5] == 0);
    CHECK(s.channels[east][10005] == 10006);
    CHECK(s.channels[north][10005] == 10006);
    CHECK(s.zeros.size() == 2);
    check_every_sample(segments, components);
  }
  CHECK(orientation_of({"", "", "", "HHZ"}).group.band == "HH");
  CHECK(orientation_of({"", "", "", "UD2"}).group.band == "2");
  CHECK(orientation_of({"", "", "", ""}).code.empty());
}

TEST_CASE("components: what is not a component is excluded with a reason") {
  const std::vector<Segment> segments = {seconds_of("HHU", 0, 10), seconds_of("HHV", 0, 10), seconds_of("HHW", 0, 10),
                                         seconds_of("HDF", 0, 10), seconds_of("BHZ", 0, 10)};
  const Components components = grouped(segments);
  CHECK(components.segments.size() == 1);
  CHECK(components.excluded.size() == 4);
  CHECK(components.excluded[0].reason.find("orientation code F") == 0);
  check_every_sample(segments, components);
}

TEST_CASE("components: bands, stations and locations are separate groups") {
  const Components components = grouped({seconds_of("HHZ", 0, 10), seconds_of("HNZ", 0, 10),
                                         seconds_of("HHZ", 0, 10, 100, "B"), seconds_of("HHN", 0, 10)});
  REQUIRE(components.segments.size() == 3);
  CHECK(to_string(components.segments[0].group) == "XX.A.00.HH");
  CHECK(components.segments[0].present == Mask{false, true, true});
  CHECK(components.segments[1].present == Mask{false, false, true});
  CHECK(to_string(components.segments[2].group) == "XX.B.00.HH");
}

TEST_CASE("components: a brief dropout is zeros, a long one begins a new segment, a scrap is left out") {
  const std::vector<Segment> segments = {seconds_of("HHE", 0, 300),    seconds_of("HHE", 305, 1000),  // brief dropout
                                         seconds_of("HHN", 0.5, 400),  seconds_of("HHN", 700, 702),
                                         seconds_of("HHN", 900, 1000),  // long, scrap, long
                                         seconds_of("HHZ", 0, 1000)};
  const Components components = grouped(segments);
  REQUIRE(components.segments.size() == 3);
  CHECK(components.segments[0].present == Mask{true, true, true});
  CHECK(components.segments[0].size() == 40000);
  REQUIRE(components.segments[0].zeros.size() == 2);
  CHECK(components.segments[0].zeros[0].component == east);
  CHECK(components.segments[0].zeros[0].begin == 30000);
  CHECK(components.segments[0].zeros[0].end == 30500);
  CHECK(components.segments[0].zeros[1].end == 50);
  CHECK(components.segments[1].present == Mask{true, false, true});
  CHECK(components.segments[1].start == plus_seconds(day, 400));
  CHECK(components.segments[1].channel_names[north].empty());
  CHECK(components.segments[2].size() == 10000);
  REQUIRE(components.excluded.size() == 1);
  CHECK(components.excluded[0].start == plus_seconds(day, 700));
  check_every_sample(segments, components);
}

TEST_CASE("components: a gap in all of them begins a new segment") {
  const std::vector<Segment> segments = {seconds_of("HHE", 0, 10), seconds_of("HHZ", 0, 10),
                                         seconds_of("HHE", 10.01, 20), seconds_of("HHZ", 10.02, 20)};
  const Components components = grouped(segments);
  REQUIRE(components.segments.size() == 2);
  CHECK(components.segments[0].size() == 1000);
  CHECK(components.segments[1].start == plus_seconds(day, 10.01));
  check_every_sample(segments, components);
}

TEST_CASE("components: grids within half a sample of each other are one") {
  Segment off = seconds_of("HHE", 0, 10);
  off.start = plus_seconds(off.start, 0.004);
  const Components components = grouped({seconds_of("HHZ", 0, 10), off});
  REQUIRE(components.segments.size() == 1);
  CHECK(components.segments[0].start == day);
  CHECK(components.segments[0].size() == 1000);
  CHECK(components.segments[0].largest_shift == doctest::Approx(0.4));
}

TEST_CASE("components: two codes of one component take turns, the preferred first") {
  const std::vector<Segment> segments = {seconds_of("BHE", 0, 50), seconds_of("BHE", 60, 100),
                                         seconds_of("BH1", 40, 70), seconds_of("BHZ", 0, 100)};
  const Components components = grouped(segments);
  REQUIRE(components.segments.size() == 1);
  CHECK(components.segments[0].zeros.empty());
  REQUIRE(components.excluded.size() == 2);
  CHECK(components.excluded[0].reason == "the same component is there as BHE");
  check_every_sample(segments, components);
}

TEST_CASE("components: random fragments, every sample once, in little time") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 30; ++trial) {
    std::vector<Segment> segments;
    for (const char* channel : {"HHE", "HH1", "HHN", "HHZ"})
      for (std::int64_t at = random() % 500; at < 40000;) {
        const std::int64_t length = 1 + random() % (random() % 2 == 0 ? 300 : 9000);
        segments.push_back(seconds_of(channel, static_cast<double>(at) / 100, static_cast<double>(at + length) / 100));
        if (std::string(channel) == "HH1")
          for (double& x : segments.back().samples) x = -x;
        at += length + 1 + random() % (random() % 3 == 0 ? 9000 : 400);
      }
    check_every_sample(segments, grouped(segments));
  }
  std::vector<Segment> fragments = {seconds_of("HHZ", 0, 86400)};
  for (int i = 0; i < 5000; ++i)
    for (const char* channel : {"HHE", "HH1"}) fragments.push_back(seconds_of(channel, i * 17.28, i * 17.28 + 17));
  const auto begin = std::chrono::steady_clock::now();
  const Components components = grouped(fragments);
  CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < 10);  // 0.2 s on an idle core
  CHECK(components.segments.size() == 1);
}
