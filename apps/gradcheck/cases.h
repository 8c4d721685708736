// What `seisgrad gradcheck` and tests/gradcheck_test.cpp check: for each operator a maker of random cases. Double only.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/gradcheck/random.h"
#include "autograd/gradcheck.h"

namespace SEISGRAD {

// An input is checked if it requires_grad(). Values stay 1e-3 away from kinks (relu at 0, ties of a maximum).
struct GradcheckCase {
  Differentiable f;
  std::vector<Tensor> inputs;
  std::string description;  // shapes and options, for people
};

// A tensor that wants its gradient.
inline Tensor wanted(Tensor x) {
  x.set_requires_grad();
  return x;
}
// Values in low..high, at least 1e-3 from zero.
Tensor away_from_zero(Random& random, Shape shape, double low = -1, double high = 1);
// Values no two of which are closer than 1e-3, shuffled.
Tensor distinct(Random& random, Shape shape);

using MakeCase = GradcheckCase(Random& random);
struct NamedCase {
  const char* op;
  std::function<MakeCase> make;
};
std::vector<NamedCase> gradcheck_cases();  // all of them, by operator

// One file a family; each gives its operators' makers.
std::vector<NamedCase> conv1d_cases();
std::vector<NamedCase> elementwise_cases();
std::vector<NamedCase> lstm_cases();
std::vector<NamedCase> pooling_cases();
std::vector<NamedCase> shape_cases();
std::vector<NamedCase> reduction_cases();
std::vector<NamedCase> dropout_cases();
std::vector<NamedCase> linear_cases();
std::vector<NamedCase> attention_cases();
std::vector<NamedCase> model_cases();
std::vector<NamedCase> norm_cases();
std::vector<NamedCase> loss_cases();
std::vector<NamedCase> softmax_cases();

}  // namespace SEISGRAD
