// A layer of random shape and weights for the tests of lstm.
#pragma once
#include "autograd/ops.h"
#include "tests/agree.h"

namespace SEISGRAD {

struct LstmLayer {
  Tensor x, weight, recurrent, bias, input_mask, recurrent_mask;
  LstmOptions options;

  std::vector<Tensor> inputs() const { return {x, weight, recurrent, bias}; }
  Tensor operator()() const { return lstm(x, weight, recurrent, bias, options, input_mask, recurrent_mask); }
  LstmLayer to(Device d) const {
    const auto moved = [d](const Tensor& t) { return t ? t.to(d) : t; };
    return {moved(x), moved(weight), moved(recurrent), moved(bias), moved(input_mask), moved(recurrent_mask), options};
  }
};

inline Tensor any_mask(Random& random, Shape shape) {
  Tensor mask(shape);
  for (real& m : mask.write()) m = random.integer(0, 4) == 0 ? real(0) : real(1.25);
  return mask;
}

// |z| stays below about 3, where no gate is so flat that 1 - g^2 loses its digits.
inline LstmLayer any_layer(Random& random, int64_t N, int64_t T, int64_t I, int64_t H) {
  const double most = 1 / std::sqrt(static_cast<double>(I + H));
  return {.x = random.tensor({N, T, I}),
          .weight = random.tensor({4 * H, I}, -most, most),
          .recurrent = random.tensor({4 * H, H}, -most, most),
          .bias = random.tensor({4 * H}),
          .input_mask = random.coin() ? any_mask(random, {4, N, I}) : Tensor(),
          .recurrent_mask = random.coin() ? any_mask(random, {4, N, H}) : Tensor(),
          .options = {.gate = random.coin() ? GateActivation::sigmoid : GateActivation::hard_sigmoid,
                      .reverse = random.coin()}};
}

}  // namespace SEISGRAD
