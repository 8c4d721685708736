#include "models/phase_classifier.h"

#include <algorithm>

#include "layers/initialise.h"

namespace SEISGRAD {
namespace {

constexpr uint16_t hidden_stream = 0;  // of the dropout

std::vector<ClassifierBlock> blocks_of(const PhaseClassifierConfig& c) {
  const auto conv_norm = [&](int64_t in, int64_t out, int64_t kernel) {
    return ConvNorm{{.in = in, .out = out, .kernel = kernel, .with_bias = false},
                    {.channels = out,
                     .epsilon = static_cast<real>(c.batch_norm_epsilon),
                     .momentum = static_cast<real>(c.batch_norm_momentum)}};
  };
  std::vector<ClassifierBlock> blocks;
  int64_t in = c.components;
  for (int64_t i = 0; i < c.depth; ++i) {
    const int64_t out = c.channels_of(i);
    ClassifierBlock block{conv_norm(in, out, c.kernel), {}, {}};
    if (c.residual) block.second = conv_norm(out, out, c.kernel);
    if (c.residual && in != out) block.shortcut = conv_norm(in, out, 1);
    blocks.push_back(std::move(block));
    in = out;
  }
  return blocks;
}

std::optional<Linear> hidden_of(const PhaseClassifierConfig& c) {
  if (c.head == ClassifierHead::gap) return {};
  return Linear{.in = c.features(), .out = c.hidden};
}

}  // namespace

int64_t PhaseClassifierConfig::channels_of(int64_t block) const { return std::min(channels << block, most_channels); }

int64_t PhaseClassifierConfig::features() const {
  const int64_t last = channels_of(depth - 1);
  return head == ClassifierHead::gap ? last : last * (samples >> depth);
}

int64_t PhaseClassifierConfig::parameter_count() const {
  int64_t count = 0, in = components;
  for (int64_t i = 0; i < depth; ++i) {
    const int64_t out = channels_of(i);
    count += out * (in * kernel + 4);
    if (residual) count += out * (out * kernel + 4);
    if (residual && in != out) count += out * (in + 4);
    in = out;
  }
  const int64_t outputs = static_cast<int64_t>(classes.size());
  if (head == ClassifierHead::gap) return count + (features() + 1) * outputs;
  return count + (features() + 1) * hidden + (hidden + 1) * outputs;
}

void PhaseClassifierConfig::validate() const {
  require(depth >= 1 && depth <= 8, "PhaseClassifier: depth must be 1 to 8, got ", depth);
  require(components >= 1 && kernel >= 1 && channels >= 1 && most_channels >= 1 && hidden >= 1,
          "PhaseClassifier: a size is zero or negative");
  require(samples >> depth >= 1, "PhaseClassifier: ", samples, " samples cannot be halved ", depth, " times");
  require(dropout >= 0 && dropout < 1, "PhaseClassifier: dropout must be in [0,1), got ", dropout);
  require(batch_norm_epsilon > 0 && batch_norm_momentum >= 0 && batch_norm_momentum < 1,
          "PhaseClassifier: batch norm needs an epsilon above 0 and a momentum in [0,1)");
  require(classes.size() >= 2, "PhaseClassifier: ", classes.size(), " classes; it takes two at least");
  for (size_t i = 0; i < classes.size(); ++i)
    require(!classes[i].empty() && std::find(classes.begin(), classes.begin() + i, classes[i]) == classes.begin() + i,
            "PhaseClassifier: class ", i, " has no name or that of another");
}

PhaseClassifier::PhaseClassifier(const PhaseClassifierConfig& config)
    : config_((config.validate(), config)),
      blocks_(blocks_of(config)),
      hidden_(hidden_of(config)),
      output_{.in = hidden_ ? config.hidden : config.features(), .out = static_cast<int64_t>(config.classes.size())} {}

Tensor ClassifierBlock::operator()(const Tensor& x, const Pass& pass) const {
  const Tensor y = relu(first(x, pass));
  if (!second) return y;
  return relu(add((*second)(y, pass), shortcut ? (*shortcut)(x, pass) : x));
}

Tensor ClassifierBlock::fused(const Tensor& x, const Pass& pass) const {
  Conv1dFusion last{.activation = Activation::relu, .pool = true};
  if (!second) return first.fused(x, last, pass);
  last.residual = shortcut ? shortcut->fused(x, {}, pass) : x;
  return second->fused(first.fused(x, {.activation = Activation::relu}, pass), last, pass);
}

Tensor PhaseClassifier::operator()(const Tensor& input, const Pass& pass) const {
  require(input.shape().rank() == 3 && input.shape()[1] == config_.components && input.shape()[2] == config_.samples,
          "PhaseClassifier: x must be (N,", config_.components, ",", config_.samples, "), got ", input.shape());
  Tensor x = input;
  for (size_t i = 0; i < blocks_.size(); ++i) {
    if (pass.may_fuse()) {
      x = blocks_[i].fused(x, pass);
      continue;
    }
    x = blocks_[i](x, pass);
    pass.see("blocks." + std::to_string(i), x);
    x = max_pool1d(x, {.window = 2});
  }
  x = reshape(hidden_ ? x : mean(x, {2}), {x.shape()[0], config_.features()});
  if (hidden_) {
    x = relu((*hidden_)(x, pass));
    pass.see("hidden", x);
    if (pass.train) x = dropout(x, config_.dropout, pass.key(Purpose::dropout, hidden_stream), pass.counter);
  }
  const Tensor logits = output_(x, pass);
  pass.see("logits", logits);
  return logits;
}

void PhaseClassifier::initialise(uint64_t seed) const {
  uint16_t stream = 0;
  visit([&](const std::string& name, const Tensor& t, bool trainable) {
    const RandomKey key{seed, Purpose::initial_weights, 0, stream++};
    if (name.ends_with(".gamma")) t.copy_from(Tensor::full(t.shape(), 1));
    else if (!trainable || t.shape().rank() < 2) return;  // zero, or moving averages: as they are made
    else if (name == "output.weight") xavier_uniform(t, key);
    else he_normal(t, key);
  });
}

}  // namespace SEISGRAD
