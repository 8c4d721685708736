#include <doctest/doctest.h>

#include <set>
#include <string>

#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"
#include "autograd/tape.h"
#include "tests/agree.h"

using namespace seisgrad;

#ifdef SEISGRAD_DOUBLE

TEST_CASE("gradcheck: every operator on random shapes") {
  for (const NamedCase& named : gradcheck_cases()) {
    for (uint64_t seed = 0; seed < cases(50); ++seed) {
      Random random(seed);
      const GradcheckCase c = named.make(random);
      const GradientComparison result = gradcheck(c.f, c.inputs);
      INFO(std::string(named.op) << ": " << c.description << "; input " << result.input << " element " << result.element
                                 << ": analytic " << result.analytic << ", numeric " << result.numeric);
      CHECK(result.compared > 0);
      CHECK(result.error <= 1e-6);
    }
  }
}

TEST_CASE("gradcheck: on cuda") {
  if (!has_cuda()) return;
  // the makers of these keep tensors on the CPU
  const std::set<std::string> on_cpu = {"phase_classifier", "eqtransformer"};
  for (const NamedCase& named : gradcheck_cases()) {
    if (on_cpu.count(named.op)) continue;
    for (uint64_t seed = 0; seed < 3; ++seed) {
      Random random(seed);
      const GradcheckCase c = named.make(random);
      INFO(std::string(named.op) << ": " << c.description);
      const GradientComparison result = gradcheck(c.f, c.inputs, 5, 1, Device::cuda);
      INFO("input " << result.input << " element " << result.element << ": analytic " << result.analytic << ", numeric "
                    << result.numeric);
      CHECK(result.compared > 0);
      CHECK(result.error <= 1e-6);
    }
  }
}

TEST_CASE("gradcheck: finds a wrong gradient") {
  const Differentiable twice_the_gradient = [](const std::vector<Tensor>& in) {
    return record("wrong", scale(in[0].detach(), 1), {in[0]},
                  [](const Tensor& dy) -> Gradients { return {scale(dy, 2)}; });
  };
  CHECK(gradcheck(twice_the_gradient, {wanted(Tensor::full({3}, 1))}).error > 0.1);
}

#endif
