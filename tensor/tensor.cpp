#include "tensor/tensor.h"

#include <cmath>
#include <utility>

#include "kernels/device.h"

namespace SEISGRAD {

struct Tensor::Body {
  Shape shape;
  DType dtype;
  std::shared_ptr<Memory> memory;
  bool requires_grad = false;
  Tensor grad;
  Origin origin;
};

static size_t bytes_of(const Shape& shape, DType dtype) {
  size_t bytes = dtype == DType::floating ? sizeof(real) : sizeof(int32_t);
  for (const int64_t size : shape)
    require(!__builtin_mul_overflow(bytes, static_cast<size_t>(size), &bytes), "Tensor: shape ", shape,
            " has too many elements");
  return bytes;
}

Tensor::Tensor(Shape shape, DType dtype, Device device)
    : body_(std::make_shared<Body>(
          Body{shape, dtype, std::make_shared<Memory>(bytes_of(shape, dtype), device), false, {}, {}})) {}

Tensor Tensor::full(Shape shape, real value, Device device) {
  Tensor t(shape, DType::floating, device);
  if (device == Device::cpu) std::fill_n(t.address<real>(), shape.size(), value);
  else device::fill(t.address<real>(), static_cast<size_t>(shape.size()), value);
  return t;
}

template <class T>
static Tensor copied(Shape shape, std::span<const T> values, Device device) {
  require(static_cast<int64_t>(values.size()) == shape.size(), "Tensor::from: ", values.size(), " values for shape ",
          shape);
  Tensor t(shape, dtype_of<T>);
  std::copy(values.begin(), values.end(), t.flat<T>().data);
  return t.to(device);
}
Tensor Tensor::from(Shape shape, std::span<const real> values, Device device) { return copied(shape, values, device); }
Tensor Tensor::from(Shape shape, std::span<const int32_t> values, Device device) {
  return copied(shape, values, device);
}

Tensor::Body& Tensor::body() const {
  require(body_ != nullptr, "the tensor is absent");
  return *body_;
}

const Shape& Tensor::shape() const { return body().shape; }
DType Tensor::dtype() const { return body().dtype; }
Device Tensor::device() const { return body().memory->device(); }
const std::shared_ptr<Memory>& Tensor::memory() const { return body().memory; }

real Tensor::item() const {
  require(size() == 1, "item: expected one element, got shape ", shape());
  return to(Device::cpu).values()[0];
}

Tensor Tensor::to(Device device) const {
  if (device == this->device()) return *this;
  Tensor moved(shape(), dtype(), device);
  copy(*memory(), *moved.memory());
  moved.body().requires_grad = requires_grad();
  return moved;
}

void Tensor::move_to(Device device) const { body().memory = to(device).memory(); }

Tensor Tensor::clone() const {
  Tensor twin(shape(), dtype(), device());
  copy(*memory(), *twin.memory());
  return twin;
}

Tensor Tensor::reshape(Shape shape) const {
  require(shape.size() == size(), "reshape: cannot make ", shape, " of ", this->shape());
  Tensor reshaped;
  reshaped.body_ = std::make_shared<Body>(Body{shape, dtype(), memory(), false, {}, {}});
  return reshaped;
}

Tensor Tensor::detach() const { return reshape(shape()); }

void Tensor::copy_from(const Tensor& source) const {
  require(source.shape() == shape() && source.dtype() == dtype(), "copy_from: cannot copy ", source.dtype(), " ",
          source.shape(), " into ", dtype(), " ", shape());
  copy(*source.memory(), *memory());
}

bool Tensor::requires_grad() const { return body().requires_grad; }
void Tensor::set_requires_grad(bool wanted) const { body().requires_grad = wanted; }
const Tensor& Tensor::grad() const { return body().grad; }
void Tensor::set_grad(Tensor gradient) const { body().grad = std::move(gradient); }
Origin Tensor::origin() const { return body().origin; }
void Tensor::set_origin(Origin origin) const { body().origin = origin; }

void* Tensor::address_checked(DType expected, bool for_writing) const {
  require(dtype() == expected, "expected a tensor of ", expected, ", got ", dtype());
  if (for_writing) memory()->written();
  return memory()->data();
}

}  // namespace SEISGRAD
