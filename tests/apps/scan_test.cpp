// The scan from files to tables: independence of batch, threads and files; coverage; bad input.
#include <doctest/doctest.h>

#include <algorithm>

#include "apps/gradcheck/random.h"
#include "apps/model/settings.h"
#include "apps/scan/options.h"
#include "data/miniseed_write.h"
#include "data/picks.h"
#include "kernels/device.h"
#include "kernels/parallel.h"
#include "models/weights.h"
#include "tests/emulator.h"
#include "tests/temporary.h"
#include "tests/toy_record.h"

using namespace seisgrad;

namespace {

const Time start = time_from_iso("2026-01-01T00:00:00.003000");

// A tiny network of random weights: it picks nonsense, but always the same.
std::string tiny_model(const TemporaryFolder& folder) {
  const EQTransformer model({.samples = 256,
                             .filters = {4, 6},
                             .kernels = {5, 3},
                             .residual_kernels = {3},
                             .bilstm_blocks = 1,
                             .lstm_units = 4,
                             .attention_units = 4,
                             .feed_forward_units = 8,
                             .crop = {.stage = 1, .left = 0, .right = 0}});
  Random random(3);
  model.visit([&](const std::string& name, const Tensor& t, bool) {
    t.copy_from(random.tensor(t.shape(), name.ends_with("variance") ? 0.5 : -0.6, 1));
  });
  ScanSettings settings;
  settings.stride_seconds = 1;
  settings.detection_threshold = settings.p_threshold = settings.s_threshold = 0.5f;
  const std::string path = folder.file("tiny.safetensors");
  save(path, model, {.preprocessing = to_json(settings), .provenance = "{}"});
  return path;
}

std::vector<uint8_t> stream(const char* channel, int64_t begin, int64_t end, const char* station = "DEMO") {
  const ToyRecord record = toy_record(5, 9000, 900);
  const std::string name = channel;
  const auto& values = record.channels[name[2] == 'E' ? 0 : name[2] == 'N' ? 1 : 2];
  std::vector<int32_t> counts;
  for (int64_t i = begin; i < end; ++i) counts.push_back(static_cast<int32_t>(100 * values[i]));
  return miniseed_records({"XX", station, "", name}, time_of_sample(start, 100, begin), 100, counts);
}

ScanOptions quiet(const std::string& model, std::vector<std::string> inputs, const std::string& out) {
  ScanOptions o;
  o.model = model;
  o.inputs = std::move(inputs);
  o.out = out;
  o.quiet = true;
  return o;
}

int lines(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

}  // namespace

TEST_CASE("scan: the same picks for any batch, number of threads and cut of the files") {
  const TemporaryFolder folder;
  const std::string model = tiny_model(folder);
  std::filesystem::create_directories(folder.file("whole"));
  std::filesystem::create_directories(folder.file("cut"));
  for (const char* channel : {"HHE", "HHN", "HHZ"}) {
    folder.write(std::string("whole/") + channel, stream(channel, 0, 9000));
    int64_t at = 0, part = 9;
    for (const int64_t end : {1, 700, 2500, 2501, 6000, 9000}) {
      folder.write("cut/" + std::to_string(part--) + channel, stream(channel, at, end));
      at = end;
    }
  }
  ScanOptions o = quiet(model, {folder.file("whole")}, folder.file("out"));
  REQUIRE(scan(o) == 0);
  const std::string picks = text_of(folder.file("out/picks.csv")),
                    detections = text_of(folder.file("out/detections.csv")),
                    coverage = text_of(folder.file("out/coverage.csv"));
  CHECK(lines(picks) > 10);
  CHECK(lines(detections) >= 2);  // the header and at least one
  CHECK(coverage ==
        "network,station,location,start_time,end_time,status,reason\n"
        "XX,DEMO,,2026-01-01T00:00:00.003000Z,2026-01-01T00:01:30.003000Z,scored,\n");

  const auto same = [&](const ScanOptions& changed, const char* what) {
    CAPTURE(what);
    REQUIRE(scan(changed) == 0);
    CHECK(text_of(changed.out + "/picks.csv") == picks);
    CHECK(text_of(changed.out + "/detections.csv") == detections);
    CHECK(text_of(changed.out + "/coverage.csv") == coverage);
  };
  const int threads = thread_count();
  for (const int64_t batch : {1, 7, 500}) {
    o.batch = batch;
    same(o, "batch");
  }
  for (const int n : {1, 2, 3}) {
    o.threads = n;
    same(o, "threads");
  }
  o.inputs = {folder.file("cut")};
  same(o, "cut into many files");
  set_thread_count(threads);
}

TEST_CASE("scan: gaps, missing components and scraps are accounted for") {
  const TemporaryFolder folder;
  const std::string model = tiny_model(folder);
  std::filesystem::create_directories(folder.file("in"));
  folder.write("in/a", stream("HHZ", 0, 3000, "GAP"));
  folder.write("in/b", stream("HHZ", 4000, 9000, "GAP"));
  folder.write("in/c", stream("HHZ", 0, 100, "SHORT"));
  folder.write("in/empty", std::string());
  folder.write("in/text", std::string("not a seismogram"));
  REQUIRE(scan(quiet(model, {folder.file("in")}, folder.file("out"))) == 0);
  const std::string coverage = text_of(folder.file("out/coverage.csv"));
  INFO(coverage);
  CHECK(coverage.find("XX,GAP,,2026-01-01T00:00:30.003000Z,2026-01-01T00:00:40.003000Z,skipped,no data\n") !=
        std::string::npos);
  CHECK(coverage.find("XX,GAP,,2026-01-01T00:00:00.003000Z,2026-01-01T00:00:30.003000Z,scored,") != std::string::npos);
  CHECK(coverage.find(
            "component E missing, zeros; component N missing, zeros; shorter than a window, padded with zeros") !=
        std::string::npos);
  const std::string picks = text_of(folder.file("out/picks.csv"));
  CHECK(picks.find("2026-01-01T00:00:35") == std::string::npos);  // nothing is picked inside the gap
  const std::string summary = text_of(folder.file("out/scan.json"));
  CHECK(summary.find("neither miniSEED 2 nor SAC") != std::string::npos);
}

TEST_CASE("scan: amplitudes that overflow are reported, not scored as quiet") {
  const TemporaryFolder folder;
  const std::string model = tiny_model(folder);
  std::vector<double> huge;  // finite as doubles, infinite as the floats that the network takes
  for (int i = 0; i < 3000; ++i) huge.push_back(i / 5 % 2 == 0 ? 1e300 : -1e300);
  const auto records =
      miniseed_records({"XX", "HUGE", "", "HHZ"}, start, 100, huge, {.encoding = MiniseedEncoding::float64});
  REQUIRE(scan(quiet(model, {folder.write("huge", records)}, folder.file("out"))) == 0);
  const std::string coverage = text_of(folder.file("out/coverage.csv"));
  INFO(coverage);
  CHECK(coverage.find(",skipped,") != std::string::npos);
  CHECK(coverage.find(",scored,") == std::string::npos);
}

TEST_CASE("scan: extra files and options") {
  const TemporaryFolder folder;
  const std::string model = tiny_model(folder), input = folder.write("z.mseed", stream("HHZ", 0, 3000));
  ScanOptions o = quiet(model, {input}, folder.file("out"));
  o.plots = true;
  o.probabilities = "npy";
  REQUIRE(scan(o) == 0);
  const std::string npy = text_of(folder.file("out/probabilities/XX.DEMO..HH_20260101T000000.npy"));
  REQUIRE(npy.size() == 128 + 3 * 3000 * sizeof(float));
  CHECK(npy.find("'shape': (3, 3000)") != std::string::npos);
  o.probabilities = "mseed";
  REQUIRE(scan(o) == 0);
  CHECK(text_of(folder.file("out/probabilities/XX.DEMO..HH_20260101T000000.mseed")).size() % 512 == 0);
  bool figure = false;
  for (const auto& file : std::filesystem::directory_iterator(folder.file("out/events")))
    figure |= text_of(file.path().string()).find("</svg>") != std::string::npos;
  CHECK(figure);

  const int before = lines(text_of(folder.file("out/picks.csv")));
  o.p_threshold = o.s_threshold = 1.0f;
  REQUIRE(scan(o) == 0);
  CHECK(lines(text_of(folder.file("out/picks.csv"))) < before);
}

#ifdef SEISGRAD_EMULATED

namespace {

// A scan of 15 seconds a station on the emulated device, and what it wrote.
struct OnCuda {
  TemporaryFolder folder;
  ScanOptions options = quiet(tiny_model(folder), {}, folder.file("cuda"));

