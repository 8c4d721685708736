#include "apps/data/info.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/temporary.h"

using namespace seisgrad;

namespace {

LabelledTrace trace(const std::string& id, std::vector<Arrival> arrivals, double rate = 100) {
  LabelledTrace made;
  TraceInfo& i = made.info;
  i.id = id, i.rate = rate, i.samples = 1000, i.noise = arrivals.empty();
  i.arrivals = std::move(arrivals);
  i.stream = {"XX", id.substr(0, 1), "", "HH"};
  i.station_latitude = 10, i.station_longitude = 179;
  if (!i.noise)
    i.event = std::string("e"), i.latitude = 12, i.longitude = -179, i.depth = 7, i.snr_db[0] = 10, i.snr_db[2] = 20;
  made.samples.assign(3000, 1);
  return made;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("info: counts and distributions") {
  const TemporaryFolder folder;
  PackedWriter writer(folder.file("set"));
  writer.add(trace("a1", {{"P", 100}, {"S", 350}}));
  writer.add(trace("a2", {{"S", 20}, {"Pn", 100}, {"Sn", 150.5}}, 50));  // an S of the event before
  writer.add(trace("b1", {}));
  writer.finish();
  std::vector<PackedDataset> data;
  data.emplace_back(folder.file("set"));
  const DataSummary s = summary_of(data);
  CHECK(s.traces == 3);
  CHECK(s.events == 2);
  CHECK(s.noise == 1);
  CHECK(s.sources == 1);
  CHECK(s.station_count == 2);
  CHECK(s.phases == std::map<std::string, std::int64_t>{{"P", 1}, {"Pn", 1}, {"S", 2}, {"Sn", 1}});
  CHECK(s.samples.at(50).traces == 1);
  CHECK(s.samples.at(100).most == 1000);
  REQUIRE(s.distributions.size() == 5);
  CHECK(s.distributions[0].values == std::vector<double>{15, 15});     // SNR
  CHECK(s.distributions[1].values.empty());                            // distance
  CHECK(s.distributions[2].values == std::vector<double>{2.5, 1.01});  // S-P
  CHECK(data_info({.paths = {folder.file("set")}, .out = folder.file("report"), .json = true, .cache = {}}) == 0);
  for (const char* name : {"info.html", "map.svg", "SNR.svg", "S_P.svg", "depth.svg"})
    CHECK(std::filesystem::exists(folder.file(std::string("report/") + name)));
  CHECK(!std::filesystem::exists(folder.file("report/distance.svg")));
}

TEST_CASE("map: across the date line, one mark a pixel, no place that is unknown") {
  const std::string svg = to_svg(Map{.title = "a < b",
                                     .layers = {{"events", "#111", {{10, 179}, {10, -179}, {10, -179}, {NAN, 3}}},
                                                {"stations", "#222", {{12, 180}}, true}}});
  CHECK(count(svg, "<circle") == 2 + 1);  // and the legend's
  CHECK(count(svg, "<path") == 1 + 1);
  CHECK(count(svg, "-179") >= 1);
  CHECK(count(svg, ">0\xC2\xB0<") == 0);  // the region is two degrees wide, not 360
  CHECK(count(svg, "a &lt; b") == 1);
  CHECK(count(svg, "nan") == 0);
  CHECK(count(to_svg(Map{.title = "", .layers = {}}), "</svg>") == 1);
}
