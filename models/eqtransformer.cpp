#include "models/eqtransformer.h"

#include <algorithm>

namespace SEISGRAD {
namespace {

// Where each layer's random numbers start: the same layer keeps its stream whatever the configuration.
constexpr uint16_t residual_stream = 0, transformer_stream = 1000, bilstm_stream = 2000, picker_stream = 3000;

BatchNorm batch_norm_layer(int64_t channels, const EQTransformerConfig& c) {
  return {.channels = channels,
          .epsilon = static_cast<real>(c.batch_norm_epsilon),
          .momentum = static_cast<real>(c.batch_norm_momentum)};
}

LayerNorm layer_norm_layer(const EQTransformerConfig& c) {
  return {.channels = c.lstm_units, .epsilon = static_cast<real>(c.layer_norm_epsilon)};
}

Lstm lstm_layer(int64_t in, bool reverse, uint16_t stream, const EQTransformerConfig& c) {
  return {.in = in,
          .units = c.lstm_units,
          .options = {.gate = c.gate, .reverse = reverse},
          .dropout = static_cast<real>(c.dropout),
          .stream = stream};
}

AdditiveAttention attention_layer(int64_t width, const EQTransformerConfig& c) {
  return {.channels = c.lstm_units,
          .units = c.attention_units,
          .options = {.width = width, .epsilon = static_cast<real>(c.attention_epsilon)}};
}

Decoder decoder(const EQTransformerConfig& c) {
  std::vector<Conv1d> convs;
  int64_t in = c.lstm_units;
  for (size_t i = c.filters.size(); i-- > 0; in = c.filters[i])
    convs.push_back({.in = in, .out = c.filters[i], .kernel = c.kernels[i]});
  return {.convs = std::move(convs), .output = {.in = in, .out = 1, .kernel = c.output_kernel}, .crop = c.crop};
}

PhasePicker phase_picker(uint16_t stream, const EQTransformerConfig& c) {
  return {.lstm = lstm_layer(c.lstm_units, false, stream, c),
          .attention = attention_layer(c.attention_width, c),
          .decoder = decoder(c)};
}

}  // namespace

void EQTransformerConfig::validate() const {
  require(!filters.empty() && filters.size() == kernels.size(), "EQTransformer: ", filters.size(), " filters and ",
          kernels.size(), " kernels; one of each a stage is needed");
  for (const auto& sizes : {filters, kernels, residual_kernels})
    for (int64_t size : sizes) require(size >= 1, "EQTransformer: a filter or kernel size is ", size);
  require(samples >= 1 && components >= 1 && lstm_units >= 1 && attention_units >= 1 && feed_forward_units >= 1 &&
              output_kernel >= 1 && bilstm_blocks >= 1 && attention_width >= 0,
          "EQTransformer: a size is zero or negative");
  require(dropout >= 0 && dropout < 1, "EQTransformer: dropout must be in [0,1), got ", dropout);
  int64_t length = samples;
  for (size_t i = 0; i < filters.size(); ++i) length = (length + 1) / 2;
  const int64_t inner = length;
  for (int64_t stage = 1; stage <= static_cast<int64_t>(filters.size()); ++stage)
    length = 2 * length - (stage == crop.stage ? crop.left + crop.right : 0);
  require(crop.left >= 0 && crop.right >= 0 && length == samples, "EQTransformer: ", samples, " samples become ", inner,
          " and, with a crop of ", crop.left, "+", crop.right, " at decoder stage ", crop.stage, ", ", length,
          " again; they must come out equal");
}

EQTransformer::EQTransformer(const EQTransformerConfig& config)
    : config_((config.validate(), config)),
      detection_(decoder(config)),
      p_(phase_picker(picker_stream, config)),
      s_(phase_picker(picker_stream + 1, config)) {
  const EQTransformerConfig& c = config_;
  int64_t channels = c.components;
  for (size_t i = 0; i < c.filters.size(); channels = c.filters[i++])
    encoder_.push_back({.in = channels, .out = c.filters[i], .kernel = c.kernels[i]});

  const real dropout = static_cast<real>(c.dropout);
  for (size_t i = 0; i < c.residual_kernels.size(); ++i) {
    const int64_t kernel = c.residual_kernels[i];
    residual_.push_back({.norm1 = batch_norm_layer(channels, c),
                         .conv1 = {.in = channels, .out = channels, .kernel = kernel},
                         .norm2 = batch_norm_layer(channels, c),
                         .conv2 = {.in = channels, .out = channels, .kernel = kernel},
                         .dropout = dropout,
                         .stream = static_cast<uint16_t>(residual_stream + 2 * i)});
  }
  for (int64_t i = 0; i < c.bilstm_blocks; ++i, channels = c.lstm_units) {
    const uint16_t stream = static_cast<uint16_t>(bilstm_stream + 2 * i);
    bilstm_.push_back({.forward = lstm_layer(channels, false, stream, c),
                       .backward = lstm_layer(channels, true, static_cast<uint16_t>(stream + 1), c),
                       .conv = {.in = 2 * c.lstm_units, .out = c.lstm_units, .kernel = 1},
                       .norm = batch_norm_layer(c.lstm_units, c)});
  }
  for (uint16_t i = 0; i < 2; ++i)
    transformer_.push_back({.attention = attention_layer(0, c),
                            .norm1 = layer_norm_layer(c),
                            .linear1 = {.in = c.lstm_units, .out = c.feed_forward_units},
                            .linear2 = {.in = c.feed_forward_units, .out = c.lstm_units},
                            .norm2 = layer_norm_layer(c),
                            .dropout = dropout,
                            .stream = static_cast<uint16_t>(transformer_stream + i)});
}

Tensor ResidualBlock::operator()(const Tensor& x, const Pass& pass) const {
  if (pass.may_fuse()) {
    const Tensor y =
        conv1.fused(x, {.before = norm1.fixed(), .after = norm2.fixed(), .activation = Activation::relu}, pass);
    return conv2.fused(y, {.residual = x}, pass);
  }
  const auto drop = [&](const Tensor& y, int which) {
    if (!pass.train && !pass.spatial_dropout) return y;
    return spatial_dropout(y, dropout, pass.key(Purpose::spatial_dropout, stream + which), pass.counter);
  };
  const Tensor y = conv1(drop(relu(norm1(x, pass)), 0), pass);
  return add(x, conv2(drop(relu(norm2(y, pass)), 1), pass));
}

Tensor BiLstmBlock::operator()(const Tensor& x, const std::string& name, const Pass& pass) const {
  const Tensor steps = transpose(x);  // (N,T,C)
  const Tensor both =
      transpose(bilstm(steps, forward.parameters(steps, pass), backward.parameters(steps, pass), forward.options.gate));
  pass.see(name + ".lstm", both);
  const Tensor y = pass.may_fuse() ? conv.fused(both, {.after = norm.fixed()}, pass) : norm(conv(both, pass), pass);
  pass.see(name, y);
  return y;
}

Tensor TransformerBlock::operator()(const Tensor& x, const std::string& name, const Pass& pass) const {
  const Attention attended = attention(x);
  pass.see(name + ".attention", attended.values);
  pass.see(name + ".attention.weights", attended.weights);
  const Tensor y = norm1(add(x, attended.values));
  pass.see(name + ".norm1", y);
  Tensor hidden = relu(linear1(y, pass));
  if (pass.train) hidden = seisgrad::dropout(hidden, dropout, pass.key(Purpose::dropout, stream), pass.counter);
  const Tensor fed = linear2(hidden, pass);
  pass.see(name + ".feed_forward", fed);
  const Tensor z = norm2(add(y, fed));
  pass.see(name, z);
  return z;
}

Tensor Decoder::operator()(Tensor x, const std::string& name, const Pass& pass, bool logits) const {
  for (size_t i = 0; i < convs.size(); ++i) {
    const bool cropped = static_cast<int64_t>(i) + 1 == crop.stage;
    const Margins cut{cropped ? crop.left : 0, cropped ? crop.right : 0};
    if (pass.may_fuse()) {
      x = convs[i].fused(x, {.upsample = 2, .crop = cut, .activation = Activation::relu}, pass);
      continue;
    }
    x = upsample1d(x, 2);
    if (cropped) x = seisgrad::crop(x, cut);
    x = relu(convs[i](x, pass));
    pass.see(name + ".convs." + std::to_string(i), x);
  }
  Tensor y;
  if (pass.may_fuse()) {
    y = output.fused(x, {.activation = logits ? Activation::none : Activation::sigmoid}, pass);
  } else {
    y = output(x, pass);
    pass.see(name + ".logits", y);
    if (!logits) y = sigmoid(y);
  }
  return reshape(y, {y.shape()[0], y.shape()[2]});
}

Tensor PhasePicker::operator()(const Tensor& x, const std::string& name, const Pass& pass, bool logits) const {
  const Tensor h = lstm(x, pass);
  pass.see(name + ".lstm", h);
  const Attention attended = attention(h);
  pass.see(name + ".attention", attended.values);
  pass.see(name + ".attention.weights", attended.weights);
  return decoder(transpose(attended.values), name + ".decoder", pass, logits);
}

EQTransformer::Output EQTransformer::run(const Tensor& input, const Pass& pass, bool logits) const {
  require(input.shape().rank() == 3 && input.shape()[1] == config_.components && input.shape()[2] == config_.samples,
          "EQTransformer: x must be (N,", config_.components, ",", config_.samples, "), got ", input.shape());
  Tensor x = input;
  for (size_t i = 0; i < encoder_.size(); ++i) {
    if (pass.may_fuse()) {
      x = encoder_[i].fused(x, {.activation = Activation::relu, .pool = true, .keep_last = true}, pass);
      continue;
    }
    const std::string name = "encoder." + std::to_string(i);
    x = relu(encoder_[i](x, pass));
    pass.see(name, x);
    x = max_pool1d(x, {.window = 2, .right = x.shape()[2] % 2});
    pass.see(name + ".pool", x);
  }
  for (size_t i = 0; i < residual_.size(); ++i) {
    x = residual_[i](x, pass);
    pass.see("residual." + std::to_string(i), x);
  }
  for (size_t i = 0; i < bilstm_.size(); ++i) x = bilstm_[i](x, "bilstm." + std::to_string(i), pass);
  x = transpose(x);  // (N,T,C)
  for (size_t i = 0; i < transformer_.size(); ++i) x = transformer_[i](x, "transformer." + std::to_string(i), pass);
  return {detection_(transpose(x), "detection", pass, logits), p_(x, "p", pass, logits), s_(x, "s", pass, logits)};
}

}  // namespace SEISGRAD
