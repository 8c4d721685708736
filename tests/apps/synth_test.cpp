// seisgrad data synth: what it writes, and that threads change nothing.
#include "apps/data/synth.h"

#include <doctest/doctest.h>

#include "data/packed.h"
#include "data/reader.h"
#include "tests/temporary.h"

using namespace seisgrad;

TEST_CASE("data synth: a data set, the same for any number of threads and begun anywhere") {
  const TemporaryFolder folder;
  SynthOptions options;
  options.out = folder.file("one"), options.count = 70, options.threads = 1, options.quiet = true;
  CHECK(data_synth(options) == 0);
  options.out = folder.file("three"), options.threads = 3;
  CHECK(data_synth(options) == 0);
  const PackedDataset one(folder.file("one")), three(folder.file("three"));
  REQUIRE(one.size() == 70);
  CHECK(one.hash() == three.hash());
  options.out = folder.file("tail"), options.first = 60, options.count = 10;
  CHECK(data_synth(options) == 0);
  const PackedDataset tail(folder.file("tail"));
  CHECK(tail.read(3).samples == one.read(63).samples);
  CHECK_THROWS_AS(data_synth(options), std::invalid_argument);  // the folder holds a data set
  CHECK_THROWS_AS(data_synth(SynthOptions{}), std::invalid_argument);
}

TEST_CASE("data synth: continuous records with catalogue and arrivals; a gallery") {
  const TemporaryFolder folder;
  const std::string out = folder.file("day");
  SynthOptions options;
  options.out = out, options.continuous_hours = 0.1, options.stations = 2, options.events_per_hour = 60;
  options.quiet = true;
  CHECK(data_synth(options) == 0);
  int pieces = 0;
  std::int64_t samples = 0;
  ReadReport report;
  read_waveforms(
      {out}, [&](Piece piece) { ++pieces, samples += static_cast<std::int64_t>(piece.samples.size()); }, report);
  CHECK(pieces >= 6);
  CHECK(samples == 6 * 36000);
  CHECK(text_of(out + "/catalogue.csv").find("EV6,") != std::string::npos);
  CHECK(text_of(out + "/stations.csv").find("SY,S002,") != std::string::npos);
  CHECK(text_of(out + "/arrivals.csv").find(",P,2020-01-01T00:0") != std::string::npos);
  const std::string figure = folder.file("gallery.svg");
  options.gallery = figure, options.count = 2;
  CHECK(data_synth(options) == 0);
  CHECK(text_of(figure).find("</svg>") != std::string::npos);
}