  explicit OnCuda(std::vector<std::string> stations = {"DEMO"}) {
    for (const std::string& station : stations)
      options.inputs.push_back(folder.write(station, stream("HHZ", 0, 1500, station.c_str())));
    options.device = "cuda";
    options.batch = 5;
  }
  std::string text(const char* file) { return text_of(options.out + "/" + file); }
};

}  // namespace

TEST_CASE("scan: on a GPU as on the CPU, whatever the batch and the memory") {
  OnCuda cuda;
  REQUIRE(scan(cuda.options) == 0);
  const std::string picks = cuda.text("picks.csv"), coverage = cuda.text("coverage.csv");
  CHECK(lines(picks) > 3);
  CHECK(cuda.text("scan.json").find("\"device\": \"device cuda:0: emulated on the CPU") != std::string::npos);

  device::reset_peak();
  const size_t before = device::usage().in_use;
  cuda.options.batch = 16;
  REQUIRE(scan(cuda.options) == 0);
  CHECK(cuda.text("picks.csv") == picks);

  device::empty_cache();
  const Emulator small({.memory = before + (device::usage().peak - before) / 2});
  REQUIRE(scan(cuda.options) == 0);
  CHECK(cuda.text("picks.csv") == picks);
  CHECK(cuda.text("coverage.csv") == coverage);
  CHECK(cuda.text("scan.json").find("\"batch\": 16") == std::string::npos);

  if (sizeof(real) == sizeof(float)) {
    cuda.options.precision = "tf32";
    REQUIRE(scan(cuda.options) == 0);
    CHECK(lines(cuda.text("picks.csv")) == lines(picks));
    CHECK(cuda.text("picks.csv") != picks);  // factors of 11 bits
    CHECK(cuda.text("scan.json").find("\"precision\": \"tf32\"") != std::string::npos);
    cuda.options.precision = "strict";
  }

  cuda.options.device = "cpu";
  REQUIRE(scan(cuda.options) == 0);
  CHECK(cuda.text("coverage.csv") == coverage);
  CHECK(lines(cuda.text("picks.csv")) == lines(picks));  // their probabilities may differ in the last digits
}

TEST_CASE("scan: when the GPU is lost, what was scored before is written, and why the rest is not") {
  OnCuda cuda({"ONE", "TWO", "THREE"});
  simt::Options lost;
  lost.launches_until_lost = 10000;
  {
    const Emulator counting(lost);
    REQUIRE(scan(cuda.options) == 0);
    lost.launches_until_lost = (10000 - simt::options.launches_until_lost) / 2;  // in the second station
  }
  const std::string picks = cuda.text("picks.csv");
  std::filesystem::remove_all(cuda.options.out);
  const Emulator failing(lost);
  CHECK_THROWS_AS(scan(cuda.options), device::Lost);
  const std::string coverage = cuda.text("coverage.csv");
  INFO(coverage);
  CHECK(coverage.find("XX,ONE,,2026-01-01T00:00:00.003000Z,2026-01-01T00:00:15.003000Z,scored,") != std::string::npos);
  for (const char* station : {"XX,TWO,", "XX,THREE,"})
    CHECK(coverage.find(station + std::string(",2026-01-01T00:00:00.003000Z,2026-01-01T00:00:15.003000Z,skipped,\"the "
                                              "emulated GPU is lost,")) != std::string::npos);
  CHECK(lines(cuda.text("picks.csv")) > 1);
  CHECK(picks.size() > cuda.text("picks.csv").size());

  simt::options.launches_until_lost = 3;  // before anything is scored: the files of the scan before stay
  CHECK_THROWS_AS(scan(cuda.options), device::Lost);
  CHECK(cuda.text("coverage.csv") == coverage);
}

#endif

TEST_CASE("scan: what it refuses, and what it leaves alone then") {
  const TemporaryFolder folder;
  const std::string model = tiny_model(folder), input = folder.write("z.mseed", stream("HHZ", 0, 3000));
  ScanOptions o = quiet(model, {input}, folder.file("out"));
  REQUIRE(scan(o) == 0);
  const std::string picks = text_of(folder.file("out/picks.csv"));

  o.stride = 5;
  CHECK_THROWS_WITH(scan(o), "scan: a stride of 5 s must be more than 0 and at most the window's 2.56 s");
  o.stride = 2;
  o.blind = 1;
  CHECK_THROWS_AS(scan(o), std::invalid_argument);
  o.stride.reset();
  o.blind = 0;
  o.inputs = {folder.file("nowhere")};
  CHECK_THROWS_AS(scan(o), std::invalid_argument);
  o.inputs = {input};
  o.model = input;
  CHECK_THROWS_AS(scan(o), std::runtime_error);
  o.model = folder.file("absent.safetensors");
  CHECK_THROWS_AS(scan(o), std::runtime_error);
  o.model = model;
  o.out = input + "/below-a-file";
  CHECK_THROWS_AS(scan(o), std::runtime_error);
  CHECK(text_of(folder.file("out/picks.csv")) == picks);
}
