// evaluate --catalogue: which picks stand for which arrivals, the kinds of the others, thresholds, the files.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/data/synth.h"
#include "apps/evaluate/options.h"
#include "apps/study/gallery.h"
#include "data/theoretical_arrivals.h"
#include "tests/captured.h"
#include "tests/messages.h"

using namespace seisgrad;

namespace {

const Time day = time_from_date(2020, 1, 1);
ListedArrival read_by(const char* station, Time time) {
  ListedArrival a;
  a.station = station, a.time = time;
  return a;
}
double s(double minutes) { return 60 * minutes; }

// One station for a day; two earthquakes 60 degrees away, at 1 h and 4 h, and a local one at 2 h.
struct World {
  std::vector<BulletinEvent> catalogue = {{"far", plus_seconds(day, s(60)), 0, 60, 10, 6},
                                          {"near", plus_seconds(day, s(120)), 0, 0.5, 10, 2},
                                          {"late", plus_seconds(day, s(240)), 0, 60, 10, 6}};
  std::vector<StudyStation> stations;
  std::vector<StudyPick> picks;
  std::vector<ListedArrival> analysts;

  World() {
    const StationSpan span{"XX", "A", day, plus_seconds(day, 86400)};
    stations = study_stations({{"XX.A", {0, 0, 0}}, {"XX.B", {0, 0.3, 0}}},
                              {span, {"XX", "B", span.start, plus_seconds(day, 300)}});
    expect(stations, catalogue, ak135(), 5);
  }
  const Expected& arrival(const std::string& event, const std::string& phase, std::size_t station = 0) const {
    for (const Expected& e : stations[station].expected)
      if (catalogue[e.event].id == event && e.phase == phase) return e;
    throw std::runtime_error("no " + phase + " of " + event);
  }
  void pick(const std::string& phase, Time time, double probability = 0.99, std::size_t station = 0) {
    picks.push_back({station, phase, time, probability, -std::log10(1 - probability)});
  }
  // Names of the kinds, in order of time.
  std::string kinds_of() {
    std::stable_sort(picks.begin(), picks.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    std::string names;
    for (const Finding& f : judge(picks, stations, analysts, classes_of(picks)))
      names += (names.empty() ? "" : ", ") + std::string(name_of(f.kind));
    return names;
  }
};

}  // namespace

TEST_CASE("study: what theory expects of near and far earthquakes") {
  const World world;
  REQUIRE(world.stations.size() == 2);
  CHECK(world.arrival("far", "P").far);
  CHECK(!world.arrival("near", "Pg").far);
  CHECK(seconds_between(day, world.arrival("far", "P").theory) - s(60) == doctest::Approx(607.1).epsilon(0.001));
  CHECK(world.stations[1].expected.empty());  // five minutes
  World weak;
  weak.catalogue[0].magnitude = 4.9;
  for (StudyStation& station : weak.stations) station.expected.clear();
  expect(weak.stations, weak.catalogue, ak135(), 5);
  CHECK_THROWS(weak.arrival("far", "P"));
  CHECK_NOTHROW(weak.arrival("near", "Pg"));  // local ones count whatever their size
}

TEST_CASE("study: found, large residual, split window, later phase, unclear pair") {
  World world;
  const Time p = world.arrival("far", "P").theory;
  world.pick("P", plus_seconds(p, 1));
  world.pick("P", plus_seconds(p, 13));
  world.pick("P", plus_seconds(world.arrival("far", "PcP").theory, 4));
  world.pick("S", plus_seconds(world.arrival("far", "S").theory, -12));
  const Time pg = world.arrival("near", "Pg").theory;
  world.pick("PgSg", plus_seconds(pg, -0.5));
  world.pick("P", plus_seconds(pg, 0.5));
  world.pick("S", world.arrival("late", "S").theory);
  CHECK(world.kinds_of() == "found, split window, later phase, large residual, found, unclear pair, unclear pair");
}

TEST_CASE("study: false picks, suspected and missing events") {
  World world;
  world.pick("P", plus_seconds(day, 3000), 0.96);
  world.pick("S", plus_seconds(day, 3100), 0.96);
  world.pick("PgSg", plus_seconds(day, 3200), 0.96);
  world.pick("PgSg", plus_seconds(day, 3300), 0.9995);
  world.pick("PgSg", plus_seconds(world.arrival("far", "P").theory, 2), 0.9995);  // of another class: false, not sure
  CHECK(world.kinds_of() == "false P, false S, false Pg-Sg, suspected event, false Pg-Sg");
  world.picks.clear();
  world.pick("PgSg", plus_seconds(day, 100), 0.995);
  world.pick("PgSg", plus_seconds(day, 104), 0.995, 1);  // 33 km away
  world.pick("P", plus_seconds(day, 200), 0.96);
  world.analysts.push_back(read_by("A", plus_seconds(day, 201)));
  CHECK(world.kinds_of() == "missing event, missing event, missing event");
}

TEST_CASE("study: a list that only says P and S means both near and far ones") {
  World world;
  world.pick("P", plus_seconds(world.arrival("near", "Pg").theory, 1));
  world.pick("S", plus_seconds(world.arrival("near", "Sg").theory, 1));
  world.pick("P", plus_seconds(world.arrival("far", "P").theory, 1));
  CHECK(world.kinds_of() == "found, found, found");  // far, then near
  CHECK(classes_of(world.picks).wanted(world.arrival("near", "Sg")));
  world.pick("PgSg", plus_seconds(day, 9000));
  CHECK(!classes_of(world.picks).wanted(world.arrival("near", "Sg")));
  CHECK(world.kinds_of() == "found, false P, false S, false Pg-Sg");
}

TEST_CASE("study: the analyst's pick goes before theory") {
  World world;
  const Time p = world.arrival("far", "P").theory;
  world.analysts = {read_by("A", plus_seconds(p, 4)), read_by("B", p)};
  CHECK(prefer_analysts(world.stations, world.analysts) == 1);
  world.pick("P", plus_seconds(p, 5));
  const auto findings = judge(world.picks, world.stations, world.analysts, classes_of(world.picks));
  CHECK(findings[0].kind == Kind::found);
  const auto rows = counts_of(world.picks, world.stations, classes_of(world.picks), findings, 0);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].residual.median == doctest::Approx(1));
}

