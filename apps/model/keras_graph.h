// The graph of a functional Keras model, from the JSON in the attribute `model_config` of an .h5 file.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace seisgrad {

struct KerasLayer {
  std::string name, type;  // type: the layer's class, e.g. "Conv1D"
  nlohmann::json config;
  std::vector<std::string> inputs;
};

// Throws std::runtime_error with one line that names the layer.
[[noreturn]] void fail_layer(const KerasLayer& layer, const std::string& what);

// A field of the layer's configuration, and a check of one that admits a single value.
template <class T>
T field(const KerasLayer& layer, const char* name) {
  try {
    return layer.config.at(name).get<T>();
  } catch (const nlohmann::json::exception&) { fail_layer(layer, std::string("cannot read the field '") + name + "'"); }
}
void require_field(const KerasLayer& layer, const char* name, const nlohmann::json& expected);

// Walks from layer to layer along the data. Each layer is passed once, so a walk ends whatever the file says.
class KerasGraph {
 public:
  explicit KerasGraph(const std::string& model_config);

  const KerasLayer& input();  // the only InputLayer
  // The layer of this type that takes what `from` gives; null where there is none.
  const KerasLayer* next(const KerasLayer& from, const char* type);
  const KerasLayer& need(const KerasLayer& from, const char* type);
  // All of that type, in the file's order.
  std::vector<const KerasLayer*> all_next(const KerasLayer& from, const char* type);
  // The last layer of the chain that begins here and does not branch.
  const KerasLayer& last(const KerasLayer& from) const;
  // Throws unless every layer was passed.
  void finish() const;

 private:
  std::vector<const KerasLayer*> consumers(const KerasLayer& of) const;
  void pass(const KerasLayer& layer);

  std::vector<KerasLayer> layers_;
  std::set<const KerasLayer*> passed_;
};

}  // namespace seisgrad
