// conv1d_fused: a convolution (stride and dilation 1) with what stands around it in a network, in one pass, for
// inference: what is between is never stored, so there is no gradient.
//
//   u[n,c,l] = x[n,c,l], or with `before` relu(norm(x[n,c,l]))       norm(v) = (v - mean) / sqrt(var + epsilon) gamma +
//   beta X[n,c,j] = u[n, c, (j + crop_left) / upsample] for 0 <= j < upsample L - crop_left - crop_right, else 0
//   z[n,o,m] = bias[o] + sum over c, k of w[o,c,k] X[n, c, m + k - left]
//   a[n,o,m] = activation(z + residual[n,o,m]), z replaced by norm(z) with `after`
//   y        = a, or with `pool` the larger of a[n,o,2m] and a[n,o,2m+1], as max_pool1d takes it
//
//   x (N,C,L)   w (O,C,K)   bias (O)   residual (N,O,M)   y (N,O,M), pooled (N,O,M/2) or, where an odd last value
//   shall stay by itself, (N,O,(M+1)/2)   M = upsample L - crop_left - crop_right + left + right - K + 1
//
// Views without data are left out: bias, residual, and the gamma of a norm for all of the norm.
//
// The same real numbers, computed with fewer roundings and multiplications: `after` is multiplied into w and bias, and
// an upsampling by 2 is folded into w for odd K. Two taps that meet the same sample become one, their sum, so an output
// at an even place of the upsampled row has (K+1)/2 taps, and one at an odd place as many others. Where a crop cuts
// between the two copies of a sample, outputs whose window holds that edge keep all K taps. Sums take the bias, then c,
// then k; cpu and gpu give the same bits but for the sigmoid.
#pragma once
#include "kernels/activation.h"
#include "kernels/precision.h"
#include "kernels/view.h"

namespace SEISGRAD {

template <class T>
struct ChannelNorm {
  View<const T, 1> gamma = {}, beta = {}, mean = {}, var = {};
  T epsilon = 0;
};

template <class T>
struct AroundConv1d {
  int64_t left = 0, right = 0;                          // zeros before and after, in samples of the upsampled row
  int64_t upsample = 1, crop_left = 0, crop_right = 0;  // samples cut from the upsampled row
  Activation activation = Activation::none;
  bool pool = false;
  Precision precision = Precision::strict;  // of gpu::
  ChannelNorm<T> before = {}, after = {};
  View<const T, 3> residual = {};

  HOST_DEVICE int64_t upsampled(int64_t length) const { return upsample * length - crop_left - crop_right; }
  HOST_DEVICE int64_t output_length(int64_t length, int64_t kernel) const {  // M
    return upsampled(length) + left + right - kernel + 1;
  }
  // Whether the upsampling is folded into the taps.
  HOST_DEVICE bool folds(int64_t kernel) const { return upsample == 2 && kernel % 2 == 1; }
};

// REQUIRES: shapes as above; C, O, K, M >= 1; upsample 1 or 2; no crop or upsampling with `pool`; upsampled(L) >= 0;
// sizes not negative; epsilon > 0. Overwrites y, which may not overlap inputs.
template <class T>
using Conv1dFusedOf = void(View<const T, 3> x, View<const T, 3> w, View<const T, 1> bias, const AroundConv1d<T>& around,
                           View<T, 3> y);
using Conv1dFused = Conv1dFusedOf<real>;

namespace reference {
template <class T>
void conv1d_fused(View<const T, 3> x, View<const T, 3> w, View<const T, 1> bias, const AroundConv1d<T>& around,
                  View<T, 3> y);
}  // namespace reference

namespace cpu {
Conv1dFused conv1d_fused;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Conv1dFused conv1d_fused;
}  // namespace gpu

}  // namespace SEISGRAD