TEST_CASE("study: counts and false picks fall with the threshold") {
  World world;
  world.pick("P", plus_seconds(world.arrival("far", "P").theory, 1), 0.9);
  world.pick("P", plus_seconds(world.arrival("far", "P").theory, 3), 0.7);
  world.pick("P", plus_seconds(day, 9000), 0.95);
  std::stable_sort(world.picks.begin(), world.picks.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  const auto rows = sweep_thresholds(world.picks, world.stations, {});
  const auto at = [&](double probability) {
    for (const ThresholdRow& r : rows)
      if (r.name == "P" && r.probability() >= probability - 1e-6) return r;
    throw std::runtime_error("no row");
  };
  CHECK(at(0.5).found == 1);
  CHECK(at(0.5).unmatched == 2);
  CHECK(at(0.5).false_ones == 1);  // the weaker one is a split window
  CHECK(at(0.75).unmatched == 1);
  CHECK(at(0.92).found == 0);
  CHECK(at(0.999).false_ones == 0);
  CHECK(at(0.5).false_per_day() == doctest::Approx(1 / (1 + 300. / 86400)));
}

TEST_CASE("study: its files, from a synthetic record; what the user gets wrong") {
  const TemporaryFolder folder;
  SynthOptions synth;
  synth.out = folder.file("day"), synth.continuous_hours = 0.2, synth.stations = 1, synth.events_per_hour = 60;
  synth.kind = "mixed", synth.far_events_per_hour = 10, synth.rate = 20, synth.quiet = true;
  REQUIRE(data_synth(synth) == 0);
  EvaluateOptions o;
  o.picks = synth.out + "/arrivals.csv";  // as good as a picker can be
  o.catalogue = synth.out + "/catalogue.csv", o.stations = synth.out + "/stations.csv";
  CHECK(mentions(message_of([&] { evaluate(o); }), "--coverage or --waveforms"));
  o.waveforms = {synth.out};
  o.out = folder.file("study"), o.quiet = true;
  REQUIRE(evaluate(o) == 0);
  const auto json = nlohmann::json::parse(text_of(o.out + "/study.json"));
  CHECK(json["picks"].get<int>() > 5);
  int found = 0;
  for (const auto& row : json["classes"]) found += row["found"].get<int>();
  CHECK(found >= 0.8 * json["picks"].get<int>());
  for (const char* name : {"study.html", "gallery.html", "arrivals.csv", "cases.csv", "thresholds.csv"}) {
    CAPTURE(name);
    CHECK(!text_of(o.out + "/" + name).empty());
  }
  CHECK(mentions(text_of(o.out + "/study.html"), "<svg"));
  CHECK(mentions(text_of(o.out + "/cases.csv"), "kind,network,station,phase,time"));

  // a picker that sees an earthquake where there is none: the gallery draws it
  o.picks = folder.write("picks.csv", std::string("network,station,phase,time,probability\n"
                                                  "SY,S001,P,2020-01-01T00:02:00,0.9999\n"
                                                  "SY,S001,P,2020-01-01T00:05:00,0.9999\n"
                                                  "SY,S001,P,2020-01-01T00:08:00,0.9999\n"));
  REQUIRE(evaluate(o) == 0);
  CHECK(mentions(text_of(o.out + "/gallery.html"), "<svg"));

  o.stations = folder.write("stations.csv", std::string("network,station,latitude,longitude\nZZ,Q,1,2\n"));
  CHECK(mentions(message_of([&] { evaluate(o); }), "none of its 1 stations"));
  o.triggers = folder.write("triggers.csv", std::string("a\n1\n"));
  o.stations = synth.out + "/stations.csv";
  CHECK(mentions(message_of([&] { evaluate(o); }), "triggers.csv: no column network"));
  o.versus = {"x"};
  CHECK(mentions(message_of([&] { evaluate(o); }), "without a --catalogue"));
}
