#include "apps/model/keras.h"

#include <optional>
#include <stdexcept>

#include "apps/model/keras_graph.h"
#include "models/config_json.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using nlohmann::json;

// A value that several layers must share, because our configuration has it once.
template <class T>
class Shared {
 public:
  explicit Shared(T& target) : target_(target) {}
  void set(const KerasLayer& layer, const char* what, const T& value) {
    if (!seen_) target_ = value;
    else if (!(value == target_)) fail_layer(layer, joined("its ", what, " differs from that of layers before it"));
    seen_ = true;
  }

 private:
  T& target_;
  bool seen_ = false;
};

// Walks the graph in the order of EQTransformer's parts.
class Importer {
 public:
  explicit Importer(const std::string& model_config) : graph_(model_config) {}

  KerasModel run() {
    const KerasLayer& input = graph_.input();
    const auto shape = field<json>(input, "batch_input_shape");
    if (!shape.is_array() || shape.size() != 3 || !shape[1].is_number_unsigned() || !shape[2].is_number_unsigned())
      fail_layer(input, "batch_input_shape must be [null, samples, components]");
    c_.samples = shape[1].get<int64_t>();
    c_.components = shape[2].get<int64_t>();

    const KerasLayer* x = encoder(input);
    x = residual_blocks(x);
    x = bilstm_blocks(x);
    x = transformer_blocks(x);
    decoder(*x, "detection", "detector");
    phase_pickers(*x);
    graph_.finish();
    return std::move(model_);
  }

 private:
  void bind(const KerasLayer& layer, const std::string& tensor, const std::string& weight,
            const std::string& part = "") {
    model_.bindings.push_back({tensor, layer.name, part, weight});
  }
  // Pairs of Keras' name and ours.
  void bind_all(const KerasLayer& layer, const std::string& tensor,
                std::initializer_list<std::pair<const char*, const char*>> weights) {
    for (const auto& weight : weights) bind(layer, tensor + "." + weight.second, weight.first);
  }

  // The number of filters.
  int64_t conv(const KerasLayer& layer, const char* activation, const std::string& tensor, int64_t& kernel) {
    require_field(layer, "activation", activation);
    require_field(layer, "padding", "same");
    require_field(layer, "strides", {1});
    require_field(layer, "dilation_rate", {1});
    require_field(layer, "data_format", "channels_last");
    require_field(layer, "use_bias", true);
    const auto size = field<std::vector<int64_t>>(layer, "kernel_size");
    if (size.size() != 1) fail_layer(layer, "kernel_size must be one number");
    kernel = size[0];
    bind(layer, tensor + ".weight", "kernel");
    bind(layer, tensor + ".bias", "bias");
    return field<int64_t>(layer, "filters");
  }
  void batch_norm(const KerasLayer& layer, const std::string& tensor) {
    require_field(layer, "center", true);
    require_field(layer, "scale", true);
    epsilon_.set(layer, "epsilon", field<double>(layer, "epsilon"));
    momentum_.set(layer, "momentum", field<double>(layer, "momentum"));
    bind_all(layer, tensor, {{"gamma", "gamma"}, {"beta", "beta"}});
    bind_all(layer, tensor, {{"moving_mean", "moving_mean"}, {"moving_variance", "moving_variance"}});
  }
  void layer_norm(const KerasLayer& layer, const std::string& tensor) {
    require_field(layer, "center", true);
    require_field(layer, "scale", true);
    norm_epsilon_.set(layer, "epsilon", field<double>(layer, "epsilon"));
    bind_all(layer, tensor, {{"gamma", "gamma"}, {"beta", "beta"}});
  }
  // `lstm` is the layer itself or the one that a Bidirectional wraps.
  void lstm_fields(const KerasLayer& lstm) {
    require_field(lstm, "activation", "tanh");
    require_field(lstm, "return_sequences", true);
    require_field(lstm, "go_backwards", false);
    require_field(lstm, "use_bias", true);
    units_.set(lstm, "units", field<int64_t>(lstm, "units"));
    const std::string gate = field<std::string>(lstm, "recurrent_activation");
    if (gate != "sigmoid" && gate != "hard_sigmoid") fail_layer(lstm, "unknown recurrent_activation '" + gate + "'");
    gate_.set(lstm, "recurrent_activation", gate == "sigmoid" ? GateActivation::sigmoid : GateActivation::hard_sigmoid);
    dropout_.set(lstm, "dropout", field<double>(lstm, "dropout"));
    dropout_.set(lstm, "recurrent_dropout", field<double>(lstm, "recurrent_dropout"));
  }
  void lstm_weights(const KerasLayer& layer, const std::string& tensor, const std::string& part = "") {
    bind(layer, tensor + ".weight", "kernel", part);
    bind(layer, tensor + ".recurrent", "recurrent_kernel", part);
    bind(layer, tensor + ".bias", "bias", part);
  }
  void attention(const KerasLayer& layer, const std::string& tensor, bool local) {
    require_field(layer, "attention_type", "additive");
    require_field(layer, "history_only", false);
    require_field(layer, "use_additive_bias", true);
    require_field(layer, "use_attention_bias", true);
    if (const json a = field<json>(layer, "attention_activation"); !a.is_null() && a != "linear")
      fail_layer(layer, "unknown attention_activation " + a.dump());
    attention_units_.set(layer, "units", field<int64_t>(layer, "units"));
    const auto width = field<json>(layer, "attention_width");
    if (local) width_.set(layer, "attention_width", width.is_null() ? 0 : field<int64_t>(layer, "attention_width"));
    else require_field(layer, "attention_width", nullptr);
    if (layer.config.contains("epsilon")) attention_epsilon_.set(layer, "epsilon", field<double>(layer, "epsilon"));
    bind_all(layer, tensor, {{"Wt", "query"}, {"Wx", "key"}, {"bh", "bias"}, {"Wa", "score"}, {"ba", "score_bias"}});
  }

