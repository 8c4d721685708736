#include "apps/train/checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

namespace seisgrad {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char *checkpoint_key = "seisgrad.checkpoint", *version = "1", *model_prefix = "model.";
constexpr size_t kept = 3;

std::string name_of(int64_t step) {
  char text[64];
  std::snprintf(text, sizeof text, "checkpoint-%08lld.safetensors", static_cast<long long>(step));
  return text;
}

// The checkpoints of a folder, newest first.
std::vector<std::string> checkpoints_of(const std::string& out) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(out, none)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("checkpoint-") && name.ends_with(".safetensors")) names.push_back(name);
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

Json to_json(const TrainState& s) {
  return {{"epoch", s.epoch},
          {"batch", s.batch},
          {"step", s.step},
          {"sums", s.sums},
          {"history", s.history},
          {"best_score", s.best_score},
          {"best_step", s.best_step},
          {"best_epoch", s.best_epoch},
          {"worse_epochs", s.worse_epochs},
          {"plateau_epochs", s.plateau_epochs},
          {"plateaus", s.plateaus}};
}

TrainState state_from(const Json& j) {
  TrainState s;
  j.at("epoch").get_to(s.epoch);
  j.at("batch").get_to(s.batch);
  j.at("step").get_to(s.step);
  j.at("sums").get_to(s.sums);
  j.at("history").get_to(s.history);
  j.at("best_score").get_to(s.best_score);
  j.at("best_step").get_to(s.best_step);
  j.at("best_epoch").get_to(s.best_epoch);
  j.at("worse_epochs").get_to(s.worse_epochs);
  j.at("plateau_epochs").get_to(s.plateau_epochs);
  j.at("plateaus").get_to(s.plateaus);
  return s;
}

StoredTensor stored_tensor(const std::string& name, const Tensor& t) {
  const Tensor host = t.to(Device::cpu);
  return stored(name, {t.shape().begin(), t.shape().end()}, host.values().data());
}

Tensor tensor_of(const StoredTensor& t, const Shape& shape) {
  const std::vector<double> values = values_of(t);
  const std::vector<real> converted(values.begin(), values.end());
  return Tensor::from(shape, std::span<const real>(converted));
}

}  // namespace

void write_checkpoint(const std::string& out, const Checkpoint& checkpoint, const Task& task, const Adam& adam) {
  Safetensors file;
  const Adam::State moments = adam.state();
  file.metadata = {{checkpoint_key, version},
                   {"seisgrad.config", checkpoint.config},
                   {"seisgrad.data", checkpoint.data},
                   {"seisgrad.state", to_json(checkpoint.state).dump()},
                   {"seisgrad.adam_steps", std::to_string(moments.steps)}};
  task.visit([&](const std::string& name, const Tensor& t, bool) {
    file.tensors.push_back(stored_tensor(model_prefix + name, t));
  });
  file.tensors.push_back(stored_tensor("adam.m", moments.m));
  file.tensors.push_back(stored_tensor("adam.v", moments.v));
  write_safetensors(out + "/" + name_of(checkpoint.state.step), file);

  const std::vector<std::string> names = checkpoints_of(out);
  const std::string best = name_of(checkpoint.state.best_step);
  for (size_t i = kept; i < names.size(); ++i) {
    std::error_code stays;  // one too many is no loss
    if (names[i] != best) fs::remove(out + "/" + names[i], stays);
  }
}

std::optional<FoundCheckpoint> latest_checkpoint(const std::string& out) {
  const std::vector<std::string> names = checkpoints_of(out);
  for (const std::string& name : names) {
    const std::string path = out + "/" + name;
    try {
      FoundCheckpoint found{path, {}, read_safetensors(path)};
      const auto& notes = found.file.metadata;
      if (!found.file.verified || !notes.contains(checkpoint_key) || notes.at(checkpoint_key) != version)
        throw std::runtime_error(path + ": no checkpoint of this program, or without checksums");
      found.checkpoint = {state_from(Json::parse(notes.at("seisgrad.state"))), notes.at("seisgrad.config"),
                          notes.at("seisgrad.data")};
      return found;
    } catch (const std::exception& error) { std::fprintf(stderr, "skipped: %s\n", error.what()); }
  }
  if (!names.empty())
    throw std::runtime_error(joined(out, ": none of its ", names.size(), " checkpoints holds; choose another --out"));
  return {};
}

void restore(const FoundCheckpoint& found, const Task& task, Adam& adam) {
  std::map<std::string, const StoredTensor*> stored_tensors;
  for (const StoredTensor& t : found.file.tensors) stored_tensors[t.name] = &t;
  const auto get = [&](const std::string& name, const Shape& shape) {
    const auto at = stored_tensors.find(name);
    const std::vector<int64_t> expected(shape.begin(), shape.end());
    if (at == stored_tensors.end() || at->second->shape != expected)
      throw std::runtime_error(joined(found.path, ": no tensor ", name, " of shape ", shape));
    return tensor_of(*at->second, shape);
  };
  task.visit([&](const std::string& name, const Tensor& t, bool) { t.copy_from(get(model_prefix + name, t.shape())); });
  const Shape size = adam.state().m.shape();
  adam.restore({get("adam.m", size), get("adam.v", size), std::stoll(found.file.metadata.at("seisgrad.adam_steps"))});
}

}  // namespace seisgrad
