// seisgrad data synth: what it writes, and that threads change nothing.
#include "apps/data/synth.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "data/packed.h"
#include "data/reader.h"
#include "tests/messages.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

// Of processors, not by the clock: the machine may be busy.
double seconds_of_children() {
  rusage used;
  getrusage(RUSAGE_CHILDREN, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
}

}  // namespace

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

TEST_CASE("data synth: --least-snr keeps faint local events out") {
  const auto faint_snr = [](std::optional<double> least) {  // the lower quartile, on the component where it is highest
    const TemporaryFolder folder;
    SynthOptions options;
    options.out = folder.file("set"), options.count = 120, options.quiet = true;
    options.kind = "mixed", options.noise_fraction = options.more_events = options.disturbances = 0;
    options.least_snr = least;
    CHECK(data_synth(options) == 0);
    const PackedDataset set(folder.file("set"));
    std::vector<double> highest;
    for (std::int64_t i = 0; i < set.size(); ++i) {
      const TraceInfo info = set.read(i).info;
      const double snr = *std::max_element(std::begin(info.snr_db), std::end(info.snr_db));
      if (info.distance < 2000 && std::isfinite(snr)) highest.push_back(snr);
    }
    REQUIRE(highest.size() > 20);
    std::nth_element(highest.begin(), highest.begin() + highest.size() / 4, highest.end());
    return highest[highest.size() / 4];
  };
  const double usual = faint_snr({}), clear = faint_snr(40);
  CAPTURE(usual);
  CAPTURE(clear);
  CHECK(clear > usual + 8);
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
  CHECK(text_of(out + "/unlisted.csv").starts_with("network,station,phase,time,event\nSY,S001,"));
  const std::string figure = folder.file("gallery.svg");
  options.gallery = figure, options.count = 2;
  CHECK(data_synth(options) == 0);
  CHECK(text_of(figure).find("</svg>") != std::string::npos);
}

TEST_CASE("data synth: what an option would not touch is refused; a file is no folder") {
  const auto status = [](const std::string& options) {
    const int ended = std::system((KERAS_CHILD " data synth --quiet " + options + " >/dev/null 2>&1").c_str());
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  };
  const TemporaryFolder folder;
  const std::string day = "--out " + folder.file("day"), set = "--out " + folder.file("set");
  for (const char* other : {"--count 2", "--first 3", "--seconds 60", "--noise-fraction 0.1", "--half",
                            "--more-events 0.1", "--bulletin", "--raw", "--later-phases", "--gallery y"})
    CHECK(status(day + " --continuous 0.01 " + other) == 2);
  CHECK(status(set + " --count 2 --stations 2") == 2);
  CHECK(status(set + " --count 2 --events-per-hour 2") == 2);
  CHECK(status(set + " --count 2 --gallery y") == 2);
  CHECK(status(day + " --continuous 0.01 --stations 1 --events-per-hour 5 --rate 50") == 0);
  CHECK(status(set + " --count 2 --first 3 --half") == 0);

  SynthOptions options;
  options.out = folder.write("file", std::string("x")), options.continuous_hours = 0.01, options.quiet = true;
  CHECK(mentions(message_of([&] { data_synth(options); }), "choose another folder"));
}

TEST_CASE("data synth: Ctrl-C ends it soon, with 130, and nothing is left") {
  const TemporaryFolder folder;
  for (const char* what :
       {"--continuous 48 --stations 9 --events-per-hour 200", "--count 100000", "--count 1000 --seconds 3600"}) {
    CAPTURE(what);
    const std::string out = folder.file("out");
    const double begun = seconds_of_children();
    const int ended =
        std::system(("timeout --preserve-status -s INT 1 " KERAS_CHILD " data synth --quiet --threads 2 " +
                     std::string(what) + " --out " + out + " 2>" + folder.file("said"))
                        .c_str());
    CHECK(WEXITSTATUS(ended) == 130);
    CHECK(seconds_of_children() - begun < 20);
    CHECK(mentions(text_of(folder.file("said")), "interrupted, nothing is left in " + out));
    CHECK(std::filesystem::is_empty(out));
  }
}
