#include "models/config_json.h"

#include <nlohmann/json.hpp>

namespace SEISGRAD {
namespace {

using nlohmann::json;

constexpr int64_t most_samples = 1 << 18, largest_size = 4096, most_blocks = 16;
constexpr size_t longest_list = 16;

const char* name_of(GateActivation gate) { return gate == GateActivation::sigmoid ? "sigmoid" : "hard_sigmoid"; }
const char* name_of(ClassifierHead head) { return head == ClassifierHead::flatten ? "flatten" : "gap"; }

// The fields of a configuration, visited once to write and once to read.
void fields(auto& c, auto&& f) requires requires { c.bilstm_blocks; }
{
  f("samples", c.samples);
  f("components", c.components);
  f("filters", c.filters);
  f("kernels", c.kernels);
  f("residual_kernels", c.residual_kernels);
  f("bilstm_blocks", c.bilstm_blocks);
  f("lstm_units", c.lstm_units);
  f("gate", c.gate);
  f("attention_units", c.attention_units);
  f("attention_width", c.attention_width);
  f("feed_forward_units", c.feed_forward_units);
  f("output_kernel", c.output_kernel);
  f("crop_stage", c.crop.stage);
  f("crop_left", c.crop.left);
  f("crop_right", c.crop.right);
  f("dropout", c.dropout);
  f("batch_norm_epsilon", c.batch_norm_epsilon);
  f("batch_norm_momentum", c.batch_norm_momentum);
  f("layer_norm_epsilon", c.layer_norm_epsilon);
  f("attention_epsilon", c.attention_epsilon);
}

void fields(auto& c, auto&& f) requires requires { c.classes; }
{
  f("samples", c.samples);
  f("components", c.components);
  f("classes", c.classes);
  f("depth", c.depth);
  f("residual", c.residual);
  f("kernel", c.kernel);
  f("channels", c.channels);
  f("most_channels", c.most_channels);
  f("hidden", c.hidden);
  f("head", c.head);
  f("dropout", c.dropout);
  f("batch_norm_epsilon", c.batch_norm_epsilon);
  f("batch_norm_momentum", c.batch_norm_momentum);
}

struct Writer {
  json object = json::object();

  void operator()(const char* name, const auto& value) { object[name] = value; }
  void operator()(const char* name, GateActivation gate) { object[name] = name_of(gate); }
  void operator()(const char* name, ClassifierHead head) { object[name] = name_of(head); }
};

class Reader {
 public:
  explicit Reader(json object) : object_(std::move(object)) {}

  void operator()(const char* name, int64_t& value) { value = integer(name, take(name)); }
  void operator()(const char* name, double& value) {
    const json v = take(name);
    check(v.is_number(), name, "a number");
    value = v.get<double>();
  }
  void operator()(const char* name, bool& value) {
    const json v = take(name);
    check(v.is_boolean(), name, "true or false");
    value = v.get<bool>();
  }
  void operator()(const char* name, std::vector<int64_t>& values) {
    values.clear();
    for (const json& v : list(name)) values.push_back(integer(name, v));
  }
  void operator()(const char* name, std::vector<std::string>& values) {
    values.clear();
    for (const json& v : list(name)) {
      check(v.is_string(), name, "a list of names");
      values.push_back(v.get<std::string>());
    }
  }
  void operator()(const char* name, GateActivation& gate) {
    gate = one_of(name, {GateActivation::sigmoid, GateActivation::hard_sigmoid});
  }
  void operator()(const char* name, ClassifierHead& head) {
    head = one_of(name, {ClassifierHead::flatten, ClassifierHead::gap});
  }
  void finish() const {
    require(object_.empty(), "configuration: unknown field '", object_.empty() ? "" : object_.begin().key(), "'");
  }

 private:
  static void check(bool holds, const char* name, const char* expected) {
    require(holds, "configuration: field '", name, "' must be ", expected);
  }
  json take(const char* name) {
    const auto found = object_.find(name);
    require(found != object_.end(), "configuration: field '", name, "' is missing");
    json value = *found;
    object_.erase(found);
    return value;
  }
  static int64_t integer(const char* name, const json& v) {
    check(v.is_number_integer(), name, "a whole number");
    const std::string field = name;
    const int64_t most = field == "samples" ? most_samples : field == "bilstm_blocks" ? most_blocks : largest_size;
    const bool fits = v.is_number_unsigned() && v.get<uint64_t>() <= static_cast<uint64_t>(most);
    require(fits, "configuration: field '", name, "' must be 0 to ", most, ", got ", v.dump());
    return v.get<int64_t>();
  }
  json list(const char* name) {
    json v = take(name);
    check(v.is_array() && v.size() <= longest_list, name, "a list of at most 16 entries");
    return v;
  }
  template <class E>
  E one_of(const char* name, std::initializer_list<E> values) {
    const json v = take(name);
    for (const E value : values)
      if (v == name_of(value)) return value;
    throw std::invalid_argument(joined("configuration: field '", name, "' is ", v.dump(), ", which is unknown"));
  }

  json object_;
};

json parsed_object(const std::string& text, const std::string& what) {
  json object = json::parse(text, nullptr, false);
  require(object.is_object(), what, ": expected a JSON object");
  return object;
}

template <class Config>
std::string written(const Config& config) {
  Writer writer;
  fields(config, writer);
  return writer.object.dump();
}

template <class Config>
Config read(const std::string& text) {
  Config config;
  Reader reader(parsed_object(text, "configuration"));
  fields(config, reader);
  reader.finish();
  config.validate();
  return config;
}

}  // namespace

std::string to_json(const EQTransformerConfig& config) { return written(config); }
std::string to_json(const PhaseClassifierConfig& config) { return written(config); }
EQTransformerConfig eqtransformer_config(const std::string& text) { return read<EQTransformerConfig>(text); }
PhaseClassifierConfig phase_classifier_config(const std::string& text) { return read<PhaseClassifierConfig>(text); }
void require_json_object(const std::string& text, const std::string& what) { parsed_object(text, what); }

}  // namespace SEISGRAD
