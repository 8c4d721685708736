#include "models/training.h"

#include "layers/initialise.h"

namespace SEISGRAD {
namespace {

bool ends_with_one_of(const std::string& name, std::initializer_list<const char*> ends) {
  for (const char* end : ends)
    if (name.ends_with(end)) return true;
  return false;
}

// Keras' forget gate begins open: the second of the gates i, f, g, o.
void open_forget_gate(const Tensor& bias) {
  Tensor host = Tensor::zeros(bias.shape());
  const int64_t units = bias.size() / 4;
  for (int64_t i = units; i < 2 * units; ++i) host.write()[static_cast<size_t>(i)] = 1;
  bias.copy_from(host);
}

void add_to(Tensor& sum, const Tensor& term, double factor) {
  const Tensor scaled = scale(term, static_cast<real>(factor));
  sum = sum ? add(sum, scaled) : scaled;
}

EQTransformerLoss weighted(EQTransformerLoss loss, const EQTransformerLoss::Weights& weights) {
  add_to(loss.total, loss.detection, weights.detection);
  add_to(loss.total, loss.p, weights.p);
  add_to(loss.total, loss.s, weights.s);
  return loss;
}

}  // namespace

std::string to_string(Initialisation how) { return how == Initialisation::paper ? "paper" : "keras"; }

Initialisation initialisation_named(const std::string& name) {
  require(name == "paper" || name == "keras", "init: paper or keras, got \"", name, "\"");
  return name == "paper" ? Initialisation::paper : Initialisation::keras;
}

void initialise(const EQTransformer& model, Initialisation how, uint64_t seed) {
  uint16_t stream = 0;
  model.visit([&](const std::string& name, const Tensor& t, bool trainable) {
    const RandomKey key{.seed = seed, .purpose = Purpose::initial_weights, .stream = stream++};
    if (ends_with_one_of(name, {".gamma", ".moving_variance"})) return t.copy_from(Tensor::full(t.shape(), 1));
    const bool score = name.ends_with("attention.score");  // a matrix of one row
    if (!trainable || (t.shape().rank() < 2 && !score)) {
      t.copy_from(Tensor::zeros(t.shape()));
      if (how == Initialisation::keras && ends_with_one_of(name, {"lstm.bias", "forward.bias", "backward.bias"}))
        open_forget_gate(t);
      return;
    }
    const Tensor weight = score ? t.reshape({1, t.size()}) : t;
    if (how == Initialisation::paper) return xavier_normal(weight, key);
    if (name.ends_with(".recurrent")) return orthogonal(weight, key);
    if (score || ends_with_one_of(name, {".query", ".key", "linear1.weight", "linear2.weight"}))
      return truncated_xavier_normal(weight, key);
    xavier_uniform(weight, key);
  });
}

EQTransformerLoss clipped_loss(const EQTransformer::Output& p, const EQTransformer::Output& target,
                               const EQTransformerLoss::Weights& weights) {
  return weighted({{}, bce(p.detection, target.detection), bce(p.p, target.p), bce(p.s, target.s)}, weights);
}

EQTransformerLoss loss(const EQTransformer::Output& z, const EQTransformer::Output& target,
                       const EQTransformerLoss::Weights& weights) {
  return weighted({{},
                   bce_with_logits(z.detection, target.detection),
                   bce_with_logits(z.p, target.p),
                   bce_with_logits(z.s, target.s)},
                  weights);
}

Tensor penalty(const EQTransformer& model, double l2, double l1) {
  Tensor kernels, biases, sum;
  model.visit([&](const std::string& name, const Tensor& t, bool) {
    if (!name.starts_with("encoder.") && name.find("convs.") == std::string::npos) return;
    if (name.ends_with(".weight")) add_to(kernels, l2_penalty(t), 1);
    else add_to(biases, l1_penalty(t), 1);
  });
  add_to(sum, kernels, l2);
  add_to(sum, biases, l1);
  return sum;
}

Tensor penalty(const PhaseClassifier& model, double l2) {
  Tensor kernels;
  model.visit([&](const std::string&, const Tensor& t, bool trainable) {
    if (trainable && t.shape().rank() >= 2) add_to(kernels, l2_penalty(t), 1);
  });
  return scale(kernels, static_cast<real>(l2));
}

}  // namespace SEISGRAD
