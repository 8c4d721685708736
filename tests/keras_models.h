// The graph of an EQTransformer as Keras writes it into model_config, for tests to damage.
#pragma once
#include <nlohmann/json.hpp>

#include "models/eqtransformer.h"

namespace seisgrad {

class KerasConfigWriter {
 public:
  explicit KerasConfigWriter(const EQTransformerConfig& config) : c_(config) {}

  nlohmann::json write() {
    add("InputLayer", "input", {}, {{"batch_input_shape", {nullptr, c_.samples, c_.components}}});
    std::string x = "input";
    for (size_t i = 0; i < c_.filters.size(); ++i) {
      x = conv(x, c_.filters[i], c_.kernels[i], "relu");
      x = add("MaxPooling1D", next("max_pooling1d"), {x}, {{"pool_size", {2}}, {"strides", {2}}, {"padding", "same"}});
    }
    for (const int64_t kernel : c_.residual_kernels)
      x = add("Add", next("add"), {x, half(half(x, kernel), kernel)}, {});
    for (int64_t i = 0; i < c_.bilstm_blocks; ++i) x = bilstm(x);
    for (const char* name : {"attentionD0", "attentionD"}) x = transformer(x, name);
    decoder(x, "detector");
    for (const char* phase : {"P", "S"}) {
      const std::string h = add("LSTM", next("lstm"), {x}, lstm_fields());
      decoder(attention(h, std::string("attention") + phase, c_.attention_width), std::string("picker_") + phase);
    }
    return {{"class_name", "Model"}, {"config", {{"name", "model_1"}, {"layers", layers_}}}};
  }

 private:
  using Json = nlohmann::json;

  std::string next(const std::string& stem) { return stem + "_" + std::to_string(++counts_[stem]); }
  std::string add(const char* type, const std::string& name, const std::vector<std::string>& inputs, Json config) {
    if (config.is_null()) config = Json::object();
    config["name"] = name;
    Json nodes = Json::array();
    for (const std::string& input : inputs) nodes.push_back({input, 0, 0, Json::object()});
    layers_.push_back({{"class_name", type},
                       {"name", name},
                       {"config", config},
                       {"inbound_nodes", inputs.empty() ? Json::array() : Json::array({nodes})}});
    return name;
  }
  std::string conv(const std::string& x, int64_t filters, int64_t kernel, const char* activation,
                   std::string name = "") {
    if (name.empty()) name = next("conv1d");
    return add("Conv1D", name, {x},
               {{"filters", filters},
                {"kernel_size", {kernel}},
                {"strides", {1}},
                {"padding", "same"},
                {"data_format", "channels_last"},
                {"dilation_rate", {1}},
                {"activation", activation},
                {"use_bias", true}});
  }
  std::string norm(const std::string& x) {
    return add(
        "BatchNormalization", next("batch_normalization"), {x},
        {{"epsilon", c_.batch_norm_epsilon}, {"momentum", c_.batch_norm_momentum}, {"center", true}, {"scale", true}});
  }
  std::string layer_norm(const std::string& x) {
    return add("LayerNormalization", next("layer_normalization"), {x},
               {{"epsilon", c_.layer_norm_epsilon}, {"center", true}, {"scale", true}});
  }
  std::string half(const std::string& x, int64_t kernel) {
    const std::string active = add("Activation", next("activation"), {norm(x)}, {{"activation", "relu"}});
    return conv(add("SpatialDropout1D", next("spatial_dropout1d"), {active}, {{"rate", c_.dropout}}), c_.filters.back(),
                kernel, "linear");
  }
  Json lstm_fields() const {
    return {{"units", c_.lstm_units},
            {"activation", "tanh"},
            {"recurrent_activation", c_.gate == GateActivation::sigmoid ? "sigmoid" : "hard_sigmoid"},
            {"use_bias", true},
            {"return_sequences", true},
            {"go_backwards", false},
            {"dropout", c_.dropout},
            {"recurrent_dropout", c_.dropout}};
  }
  std::string bilstm(const std::string& x) {
    const Json wrapped = {{"class_name", "LSTM"}, {"config", lstm_fields()}};
    const std::string both =
        add("Bidirectional", next("bidirectional"), {x}, {{"layer", wrapped}, {"merge_mode", "concat"}});
    return norm(conv(both, c_.lstm_units, 1, "linear"));
  }
  std::string attention(const std::string& x, const std::string& name, int64_t width) {
    return add("SeqSelfAttention", name, {x},
               {{"units", c_.attention_units},
                {"attention_width", width == 0 ? Json() : Json(width)},
                {"attention_type", "additive"},
                {"history_only", false},
                {"use_additive_bias", true},
                {"use_attention_bias", true},
                {"attention_activation", "linear"},
                {"epsilon", c_.attention_epsilon}});
  }
  std::string transformer(const std::string& x, const std::string& name) {
    const std::string y = layer_norm(add("Add", next("add"), {x, attention(x, name, 0)}, {}));
    const Json fields = {
        {"units", c_.feed_forward_units}, {"activation", "relu"}, {"use_bias", true}, {"dropout_rate", c_.dropout}};
    return layer_norm(add("Add", next("add"), {y, add("FeedForward", next("feed_forward"), {y}, fields)}, {}));
  }
  void decoder(std::string x, const std::string& output) {
    for (size_t i = c_.filters.size(), stage = 1; i-- > 0; ++stage) {
      x = add("UpSampling1D", next("up_sampling1d"), {x}, {{"size", 2}});
      if (static_cast<int64_t>(stage) == c_.crop.stage)
        x = add("Cropping1D", next("cropping1d"), {x}, {{"cropping", {c_.crop.left, c_.crop.right}}});
      x = conv(x, c_.filters[i], c_.kernels[i], "relu");
    }
    conv(x, 1, c_.output_kernel, "sigmoid", output);
  }

  const EQTransformerConfig c_;
  Json layers_ = Json::array();
  std::map<std::string, int> counts_;
};

}  // namespace seisgrad
