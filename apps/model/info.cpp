#include "apps/model/info.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/model/pretrained.h"
#include "models/eqtransformer_table.h"
#include "models/weights.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

std::string shape_text(const LayerRow& row) {
  std::string text;
  for (const int64_t size : row.shape) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

Json description(const Safetensors& file, const std::string& kind) {
  Json json = {{"model", kind}};
  for (const char* key : {"config", "preprocessing", "provenance"})
    json[key] = Json::parse(file.metadata.at(std::string("seisgrad.") + key));
  return json;
}

std::string description_text(const Json& json) {
  std::string text;
  for (const auto& [key, value] : json.items())
    text += key + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
  return text;
}

Json layers_json(const std::vector<LayerRow>& rows) {
  Json list = Json::array();
  for (const LayerRow& row : rows)
    list.push_back({{"layer", row.layer},
                    {"shape", row.shape},
                    {"trainable", row.trainable},
                    {"non_trainable", row.frozen},
                    {"macs", row.multiplications},
                    {"activation_bytes", row.bytes()}});
  return list;
}

std::string layers_text(const std::vector<LayerRow>& rows) {
  std::string text = "| layer | out TxC | trainable | non-tr | MACs | act bytes f32 |\n|---|---|---|---|---|---|\n";
  for (const LayerRow& row : rows)
    text += joined("| ", row.layer, " | ", shape_text(row), " | ", row.trainable, " | ", row.frozen, " | ",
                   row.multiplications, " | ", row.bytes(), " |\n");
  return text;
}

std::string eqtransformer_text(const Safetensors& file, const std::string& name, bool as_json) {
  const Loaded<EQTransformer> loaded = unpack_eqtransformer(file, name);
  const std::vector<LayerRow> rows = layer_table(loaded.model.config());
  const LayerRow sum = total(rows);
  Json json = description(file, "eqtransformer");
  if (!as_json)
    return description_text(json) + layers_text(rows) +
           joined("total: ", sum.trainable, " trainable + ", sum.frozen, " non-trainable parameters, ",
                  sum.multiplications, " MACs, ", sum.bytes(), " bytes of activations a window\n");
  json["layers"] = layers_json(rows);
  json["total"] = {{"trainable", sum.trainable},
                   {"non_trainable", sum.frozen},
                   {"macs", sum.multiplications},
                   {"activation_bytes", sum.bytes()}};
  return json.dump(2) + "\n";
}

std::string classifier_text(const Safetensors& file, const std::string& name, bool as_json) {
  const Loaded<PhaseClassifier> loaded = unpack_phase_classifier(file, name);
  const int64_t trainable = parameter_count(loaded.model, true), frozen = parameter_count(loaded.model, false);
  Json json = description(file, "phase_classifier"), tensors = Json::array();
  for (const StoredTensor& t : file.tensors) tensors.push_back({{"tensor", t.name}, {"shape", t.shape}});
  if (!as_json) {
    std::string text = description_text(json);
    for (const Json& t : tensors) text += t["tensor"].get<std::string>() + " " + t["shape"].dump() + "\n";
    return text + joined("total: ", trainable, " trainable + ", frozen, " non-trainable parameters\n");
  }
  json["tensors"] = tensors;
  json["total"] = {{"trainable", trainable}, {"non_trainable", frozen}};
  return json.dump(2) + "\n";
}

}  // namespace

std::string info_text(const std::string& path, bool json) {
  const Safetensors file = read_safetensors(path);
  return model_kind(file, path) == "phase_classifier" ? classifier_text(file, path, json)
                                                      : eqtransformer_text(file, path, json);
}

int model_info(const InfoOptions& options) {
  std::fputs(info_text(model_file(options.file), options.json).c_str(), stdout);
  return 0;
}

}  // namespace seisgrad
