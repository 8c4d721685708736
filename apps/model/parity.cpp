#include "apps/model/parity.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace seisgrad {
namespace {

using Arrays = std::map<std::string_view, const StoredTensor*>;

const StoredTensor& need(const Arrays& arrays, const std::string& name, const std::string& file) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) throw std::runtime_error(joined(file, ": there is no array '", name, "'"));
  return *found->second;
}

// (N,T,C) of the file to (N,C,T), rounded to `real`.
Tensor input_of(const StoredTensor& stored, const EQTransformerConfig& c, const std::string& file) {
  if (stored.shape.size() != 3 || stored.shape[1] != c.samples || stored.shape[2] != c.components)
    throw std::runtime_error(joined(file, ": 'input' must be (N,", c.samples, ",", c.components, ")"));
  const std::vector<double> values = values_of(stored);
  const std::vector<real> rounded(values.begin(), values.end());
  return transpose(Tensor::from({stored.shape[0], c.samples, c.components}, std::span<const real>(rounded)));
}

// A NaN is larger than all else.
double largest(double a, double b) { return std::isnan(a) || a > b ? a : b; }

// The recorded values may have channels before steps where ours have them after.
ParityRow row_of(const StoredTensor& golden, Tensor ours, const std::string& name, const std::string& file) {
  const auto fits = [&](const Tensor& t) {
    return std::equal(t.shape().begin(), t.shape().end(), golden.shape.begin(), golden.shape.end());
  };
  if (!fits(ours) && ours.shape().rank() == 3) ours = transpose(ours);
  if (!fits(ours)) throw std::runtime_error(joined(file, ": '", golden.name, "' has not the shape ", ours.shape()));
  ours = ours.to(Device::cpu);
  ParityRow row{.golden = golden.name, .ours = name};
  const std::vector<double> expected = values_of(golden);
  for (size_t i = 0; i < expected.size(); ++i) {
    const double error = std::abs(static_cast<double>(ours.values()[i]) - expected[i]);
    row.error = largest(error, row.error);
    row.magnitude = std::max(row.magnitude, std::abs(expected[i]));
  }
  return row;
}

}  // namespace

std::map<std::string, std::string> golden_names(const EQTransformerConfig& c) {
  std::map<std::string, std::string> names;
  const auto text = [](size_t i) { return std::to_string(i); };
  for (size_t i = 0; i < c.filters.size(); ++i) {
    names["enc_conv" + text(i + 1)] = "encoder." + text(i);
    names["enc_pool" + text(i + 1)] = "encoder." + text(i) + ".pool";
  }
  for (size_t i = 0; i < c.residual_kernels.size(); ++i) names["res" + text(i + 1)] = "residual." + text(i);
  for (size_t i = 0; i < static_cast<size_t>(c.bilstm_blocks); ++i) {
    names["bilstm" + text(i + 1)] = "bilstm." + text(i);
    names["bilstm" + text(i + 1) + "_concat"] = "bilstm." + text(i) + ".lstm";
  }
  const std::pair<const char*, const char*> attended[] = {
      {"D0", "transformer.0"}, {"D", "transformer.1"}, {"P", "p"}, {"S", "s"}};
  for (const auto& [theirs, ours] : attended) {
    names[joined("att", theirs, "_out")] = joined(ours, ".attention");
    names[joined("att", theirs, "_weights")] = joined(ours, ".attention.weights");
    names[joined("trans", theirs, "_norm1")] = joined(ours, ".norm1");
    names[joined("trans", theirs, "_ff")] = joined(ours, ".feed_forward");
    names[joined("trans", theirs)] = ours;
    names[joined("lstm", theirs)] = joined(ours, ".lstm");
  }
  const std::pair<const char*, const char*> decoders[] = {{"D", "detection"}, {"P", "p.decoder"}, {"S", "s.decoder"}};
  for (const auto& [theirs, ours] : decoders) {
    names[joined("dec", theirs, "_logits")] = joined(ours, ".logits");
    for (size_t i = 0; i < c.filters.size(); ++i)
      names[joined("dec", theirs, "_up_conv", i + 1)] = joined(ours, ".convs.", i);
  }
  return names;
}

Parity compare(const EQTransformer& model, const Safetensors& golden, const std::string& file) {
  Arrays arrays;
  for (const StoredTensor& t : golden.tensors) arrays[t.name] = &t;
  std::map<std::string, std::string> recorded;  // our name -> the array's
  for (const auto& [theirs, ours] : golden_names(model.config()))
    if (arrays.contains("act/" + theirs)) recorded[ours] = "act/" + theirs;

  Parity parity;
  Pass pass;
  pass.watch = [&](const std::string& name, const Tensor& value) {
    const auto found = recorded.find(name);
    if (found == recorded.end()) return;
    parity.rows.push_back(row_of(need(arrays, found->second, file), value, name, file));
  };
  Device device = Device::cpu;
  model.visit([&](const std::string&, const Tensor& t, bool) { device = t.device(); });
  const Tensor input = input_of(need(arrays, "input", file), model.config(), file).to(device);
  const EQTransformer::Output watched = model(input, pass), fused = model(input);
  if (parity.rows.size() != recorded.size())
    throw std::runtime_error(
        joined(file, ": only ", parity.rows.size(), " of ", recorded.size(), " activations were seen"));

  for (const auto& [name, output] :
       {std::pair{"detection", &EQTransformer::Output::detection}, std::pair{"p", &EQTransformer::Output::p},
        std::pair{"s", &EQTransformer::Output::s}}) {
    const std::string precise = joined(name, "_f64");
    const StoredTensor& stored = need(arrays, arrays.contains(precise) ? precise : name, file);
    ParityRow row = row_of(stored, watched.*output, name, file);
    row.error = largest(row.error, row_of(stored, fused.*output, name, file).error);
    row.output = true;
    parity.rows.push_back(row);
  }
  return parity;
}

double Parity::largest_output_error() const {
  double most = 0;
  for (const ParityRow& row : rows)
    if (row.output) most = largest(row.error, most);
  return most;
}

double Parity::largest_activation_error() const {
  double most = 0;
  for (const ParityRow& row : rows)
    if (!row.output) most = largest(row.error == 0 ? 0 : row.error / row.magnitude, most);
  return most;
}

bool Parity::holds() const {
  return largest_output_error() <= output_tolerance && largest_activation_error() <= activation_tolerance;
}

}  // namespace seisgrad
