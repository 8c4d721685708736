#include "models/weights.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "models/config_json.h"
#include "tests/allocations.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

EQTransformerConfig small() {
  EQTransformerConfig c;
  c.samples = 64;
  c.filters = {4, 6};
  c.kernels = {5, 3};
  c.residual_kernels = {3};
  c.bilstm_blocks = 1;
  c.lstm_units = 3;
  c.attention_units = 4;
  c.feed_forward_units = 5;
  c.crop = {.stage = 0, .left = 0, .right = 0};
  c.gate = GateActivation::hard_sigmoid;
  c.layer_norm_epsilon = 1.0 / 3;  // no short decimal: must come back to the last bit
  return c;
}

template <class Model>
void number(const Model& model) {
  int64_t n = 0;
  model.visit([&](const std::string&, const Tensor& t, bool) {
    for (real& v : t.write()) v = static_cast<real>(std::sin(static_cast<double>(++n)));
  });
}

template <class Model>
bool equal(const Model& a, const Model& b) {
  std::vector<Tensor> of_a;
  a.visit([&](const std::string&, const Tensor& t, bool) { of_a.push_back(t); });
  size_t i = 0;
  bool same = true;
  b.visit([&](const std::string&, const Tensor& t, bool) {
    const auto x = of_a[i++].values(), y = t.values();
    same = same && std::equal(x.begin(), x.end(), y.begin(), y.end());
  });
  return same && i == of_a.size();
}

EQTransformer numbered() {
  EQTransformer model(small());
  number(model);
  return model;
}

const ModelNotes notes{R"({"profile":"eqtransformer"})", R"({"source":"a \"quoted\" name"})"};

std::string failure(Safetensors file) {
  try {
    unpack_eqtransformer(decode(encode(file), "w.st"), "w.st");
  } catch (const std::runtime_error& error) { return error.what(); }
  return "accepted";
}

Safetensors packed() { return pack(numbered(), notes); }

}  // namespace

TEST_CASE("weights: saved and loaded, both models, in equal bytes") {
  const TemporaryFolder folder;
  const std::string path = folder.file("eqt.st");
  const EQTransformer model = numbered();
  save(path, model, notes);
  const Loaded<EQTransformer> loaded = read_eqtransformer(path);
  CHECK(loaded.model.config() == model.config());
  CHECK(loaded.notes == notes);
  CHECK(equal(loaded.model, model));
  CHECK(encode(pack(loaded.model, loaded.notes)) == encode(pack(model, notes)));

  PhaseClassifierConfig config;
  config.residual = true;
  config.depth = 3;
  config.samples = 40;
  config.classes = {"noise", "P", "S", "Pg", "Sg"};
  for (const ClassifierHead head : {ClassifierHead::flatten, ClassifierHead::gap}) {
    config.head = head;
    const PhaseClassifier classifier(config);
    number(classifier);
    save(path, classifier, notes);
    const Loaded<PhaseClassifier> back = read_phase_classifier(path);
    CHECK(back.model.config() == config);
    CHECK(equal(back.model, classifier));
    CHECK(parameter_count(classifier, true) + parameter_count(classifier, false) == config.parameter_count());
  }
  CHECK_THROWS_WITH(read_eqtransformer(path),
                    (path + ": holds a model of kind 'phase_classifier'; expected 'eqtransformer'").c_str());
}

TEST_CASE("weights: 10000 flipped bits are all refused") {
  const std::string bytes = encode(packed());
  std::mt19937_64 random(1);
  int refused = 0;
  for (int i = 0; i < 10000; ++i) {
    std::string flipped = bytes;
    const size_t bit = random() % (8 * bytes.size());
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    try {
      unpack_eqtransformer(decode(flipped, "w.st"), "w.st");
    } catch (const std::runtime_error&) { ++refused; }
  }
  CHECK(refused == 10000);
}

TEST_CASE("weights: what does not fit is named") {
  const auto said = [](const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != text.npos);
    CHECK(text.find("w.st: ") == 0);
  };
  Safetensors file = packed();
  file.tensors.erase(file.tensors.begin() + 3);
  said(failure(file), "tensor 'encoder.1.bias' is missing");

  file = packed();
  file.tensors.push_back(file.tensors[0]);
  file.tensors.back().name = "stowaway";
  said(failure(file), "unexpected tensor 'stowaway'");

  file = packed();
  std::swap(file.tensors[0].shape[0], file.tensors[0].shape[2]);
  said(failure(file), "tensor 'encoder.0.weight' has the shape (5,3,4); the configuration asks for (4,3,5)");

  for (const real bad : {std::numeric_limits<real>::quiet_NaN(), std::numeric_limits<real>::infinity()}) {
    const EQTransformer model = numbered();
    model.visit([&](const std::string& name, const Tensor& t, bool) {
      if (name == "p.lstm.bias") t.write()[2] = bad;
    });
    CHECK_THROWS_WITH_AS(pack(model), doctest::Contains("tensor 'p.lstm.bias' has the value"), std::invalid_argument);
    file = packed();
    for (StoredTensor& t : file.tensors)
      if (t.name == "p.lstm.bias")
        t.bytes.replace(2 * sizeof(real), sizeof(real), reinterpret_cast<const char*>(&bad), sizeof(real));
    said(failure(file), "tensor 'p.lstm.bias' has the value");
  }

  const double huge = 1e300;
  file = packed();
  for (StoredTensor& t : file.tensors)
    if (t.name == "p.attention.score_bias") t = stored(t.name, {1}, &huge);
  if (sizeof(real) == 4) said(failure(file), "tensor 'p.attention.score_bias' has the value inf");

  file = packed();
  file.metadata["seisgrad.format"] = "2";
  said(failure(file), "format '2' is unknown");
  for (const char* key :
       {"seisgrad.format", "seisgrad.model", "seisgrad.config", "seisgrad.preprocessing", "seisgrad.provenance"}) {
    file = packed();
    file.metadata.erase(key);
    said(failure(file), joined("no metadata '", key, "'"));
  }
  // Without checksums: as another program would write it.
  std::string bytes = encode(packed());
  CHECK_THROWS_WITH(unpack_eqtransformer(packed(), "w.st"), doctest::Contains("no checksums"));
}

