// The weights of a Keras file, found by the names that its layers list.
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "apps/model/hdf5.h"
#include "apps/model/keras.h"
#include "models/config_json.h"
#include "models/weights.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// Whether a listed name such as "bidirectional_1/forward_lstm_1/lstm_cell_1/kernel:0" is the weight of the binding. The
// last step is the weight's name, after the layer's in some layers ("attentionD0_Add_Wt:0", "feed_forward_1_W1:0").
bool is_weight(const std::string& listed, const KerasBinding& binding) {
  if (!binding.part.empty() && listed.find("/" + binding.part + "_") == listed.npos) return false;
  std::string leaf = listed.substr(listed.rfind('/') + 1);
  leaf = leaf.substr(0, leaf.rfind(':'));
  return leaf == binding.weight || leaf == binding.layer + "_" + binding.weight ||
         leaf == binding.layer + "_Add_" + binding.weight;
}

StoredTensor weight_of(const Hdf5File& file, const KerasBinding& binding) {
  const std::string group = "/model_weights/" + binding.layer;
  std::string found;
  for (const std::string& listed : file.texts(group, "weight_names")) {
    if (!is_weight(listed, binding)) continue;
    if (!found.empty())
      throw std::runtime_error(joined("layer '", binding.layer, "' lists two weights '", binding.weight, "'"));
    found = listed;
  }
  if (found.empty())
    throw std::runtime_error(joined("layer '", binding.layer, "' has no weight '", binding.weight, "'"));
  const StoredTensor kernel = file.array(group + "/" + found);
  // the score vector is a matrix of one column in Keras
  StoredTensor tensor = reversed_axes(kernel, binding.weight == "Wa" ? 1 : kernel.shape.size());
  tensor.name = binding.tensor;
  return tensor;
}

std::string provenance(const Hdf5File& file) {
  nlohmann::json json = nlohmann::json::object();
  if (file.has_attribute("/", "keras_version")) json["keras_version"] = file.text("/", "keras_version");
  return json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace

StoredTensor reversed_axes(const StoredTensor& tensor, size_t rank) {
  const size_t size = tensor.type == StoredType::f64 ? 8 : 4;
  StoredTensor reversed{tensor.name, tensor.type, {tensor.shape.rbegin(), tensor.shape.rend()}, {}};
  reversed.bytes.reserve(tensor.bytes.size());
  // Counts through the reversed tensor; an index there, read backwards, is one here.
  std::vector<int64_t> index(tensor.shape.size(), 0);
  for (size_t n = 0; n < tensor.bytes.size(); n += size) {
    size_t from = 0;
    for (size_t axis = 0; axis < index.size(); ++axis)
      from = from * static_cast<size_t>(tensor.shape[axis]) + static_cast<size_t>(index[index.size() - 1 - axis]);
    reversed.bytes.append(tensor.bytes, from * size, size);
    for (size_t axis = index.size(); axis-- > 0;) {
      if (++index[axis] < reversed.shape[axis]) break;
      index[axis] = 0;
    }
  }
  while (reversed.shape.size() > rank && reversed.shape.front() == 1) reversed.shape.erase(reversed.shape.begin());
  return reversed;
}

Safetensors import_keras(const std::string& path) {
  const Hdf5File file(path);
  const std::string config = file.text("/", "model_config");
  const KerasModel model = [&] {
    try {
      return keras_model(config);
    } catch (const std::runtime_error& error) { throw std::runtime_error(joined(path, ": ", error.what())); }
  }();
  Safetensors contents;
  contents.metadata = {{"seisgrad.format", "1"},
                       {"seisgrad.model", "eqtransformer"},
                       {"seisgrad.config", to_json(model.config)},
                       {"seisgrad.preprocessing", "{\"profile\":\"eqtransformer\"}"},
                       {"seisgrad.provenance", provenance(file)}};
  for (const KerasBinding& binding : model.bindings) {
    try {
      contents.tensors.push_back(weight_of(file, binding));
    } catch (const std::runtime_error& error) {
      const std::string text = error.what();
      throw std::runtime_error(text.rfind(path, 0) == 0 ? text : path + ": " + text);
    }
  }
  return contents;
}

}  // namespace seisgrad
