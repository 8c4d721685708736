#include "apps/gradcheck/cases.h"

#include <cmath>
#include <numeric>

namespace SEISGRAD {

Tensor away_from_zero(Random& random, Shape shape, double low, double high) {
  Tensor x = random.tensor(shape, low, high);
  for (real& v : x.write())
    if (std::abs(v) < 2e-3) v = v < 0 ? real(-2e-3) : real(2e-3);
  return x;
}

Tensor distinct(Random& random, Shape shape) {
  Tensor x(shape);
  const auto values = x.write();
  std::iota(values.begin(), values.end(), real(0));
  for (size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[random.integer(0, static_cast<int64_t>(i) - 1)]);
  for (real& v : values) v = (v - static_cast<real>(values.size()) / 2) * real(2e-3);
  return x;
}

std::vector<NamedCase> gradcheck_cases() {
  std::vector<NamedCase> all;
  for (const auto& family :
       {attention_cases, conv1d_cases, dropout_cases, elementwise_cases, linear_cases, loss_cases, lstm_cases,
        model_cases, norm_cases, pooling_cases, reduction_cases, shape_cases, softmax_cases})
    for (NamedCase& named : family()) all.push_back(std::move(named));
  return all;
}

}  // namespace SEISGRAD