  const KerasLayer* encoder(const KerasLayer& input) {
    const KerasLayer* x = &input;
    c_.filters.clear();
    c_.kernels.clear();
    while (const KerasLayer* layer = graph_.next(*x, "Conv1D")) {
      int64_t kernel = 0;
      c_.filters.push_back(conv(*layer, "relu", "encoder." + std::to_string(c_.filters.size()), kernel));
      c_.kernels.push_back(kernel);
      x = &graph_.need(*layer, "MaxPooling1D");
      require_field(*x, "pool_size", {2});
      require_field(*x, "strides", {2});
      require_field(*x, "padding", "same");
    }
    if (c_.filters.empty()) fail_layer(input, "is not followed by Conv1D, as it is in EQTransformer");
    return x;
  }

  const KerasLayer* residual_blocks(const KerasLayer* x) {
    c_.residual_kernels.clear();
    while (const KerasLayer* norm = graph_.next(*x, "BatchNormalization")) {
      const std::string name = "residual." + std::to_string(c_.residual_kernels.size());
      int64_t first = 0, second = 0;
      const KerasLayer& conv1 = residual_half(*norm, name, "1", first);
      const KerasLayer& conv2 = residual_half(graph_.need(conv1, "BatchNormalization"), name, "2", second);
      if (first != second) fail_layer(conv2, "its kernel_size is not that of the block's first conv");
      c_.residual_kernels.push_back(first);
      x = &added(conv2, *x);
    }
    return x;
  }
  const KerasLayer& residual_half(const KerasLayer& norm, const std::string& block, const std::string& which,
                                  int64_t& kernel) {
    batch_norm(norm, block + ".norm" + which);
    const KerasLayer& activation = graph_.need(norm, "Activation");
    require_field(activation, "activation", "relu");
    const KerasLayer& drop = graph_.need(activation, "SpatialDropout1D");
    dropout_.set(drop, "rate", field<double>(drop, "rate"));
    const KerasLayer& layer = graph_.need(drop, "Conv1D");
    if (conv(layer, "linear", block + ".conv" + which, kernel) != c_.filters.back())
      fail_layer(layer, "its filters are not those of the encoder's last conv");
    return layer;
  }
  // The Add of a and b.
  const KerasLayer& added(const KerasLayer& a, const KerasLayer& b) {
    const KerasLayer& sum = graph_.need(a, "Add");
    for (const std::string& input : sum.inputs)
      if (input != a.name && input != b.name) fail_layer(sum, "adds '" + input + "'; expected '" + b.name + "'");
    return sum;
  }

  const KerasLayer* bilstm_blocks(const KerasLayer* x) {
    c_.bilstm_blocks = 0;
    while (const KerasLayer* layer = graph_.next(*x, "Bidirectional")) {
      const std::string name = "bilstm." + std::to_string(c_.bilstm_blocks++);
      require_field(*layer, "merge_mode", "concat");
      const json wrapped = field<json>(*layer, "layer");
      const KerasLayer lstm{layer->name, wrapped.value("class_name", "?"), wrapped.value("config", json::object()), {}};
      if (lstm.type != "LSTM") fail_layer(*layer, "wraps a layer of class " + lstm.type + ", not LSTM");
      lstm_fields(lstm);
      lstm_weights(*layer, name + ".forward", "forward");
      lstm_weights(*layer, name + ".backward", "backward");
      const KerasLayer& mixed = graph_.need(*layer, "Conv1D");
      int64_t kernel = 0;
      if (conv(mixed, "linear", name + ".conv", kernel) != c_.lstm_units || kernel != 1)
        fail_layer(mixed, "expected one filter a unit of the LSTM, and a kernel_size of 1");
      x = &graph_.need(mixed, "BatchNormalization");
      batch_norm(*x, name + ".norm");
    }
    return x;
  }

