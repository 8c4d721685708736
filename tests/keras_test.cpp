// Import of Keras files: the graph, and the limited process that reads them.
#include "apps/model/keras.h"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "apps/model/child.h"
#include "apps/model/convert.h"
#include "apps/model/info.h"
#include "tests/keras_models.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;
using nlohmann::json;

namespace {

const ChildLimits limits{.program = KERAS_CHILD};

// Everything that is read from a file differs from the defaults.
EQTransformerConfig unusual() {
  EQTransformerConfig c;
  c.samples = 97;
  c.components = 2;
  c.filters = {4, 6};
  c.kernels = {5, 3};
  c.residual_kernels = {2, 5};
  c.bilstm_blocks = 1;
  c.lstm_units = 5;
  c.gate = GateActivation::hard_sigmoid;
  c.attention_units = 7;
  c.attention_width = 2;
  c.feed_forward_units = 9;
  c.output_kernel = 7;
  c.crop = {.stage = 2, .left = 2, .right = 1};  // 97 -> 49 -> 25 -> 50 -> 100 - 3
  c.dropout = 0.25;
  c.batch_norm_epsilon = 1e-4;
  c.batch_norm_momentum = 0.9;
  c.layer_norm_epsilon = 1e-6;
  c.attention_epsilon = 1e-5;
  return c;
}

std::string message(const json& config) {
  try {
    keras_model(config.dump());
  } catch (const std::runtime_error& error) { return error.what(); }
  return "accepted";
}

json& layer_named(json& model, const std::string& name) {
  for (json& layer : model["config"]["layers"])
    if (layer["config"]["name"] == name) return layer;
  throw std::logic_error("no layer " + name);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string failure(const std::string& path, const ChildLimits& with = limits) {
  try {
    load_keras(path, with);
  } catch (const std::runtime_error& error) { return error.what(); }
  return "accepted";
}

}  // namespace

TEST_CASE("keras graph: the configuration is read, not assumed") {
  for (const EQTransformerConfig& config : {unusual(), EQTransformerConfig()}) {
    const KerasModel model = keras_model(KerasConfigWriter(config).write().dump());
    CHECK(model.config == config);
    std::set<std::string> bound, wanted;
    for (const KerasBinding& binding : model.bindings) bound.insert(binding.tensor);
    EQTransformer(config).visit([&](const std::string& name, const Tensor&, bool) { wanted.insert(name); });
    CHECK(bound == wanted);
    CHECK(bound.size() == model.bindings.size());
  }
}

TEST_CASE("keras graph: what is not EQTransformer is refused in one line that names the layer") {
  struct Damage {
    const char *layer, *field;
    json value;
    const char* said;
  };
  const std::vector<Damage> damages = {
      {"conv1d_1", "activation", "elu", "layer 'conv1d_1' (Conv1D): activation is \"elu\""},
      {"conv1d_1", "padding", "valid", "padding"},
      {"conv1d_1", "strides", {2}, "strides"},
      {"conv1d_1", "dilation_rate", {2}, "dilation_rate"},
      {"conv1d_1", "use_bias", false, "use_bias"},
      {"conv1d_1", "filters", "many", "cannot read the field 'filters'"},
      {"conv1d_1", "filters", -1, "filters"},
      {"conv1d_1", "kernel_size", {99999}, "mirrored"},
      {"max_pooling1d_1", "pool_size", {3}, "pool_size"},
      {"batch_normalization_2", "epsilon", 0.5,
       "layer 'batch_normalization_2' (BatchNormalization): its epsilon differs"},
      {"activation_1", "activation", "tanh", "'activation_1'"},
      {"spatial_dropout1d_2", "rate", 0.9, "'spatial_dropout1d_2'"},
      {"lstm_1", "recurrent_activation", "relu", "unknown recurrent_activation 'relu'"},
      {"lstm_1", "activation", "relu", "'lstm_1'"},
      {"lstm_1", "go_backwards", true, "go_backwards"},
      {"bidirectional_1", "merge_mode", "sum", "merge_mode"},
      {"attentionD", "attention_type", "multiplicative", "attention_type"},
      {"attentionD", "attention_width", 3, "attention_width"},
      {"attentionS", "attention_width", 4, "'attentionS'"},
      {"feed_forward_1", "activation", "gelu", "'feed_forward_1'"},
      {"up_sampling1d_1", "size", 3, "size"},
      {"cropping1d_2", "cropping", {1, 2}, "differs"},
      {"detector", "activation", "softmax", "'detector'"},
      {"detector", "filters", 2, "'detector'"},
      {"detector", "name", "other", "expected the output 'detector'"},
  };
  const json good = KerasConfigWriter(unusual()).write();
  REQUIRE(message(good) == "accepted");
  for (const Damage& damage : damages) {
    json model = good;
    layer_named(model, damage.layer)["config"][damage.field] = damage.value;
    CAPTURE(damage.layer);
    const std::string said = message(model);
    INFO(said);
    CHECK(said.find(damage.said) != said.npos);
    CHECK(said.find('\n') == said.npos);
  }
  // Any one layer left out, of another class, or fed by itself.
  for (size_t i = 0; i < good["config"]["layers"].size(); ++i) {
    json without = good, unknown = good, loop = good;
    without["config"]["layers"].erase(i);
    CHECK(message(without) != "accepted");
    unknown["config"]["layers"][i]["class_name"] = "GRU";
    CHECK(message(unknown).find("unknown class of layer") != std::string::npos);
    json& nodes = loop["config"]["layers"][i]["inbound_nodes"];
    if (nodes.empty()) continue;
    nodes[0][0][0] = loop["config"]["layers"][i]["config"]["name"];
    CHECK(message(loop) != "accepted");
  }
  for (const char* text :
       {"", "{", "[]", "{}", "{\"config\":{}}", "{\"config\":{\"layers\":[]}}", "{\"config\":{\"layers\":[1]}}"})
    CHECK_THROWS_AS(keras_model(text), std::runtime_error);
}

TEST_CASE("keras: axes are reversed") {
  const float values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const StoredTensor t = reversed_axes(stored("t", {2, 3, 2}, values), 3);
  CHECK(t.shape == std::vector<int64_t>{2, 3, 2});
  CHECK(values_of(t) == std::vector<double>{0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11});
  CHECK(reversed_axes(stored("t", {6, 1}, values), 1).shape == std::vector<int64_t>{6});
}

TEST_CASE("model convert: both real files, through the child process, with a certificate") {
  const TemporaryFolder folder;
  const std::tuple<const char*, int64_t, GateActivation> files[] = {{"2bilstm", 2, GateActivation::sigmoid},
                                                                    {"3bilstm", 3, GateActivation::hard_sigmoid}};
  for (const auto& [name, blocks, gate] : files) {
    const auto keras = shared_path(joined("golden/eqt_", name, "_weights.keras.h5"));
    const auto golden = shared_path(joined("golden/eqt_", name, "_activations.h5"));
    if (!keras || !golden) return;
    const std::string out = folder.file(joined(name, ".safetensors"));
    CHECK(model_convert({.in = *keras, .out = out, .golden = *golden}, limits) == 0);
    const Loaded<EQTransformer> loaded = read_eqtransformer(out);
    CHECK(loaded.model.config().bilstm_blocks == blocks);
    CHECK(loaded.model.config().gate == gate);
    CHECK(loaded.model.config().dropout == (blocks == 2 ? 0.2 : 0.1));
    CHECK(json::parse(loaded.notes.preprocessing)["profile"] == "eqtransformer");
    const json provenance = json::parse(loaded.notes.provenance);
    CHECK(provenance["source"]["name"] == joined("eqt_", name, "_weights.keras.h5"));
    CHECK(provenance["keras_version"] == (blocks == 2 ? "2.8.0" : "2.3.1"));
    CHECK(loaded.notes.provenance.find('/') == std::string::npos);
    const json certificate = json::parse(bytes_of(out + ".parity.json"));
    CHECK(certificate["holds"] == true);
    CHECK(certificate["values"].size() >= 68);
    CHECK(certificate["largest_output_error"].get<double>() < 2e-5);
    // Converted once more: the same bytes.
    const std::string again = folder.file("again.safetensors");
    CHECK(model_convert({.in = *keras, .out = again, .golden = ""}, limits) == 0);
    CHECK(bytes_of(again) == bytes_of(out));
    CHECK_FALSE(std::filesystem::exists(again + ".parity.json"));
  }
}

TEST_CASE("model convert: golden values that are not met leave nothing behind") {
  const auto keras = shared_path("golden/eqt_3bilstm_weights.keras.h5");
  const auto golden = shared_path("golden/eqt_2bilstm_activations.h5");
  if (!keras || !golden) return;
  const TemporaryFolder folder;
  CHECK(model_convert({.in = *keras, .out = folder.file("w.st"), .golden = *golden}, limits) == 1);
  CHECK(std::filesystem::is_empty(std::filesystem::path(folder.file("w.st")).parent_path()));
}

TEST_CASE("model convert: damaged and foreign files end in one line") {
  const TemporaryFolder folder;
  const auto check = [](const std::string& said) {
    INFO(said);
    CHECK(said != "accepted");
    CHECK(said.find('\n') == said.npos);
  };
  check(failure(folder.file("absent.h5")));
  check(failure(folder.write("empty.h5", std::string())));
  check(failure(folder.write("text.h5", std::string("hello"))));
  const auto golden = shared_path("golden/eqt_2bilstm_activations.h5");
  if (golden) check(failure(*golden));  // HDF5, but no Keras model
  const auto keras = shared_path("golden/eqt_3bilstm_weights.keras.h5");
  if (!keras) return;
  const std::string bytes = bytes_of(*keras);
  for (const size_t part : {1, 4, 9}) check(failure(folder.write("cut.h5", bytes.substr(0, bytes.size() * part / 10))));
  // Noise in the library's own structures, which lie everywhere between the data: some of it makes libhdf5 crash.
  uint64_t state = 1;
  for (int i = 0; i < 12; ++i) {
    std::string noisy = bytes;
    for (int k = 0; k < 2000; ++k) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      noisy[(state >> 20) % noisy.size()] = static_cast<char>(state >> 56);
    }
    check(failure(folder.write("noisy.h5", noisy)));
  }
}

TEST_CASE("child process: its crash, its silence and its flood are reported") {
  const auto said = [](const std::string& command, std::chrono::seconds wall = std::chrono::seconds(20)) {
    try {
      return "gave " + output_of_child("/bin/sh", {"-c", command}, wall, 1 << 20);
    } catch (const std::runtime_error& error) { return std::string(error.what()); }
  };
  CHECK(said("printf abc") == "gave abc");
  CHECK(said("kill -SEGV $$").find("libhdf5 crashed (Segmentation fault)") == 0);
  CHECK(said("kill -XCPU $$").find("too much processor time") != std::string::npos);
  CHECK(said("echo first line >&2; echo second >&2; exit 3") == "first line");
  CHECK(said("exit 3") == "the reading process ended with status 3");
  CHECK(said("exec cat /dev/zero").find("more data") != std::string::npos);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(said("exec sleep 1000", std::chrono::seconds(1)).find("took too long") == 0);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK_THROWS_AS(output_of_child("/no/such/program", {}, std::chrono::seconds(1), 1), std::runtime_error);
}
