#include "models/eqtransformer_table.h"

#include <algorithm>

namespace SEISGRAD {
namespace {

std::string numbered(const char* prefix, size_t i, const std::string& rest = "") {
  return prefix + std::to_string(i + 1) + rest;
}

// Appends rows; steps_ and channels_ follow the data through the network.
class Builder {
 public:
  explicit Builder(const EQTransformerConfig& config)
      : c_(config), steps_(config.samples), channels_(config.components) {}

  std::vector<LayerRow> build() {
    encoder();
    for (size_t i = 0; i < c_.residual_kernels.size(); ++i) residual(i);
    for (size_t i = 0; i < static_cast<size_t>(c_.bilstm_blocks); ++i) bilstm(i);
    for (size_t i = 0; i < 2; ++i) transformer(i ? "D" : "D0", "transformer." + std::to_string(i));
    decoder("D", "detection");
    for (const auto& [name, seen] : {std::pair{"P", "p"}, std::pair{"S", "s"}}) {
      lstm(std::string("lstm") + name, 1, std::string(seen) + ".lstm");
      attention(name, c_.attention_width, std::string(seen) + ".attention");
      decoder(name, std::string(seen) + ".decoder");
    }
    return rows_;
  }

 private:
  LayerRow& add(std::string layer, std::string seen = "") {
    rows_.push_back({.layer = std::move(layer), .shape = {steps_, channels_}, .seen = std::move(seen)});
    return rows_.back();
  }
  void conv(std::string layer, int64_t out, int64_t kernel, std::string seen = "") {
    const int64_t weights = channels_ * kernel * out;
    channels_ = out;
    LayerRow& row = add(std::move(layer), std::move(seen));
    row.trainable = weights + out;
    row.multiplications = weights * steps_;
  }
  void batch_norm(std::string layer, std::string seen = "") {
    LayerRow& row = add(std::move(layer), std::move(seen));
    row.trainable = row.frozen = 2 * channels_;
    row.multiplications = row.size();
  }
  void layer_norm(std::string layer, std::string seen) {
    LayerRow& row = add(std::move(layer), std::move(seen));
    row.trainable = 2 * channels_;
    row.multiplications = 2 * row.size();
  }
  void lstm(std::string layer, int64_t directions, std::string seen) {
    const int64_t weights = 4 * c_.lstm_units * (channels_ + c_.lstm_units);
    channels_ = directions * c_.lstm_units;
    LayerRow& row = add(std::move(layer), std::move(seen));
    row.trainable = directions * (weights + 4 * c_.lstm_units);
    row.multiplications = directions * weights * steps_;
  }
  // Queries and keys of every step, a score of each pair within the width, a weighted sum of the values.
  void attention(const std::string& name, int64_t width, std::string seen) {
    const int64_t units = c_.attention_units, keys = width == 0 ? steps_ : std::min(width, steps_);
    LayerRow& row =
        add("att" + name + (width == 0 ? " (full)" : " (width " + std::to_string(width) + ")"), std::move(seen));
    row.trainable = 2 * channels_ * units + units + units + 1;
    row.multiplications = steps_ * (2 * channels_ * units + keys * units + keys * channels_);
    if (width == 0)
      rows_.push_back({.layer = "  att" + name + ".h tanh tensor", .shape = {steps_, steps_, units}, .seen = ""});
  }

  void encoder() {
    for (size_t i = 0; i < c_.filters.size(); ++i) {
      const std::string seen = "encoder." + std::to_string(i);
      conv(numbered("enc.conv", i, " k" + std::to_string(c_.kernels[i]) + "+relu"), c_.filters[i], c_.kernels[i], seen);
      steps_ = (steps_ + 1) / 2;
      add(numbered("enc.pool", i), seen + ".pool");
    }
  }
  void residual(size_t i) {
    const int64_t kernel = c_.residual_kernels[i];
    for (const char* half : {"1", "2"}) {
      batch_norm(numbered("res", i, std::string(".bn") + half + "+relu+sdrop"));
      conv(numbered("res", i, std::string(".conv") + half + " k" + std::to_string(kernel)), channels_, kernel);
    }
    add(numbered("res", i, ".add"), "residual." + std::to_string(i));
  }
  void bilstm(size_t i) {
    const std::string seen = "bilstm." + std::to_string(i);
    lstm(numbered("bilstm", i, " (2x" + std::to_string(c_.lstm_units) + ")"), 2, seen + ".lstm");
    conv(numbered("bilstm", i, ".nin k1"), c_.lstm_units, 1);
    batch_norm(numbered("bilstm", i, ".bn"), seen);
  }
  void transformer(const std::string& name, const std::string& seen) {
    attention(name, 0, seen + ".attention");
    layer_norm("ln" + name + ".1", seen + ".norm1");
    LayerRow& feed_forward = add("ff" + name, seen + ".feed_forward");
    feed_forward.trainable = 2 * channels_ * c_.feed_forward_units + c_.feed_forward_units + channels_;
    feed_forward.multiplications = steps_ * 2 * channels_ * c_.feed_forward_units;
    layer_norm("ln" + name + ".2", seen);
  }
  // Starts from the shape that all three decoders share and returns to it.
  void decoder(const std::string& name, const std::string& seen) {
    const int64_t steps = steps_, channels = channels_;
    const size_t stages = c_.filters.size();
    for (size_t stage = 0; stage < stages; ++stage) {
      const size_t mirrored = stages - 1 - stage;
      steps_ *= 2;
      if (static_cast<int64_t>(stage) + 1 == c_.crop.stage) steps_ -= c_.crop.left + c_.crop.right;
      conv(numbered(("dec" + name + ".up+conv").c_str(), stage, " k" + std::to_string(c_.kernels[mirrored]) + "+relu"),
           c_.filters[mirrored], c_.kernels[mirrored], seen + ".convs." + std::to_string(stage));
    }
    conv("dec" + name + ".out k" + std::to_string(c_.output_kernel) + "+sigmoid", 1, c_.output_kernel,
         seen + ".logits");
    steps_ = steps;
    channels_ = channels;
  }

  const EQTransformerConfig& c_;
  int64_t steps_, channels_;
  std::vector<LayerRow> rows_;
};

}  // namespace

int64_t LayerRow::size() const {
  int64_t n = shape.empty() ? 0 : 1;
  for (const int64_t s : shape) n *= s;
  return n;
}

std::vector<LayerRow> layer_table(const EQTransformerConfig& config) { return Builder(config).build(); }

LayerRow total(const std::vector<LayerRow>& rows) {
  LayerRow sum{.layer = "total", .shape = {0}, .seen = ""};
  for (const LayerRow& row : rows) {
    sum.trainable += row.trainable;
    sum.frozen += row.frozen;
    sum.multiplications += row.multiplications;
    sum.shape[0] += row.size();
  }
  return sum;
}

}  // namespace SEISGRAD
