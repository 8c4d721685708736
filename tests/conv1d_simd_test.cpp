// The inner loop of conv1d and conv1d_fused gives the same bits on AVX2 and AVX-512, whose tiles differ.
#if defined(SEISGRAD_SIMD_DISPATCH) && defined(__x86_64__)
#include "kernels/conv1d.simd.h"
#include "kernels/round_up.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

// One sample: y of a convolution of x (C,positions + K - 1) with w (O,C,K), on one level.
struct Sample {
  int64_t C = 0, O = 0, K = 0, positions = 0;
  bool phases = false, pool = false, with_residual = false;
  Activation activation = Activation::none;
  int64_t first = 0, outputs = 0;  // of a row before pooling
  std::vector<real> x = {}, w = {}, bias = {}, residual = {};

  std::vector<real> run(Conv1dTileFor* tile_of, Conv1dLoop* loop) const {
    const Conv1dTile tile = tile_of(O);
    const int64_t x_row = round_up(positions, tile.positions) + K - 1, outs = round_up(O, tile.channels);
    std::vector<real> rows(C * x_row, 0), weights(outs * C * K, 0), biases(outs, 0);
    std::vector<int64_t> tap(K);
    for (int64_t k = 0; k < K; ++k) tap[k] = k;
    for (int64_t c = 0; c < C; ++c)
      std::copy_n(x.begin() + c * (positions + K - 1), positions + K - 1, rows.begin() + c * x_row);
    for (int64_t o = 0; o < O; ++o) {
      biases[o] = bias[o];
      for (int64_t i = 0; i < C * K; ++i)
        weights[(o / tile.channels * C * K + i) * tile.channels + o % tile.channels] = w[o * C * K + i];
    }
    const int64_t y_row = pool ? outputs / 2 : outputs, y_rows = phases ? O / 2 : O;
    std::vector<real> y(y_rows * y_row, -7);
    loop({.C = C,
          .O = O,
          .K = K,
          .w = weights.data(),
          .bias = biases.data(),
          .positions = positions,
          .x = rows.data(),
          .x_row = x_row,
          .tap = tap.data(),
          .y = y.data(),
          .y_row = y_row,
          .first = first,
          .outputs = outputs,
          .phases = phases,
          .residual = with_residual ? residual.data() : nullptr,
          .residual_row = outputs,
          .activation = activation,
          .pool = pool});
    return y;
  }
};

Sample random_sample(Random& random) {
  Sample s{.C = random.size(9), .O = random.size(20), .K = random.size(7), .positions = random.size(200)};
  s.phases = random.coin();
  s.pool = !s.phases && random.coin();
  s.with_residual = random.coin();
  s.activation = random.coin() ? Activation::relu : random.coin() ? Activation::sigmoid : Activation::none;
  if (s.phases) s.O = 2 * s.O;
  s.first = s.phases ? -random.integer(0, 1) : 0;
  s.outputs = (s.phases ? 2 * s.positions + s.first : s.positions) - random.integer(0, 1);
  const auto values = [&](int64_t count) {
    const Tensor t = random.tensor({count});
    return std::vector<real>(t.values().begin(), t.values().end());
  };
  s.x = values(s.C * (s.positions + s.K - 1));
  s.w = values(s.O * s.C * s.K);
  s.bias = values(s.O);
  s.residual = values(s.O * std::max<int64_t>(1, s.outputs));
  return s;
}

}  // namespace

TEST_CASE("conv1d: AVX2 and AVX-512 give the same bits, whatever stands after the sums") {
  if (SIMD_BEST(conv1d_loop) != avx512::conv1d_loop) {
    MESSAGE("skipped: this machine has no AVX-512");
    return;
  }
  for (uint64_t seed = 0; seed < cases(200); ++seed) {
    Random random(seed);
    const Sample s = random_sample(random);
    CAPTURE(seed);
    CHECK(s.run(avx2::conv1d_tile, avx2::conv1d_loop) == s.run(avx512::conv1d_tile, avx512::conv1d_loop));
  }
}
#endif
