#include "kernels/conv1d_fused.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

ChannelNorm<real> norm_view(const char* which, const FixedNorm& norm, int64_t channels) {
  if (!norm.gamma) return {};
  for (const Tensor& t : {norm.gamma, norm.beta, norm.mean, norm.var})
    require(t && t.shape() == Shape{channels}, "conv1d_fused: each tensor of the norm ", which, " must be (", channels,
            "), got ", t ? t.shape() : Shape{});
  require(norm.epsilon > 0, "conv1d_fused: epsilon must be positive, got ", norm.epsilon);
  return {norm.gamma.view<const real, 1>(), norm.beta.view<const real, 1>(), norm.mean.view<const real, 1>(),
          norm.var.view<const real, 1>(), norm.epsilon};
}

void check_sizes(const Tensor& x, const Tensor& weight, const Tensor& bias, const Conv1dFusion& f) {
  require(x.shape().rank() == 3, "conv1d_fused: x must be (N,C,L), got ", x.shape());
  const int64_t C = x.shape()[1], L = x.shape()[2];
  require(weight.shape().rank() == 3 && weight.shape()[1] == C && weight.size() >= 1,
          "conv1d_fused: weight must be (O,C,K) with C = ", C, " and nothing empty, got ", weight.shape());
  const int64_t O = weight.shape()[0];
  if (bias) require(bias.shape() == Shape{O}, "conv1d_fused: bias must be (O) with O = ", O, ", got ", bias.shape());
  require(f.upsample == 1 || f.upsample == 2, "conv1d_fused: upsample must be 1 or 2, got ", f.upsample);
  for (const int64_t samples : {f.padding.left, f.padding.right, f.crop.left, f.crop.right})
    require(samples >= 0 && samples <= most_samples, "conv1d_fused: padding and crop must be in 0..", most_samples,
            ", got ", samples);
  require(f.crop.left + f.crop.right <= f.upsample * L, "conv1d_fused: a crop of ", f.crop.left, "+", f.crop.right,
          " is longer than the row of ", f.upsample * L);
  require(!f.pool || (f.upsample == 1 && f.crop.left + f.crop.right == 0),
          "conv1d_fused: pooling goes with neither upsampling nor crop");
}

}  // namespace

Tensor conv1d_fused(const Tensor& x, const Tensor& weight, const Tensor& bias, const Conv1dFusion& f) {
  require(!recording(), "conv1d_fused has no gradient, and a tape is in scope: call the operators it stands for");
  check_sizes(x, weight, bias, f);
  const int64_t N = x.shape()[0], L = x.shape()[2], O = weight.shape()[0], K = weight.shape()[2];
  const Device device =
      common_device("conv1d_fused", x, weight, bias, f.residual, f.before.gamma, f.before.beta, f.before.mean,
                    f.before.var, f.after.gamma, f.after.beta, f.after.mean, f.after.var);
  AroundConv1d<real> around{.left = f.padding.left,
                            .right = f.padding.right,
                            .upsample = f.upsample,
                            .crop_left = f.crop.left,
                            .crop_right = f.crop.right,
                            .activation = f.activation,
                            .pool = f.pool,
                            .precision = f.precision,
                            .before = norm_view("before", f.before, x.shape()[1]),
                            .after = norm_view("after", f.after, O)};
  const int64_t M = around.output_length(L, K), pooled = f.pool ? (M + f.keep_last) / 2 : M;
  require(M >= 1, "conv1d_fused: a kernel of ", K, " is longer than a row of ", around.upsampled(L), " with padding ",
          f.padding.left, "+", f.padding.right);
  if (f.residual) {
    require(f.residual.shape() == Shape{N, O, M}, "conv1d_fused: residual must be (", N, ",", O, ",", M, "), got ",
            f.residual.shape());
    around.residual = f.residual.view<const real, 3>();
  }
  Tensor y({N, O, pooled}, DType::floating, device);
  if (y.size() == 0) return y;
  on(device, cpu::conv1d_fused, gpu::conv1d_fused)(x.view<const real, 3>(), weight.view<const real, 3>(),
                                                   bias ? bias.view<const real, 1>() : View<const real, 1>{}, around,
                                                   y.view<real, 3>());
  return y;
}

}  // namespace SEISGRAD
