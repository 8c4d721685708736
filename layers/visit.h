// How layers and models list their tensors: visit(f) calls f(name, tensor, trainable) for each, in a fixed order, with
// dotted names such as "encoder.0.weight". Buffers (moving averages) are not trainable.
#pragma once
#include <string>

#include "tensor/tensor.h"

namespace SEISGRAD {

// Visits the tensors of a part under its name.
template <class Part, class F>
void visit_part(const std::string& name, const Part& part, F&& f) {
  part.visit([&](const std::string& inner, const Tensor& t, bool trainable) { f(name + "." + inner, t, trainable); });
}

// Visits parts of a container as name.0, name.1, ...
template <class Parts, class F>
void visit_parts(const std::string& name, const Parts& parts, F&& f) {
  for (size_t i = 0; i < parts.size(); ++i) visit_part(name + "." + std::to_string(i), parts[i], f);
}

// A tensor of a layer that training changes; zero until initialised or loaded.
inline Tensor parameter(Shape shape) {
  Tensor t = Tensor::zeros(shape);
  t.set_requires_grad();
  return t;
}

// Puts all tensors of a model on a device, gradients aside: for every handle to them.
template <class Model>
void move_to(const Model& model, Device device) {
  model.visit([&](const std::string&, const Tensor& t, bool) { t.move_to(device); });
}

template <class Model>
int64_t parameter_count(const Model& model, bool trainable) {
  int64_t count = 0;
  model.visit([&](const std::string&, const Tensor& t, bool is_trainable) {
    if (is_trainable == trainable) count += t.size();
  });
  return count;
}

}  // namespace SEISGRAD
