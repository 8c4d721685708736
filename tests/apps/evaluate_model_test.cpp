// evaluate --model: what is scored, what is left out, independence of the batch, dropout by seed, the files.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/evaluate/model_score.h"
#include "apps/report/interrupt.h"
#include "data/packed.h"
#include "data/split.h"
#include "tests/apps/tiny_models.h"

using namespace seisgrad;

namespace {

int lines(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

// Every third is noise; one is at another rate.
std::string data_set(const TemporaryFolder& folder, int64_t traces, int64_t samples, double rate, double distance) {
  PackedWriter writer(folder.file("data"));
  Random random(7);
  for (int64_t i = 0; i < traces; ++i) {
    LabelledTrace t;
    t.info.id = "trace " + std::to_string(i);
    t.info.stream = {"XX", "STA", "", "HH"};
    t.info.rate = i == 4 ? 2 * rate : rate;
    t.info.samples = samples;
    t.info.noise = i % 3 == 0;
    t.info.distance = distance;
    if (!t.info.noise) {
      t.info.event = "event " + std::to_string(i);
      t.info.arrivals = {{"P", 0.3 * static_cast<double>(samples)}, {"S", 0.5 * static_cast<double>(samples)}};
    }
    const Tensor noise = random.tensor({3, samples}, -1, 1);
    for (const real v : noise.values()) t.samples.push_back(static_cast<float>(v));
    writer.add(t);
  }
  writer.finish();
  return folder.file("data");
}

EvaluateOptions options_of(const std::string& model, const std::string& data, const std::string& out) {
  EvaluateOptions o;
  o.model = model;
  o.data = data;
  o.part = "all";
  o.out = out;
  o.quiet = true;
  return o;
}

}  // namespace

TEST_CASE("evaluate: EQTransformer on a data set") {
  const TemporaryFolder folder;
  const std::string data = data_set(folder, 12, 256, 100, 50);
  EvaluateOptions o = options_of(tiny_eqtransformer(folder, "tiny.safetensors", 3), data, folder.file("out"));
  REQUIRE(evaluate(o) == 0);
  const auto text = [&](const char* name) { return text_of(o.out + "/" + name); };
  const auto json = nlohmann::json::parse(text("evaluation.json"));
  CHECK(json["data"]["traces"] == 11);
  CHECK(text("bad_traces.csv") == "trace,reason\ntrace 4,\"it has 200 samples a second, the model 100\"\n");
  for (const char* phase : {"P", "S"}) {  // 8 events, one of them left out
    CHECK(json[phase]["references"] == 7);
    CHECK(json[phase]["within"][0]["found"].get<int>() + json[phase]["within"][0]["missed"].get<int>() == 7);
  }
  CHECK(json["detection"]["found"].get<int>() + json["detection"]["missed"].get<int>() == 7);
  CHECK(json["detection"]["extra"].get<int>() <= 4);
  CHECK(json["s_minus_p"]["count"].get<int>() <= 7);
  CHECK(text("report.html").find("</html>") != std::string::npos);
  for (const char* wrong : {"nan", "inf\"", "<script"}) CHECK(text("report.html").find(wrong) == std::string::npos);

  const std::string arrivals = text("arrivals.csv"), curves = text("curves.csv");
  CHECK(lines(arrivals) > 14);
  o.batch = 5;
  REQUIRE(evaluate(o) == 0);
  CHECK(text("arrivals.csv") == arrivals);
  CHECK(text("curves.csv") == curves);

  o.dropout_passes = 3;
  o.seed = 5;
  REQUIRE(evaluate(o) == 0);
  const std::string spread = text("arrivals.csv");
  CHECK(spread != arrivals);
  o.batch = 2;
  REQUIRE(evaluate(o) == 0);
  CHECK(text("arrivals.csv") == spread);
  o.seed = 6;
  REQUIRE(evaluate(o) == 0);
  CHECK(text("arrivals.csv") != spread);
  CHECK(text("report.html").find("Spread over the passes") != std::string::npos);
}

TEST_CASE("evaluate: the classifier on a data set; parts of it") {
  const TemporaryFolder folder;
  const std::string data = data_set(folder, 30, 900, 20, 5000);
  const std::string one = tiny_classifier(folder, "one.safetensors", 3);
  EvaluateOptions o = options_of(one, data, folder.file("out"));
  const ClassifierScore score = score_classifier(o);
  REQUIRE(score.confusion.classes.size() == 4);
  int64_t of_class[4] = {};
  for (size_t k = 0; k < 4; ++k)
    for (size_t j = 0; j < 4; ++j) of_class[k] += score.confusion.at(k, j);
  CHECK(of_class[0] >= 10);  // noise traces, and what lies a minute before an arrival
  CHECK(of_class[1] == 19);  // the trace at twice the rate is too short
  CHECK(of_class[2] == 20);
  CHECK(of_class[3] == 0);
  CHECK(score.sure.size() == static_cast<size_t>(score.confusion.total()));

  o.ensemble = {one};  // the mean of equals
  CHECK(score_classifier(o).confusion.counts == score.confusion.counts);
  o.batch = 3;
  REQUIRE(evaluate(o) == 0);
  const auto json = nlohmann::json::parse(text_of(o.out + "/evaluation.json"));
  CHECK(json["accuracy"].get<double>() == doctest::Approx(score.confusion.accuracy()));
  CHECK(lines(text_of(o.out + "/confusion.csv")) == 17);
  CHECK(text_of(o.out + "/report.html").find("Confusion") != std::string::npos);

  int64_t windows = 0;
  for (const char* part : {"training", "validation", "test"}) {
    o.part = part;
    windows += evaluated_source(o).size;
  }
  CHECK(windows == 30);
  o.dropout_passes = 3;
  CHECK_THROWS_AS(evaluate(o), std::invalid_argument);
  o.data.clear();
  CHECK_THROWS_AS(evaluate(o), std::invalid_argument);
}

TEST_CASE("evaluate: what is scored is what did not train: the split is that of the weight file") {
  const TemporaryFolder folder;
  EvaluateOptions o = options_of(tiny_eqtransformer(folder, "tiny.safetensors", 3), data_set(folder, 60, 256, 100, 50),
                                 folder.file("out"));
  Safetensors file = read_safetensors(o.model);
  file.metadata["seisgrad.provenance"] =
      R"({"configuration":{"split":{"training":0.5,"validation":0.1,"by_event":true,"seed":7}}})";
  const std::string split_otherwise = folder.file("split.safetensors");
  write_safetensors(split_otherwise, file);
  const auto tested = [&] {
    std::vector<std::string> names;
    const TraceSource source = evaluated_source(o);
    for (int64_t i = 0; i < source.size; ++i) names.push_back(source.info(i).id);
    return names;
  };
  const auto expected = [&](const SplitOptions& split) {
    std::vector<std::string> names;
    const PackedDataset data(o.data);
    for (const int64_t i : traces_of(data, split, Part::test)) names.push_back(data.info(i).id);
    return names;
  };
  o.part = "test";
  CHECK(tested() == expected({.training = 0.85, .validation = 0.05, .by_event = false}));  // as train by default
  o.model = split_otherwise;
  CHECK(tested() == expected({.training = 0.5, .validation = 0.1, .by_event = true, .seed = 7}));
  o.by_trace = true;
  o.split_seed = 2;
  CHECK(tested() == expected({.training = 0.5, .validation = 0.1, .by_event = false, .seed = 2}));
}

TEST_CASE("evaluate: Ctrl-C ends it as interrupted, with nothing written") {
  const TemporaryFolder folder;
  for (const std::string& model :
       {tiny_eqtransformer(folder, "tiny.safetensors", 3), tiny_classifier(folder, "classifier.safetensors", 3)}) {
    const bool classifier = model.find("classifier") != std::string::npos;
    EvaluateOptions o = options_of(model, data_set(folder, 60, classifier ? 900 : 256, classifier ? 20 : 100, 5000),
                                   folder.file("out"));
    o.batch = 1;
    o.ensemble.assign(40, model);  // slow enough to be interrupted
    const auto handler = [] {
      struct sigaction now {};
      sigaction(SIGINT, nullptr, &now);
      return now.sa_handler;
    };
    std::thread user([&, before = handler()] {
      while (handler() == before) std::this_thread::yield();
      std::raise(SIGINT);
    });
    CHECK_THROWS_AS(evaluate(o), Interrupted);
    user.join();
    CHECK_FALSE(std::filesystem::exists(o.out + "/report.html"));
    std::filesystem::remove_all(folder.file("data"));
  }
}
