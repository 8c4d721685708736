// gradcheck: the gradients of a function by the tape against central differences of its values.
//
// f is reduced to a scalar, sum(f(inputs) * w) with fixed random weights w, so that every result counts. For chosen
// elements x_i of every input that requires_grad(), the derivative is compared with
//     (s(x_i + h) - s(x_i - h)) / 2h,   h = 1e-6 max(1, |x_i|)
// as |analytic - numeric| / max(1, |analytic|, |numeric|). Meant for the double build: float leaves 1e-2 at best.
#pragma once
#include <functional>
#include <vector>

#include "tensor/tensor.h"

namespace SEISGRAD {

using Differentiable = std::function<Tensor(const std::vector<Tensor>&)>;

struct GradientComparison {
  double error = 0;  // the largest, as above; NaN if any derivative is
  int input = -1;    // where: which input, which element of it
  int64_t element = -1;
  double analytic = 0, numeric = 0;
  int64_t compared = 0;  // number of derivatives
};

// Compares at most `most` elements of each input, chosen by `seed`. The inputs are on the CPU and are left as they
// were; f gets copies of them where `device` is another, and computes there.
GradientComparison gradcheck(const Differentiable& f, const std::vector<Tensor>& inputs, int64_t most = 20,
                             uint64_t seed = 1, Device device = Device::cpu);

}  // namespace SEISGRAD
