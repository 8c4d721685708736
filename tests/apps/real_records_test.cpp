// The scan on real records with real weights, from the shared folder: coverage, independence of batch, threads and
// files, and the scores of docs/results.md.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "apps/model/convert.h"
#include "apps/scan/options.h"
#include "kernels/parallel.h"
#include "kernels/sanitizers.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

std::string converted(const TemporaryFolder& folder, const std::string& keras) {
  const Loaded<EQTransformer> loaded = load_keras(keras, {.program = KERAS_CHILD});
  const std::string path = folder.file("eqt_2bilstm.safetensors");
  save(path, loaded.model, loaded.notes);
  return path;
}

// The miniSEED files of a folder, cut into files of `records` records of 512 bytes.
void cut_files(const std::string& from, const TemporaryFolder& folder, size_t records) {
  std::filesystem::create_directories(folder.file("cut"));
  for (const auto& file : std::filesystem::directory_iterator(from)) {
    if (file.path().extension() != ".mseed") continue;
    const std::string bytes = text_of(file.path().string());
    for (size_t at = 0; at < bytes.size(); at += records * 512)
      folder.write("cut/" + std::to_string(bytes.size() - at) + file.path().filename().string(),
                   bytes.substr(at, records * 512));
  }
}

ScanOptions options_of(const std::string& model, std::vector<std::string> inputs, const std::string& out) {
  ScanOptions o;
  o.model = model;
  o.inputs = std::move(inputs);
  o.out = out;
  o.quiet = true;
  return o;
}

// The last line that the shared scorer prints; nullopt, with a line SKIPPED, where Python or numpy is missing.
std::optional<nlohmann::json> scored(const std::string& arguments, const TemporaryFolder& folder) {
  const auto scorer = shared_path("score/score_picks.py");
  if (!scorer) return std::nullopt;
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    std::cout << "SKIPPED: scores of real records (python3-numpy is not installed)" << std::endl;
    return std::nullopt;
  }
  const std::string out = folder.file("score");
  REQUIRE(std::system(("/usr/bin/python3 " + *scorer + " --quiet " + arguments + " > " + out).c_str()) == 0);
  return nlohmann::json::parse(text_of(out));
}

}  // namespace

TEST_CASE("real records: Ridgecrest, covered whole, the same picks however it is scanned, scores") {
  if (thread_sanitizer) return;  // hours; scan_test.cpp has the same threads on a short record
  const auto keras = shared_path("golden/eqt_2bilstm_weights.keras.h5");
  const auto data = shared_path("data/continuous/ridgecrest_20190707");
  if (!keras || !data) return;
  const TemporaryFolder folder;
  ScanOptions o = options_of(converted(folder, *keras), {*data}, folder.file("out"));
  REQUIRE(scan(o) == 0);
  const std::string picks = text_of(o.out + "/picks.csv");
  CHECK(text_of(o.out + "/coverage.csv") ==
        "network,station,location,start_time,end_time,status,reason\n"
        "PB,B916,00,2019-07-07T07:49:59.997985Z,2019-07-07T09:10:00.007985Z,scored,\n"
        "PB,B917,00,2019-07-07T07:49:59.997985Z,2019-07-07T09:10:00.007985Z,scored,\n");

  if (const auto score = scored(o.out + "/picks.csv --truth ridgecrest --max-per-minute 1", folder)) {
    const auto recall = [&](const char* phase, const char* magnitude) {
      return (*score)[phase]["recall"][magnitude].get<double>();
    };
    CHECK(recall("P", "M>=1.5") >= 0.45 - 0.02);
    CHECK(recall("P", "M>=2.0") >= 0.51 - 0.02);
    CHECK(recall("P", "M>=2.5") >= 0.75 - 0.02);
    CHECK(recall("S", "M>=1.5") >= 0.47 - 0.02);
    CHECK(recall("S", "M>=2.0") >= 0.55 - 0.02);
    CHECK(recall("S", "M>=2.5") >= 0.82 - 0.02);
  }

  const auto same = [&](const char* what) {
    CAPTURE(what);
    o.out = folder.file("again");
    REQUIRE(scan(o) == 0);
    CHECK(text_of(o.out + "/picks.csv") == picks);
  };
  const int threads = thread_count();
  for (const int64_t batch : {1, 7, 64, 500}) {
    o.batch = batch;
    same("batch");
  }
  for (const int n : {1, 2}) {
    o.threads = n;
    same("threads");
  }
  cut_files(*data, folder, 97);
  o.inputs = {folder.file("cut")};
  same("cut into many files");
  set_thread_count(threads);
}

TEST_CASE("real records: 60 local earthquakes, scores") {
  if (thread_sanitizer) return;  // hours; scan_test.cpp has the same threads on a short record
  const auto keras = shared_path("golden/eqt_2bilstm_weights.keras.h5");
  const auto data = shared_path("data/labelled_local/ncedc_public_mseed");
  if (!keras || !data) return;
  const TemporaryFolder folder;
  const ScanOptions o = options_of(converted(folder, *keras), {*data}, folder.file("out"));
  REQUIRE(scan(o) == 0);
  if (const auto score = scored(o.out + "/picks.csv --truth ncedc", folder)) {
    CHECK((*score)["P"]["sweep"]["F1"].get<double>() >= 0.921 - 0.02);
    CHECK((*score)["S"]["sweep"]["F1"].get<double>() >= 0.943 - 0.02);
    CHECK((*score)["P"]["tol0.5"]["F1"].get<double>() >= 0.84 - 0.02);
    CHECK((*score)["S"]["tol0.5"]["F1"].get<double>() >= 0.91 - 0.02);
  }
}
