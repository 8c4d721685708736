// EQTransformer (Mousavi et al. 2020, doi 10.1038/s41467-020-17591-w): detection, P and S probabilities of a window of
// three-component seismogram. Encoder of convolutions and pooling, residual convolutions, bidirectional LSTMs, two
// transformer blocks, then three decoders; those of P and S begin with an LSTM and attention of a small width.
#pragma once
#include <vector>

#include "layers/attention.h"
#include "layers/batch_norm.h"
#include "layers/conv1d.h"
#include "layers/layer_norm.h"
#include "layers/linear.h"
#include "layers/lstm.h"

namespace SEISGRAD {

// The released models differ in these; a weight file says which it is. Defaults: the code's trainer.
struct EQTransformerConfig {
  int64_t samples = 6000, components = 3;
  std::vector<int64_t> filters = {8, 16, 16, 32, 32, 64, 64};  // encoder; reversed in the decoders
  std::vector<int64_t> kernels = {11, 9, 7, 7, 5, 5, 3};
  std::vector<int64_t> residual_kernels = {3, 3, 3, 3, 2, 3, 2};
  int64_t bilstm_blocks = 2, lstm_units = 16;
  GateActivation gate = GateActivation::sigmoid;
  int64_t attention_units = 32, attention_width = 3, feed_forward_units = 128, output_kernel = 11;
  // what the decoder cuts after up-sampling in one of its stages (counted from 1), so that lengths come out even
  struct Crop {
    int64_t stage = 4, left = 1, right = 1;
    bool operator==(const Crop&) const = default;
  } crop = {};
  double dropout = 0.1;
  double batch_norm_epsilon = 1e-3, batch_norm_momentum = 0.99, layer_norm_epsilon = 1e-14, attention_epsilon = 1e-7;

  bool operator==(const EQTransformerConfig&) const = default;
  // Throws std::invalid_argument where the sizes do not fit together, e.g. a crop after which the output is not
  // `samples`.
  void validate() const;
};

struct ResidualBlock {
  BatchNorm norm1;
  Conv1d conv1;
  BatchNorm norm2;
  Conv1d conv2;
  real dropout;
  uint16_t stream;

  Tensor operator()(const Tensor& x, const Pass& pass) const;
  void visit(auto&& f) const {
    visit_part("norm1", norm1, f);
    visit_part("conv1", conv1, f);
    visit_part("norm2", norm2, f);
    visit_part("conv2", conv2, f);
  }
};

struct BiLstmBlock {
  Lstm forward, backward;
  Conv1d conv;  // 1x1: "network in network"
  BatchNorm norm;

  Tensor operator()(const Tensor& x, const std::string& name, const Pass& pass) const;  // (N,C,T) -> (N,units,T)
  void visit(auto&& f) const {
    visit_part("forward", forward, f);
    visit_part("backward", backward, f);
    visit_part("conv", conv, f);
    visit_part("norm", norm, f);
  }
};

struct TransformerBlock {
  AdditiveAttention attention;
  LayerNorm norm1;
  Linear linear1, linear2;
  LayerNorm norm2;
  real dropout;
  uint16_t stream;

  Tensor operator()(const Tensor& x, const std::string& name, const Pass& pass) const;  // (N,T,C) -> the same
  void visit(auto&& f) const {
    visit_part("attention", attention, f);
    visit_part("norm1", norm1, f);
    visit_part("linear1", linear1, f);
    visit_part("linear2", linear2, f);
    visit_part("norm2", norm2, f);
  }
};

struct Decoder {
  std::vector<Conv1d> convs;
  Conv1d output;
  EQTransformerConfig::Crop crop;

  // (N,C,T) -> probabilities (N,samples), or their logits
  Tensor operator()(Tensor x, const std::string& name, const Pass& pass, bool logits) const;
  void visit(auto&& f) const {
    visit_parts("convs", convs, f);
    visit_part("output", output, f);
  }
};

// LSTM, attention over neighbours, decoder.
struct PhasePicker {
  Lstm lstm;
  AdditiveAttention attention;
  Decoder decoder;

  // (N,T,C) -> (N,samples), as Decoder
  Tensor operator()(const Tensor& x, const std::string& name, const Pass& pass, bool logits) const;
  void visit(auto&& f) const {
    visit_part("lstm", lstm, f);
    visit_part("attention", attention, f);
    visit_part("decoder", decoder, f);
  }
};

class EQTransformer {
 public:
  explicit EQTransformer(const EQTransformerConfig& config = {});

  // Probabilities of each sample, (N,samples).
  struct Output {
    Tensor detection, p, s;
  };
  // x: (N,components,samples), each component of each window normalised. Names of what Pass::watch sees:
  // docs/weights.md.
  Output operator()(const Tensor& x, const Pass& pass = {}) const { return run(x, pass, false); }
  // Before the sigmoid: what a loss is computed from without losing its gradient.
  Output logits(const Tensor& x, const Pass& pass = {}) const { return run(x, pass, true); }

  void visit(auto&& f) const {
    visit_parts("encoder", encoder_, f);
    visit_parts("residual", residual_, f);
    visit_parts("bilstm", bilstm_, f);
    visit_parts("transformer", transformer_, f);
    visit_part("detection", detection_, f);
    visit_part("p", p_, f);
    visit_part("s", s_, f);
  }
  const EQTransformerConfig& config() const { return config_; }

 private:
  Output run(const Tensor& x, const Pass& pass, bool logits) const;

  EQTransformerConfig config_;
  std::vector<Conv1d> encoder_;
  std::vector<ResidualBlock> residual_;
  std::vector<BiLstmBlock> bilstm_;
  std::vector<TransformerBlock> transformer_;
  Decoder detection_;
  PhasePicker p_, s_;
};

}  // namespace SEISGRAD
