#include "models/weights.h"

#include <cmath>
#include <map>
#include <stdexcept>

#include "models/config_json.h"
#include "models/eqtransformer_table.h"

namespace SEISGRAD {
namespace {

constexpr const char *eqtransformer_kind = "eqtransformer", *phase_classifier_kind = "phase_classifier";
const std::string format = "1";  // a reader refuses what it does not know; raised when the layout changes

[[noreturn]] void fail(const std::string& file, const auto&... what) {
  throw std::runtime_error(joined(file, ": ", what...));
}

void require_finite(std::span<const real> values, const std::string& tensor) {
  for (size_t i = 0; i < values.size(); ++i)
    require(std::isfinite(values[i]), "tensor '", tensor, "' has the value ", values[i], " at element ", i);
}

template <class Model>
Safetensors packed(const char* kind, const Model& model, const ModelNotes& notes) {
  require_json_object(notes.preprocessing, "preprocessing of a weight file");
  require_json_object(notes.provenance, "provenance of a weight file");
  Safetensors file;
  file.metadata = {{"seisgrad.format", format},
                   {"seisgrad.model", kind},
                   {"seisgrad.config", to_json(model.config())},
                   {"seisgrad.preprocessing", notes.preprocessing},
                   {"seisgrad.provenance", notes.provenance}};
  model.visit([&](const std::string& name, const Tensor& t, bool) {
    const Tensor host = t.to(Device::cpu);
    require_finite(host.values(), name);
    file.tensors.push_back(stored(name, {t.shape().begin(), t.shape().end()}, host.values().data()));
  });
  return file;
}

const std::string& metadata(const Safetensors& file, const std::string& key, const std::string& name) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    fail(name, "no metadata '", key, "': not a weight file of seisgrad; `seisgrad model convert` makes one");
  return found->second;
}

int64_t value_count(const Safetensors& file) {
  int64_t count = 0;
  for (const StoredTensor& t : file.tensors)
    count += static_cast<int64_t>(t.bytes.size()) / (t.type == StoredType::f64 ? 8 : 4);
  return count;
}

std::string text_of(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape) text += (text.empty() ? "(" : ",") + std::to_string(size);
  return text.empty() ? "()" : text + ")";
}

// Copies the file's tensors into the model's. Throws std::invalid_argument.
template <class Model>
void fill(const Model& model, const Safetensors& file) {
  std::map<std::string_view, const StoredTensor*> left;
  for (const StoredTensor& t : file.tensors) left[t.name] = &t;
  model.visit([&](const std::string& name, const Tensor& t, bool) {
    const auto found = left.find(name);
    require(found != left.end(), "tensor '", name, "' is missing");
    const StoredTensor& source = *found->second;
    left.erase(found);
    const std::vector<int64_t> shape(t.shape().begin(), t.shape().end());
    require(source.shape == shape, "tensor '", name, "' has the shape ", text_of(source.shape),
            "; the configuration asks for ", text_of(shape));
    require(source.type != StoredType::i32, "tensor '", name, "' holds integers");
    const std::vector<double> values = values_of(source);
    const std::vector<real> rounded(values.begin(), values.end());
    require_finite(rounded, name);
    t.copy_from(Tensor::from(t.shape(), std::span<const real>(rounded)));
  });
  require(left.empty(), "unexpected tensor '", left.empty() ? "" : left.begin()->first, "'");
}

template <class Model, class Config>
Loaded<Model> unpacked(const Safetensors& file, const std::string& name, const char* kind,
                       Config (*config_of)(const std::string&), int64_t (*size_of)(const Config&)) {
  const std::string found = model_kind(file, name);
  if (found != kind) fail(name, "holds a model of kind '", found, "'; expected '", kind, "'");
  try {
    const Config config = config_of(metadata(file, "seisgrad.config", name));
    // Before the model is made: what it takes must be in the file. A missing tensor of up to 1 MiB is named later.
    require(size_of(config) <= value_count(file) + (1 << 17), "the configuration asks for ", size_of(config),
            " values, the file has ", value_count(file));
    Loaded<Model> loaded{Model(config),
                         {metadata(file, "seisgrad.preprocessing", name), metadata(file, "seisgrad.provenance", name)}};
    require_json_object(loaded.notes.preprocessing, "seisgrad.preprocessing");
    require_json_object(loaded.notes.provenance, "seisgrad.provenance");
    fill(loaded.model, file);
    return loaded;
  } catch (const std::invalid_argument& error) { fail(name, error.what()); }
}

int64_t size_of_eqtransformer(const EQTransformerConfig& config) {
  const LayerRow sum = total(layer_table(config));
  return sum.trainable + sum.frozen;
}
int64_t size_of_phase_classifier(const PhaseClassifierConfig& config) { return config.parameter_count(); }

}  // namespace

std::string model_kind(const Safetensors& file, const std::string& name) {
  const std::string& version = metadata(file, "seisgrad.format", name);
  if (version != format) fail(name, "format '", version, "' is unknown; this program knows format ", format);
  if (!file.verified) fail(name, "no checksums: the file was changed by another program; convert or save it again");
  return metadata(file, "seisgrad.model", name);
}

Safetensors pack(const EQTransformer& model, const ModelNotes& notes) {
  return packed(eqtransformer_kind, model, notes);
}
Safetensors pack(const PhaseClassifier& model, const ModelNotes& notes) {
  return packed(phase_classifier_kind, model, notes);
}

Loaded<EQTransformer> unpack_eqtransformer(const Safetensors& file, const std::string& name) {
  return unpacked<EQTransformer>(file, name, eqtransformer_kind, eqtransformer_config, size_of_eqtransformer);
}
Loaded<PhaseClassifier> unpack_phase_classifier(const Safetensors& file, const std::string& name) {
  return unpacked<PhaseClassifier>(file, name, phase_classifier_kind, phase_classifier_config,
                                   size_of_phase_classifier);
}

void save(const std::string& path, const EQTransformer& model, const ModelNotes& notes) {
  write_safetensors(path, pack(model, notes));
}
void save(const std::string& path, const PhaseClassifier& model, const ModelNotes& notes) {
  write_safetensors(path, pack(model, notes));
}
Loaded<EQTransformer> read_eqtransformer(const std::string& path) {
  return unpack_eqtransformer(read_safetensors(path), path);
}
Loaded<PhaseClassifier> read_phase_classifier(const std::string& path) {
  return unpack_phase_classifier(read_safetensors(path), path);
}

}  // namespace SEISGRAD
