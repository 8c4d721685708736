#include "apps/model/keras_graph.h"

#include <algorithm>
#include <stdexcept>

#include "tensor/require.h"

namespace seisgrad {

using nlohmann::json;

void fail_layer(const KerasLayer& layer, const std::string& what) {
  throw std::runtime_error(joined("layer '", layer.name, "' (", layer.type, "): ", what));
}

void require_field(const KerasLayer& layer, const char* name, const json& expected) {
  const json found = field<json>(layer, name);
  if (found != expected) fail_layer(layer, joined(name, " is ", found.dump(), "; only ", expected.dump(), " is known"));
}

static const char* const known_types[] = {"Activation",         "Add",          "BatchNormalization",
                                          "Bidirectional",      "Conv1D",       "Cropping1D",
                                          "FeedForward",        "InputLayer",   "LSTM",
                                          "LayerNormalization", "MaxPooling1D", "SeqSelfAttention",
                                          "SpatialDropout1D",   "UpSampling1D"};

// [[["name", 0, 0, {}], ...]]: one node, the layers it takes its inputs from.
static std::vector<std::string> inputs_of(const json& layer) {
  const json& nodes = layer.at("inbound_nodes");
  std::vector<std::string> inputs;
  if (nodes.size() > 1) throw std::runtime_error("a layer that is used twice");
  if (nodes.empty()) return inputs;
  for (const json& from : nodes.at(0)) inputs.push_back(from.at(0).get<std::string>());
  return inputs;
}

KerasGraph::KerasGraph(const std::string& model_config) {
  const json model = json::parse(model_config, nullptr, false);
  std::string name = "?";
  try {
    for (const json& layer : model.at("config").at("layers")) {
      name = layer.at("config").at("name").get<std::string>();
      layers_.push_back({name, layer.at("class_name").get<std::string>(), layer.at("config"), inputs_of(layer)});
    }
  } catch (const std::exception&) {
    throw std::runtime_error("model_config: not that of a functional Keras 2 model, at layer '" + name + "'");
  }
  std::set<std::string> names;
  for (const KerasLayer& layer : layers_) {
    if (std::find(std::begin(known_types), std::end(known_types), layer.type) == std::end(known_types))
      fail_layer(layer, "an unknown class of layer; only those of EQTransformer are known");
    if (!names.insert(layer.name).second) fail_layer(layer, "two layers have this name");
  }
}

std::vector<const KerasLayer*> KerasGraph::consumers(const KerasLayer& of) const {
  std::vector<const KerasLayer*> found;
  for (const KerasLayer& layer : layers_)
    if (std::find(layer.inputs.begin(), layer.inputs.end(), of.name) != layer.inputs.end()) found.push_back(&layer);
  return found;
}

void KerasGraph::pass(const KerasLayer& layer) {
  if (!passed_.insert(&layer).second) fail_layer(layer, "stands where EQTransformer has another layer");
  const size_t inputs = layer.type == "InputLayer" ? 0 : layer.type == "Add" ? 2 : 1;
  if (layer.inputs.size() != inputs) fail_layer(layer, joined("has ", layer.inputs.size(), " inputs, not ", inputs));
}

const KerasLayer& KerasGraph::input() {
  for (const KerasLayer& layer : layers_)
    if (layer.type == "InputLayer") {
      pass(layer);
      return layer;
    }
  throw std::runtime_error("model_config: there is no InputLayer");
}

std::vector<const KerasLayer*> KerasGraph::all_next(const KerasLayer& from, const char* type) {
  std::vector<const KerasLayer*> found = consumers(from);
  std::erase_if(found, [&](const KerasLayer* layer) { return layer->type != type; });
  for (const KerasLayer* layer : found) pass(*layer);
  return found;
}

const KerasLayer* KerasGraph::next(const KerasLayer& from, const char* type) {
  const std::vector<const KerasLayer*> found = all_next(from, type);
  if (found.size() > 1)
    fail_layer(from, joined("is followed by ", found.size(), " layers of class ", type, ", not one"));
  return found.empty() ? nullptr : found[0];
}

const KerasLayer& KerasGraph::need(const KerasLayer& from, const char* type) {
  const KerasLayer* found = next(from, type);
  if (found == nullptr) fail_layer(from, joined("is not followed by ", type, ", as it is in EQTransformer"));
  return *found;
}

const KerasLayer& KerasGraph::last(const KerasLayer& from) const {
  const KerasLayer* at = &from;
  for (size_t steps = 0; steps < layers_.size(); ++steps) {
    const std::vector<const KerasLayer*> after = consumers(*at);
    if (after.empty()) return *at;
    at = after[0];
  }
  fail_layer(from, "begins a chain without end");
}

void KerasGraph::finish() const {
  for (const KerasLayer& layer : layers_)
    if (!passed_.contains(&layer)) fail_layer(layer, "has no place in EQTransformer");
}

}  // namespace seisgrad
