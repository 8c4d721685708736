#include "apps/data/build.h"

#include <doctest/doctest.h>

#include <cmath>

#include "apps/report/interrupt.h"
#include "data/miniseed_write.h"
#include "data/packed.h"
#include "tests/messages.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

const Time begin = time_from_date(2020, 1, 1);
Time after(double seconds) { return plus_seconds(begin, seconds); }

// Sample i of a record that began at `begin` has the value i mod 10 000, so that a trace shows where it came from.
void record(const TemporaryFolder& folder, const std::string& name, const StreamId& id, double from, double to) {
  std::vector<std::int32_t> samples;
  for (auto i = static_cast<std::int64_t>(from * 50); i < static_cast<std::int64_t>(to * 50); ++i)
    samples.push_back(static_cast<std::int32_t>(i % 10000) + 1);
  folder.write(name, miniseed_records<std::int32_t>(id, after(from), 50, samples));
}

BuildResult build_quietly(BuildOptions options) {
  options.quiet = true;
  return build(options, [] { return false; });
}

std::string row(const std::string& station, const std::string& phase, double time, const std::string& event) {
  return "XX," + station + "," + phase + "," + to_iso(after(time)) + "," + event + ",10,20\n";
}

}  // namespace

TEST_CASE("build: windows around picks, across files and midnight, and noise away from every pick") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("archive"));
  const double midnight = 86400;
  for (const char* channel : {"HHE", "HHN", "HHZ"})
    for (int part = 0; part < 4; ++part)  // half an hour each, around midnight
      record(folder, "archive/" + std::string(channel) + std::to_string(part), {"XX", "A", "00", channel},
             midnight - 3600 + 1800 * part, midnight - 1800 + 1800 * part);
  record(folder, "archive/B", {"XX", "B", "", "EHZ"}, midnight, midnight + 100);
  folder.write("picks.csv", "network,station,phase,time,event,latitude,longitude\n" +
                                row("A", "Pg", midnight - 10, "e1") + row("A", "Sg", midnight + 5.123, "e1") +
                                row("A", "P", midnight + 100, "e2") +   // within 120 s: the same trace
                                row("A", "P", midnight + 1200, "e3") +  //
                                row("B", "P", midnight + 30, "e1") +    // only 90 + 10 s around it
                                row("B", "P", midnight + 90, "e2") +    // in the trace of the one before
                                row("B", "P", midnight + 500, "e3") +   // behind the end of the record
                                row("C", "P", midnight, "e1"));         // no such station
  folder.write("stations.xml",
               std::string("<FDSNStationXML><Network code='XX'><Station code='A'><Latitude>11</Latitude>"
                           "<Longitude>20</Longitude><Elevation>5</Elevation></Station></Network></FDSNStationXML>"));
  BuildOptions options{.waveforms = {folder.file("archive")},
                       .picks = folder.file("picks.csv"),
                       .stations = folder.file("stations.xml"),
                       .out = folder.file("set"),
                       .profile = "none",
                       .cut = {.noise_per_day = 1000}};
  const BuildResult result = build_quietly(options);
  CHECK(result.events == 3);
  CHECK(result.picks == 8);
  CHECK(result.picks_used == 6);
  const std::string rejected = text_of(folder.file("set/rejected.csv"));
  CHECK(mentions(rejected, "XX.C,P,2020-01-02T00:00:00.000000Z,no record of this station"));
  CHECK(mentions(rejected, "XX.B,P,2020-01-02T00:08:20.000000Z,no record at this time"));

  const PackedDataset data(folder.file("set"));
  int noise = 0;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const LabelledTrace trace = data.read(i);
    const TraceInfo& info = trace.info;
    const double from = seconds_between(begin, info.start), length = static_cast<double>(info.samples) / 50;
    CHECK(info.rate == 50);
    const auto first = static_cast<std::int64_t>(std::llround(from * 50));
    for (const std::size_t at : {std::size_t{0}, static_cast<std::size_t>(info.samples - 1)})  // the Z row
      CHECK(trace.samples[static_cast<std::size_t>(2 * info.samples) + at] ==
            static_cast<float>((first + static_cast<std::int64_t>(at)) % 10000 + 1));
    if (info.noise) {
      ++noise;
      CHECK(info.stream.station == "A");
      CHECK(length == 180);
      // picks of e1 span -10..30, of e2 90..100, of e3 500..1200, anywhere
      for (const auto& [a, b] : {std::pair{-10.0, 30.0}, std::pair{90.0, 100.0}, std::pair{500.0, 1200.0}})
        CHECK((from + length <= midnight + a - 60 || from >= midnight + b + 60));
    } else if (info.stream.station == "A" && info.arrivals.size() == 3) {
      CHECK(info.event == "e1");
      CHECK(from == midnight - 70);
      CHECK(length == 60 + 110 + 120);
      CHECK(info.arrivals[0] == Arrival{"Pg", 3000});
      CHECK(info.arrivals[1].sample == doctest::Approx(50 * 75.123));
      CHECK(info.arrivals[2] == Arrival{"P", 8500});
      CHECK(info.distance == doctest::Approx(111.19).epsilon(1e-4));
      CHECK(info.back_azimuth == doctest::Approx(180));
      CHECK(info.station_elevation == 5);
      CHECK(info.components == "ENZ");
    } else if (info.stream.station == "B") {
      CHECK(info.components == "Z");
      CHECK(length == 100);
      CHECK(info.arrivals.size() == 2);
      CHECK(info.id == "XX.B..EH_20200102T000000_EV");
    }
  }
  CHECK(noise == result.noise);
  CHECK(noise == 19 + 14);  // all that fit into the first and the second day of A; B has no room
  options.out = folder.file("fewer"), options.cut.noise_per_day = 4;
  CHECK(build_quietly(options).noise == 4 + 4);
}

