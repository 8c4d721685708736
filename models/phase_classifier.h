// PhaseClassifier, after Shen & Wu 2022 (doi 10.11939/jass.20210048): which seismic phase, if any, a window of
// three-component seismogram begins with. Blocks of convolution, batch norm and pooling, then dense layers. The paper's
// sizes are not published; the defaults here are ours.
//
//     plain block     relu(norm(conv(x)))
//     residual block  relu(norm(conv(relu(norm(conv(x))))) + h(x)),  h = identity, or norm(1x1 conv) where the channels
//                     differ (He et al. 2016, option B)
// Each block is followed by a pooling of 2. Block i of D has min(channels 2^(i-1), most_channels) channels.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "layers/batch_norm.h"
#include "layers/conv1d.h"
#include "layers/linear.h"

namespace SEISGRAD {

// flatten: dense, relu, dropout, dense. gap: the mean over time, then one dense layer, so that class activation maps
// (Zhou et al. 2016) are exact.
enum class ClassifierHead { flatten, gap };

struct PhaseClassifierConfig {
  int64_t samples = 1024, components = 3;
  std::vector<std::string> classes = {"noise", "P", "S", "PgSg"};
  int64_t depth = 5;  // blocks, 1 to 8
  bool residual = false;
  int64_t kernel = 5, channels = 16, most_channels = 64, hidden = 64;
  ClassifierHead head = ClassifierHead::flatten;
  double dropout = 0.3, batch_norm_epsilon = 1e-5, batch_norm_momentum = 0.9;

  bool operator==(const PhaseClassifierConfig&) const = default;
  // Throws std::invalid_argument where the sizes do not fit together.
  void validate() const;
  int64_t channels_of(int64_t block) const;  // blocks counted from 0
  int64_t features() const;                  // what the head begins with
  int64_t parameter_count() const;           // with moving averages
};

struct ConvNorm {
  Conv1d conv;  // without bias: the norm has one
  BatchNorm norm;

  Tensor operator()(const Tensor& x, const Pass& pass) const { return norm(conv(x, pass), pass); }
  Tensor fused(const Tensor& x, Conv1dFusion around, const Pass& pass) const {
    around.after = norm.fixed();
    return conv.fused(x, around, pass);
  }
  void visit(auto&& f) const {
    visit_part("conv", conv, f);
    visit_part("norm", norm, f);
  }
};

struct ClassifierBlock {
  ConvNorm first;
  std::optional<ConvNorm> second, shortcut;  // second: in residual blocks

  Tensor operator()(const Tensor& x, const Pass& pass) const;
  Tensor fused(const Tensor& x, const Pass& pass) const;  // with the pooling
  void visit(auto&& f) const {
    visit_part("first", first, f);
    if (second) visit_part("second", *second, f);
    if (shortcut) visit_part("shortcut", *shortcut, f);
  }
};

class PhaseClassifier {
 public:
  explicit PhaseClassifier(const PhaseClassifierConfig& config = {});

  // x: (N,components,samples) -> logits (N,classes). Pass::watch sees blocks.I (before its pooling), hidden, logits.
  Tensor operator()(const Tensor& x, const Pass& pass = {}) const;

  // Kernels as He et al. 2015, the last layer as Glorot & Bengio 2010, biases 0.
  void initialise(uint64_t seed) const;

  void visit(auto&& f) const {
    visit_parts("blocks", blocks_, f);
    if (hidden_) visit_part("hidden", *hidden_, f);
    visit_part("output", output_, f);
  }
  const PhaseClassifierConfig& config() const { return config_; }

 private:
  PhaseClassifierConfig config_;
  std::vector<ClassifierBlock> blocks_;
  std::optional<Linear> hidden_;
  Linear output_;
};

}  // namespace SEISGRAD
