#include "autograd/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

double weighted_sum(const Tensor& y, const Tensor& weights) {
  const Tensor host = y.to(Device::cpu);
  double sum = 0;
  for (int64_t i = 0; i < y.size(); ++i) sum += double(host.values()[i]) * double(weights.values()[i]);
  return sum;
}

std::vector<Tensor> moved(const std::vector<Tensor>& tensors, Device device) {
  std::vector<Tensor> there;
  for (const Tensor& t : tensors) {
    there.push_back(t ? t.to(device) : t);
    if (t && t.requires_grad()) there.back().set_requires_grad();
  }
  return there;
}

}  // namespace

GradientComparison gradcheck(const Differentiable& f, const std::vector<Tensor>& inputs, int64_t most, uint64_t seed,
                             Device device) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-52 - 1; };  // in -1..1

  std::vector<Tensor> gradients;
  Tensor weights;
  {
    Tape tape;
    const std::vector<Tensor> there = moved(inputs, device);
    const Tensor y = f(there);
    weights = Tensor(y.shape());
    for (real& w : weights.write()) w = static_cast<real>(uniform());
    gradients = moved(tape.gradients(y, weights.to(device), there), Device::cpu);
  }

  GradientComparison worst;
  for (size_t k = 0; k < inputs.size(); ++k) {
    const Tensor& x = inputs[k];
    if (!x || !x.requires_grad()) continue;
    require(static_cast<bool>(gradients[k]), "gradcheck: input ", k, " requires a gradient and got none");
    const int64_t count = std::min(most, x.size());
    for (int64_t i = 0; i < count; ++i) {
      const int64_t element = count == x.size() ? i : static_cast<int64_t>(random() % static_cast<uint64_t>(x.size()));
      const real kept = x.values()[element];
      const double h = 1e-6 * std::max(1.0, std::abs(double(kept)));
      const auto value_at = [&](double v) {
        x.write()[element] = static_cast<real>(v);
        return weighted_sum(f(moved(inputs, device)), weights);
      };
      const double above = value_at(double(kept) + h), below = value_at(double(kept) - h);
      x.write()[element] = kept;

      const double numeric = (above - below) / (2 * h), analytic = double(gradients[k].values()[element]);
      const double error = std::abs(analytic - numeric) / std::max({1.0, std::abs(analytic), std::abs(numeric)});
      ++worst.compared;
      if (!(error <= worst.error)) {
        const int64_t compared = worst.compared;
        worst = {error, static_cast<int>(k), element, analytic, numeric, compared};
        if (std::isnan(error)) return worst;
      }
    }
  }
  return worst;
}

}  // namespace SEISGRAD
