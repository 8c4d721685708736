// seisgrad explain and scan --explain: what is written, that it does not depend on threads, what is refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/explain/class_model.h"
#include "apps/explain/explanation_report.h"
#include "apps/explain/options.h"
#include "apps/scan/options.h"
#include "data/miniseed_write.h"
#include "kernels/parallel.h"
#include "tests/apps/tiny_models.h"
#include "tests/messages.h"
#include "tests/toy_dataset.h"
#include "tests/toy_record.h"

using namespace seisgrad;

namespace {

int lines(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

bool exists(const std::string& path) { return std::filesystem::exists(path); }

nlohmann::json json_of(const std::string& folder) { return nlohmann::json::parse(text_of(folder + "/explain.json")); }

bool sound(const std::string& page) {
  const std::string text = text_of(page);
  for (const char* wrong : {"nan", "inf\"", ">inf", "<script"})
    if (mentions(text, wrong)) return false;
  return text.ends_with("</html>\n");
}

ExplainWindowOptions window_options(const std::string& model, const std::string& out) {
  ExplainWindowOptions o;
  o.common = {.model = model, .out = out, .device = "cpu", .threads = 1, .quiet = true};
  o.maps.copies = 6;
  return o;
}

// Ninety seconds of three components at 100 Hz with toy earthquakes, a file each.
std::vector<std::string> record(const TemporaryFolder& folder) {
  const ToyRecord toy = toy_record(5, 9000, 900);
  std::vector<std::string> files;
  for (size_t c = 0; c < 3; ++c) {
    std::vector<int32_t> counts;
    for (const double v : toy.channels[c]) counts.push_back(static_cast<int32_t>(100 * v));
    const std::string channel = std::string("HH") + "ENZ"[c];
    files.push_back(folder.write(
        channel, miniseed_records({"XX", "DEMO", "", channel}, time_from_iso("2026-01-01T00:00:00"), 100, counts)));
  }
  return files;
}

}  // namespace

TEST_CASE("explain window: the classifier on a trace of a data set, the same for any number of threads") {
  const TemporaryFolder folder;
  write_toy_dataset(folder.file("data"), 4, 900, 20);
  ExplainWindowOptions o = window_options(tiny_classifier(folder, "tiny.safetensors", 3), folder.file("out"));
  o.data = folder.file("data"), o.traces = {"1", "toy0"}, o.filtered = true, o.targets = {"P", "noise"};
  REQUIRE(explain_window(o) == 0);
  const nlohmann::json json = json_of(o.common.out);
  REQUIRE(json["windows"].size() == 3);  // P and S of trace 1, the noise of trace 0
  CHECK(json["windows"][2]["window"] == "trace 0 toy0 noise");
  CHECK(mentions(json["method"], "Smooth LayerCAM of blocks.1, weights (local) = relu(D1), 6 copies"));
  for (const auto& window : json["windows"]) {
    REQUIRE(window["targets"].size() == 2);
    for (const auto& target : window["targets"]) CHECK(target["completeness_error"].get<double>() <= 0.01);
  }
  const std::string stem = o.common.out + "/trace_1_toy1_arrival_0_P_P";
  const std::string csv = text_of(stem + ".csv"), svg = text_of(stem + "_cam.svg");
  CHECK(lines(csv) == 129);
  CHECK(csv.starts_with("seconds,input_Z,input_N,input_E,cam,saliency_Z,"));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(mentions(text_of(stem + "_gradients.svg"), "complete to"));
  CHECK(sound(o.common.out + "/index.html"));

  o.common.threads = 3;
  o.common.out = folder.file("again");
  REQUIRE(explain_window(o) == 0);
  CHECK(text_of(o.common.out + "/trace_1_toy1_arrival_0_P_P.csv") == csv);
  CHECK(text_of(o.common.out + "/explain.json") == text_of(folder.file("out/explain.json")));
  set_thread_count(1);

  o.targets.clear(), o.traces = {"1"};
  o.maps.layer = "blocks.0", o.maps.alpha = CamAlpha::port, o.maps.copies = 1, o.maps.noise = 0;
  REQUIRE(explain_window(o) == 0);
  CHECK(json_of(o.common.out)["method"] == "Grad-CAM++ of blocks.0, alpha (port) = D2 / (2 D2 + sum(A D3))");
}

TEST_CASE("explain window: EQTransformer on a synthetic trace and at a time of a record") {
  const TemporaryFolder folder;
  const std::string model = tiny_eqtransformer(folder, "tiny.safetensors", 3);
  ExplainWindowOptions o = window_options(model, folder.file("out"));
  o.data = "synthetic:local:1:3", o.traces = {"2"};
  REQUIRE(explain_window(o) == 0);
  CHECK(json_of(o.common.out)["windows"][0]["targets"].size() == 3);
  CHECK(sound(o.common.out + "/index.html"));

  ExplainWindowOptions at = window_options(model, folder.file("time"));
  at.files = record(folder), at.times = {"2026-01-01T00:00:30.5", "2026-01-01T00:00:00"}, at.targets = {"S"};
  REQUIRE(explain_window(at) == 0);
  const nlohmann::json windows = json_of(at.common.out)["windows"];
  REQUIRE(windows.size() == 2);
  CHECK(windows[0]["start"] == "2026-01-01T00:00:29.220000Z");  // the time is in the middle of 2.56 s
  CHECK(windows[1]["start"] == "2026-01-01T00:00:00.000000Z");  // moved into the record
  const std::string stem = at.common.out + "/XX.DEMO..HH_2026-01-01T000030.500000Z";
  for (const char* layer : {"transformer.0", "transformer.1", "p", "s"})
    CHECK(lines(text_of(stem + "_attention_" + layer + ".csv")) == 65);
  CHECK(mentions(text_of(stem + "_attention.svg"), "attention that each key receives"));
  CHECK(exists(stem + "_S_cam.svg"));
}

TEST_CASE("explain class: rises, whatever else is asked for") {
  const TemporaryFolder folder;
  ExplainClassOptions o;
  o.common = {.model = tiny_classifier(folder, "tiny.safetensors", 3),
              .out = folder.file("out"),
              .device = "cpu",
              .threads = 1,
              .quiet = true};
  o.ascent.steps = 300;
  REQUIRE(explain_class(o) == 0);
  const nlohmann::json json = json_of(o.common.out);
  REQUIRE(json["classes"].size() == 4);
  CHECK(sound(o.common.out + "/index.html"));
  CHECK(lines(text_of(o.common.out + "/class_P.csv")) == 129);
  CHECK(lines(text_of(o.common.out + "/class_P_steps.csv")) == 301);
  CHECK(lines(text_of(o.common.out + "/class_P_spectrum.csv")) == 66);
  for (const char* name : {"", "_score", "_probability", "_spectrum"})
    CHECK(exists(o.common.out + "/class_PgSg" + name + ".svg"));

  const ExplainedModel model = load_explained(o.common.model, Device::cpu);
  const auto alone = class_models(model, {"P"}, o.ascent, [] { return true; });
  REQUIRE(alone.size() == 1);
  CHECK(json["classes"][1]["logits"].get<std::vector<double>>() == alone[0].prediction.logits[0]);
  CHECK(alone[0].rises());
  CHECK(alone[0].score.back() > alone[0].score.front() + 1);
  CHECK(*std::max_element(alone[0].x.begin(), alone[0].x.end(), [](double a, double b) {
    return std::abs(a) < std::abs(b);
  }) == doctest::Approx(1).epsilon(1).scale(1));
  ClassModelOptions strict = o.ascent;
  strict.variation = 1;
  const auto smoother = class_models(model, {"P"}, strict, [] { return true; });
  const auto roughness = [](const ClassModel& c) {
    double sum = 0;
    for (size_t i = 1; i < 128; ++i) sum += std::abs(c.x[i] - c.x[i - 1]);
    return sum;
  };
  CHECK(roughness(smoother[0]) < roughness(alone[0]));
  CHECK(class_models(model, {"P"}, o.ascent, [] { return false; }).empty());
  CHECK(mentions(message_of([&] { class_models(model, {"PKP"}, o.ascent, [] { return true; }); }), "no class \"PKP\""));
  o.common.model = tiny_eqtransformer(folder, "eqt.safetensors", 3);
  CHECK(mentions(message_of([&] { explain_class(o); }), "is EQTransformer; it has no classes"));
}

TEST_CASE("explain class: the spectrum of a tone is a line") {
  std::vector<double> tone;
  for (int i = 0; i < 128; ++i) tone.push_back(std::cos(2 * M_PI * 16 * i / 128));
  const Spectrum s = spectrum_of(tone, 20);
  REQUIRE(s.hertz.size() == 65);
  CHECK(s.hertz[16] == doctest::Approx(2.5));
  CHECK(s.amplitude[16] == doctest::Approx(64).epsilon(1e-5));
  CHECK(s.amplitude[17] == doctest::Approx(0).epsilon(1e-4));
}

TEST_CASE("explain check: tables of all windows that are right, nothing for EQTransformer") {
  const TemporaryFolder folder;
  write_toy_dataset(folder.file("data"), 12, 900, 20);
  ExplainCheckOptions o;
  o.common = {.model = tiny_classifier(folder, "tiny.safetensors", 3),
              .out = folder.file("out"),
              .device = "cpu",
              .threads = 1,
              .quiet = true};
  o.data = folder.file("data"), o.part = "all", o.filtered = true, o.windows = 3, o.maps.copies = 4;
  REQUIRE(explain_check(o) == 0);
  const nlohmann::json json = json_of(o.common.out);
  const int windows = json["windows"];
  CHECK(windows >= 1);
  CHECK(windows <= 3);
  CHECK(lines(text_of(o.common.out + "/check.csv")) == windows + 1);
  CHECK(json["complete_to_1_percent"] == 1);
  CHECK(json["random_weights"].size() == 5);
  CHECK(json["deletion"][0]["windows"] == windows);
  CHECK(sound(o.common.out + "/index.html"));
  o.common.model = tiny_eqtransformer(folder, "eqt.safetensors", 3);
  CHECK(mentions(message_of([&] { explain_check(o); }), "the checks are of the phase classifier"));
}

TEST_CASE("explain: the window of a pick at the record's end holds as much as the model asks for") {
  ExplainedModel model;
  model.length = 128;
  model.settings = settings_named("phase_classifier");
  CHECK(window_of_pick(model, 990, 1000) == 872);  // EQTransformer's never leaves the record
  model.classifies = true;
  CHECK(window_of_pick(model, 990, 1000) == 872);
  model.settings.profile.least_recorded = 0.4;  // 8 samples after the anchor, the 100th
  CHECK(window_of_pick(model, 990, 1000) == 890);
  CHECK(window_of_pick(model, 999, 1000) == 892);
  CHECK(window_of_pick(model, 50, 1000) == 0);
  CHECK(window_of_pick(model, 50, 60) == 0);
}

TEST_CASE("scan --explain: the most probable picks of each phase") {
  const TemporaryFolder folder;
  ScanOptions o;
  o.model = tiny_eqtransformer(folder, "tiny.safetensors", 3);
  o.inputs = record(folder), o.out = folder.file("out"), o.device = "cpu", o.threads = 1, o.quiet = true;
  o.p_threshold = o.s_threshold = 0.01f;
  o.explain = 2;
  REQUIRE(scan(o) == 0);
  const nlohmann::json windows = json_of(o.out + "/explain")["windows"];
  const std::string picks = text_of(o.out + "/picks.csv");
  REQUIRE(lines(picks) > 5);
  size_t expected = 0;
  for (const char* phase : {",P,", ",S,"}) {
    int count = 0;
    for (size_t at = picks.find(phase); at != std::string::npos; at = picks.find(phase, at + 1)) ++count;
    expected += static_cast<size_t>(std::min(2, count));
  }
  CHECK(windows.size() == expected);
  REQUIRE(expected >= 2);
  for (const auto& window : windows) {
    const std::string name = window["window"], time = name.substr(name.find(' ') + 1, 27);
    REQUIRE(window["targets"].size() == 1);
    CHECK(mentions(picks, std::string(window["targets"][0]["target"]) + "," + time + ","));
  }
  CHECK(sound(o.out + "/explain/index.html"));
  o.ensemble = {o.model};
  CHECK(mentions(message_of([&] { scan(o); }), "--explain is of one model"));
  o.ensemble.clear(), o.model = "sta-lta";
  CHECK(mentions(message_of([&] { scan(o); }), "sta-lta is none"));
}

TEST_CASE("explain window: what does not fit is refused") {
  const TemporaryFolder folder;
  write_toy_dataset(folder.file("data"), 4, 900, 20);
  const ExplainWindowOptions good = window_options(tiny_classifier(folder, "tiny.safetensors", 3), folder.file("out"));
  const auto said = [&](const auto& change) {
    ExplainWindowOptions o = good;
    o.data = folder.file("data"), o.traces = {"1"}, o.filtered = true;
    change(o);
    return message_of([&] { explain_window(o); });
  };
  CHECK(mentions(said([](auto& o) { o.data = ""; }), "give waveform files and --time, or --data and --trace"));
  CHECK(mentions(said([](auto& o) { o.data = "", o.files = {"x"}; }), "Give --time"));
  CHECK(mentions(said([](auto& o) { o.traces.clear(); }), "Give --trace"));
  CHECK(mentions(said([](auto& o) { o.traces = {"4"}; }), "has traces 0 to 3, no trace 4"));
  CHECK(mentions(said([](auto& o) { o.traces = {"toy9"}; }), "has no trace named \"toy9\""));
  CHECK(mentions(said([](auto& o) { o.filter = true; }), "--filter is EQTransformer's"));
  CHECK(mentions(said([](auto& o) { o.targets = {"Q"}; }), "no target \"Q\""));
  CHECK(mentions(said([](auto& o) { o.maps.layer = "hidden"; }), "has no layer \"hidden\""));
  CHECK(mentions(said([&](auto& o) { o.data = "", o.files = record(folder), o.times = {"2027-01-01T00:00:00"}; }),
                 "nothing was recorded at 2027-01-01T00:00:00.000000Z"));
  CHECK(file_stem("XX.A 2026-01-01T00:00:00Z P/S") == "XX.A_2026-01-01T000000Z_P_S");
}