TEST_CASE("weights: configurations are checked field by field, before anything is allocated") {
  const std::string good = to_json(small());
  CHECK(eqtransformer_config(good) == small());
  const auto with = [&](const std::string& from, const std::string& to) {
    Safetensors file = packed();
    const size_t at = good.find(from);
    REQUIRE(at != good.npos);
    file.metadata["seisgrad.config"] = std::string(good).replace(at, from.size(), to);
    const AllocationPeak peak;
    const std::string said = failure(file);
    CHECK(peak.bytes() < (4 << 20));
    CHECK(said != "accepted");
    return said;
  };
  const std::pair<std::string, std::string> changes[] = {
      {"\"samples\":64", "\"samples\":63"},
      {"\"samples\":64", "\"samples\":64.5"},
      {"\"samples\":64", "\"samples\":-64"},
      {"\"samples\":64", "\"samples\":1e9"},
      {"\"samples\":64", "\"samples\":18446744073709551615"},
      {"\"kernels\":[5,3],", ""},
      {"\"samples\":64", "\"samples\":64,\"extra\":1"},
      {"\"filters\":[4,6]", "\"filters\":[4096,4096]"},
      {"\"filters\":[4,6]", "\"filters\":[4]"},
      {"\"filters\":[4,6]", "\"filters\":[]"},
      {"\"filters\":[4,6]", "\"filters\":4"},
      {"\"filters\":[4,6]", "\"filters\":[0,6]"},
      {"\"filters\":[4,6]", "\"filters\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"},
      {"\"kernels\":[5,3]", "\"kernels\":[4097,3]"},
      {"\"lstm_units\":3", "\"lstm_units\":4096"},
      {"\"lstm_units\":3", "\"lstm_units\":0"},
      {"\"bilstm_blocks\":1", "\"bilstm_blocks\":4096"},
      {"\"gate\":\"hard_sigmoid\"", "\"gate\":\"relu\""},
      {"\"gate\":\"hard_sigmoid\"", "\"gate\":1"},
      {"\"dropout\":0.1", "\"dropout\":1"},
      {"\"dropout\":0.1", "\"dropout\":\"0.1\""},
      {"{", "["},
      {"{", ""},
  };
  for (const auto& change : changes) {
    CAPTURE(change.second);
    with(change.first, change.second);
  }
  CHECK(with("\"lstm_units\":3", "\"lstm_units\":\"3\"").find("field 'lstm_units' must be a whole number") !=
        std::string::npos);

  PhaseClassifierConfig classifier;
  CHECK(phase_classifier_config(to_json(classifier)) == classifier);
  classifier.depth = 9;
  CHECK_THROWS_AS(phase_classifier_config(to_json(classifier)), std::invalid_argument);
  classifier = {};
  classifier.classes = {"P", "P"};
  CHECK_THROWS_AS(phase_classifier_config(to_json(classifier)), std::invalid_argument);
}

TEST_CASE("phase classifier: sizes by hand, initial weights, batch independence") {
  const PhaseClassifierConfig plain;
  // 16*3*5+32, 32*16*5+64, 64*32*5+128, 2*(64*64*5+128); 64*32 features; two dense layers; moving averages 2 a channel
  const int64_t convs = 240 + 2560 + 10240 + 2 * 20480, norms = 4 * (16 + 32 + 64 + 64 + 64);
  CHECK(plain.parameter_count() == convs + norms + (2048 * 64 + 64) + (64 * 4 + 4));

  PhaseClassifierConfig config;
  config.samples = 37;
  config.depth = 3;
  config.residual = true;
  const PhaseClassifier model(config);
  model.initialise(7);
  const PhaseClassifier twin(config), other(config);
  twin.initialise(7);
  other.initialise(8);
  CHECK(equal(model, twin));
  CHECK_FALSE(equal(model, other));
  Tensor both({2, 3, 37});
  int64_t n = 0;
  for (real& v : both.write()) v = static_cast<real>(std::cos(static_cast<double>(++n)));
  const Tensor one = Tensor::from({1, 3, 37}, both.values().subspan(3 * 37));
  const Tensor of_both = model(both), of_one = model(one);
  CHECK(of_both.shape() == Shape{2, 4});
  for (size_t c = 0; c < 4; ++c) {
    CHECK(of_one.values()[c] == of_both.values()[4 + c]);
    CHECK(of_one.values()[c] != 0);
  }
  CHECK_THROWS_WITH(model(Tensor::zeros({1, 3, 36})), "PhaseClassifier: x must be (N,3,37), got (1,3,36)");
}