TEST_CASE("build: a gap leaves out what is too short, and the profile resamples and filters") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("archive"));
  record(folder, "archive/1", {"XX", "A", "", "HHZ"}, 1000, 1400);
  record(folder, "archive/2", {"XX", "A", "", "HHZ"}, 1405, 2000);
  folder.write("picks.csv", "network,station,phase,time,event,latitude,longitude\n" + row("A", "P", 1200, "e1") +
                                row("A", "P", 1398, "e2") + row("A", "P", 1440, "e3"));
  const BuildResult result = build_quietly({.waveforms = {folder.file("archive")},
                                            .picks = folder.file("picks.csv"),
                                            .stations = "",
                                            .out = folder.file("set"),
                                            .cut = {.before = 30, .after = 40, .noise_per_day = 0}});
  CHECK(result.events == 2);
  CHECK(result.picks_used == 2);
  CHECK(mentions(text_of(folder.file("set/rejected.csv")), " s were recorded without a gap"));
  const PackedDataset data(folder.file("set"));
  CHECK(data.info(0).rate == 100);
  CHECK(data.info(0).first('P') == doctest::Approx(3000));
  CHECK(data.info(1).first('P') == doctest::Approx(3000).epsilon(0.001));
}

TEST_CASE("build: phases in small letters are labels, a depth phase alone is none; rows that do not read are told") {
  const TemporaryFolder folder;
  record(folder, "1", {"XX", "A", "", "HHZ"}, 1000, 3000);
  folder.write("picks.csv", "network,station,phase,time,event,latitude,longitude\n" + row("A", "pg", 1200, "e1") +
                                row("A", "pP", 2000, "e2") + row("A", "Lg", 2000, "e2") + "XX,A,P,soon,e3,10,20\n");
  const BuildResult result = build_quietly({.waveforms = {folder.file("1")},
                                            .picks = folder.file("picks.csv"),
                                            .stations = "",
                                            .out = folder.file("set"),
                                            .cut = {.noise_per_day = 0}});
  CHECK(result.events == 1);
  CHECK(PackedDataset(folder.file("set")).info(0).arrivals[0].phase == "Pg");
  CHECK(mentions(text_of(folder.file("set/rejected.csv")), "neither a P nor an S"));
  const std::string summary = summary_of(result, "set");
  CHECK(mentions(summary, "1 of 2 picks used"));
  CHECK(mentions(summary, "1 picks are of neither P nor S"));
  CHECK(mentions(summary, "1 rows or picks of the bulletin cannot be read"));
  CHECK(mentions(summary_of({.events = 1, .noise = 0, .picks = 1, .picks_used = 1, .unreadable = 1}, "set"),
                 "set/rejected.csv"));
}

TEST_CASE("build: nothing to do, interrupted") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("archive"));
  record(folder, "archive/1", {"XX", "A", "", "HHZ"}, 1000, 1400);
  folder.write("picks.csv", "network,station,phase,time,event,latitude,longitude\n" + row("B", "P", 1200, "e1"));
  BuildOptions options{.waveforms = {folder.file("archive")},
                       .picks = folder.file("picks.csv"),
                       .stations = "",
                       .out = folder.file("set"),
                       .cut = {},
                       .quiet = true};
  CHECK_THROWS_WITH_AS(build_quietly(options), "no pick meets a record; the first one: no record of this station",
                       std::runtime_error);
  CHECK_THROWS_AS(build(options, [] { return true; }), Interrupted);
  CHECK(!is_packed(folder.file("set")));
  options.cut.noise_distance = 10;
  CHECK_THROWS_AS(build_quietly(options), std::invalid_argument);
}

TEST_CASE("build: real records and an analyst's table") {
  const auto truth = shared_path("data/labelled_local/ncedc_public.truth.csv");
  const auto records = shared_path("data/labelled_local/ncedc_public_mseed");
  if (!truth || !records) return;
  const TemporaryFolder folder;
  const BuildResult result =
      build_quietly({.waveforms = {*records}, .picks = *truth, .stations = "", .out = folder.file("set"), .cut = {}});
  CHECK(result.picks == 120);
  CHECK(result.events == 58);  // of 60 records; the others are shorter than a minute
  CHECK(result.picks_used == 116);
  CHECK(mentions(text_of(folder.file("set/rejected.csv")), "NC.GCR,S,1985-03-23T23:28:21.250000Z,only 33"));
  const PackedDataset data(folder.file("set"));
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const TraceInfo info = data.info(i);
    if (info.noise) continue;
    CHECK(info.first('S') > info.first('P'));
    CHECK(info.first('P') > 1500);
  }
}
