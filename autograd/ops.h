// Every differentiable operator, in the shapes of its kernel's header. Each validates its inputs
// (std::invalid_argument says what was expected and what came), allocates, runs the kernel of the inputs' device and
// records its gradient on the innermost tape.
#pragma once
#include <vector>

#include "kernels/activation.h"
#include "kernels/additive_attention.h"
#include "kernels/conv1d.h"
#include "kernels/lstm.h"
#include "kernels/max_pool1d.h"
#include "kernels/normalise_windows.h"
#include "kernels/padding.h"
#include "kernels/philox.h"
#include "tensor/tensor.h"

namespace SEISGRAD {

// Elementwise (kernels/elementwise.h), any shape.
Tensor add(const Tensor& a, const Tensor& b);  // equal shapes
Tensor subtract(const Tensor& a, const Tensor& b);
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor scale(const Tensor& a, real factor);
Tensor relu(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor hard_sigmoid(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);

// x (N,C,L), weight (O,C,K), bias (O) or absent -> (N,O,M)
Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias, Convolution1d conv);
// The same with what stands around it, in one pass (kernels/conv1d_fused.h); without gradient, so not under a tape.
struct FixedNorm {  // batch_norm's arguments; none where gamma is absent
  Tensor gamma = {}, beta = {}, mean = {}, var = {};
  real epsilon = 0;
};
struct Conv1dFusion {
  FixedNorm before = {};  // followed by a relu
  int64_t upsample = 1;   // or 2
  Margins crop = {0, 0}, padding = {0, 0};
  FixedNorm after = {};
  Tensor residual = {};  // is added to the norm's result
  Activation activation = Activation::none;
  Precision precision = Precision::strict;
  bool pool = false, keep_last = false;  // the larger of each pair; an odd last value is dropped or kept
};
Tensor conv1d_fused(const Tensor& x, const Tensor& weight, const Tensor& bias, const Conv1dFusion& fusion);
Tensor max_pool1d(const Tensor& x, Pool1d pool);     // (N,C,L) -> (N,C,M)
Tensor upsample1d(const Tensor& x, int64_t factor);  // (N,C,L) -> (N,C,factor L), each sample repeated
Tensor avg_pool1d(const Tensor& x, Pool1d pool);     // (N,C,L) -> (N,C,M)

// Shape. Only reshape shares memory with its argument; the others copy.
Tensor reshape(const Tensor& x, const Shape& shape);        // the same number of elements, in the same order
Tensor transpose(const Tensor& x);                          // (R,C) -> (C,R) or (N,R,C) -> (N,C,R)
Tensor concat(const std::vector<Tensor>& parts, int axis);  // shapes equal but for that axis
Tensor pad(const Tensor& x, Margins by, real value = 0);    // the last axis longer by left + right
Tensor crop(const Tensor& x, Margins by);                   // the last axis shorter by left + right

// Over the axes named, which the result lacks; over all of them, giving a scalar.
Tensor sum(const Tensor& x, const std::vector<int>& axes);
Tensor sum(const Tensor& x);
Tensor mean(const Tensor& x, const std::vector<int>& axes);
Tensor mean(const Tensor& x);

// Random zeros with probability p in [0,1), the rest times 1/(1-p) (kernels/dropout.h). Nothing here knows of training
// and evaluation. A step of training changes key.step, or the number in counter (int32, one element, on x's device),
// which is added to it when the kernel runs, also in a recording; a layer has its own key.stream.
Tensor dropout(const Tensor& x, double p, RandomKey key, const Tensor& counter = {});          // any shape, by value
Tensor spatial_dropout(const Tensor& x, double p, RandomKey key, const Tensor& counter = {});  // (N,C,L), by channel
Tensor dropout_mask(const Shape& shape, double p, RandomKey key, Device device = Device::cpu,
                    const Tensor& counter = {});  // 0 or 1/(1-p)

// Linear algebra. linear: y = x w^T + b over the last axis of x (N,I) or (N,T,I), w (O,I), b (O) or absent. Gradients
// are computed in the same precision; only a GPU in float32 has others than strict.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Precision precision = Precision::strict);
Tensor matmul(const Tensor& a, const Tensor& b, Precision precision = Precision::strict);  // (M,K) (K,N) -> (M,N)

// lstm: (N,T,I) -> (N,T,H). Dropout masks (4,N,I) and (4,N,H) may be absent, and get no gradient.
Tensor lstm(const Tensor& x, const Tensor& weight, const Tensor& recurrent, const Tensor& bias,
            LstmOptions options = {}, const Tensor& input_mask = {}, const Tensor& recurrent_mask = {});
// bilstm: both directions, (N,T,I) -> (N,T,2H), the units of `forward` before those of `backward`, which starts at the
// last step.
struct LstmParameters {
  Tensor weight, recurrent, bias, input_mask = {}, recurrent_mask = {};
};
Tensor bilstm(const Tensor& x, const LstmParameters& forward, const LstmParameters& backward,
              GateActivation gate = GateActivation::sigmoid);

// Normalisation. epsilon: Keras 1e-3 for batch_norm, PyTorch 1e-5 for both.
// x (N,C,L), the rest (C). mean and var are constants: they get no gradient.
Tensor batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& mean, const Tensor& var,
                  real epsilon);
// The same with the mean and biased variance of this batch, through which the gradient flows. They are returned for the
// layer's moving statistics and carry no gradient themselves.
struct BatchNormed {
  Tensor y, mean, var;
};
BatchNormed batch_norm_train(const Tensor& x, const Tensor& gamma, const Tensor& beta, real epsilon);
Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, real epsilon);  // x (N,T,C), the rest (C)
Tensor normalise_windows(const Tensor& x, WindowOptions options);  // (N,C,L), a network's input: without a gradient

// Over the last axis, rank 2 or 3.
Tensor softmax(const Tensor& x);
Tensor log_softmax(const Tensor& x);

// Self-attention of x (N,T,C): values (N,T,C), and the weights (N,T,T) to look at: no gradient flows through them.
// query, key (U,C), bias, score (U), score_bias (1).
struct Attention {
  Tensor values, weights;
};
Attention additive_attention(const Tensor& x, const Tensor& query, const Tensor& key, const Tensor& bias,
                             const Tensor& score, const Tensor& score_bias, AttentionOptions options = {});

// Losses and penalties: scalars, shape (). Targets and labels get no gradient.
Tensor bce(const Tensor& p, const Tensor& target);                 // one shape; mean; p clipped to [1e-7, 1 - 1e-7]
Tensor bce_with_logits(const Tensor& z, const Tensor& target);     // one shape; mean
Tensor cross_entropy(const Tensor& logits, const Tensor& labels);  // (N,K), int32 (N); mean over N
Tensor l1_penalty(const Tensor& w);                                // sum |w|
Tensor l2_penalty(const Tensor& w);                                // sum w^2

}  // namespace SEISGRAD