  const KerasLayer* transformer_blocks(const KerasLayer* x) {
    for (const std::string name : {"transformer.0", "transformer.1"}) {
      const KerasLayer& attended = graph_.need(*x, "SeqSelfAttention");
      attention(attended, name + ".attention", false);
      const KerasLayer& norm = graph_.need(added(attended, *x), "LayerNormalization");
      layer_norm(norm, name + ".norm1");
      const KerasLayer& fed = graph_.need(norm, "FeedForward");
      require_field(fed, "activation", "relu");
      require_field(fed, "use_bias", true);
      feed_forward_.set(fed, "units", field<int64_t>(fed, "units"));
      dropout_.set(fed, "dropout_rate", field<double>(fed, "dropout_rate"));
      bind_all(fed, name, {{"W1", "linear1.weight"}, {"b1", "linear1.bias"}});
      bind_all(fed, name, {{"W2", "linear2.weight"}, {"b2", "linear2.bias"}});
      x = &graph_.need(added(fed, norm), "LayerNormalization");
      layer_norm(*x, name + ".norm2");
    }
    return x;
  }

  void decoder(const KerasLayer& from, const std::string& name, const std::string& output_name) {
    const KerasLayer* x = &from;
    EQTransformerConfig::Crop crop{.stage = 0, .left = 0, .right = 0};
    size_t stage = 0;
    while (const KerasLayer* up = graph_.next(*x, "UpSampling1D")) {
      require_field(*up, "size", 2);
      if (stage == c_.filters.size()) fail_layer(*up, "the decoder has more stages than the encoder");
      const size_t mirrored = c_.filters.size() - 1 - stage;
      const KerasLayer* cut = graph_.next(*up, "Cropping1D");
      if (cut != nullptr) {
        if (crop.stage != 0) fail_layer(*cut, "a second crop in one decoder");
        const auto margins = field<std::vector<int64_t>>(*cut, "cropping");
        if (margins.size() != 2) fail_layer(*cut, "cropping must be two numbers");
        crop = {.stage = static_cast<int64_t>(stage) + 1, .left = margins[0], .right = margins[1]};
      }
      const KerasLayer& layer = graph_.need(cut != nullptr ? *cut : *up, "Conv1D");
      int64_t kernel = 0;
      const int64_t filters = conv(layer, "relu", name + ".convs." + std::to_string(stage), kernel);
      if (filters != c_.filters[mirrored] || kernel != c_.kernels[mirrored])
        fail_layer(layer, "filters and kernel_size are not those of the encoder, mirrored");
      x = &layer;
      ++stage;
    }
    if (stage != c_.filters.size()) fail_layer(*x, "the decoder has fewer stages than the encoder");
    crop_.set(from, "crop of the decoder after it", crop);
    const KerasLayer& output = graph_.need(*x, "Conv1D");
    if (output.name != output_name) fail_layer(output, "expected the output '" + output_name + "' here");
    int64_t kernel = 0;
    if (conv(output, "sigmoid", name + ".output", kernel) != 1) fail_layer(output, "must have one filter");
    output_kernel_.set(output, "kernel_size", kernel);
  }

  void phase_pickers(const KerasLayer& encoded) {
    for (const KerasLayer* layer : graph_.all_next(encoded, "LSTM")) {
      const std::string output = graph_.last(*layer).name;
      if (output != "picker_P" && output != "picker_S")
        fail_layer(*layer, "leads to '" + output + "'; expected picker_P or picker_S");
      const std::string name = output == "picker_P" ? "p" : "s";
      lstm_fields(*layer);
      lstm_weights(*layer, name + ".lstm");
      const KerasLayer& attended = graph_.need(*layer, "SeqSelfAttention");
      attention(attended, name + ".attention", true);
      decoder(attended, name + ".decoder", output);
    }
  }

  KerasGraph graph_;
  KerasModel model_;
  EQTransformerConfig& c_ = model_.config;
  Shared<double> epsilon_{c_.batch_norm_epsilon}, momentum_{c_.batch_norm_momentum},
      norm_epsilon_{c_.layer_norm_epsilon}, attention_epsilon_{c_.attention_epsilon}, dropout_{c_.dropout};
  Shared<int64_t> units_{c_.lstm_units}, attention_units_{c_.attention_units}, width_{c_.attention_width},
      feed_forward_{c_.feed_forward_units}, output_kernel_{c_.output_kernel};
  Shared<GateActivation> gate_{c_.gate};
  Shared<EQTransformerConfig::Crop> crop_{c_.crop};
};

}  // namespace

KerasModel keras_model(const std::string& model_config) {
  KerasModel model = Importer(model_config).run();
  try {
    model.config = eqtransformer_config(to_json(model.config));  // its limits and checks are those of a weight file
  } catch (const std::invalid_argument& error) { throw std::runtime_error(joined("model_config: ", error.what())); }
  return model;
}

}  // namespace seisgrad
