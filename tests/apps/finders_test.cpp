// What finds phases in a scan beside EQTransformer: the phase classifier, ensembles, STA/LTA; the spread of picks.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "apps/evaluate/arrival_list.h"
#include "apps/scan/local_phases.h"
#include "apps/scan/triggers.h"
#include "apps/scan/uncertainty.h"
#include "data/miniseed_write.h"
#include "data/onset.h"
#include "tests/apps/tiny_models.h"
#include "tests/temporary.h"
#include "tests/toy_record.h"

using namespace seisgrad;

namespace {

const Time start = time_from_iso("2026-01-01T00:00:00.003000");

int lines(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

// Three components of noise with an earthquake, a file each; without samples [hole, hole + lost) of E.
std::vector<std::string> record(const TemporaryFolder& folder, int64_t hole = -1, double spacing = 900,
                                int64_t lost = 100, int64_t length = 9000) {
  const ToyRecord toy = toy_record(5, length, spacing);
  std::vector<std::string> files;
  for (size_t c = 0; c < 3; ++c) {
    const std::string channel = std::string("HH") + "ENZ"[c];
    std::vector<int32_t> counts;
    for (const double v : toy.channels[c]) counts.push_back(static_cast<int32_t>(100 * v));
    const auto bytes_of = [&](int64_t begin, int64_t end) {
      return miniseed_records({"XX", "DEMO", "", channel}, time_of_sample(start, 100, begin), 100,
                              std::vector<int32_t>(counts.begin() + begin, counts.begin() + end));
    };
    if (c > 0 || hole < 0) {
      files.push_back(folder.write(channel, bytes_of(0, length)));
    } else {
      files.push_back(folder.write(channel, bytes_of(0, hole)));
      if (hole + lost < length) files.push_back(folder.write(channel + "2", bytes_of(hole + lost, length)));
    }
  }
  return files;
}

ScanOptions quiet(const std::string& model, std::vector<std::string> inputs, const std::string& out) {
  ScanOptions o;
  o.model = model;
  o.inputs = std::move(inputs);
  o.out = out;
  o.quiet = true;
  return o;
}

}  // namespace

TEST_CASE("triggers: hysteresis, joined runs, centroid, dead time") {
  // the first run dips below `on` and stays; the second, 3 places later, is joined; the third is weaker and too near
  const std::vector<float> p = {0, 0.8f, 0.96f, 0.8f, 0.99f, 0.5f, 0.1f, 0.97f, 0.2f, 0, 0, 0, 0.96f, 0, 0, 0, 0.951f};
  std::vector<float> g;
  for (const float v : p) g.push_back(-std::log10(1 - v));
  const auto found = find_triggers(p, g, {.on = 0.95f, .off = 0.7f, .join = 4, .dead = 8});
  REQUIRE(found.size() == 2);
  CHECK(found[0].on == 2);
  CHECK(found[0].off == 7);
  CHECK(found[0].strongest == 4);
  CHECK(found[0].probability == 0.99f);
  const double g2 = g[2], g4 = g[4], g7 = g[7];  // those of at least half the largest
  CHECK(found[0].centre == doctest::Approx((2 * g2 + 4 * g4 + 7 * g7) / (g2 + g4 + g7)));
  CHECK(found[1].on == 16);  // of 12 and 16 the stronger was dead: 12 is nearer than 8 places to 4.3
  CHECK(find_triggers(p, g, {.on = 0.995f}).empty());
  CHECK(find_triggers({}, {}, {}).empty());
}

TEST_CASE("onset: STA/LTA and AIC find where a signal begins") {
  std::vector<float> x;
  for (int i = 0; i < 3000; ++i)
    x.push_back(std::sin(0.9f * static_cast<float>(i * i % 97)) * (i < 2000 ? 1.0f : 6.0f));
  CHECK(std::abs(aic_onset(std::span(x).subspan(1800, 400)) - 200) <= 2);
  const auto ratio = sta_lta(allen_energy(x), 50, 1000);
  CHECK(*std::max_element(ratio.begin(), ratio.begin() + 2000) < 2);
  CHECK(*std::max_element(ratio.begin() + 2000, ratio.begin() + 2100) > 20);
  CHECK(ratio[500] == 1);  // too early to say
  CHECK(sta_lta(std::vector<double>(3000, 0.0), 50, 1000)[2000] == 1);
  CHECK(aic_onset(std::vector<float>(4)) == 2);
  const std::int64_t of_silence = aic_onset(std::vector<float>(100));
  CHECK(of_silence >= 0);
  CHECK(of_silence < 100);
}

TEST_CASE("scan by sta-lta: picks the toy earthquake, writes the same files") {
  const TemporaryFolder folder;
  const ToyRecord toy = toy_record(5, 9000, 4000);
  REQUIRE(scan(quiet("sta-lta", record(folder, -1, 4000), folder.file("out"))) == 0);
  const std::string picks = text_of(folder.file("out/picks.csv"));
  INFO(picks);
  CHECK(picks.find(",sta-lta\n") != std::string::npos);
  const ArrivalList list = read_arrivals(folder.file("out/picks.csv"));
  int found = 0, findable = 0;
  for (const ToyEvent& event : toy.events) {
    if (event.p < 1100) continue;  // before there is a long-term average
    ++findable;
    found += std::any_of(list.arrivals.begin(), list.arrivals.end(), [&](const ListedArrival& a) {
      return a.phase == 'P' && std::abs(sample_position(start, 100, a.time) - event.p) < 30;
    });
  }
  CHECK(found >= 1);
  CHECK(found == findable);
  CHECK(text_of(folder.file("out/coverage.csv")).find(",scored,\n") != std::string::npos);
  CHECK(lines(text_of(folder.file("out/detections.csv"))) > 1);
}

TEST_CASE("scan by the classifier: the same for any batch, every sample accounted for, ensembles") {
  const TemporaryFolder folder;
  const std::string one = tiny_classifier(folder, "one.safetensors", 3),
                    two = tiny_classifier(folder, "two.safetensors", 4);
  ScanOptions o = quiet(one, record(folder, 4000), folder.file("out"));
  o.dead_time = 1;
  o.plots = true;
  o.probabilities = "npy";
  REQUIRE(scan(o) == 0);
  const auto text = [&](const char* name) { return text_of(o.out + "/" + name); };
  const std::string picks = text("picks.csv"), triggers = text("triggers.csv");
  INFO(picks);
  CHECK(lines(picks) > 2);
  CHECK(lines(triggers) == lines(picks));
  const std::string phases = text("phases.csv");  // one more for each PgSg that has an Sg
  CHECK(lines(phases) >= lines(picks));
  CHECK(phases.find("PgSg") == std::string::npos);
  CHECK(phases.find("network,station,location,channel,phase,time,probability,model\n") == 0);
  CHECK(picks.find(",one\n") != std::string::npos);
  CHECK(text("picks.csv").find("network,station,location,channel,phase,time,probability,model\n") == 0);
  // anchor at 100 samples of 20 Hz: nothing before 5 s; windows end 1.4 s after it; E lacks a second at 40 s
  const std::string coverage = text("coverage.csv");
  INFO(coverage);
  CHECK(
      coverage.find("XX,DEMO,,2026-01-01T00:00:00.050000Z,2026-01-01T00:00:05.050000Z,skipped,no window about it\n") !=
      std::string::npos);
  CHECK(lines(coverage) == 6);  // header; before, scored, about the hole, scored, after
  CHECK(coverage.find("2026-01-01T00:00:05.050000Z,2026-01-01T00:00:38.650000Z,scored,") != std::string::npos);

  o.batch = 1;
  REQUIRE(scan(o) == 0);
  CHECK(text("picks.csv") == picks);
  CHECK(text("triggers.csv") == triggers);
  o.ensemble = {one};  // with itself: the same
  REQUIRE(scan(o) == 0);
  CHECK(lines(text("picks.csv")) == lines(picks));
  CHECK(text("picks.csv").find(",one+one\n") != std::string::npos);
  o.ensemble = {two};
  REQUIRE(scan(o) == 0);
  CHECK(text("triggers.csv") != triggers);

  o.ensemble = {tiny_eqtransformer(folder, "eqt.safetensors", 3)};
  CHECK_THROWS_AS(scan(o), std::invalid_argument);
  o.ensemble.clear();
  o.stride = 3;
  CHECK_THROWS_AS(scan(o), std::invalid_argument);
}

TEST_CASE("scan by the classifier: up to the record's end where its windows may be cut short") {
  const TemporaryFolder folder;
  auto files = record(folder);
  const auto scanned = [&](const std::string& name, double least_recorded) {
    ScanOptions o = quiet(tiny_classifier(folder, name, 3, least_recorded), files, folder.file("out"));
    o.probabilities = "npy";
    REQUIRE(scan(o) == 0);
    return text_of(o.out + "/coverage.csv");
  };
  const auto end_scored = [](const std::string& coverage) {  // of the first span
    const size_t scored = coverage.find(",scored,");
    return coverage.substr(scored - 27, 27);
  };
  // windows of 6.4 s about an anchor at 5 s: the record ends at 90.05 s
  const std::string whole = scanned("whole.safetensors", 0), cut = scanned("cut.safetensors", 0.4);
  INFO(whole, cut);
  CHECK(end_scored(whole) == "2026-01-01T00:01:28.650000Z");
  CHECK(end_scored(cut) == "2026-01-01T00:01:29.650000Z");
  CHECK(scanned("long.safetensors", 60) == whole);  // no more than the window holds
  files = record(folder, 8900);                     // E ends a second before the others
  CHECK(end_scored(scanned("whole.safetensors", 0)) == "2026-01-01T00:01:27.650000Z");
  CHECK(end_scored(scanned("cut.safetensors", 0.4)) == "2026-01-01T00:01:28.650000Z");
  files = record(folder, 6500, 900, 6500, 13000);  // E is absent from 65 s on: the others go on, nothing ends there
  const std::string other = end_scored(scanned("whole.safetensors", 0));
  CHECK(other == "2026-01-01T00:01:03.650000Z");
  CHECK(end_scored(scanned("cut.safetensors", 0.4)) == other);
}

TEST_CASE("scan by EQTransformer: ensembles; Monte Carlo dropout leaves the picks and adds their spread") {
  const TemporaryFolder folder;
  const std::string one = tiny_eqtransformer(folder, "one.safetensors", 3);
  ScanOptions o = quiet(one, record(folder), folder.file("out"));
  REQUIRE(scan(o) == 0);
  const auto text = [&](const char* name) { return text_of(o.out + "/" + name); };
  const std::string picks = text("picks.csv");
  CHECK(!std::filesystem::exists(folder.file("out/picks_uncertainty.csv")));

  o.dropout_passes = 4;
  REQUIRE(scan(o) == 0);
  CHECK(text("picks.csv") == picks);
  const std::string spread = text("picks_uncertainty.csv");
  CHECK(lines(spread) == lines(picks));
  CHECK(spread.find("network,station,location,channel,time,phase,probability_mean,probability_deviation,"
                    "time_deviation\nXX,DEMO,,HH,2026-01-01T00:00:") == 0);
  o.batch = 3;
  REQUIRE(scan(o) == 0);
  CHECK(text("picks_uncertainty.csv") == spread);
  o.seed = 1;
  REQUIRE(scan(o) == 0);
  CHECK(text("picks_uncertainty.csv") != spread);

  o.dropout_passes = 0;
  o.ensemble = {one};  // the mean of a network and itself: sums and halves are exact
  REQUIRE(scan(o) == 0);
  std::string renamed = text("picks.csv");
  for (size_t at; (at = renamed.find("one+one")) != std::string::npos;) renamed.replace(at, 7, "one");
  CHECK(renamed == picks);
  o.ensemble = {tiny_eqtransformer(folder, "two.safetensors", 9)};
  REQUIRE(scan(o) == 0);
  CHECK(text("picks.csv").find(",one+two\n") != std::string::npos);
}

TEST_CASE("uncertainty: mean and deviations over the passes") {
  const std::vector<float> trace = {0, 0.2f, 0.6f, 0.1f, 0, 0, 0.8f, 0.4f, 0.1f, 0};  // two passes of five samples
  const PickSpread s = spread_at(trace, 5, 2, 2);                                     // half a second: one sample
  CHECK(s.probability == doctest::Approx(0.5));
  CHECK(s.probability_deviation == doctest::Approx(0.1));
  CHECK(s.time_deviation == doctest::Approx(0.25));  // largest at samples 2 and 1
}

TEST_CASE("local phases: Pg and Sg of a PgSg pick, in the microseism; of a vertical alone, too") {
  ComponentSegment segment{.group = {"XX", "A", "", "HH"},
                           .start = start,
                           .rate = 20,
                           .channels = {},
                           .present = {true, true, true},
                           .channel_names = {},
                           .zeros = {}};
  constexpr int n = 2400, p = 1000, s = 1240;  // S - P of 12 s
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < n; ++i) {
      const auto t = static_cast<float>(i) / 20;
      const auto wave = [&](int onset, float size) {  // 3 Hz
        return i < onset ? 0 : size * std::sin(18.8f * (t - onset / 20.f)) * std::exp(-0.1f * (t - onset / 20.f));
      };
      const float noise =
          30 * std::sin(0.9f * t + static_cast<float>(c)) + std::sin(static_cast<float>((7 + c) * i * i % 113));
      segment.channels[c].push_back(noise + wave(p, c == 2 ? 20 : 5) + wave(s, c == 2 ? 10 : 60));
    }
  const auto check = [&](const std::vector<Peak>& picks) {
    const auto found = local_phases(segment, picks);
    REQUIRE(found.size() == picks.size());
    CHECK(std::abs(found[0].pg - p) <= 3);
    REQUIRE(found[0].sg);
    CHECK(std::abs(*found[0].sg - s) <= 4);
  };
  check({{p + 15, 0.99f}});
  check({{p - 20, 0.99f}, {p + 800, 0.99f}});
  CHECK(!local_phases(segment, {{p, 0.99f}, {s - 40, 0.99f}})[0].sg);      // Sg would be of the next one
  CHECK(local_phases(segment, {{5, 0.99f}, {n - 5, 0.99f}}).size() == 2);  // at the ends
  segment.present = {false, false, true};
  for (int c = 0; c < 2; ++c) std::fill(segment.channels[c].begin(), segment.channels[c].end(), 0.0f);
  for (int i = s; i < n; ++i) segment.channels[2][i] *= 3;
  check({{p, 0.99f}});
  CHECK(local_phases(segment, {}).empty());
}
