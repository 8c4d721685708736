// Tensor: a handle on a contiguous row-major array of `real` or int32, on the CPU or on a GPU.
//
// Copying a Tensor copies the handle: both names mean the same values and the same gradient. clone() copies values,
// reshape() and detach() share memory. A default-constructed Tensor is absent: all but operator bool and is() throw
// std::invalid_argument.
#pragma once
#include <algorithm>
#include <memory>
#include <span>

#include "kernels/view.h"
#include "tensor/device.h"
#include "tensor/memory.h"
#include "tensor/shape.h"

namespace SEISGRAD {

template <class T>
constexpr DType dtype_of = std::is_same_v<std::remove_const_t<T>, int32_t> ? DType::int32 : DType::floating;

// Which tape recorded a tensor as its result, and where. Written by autograd/ only.
struct Origin {
  uint64_t tape = 0;  // serial number of the tape, 0: none
  int64_t node = -1;  // position on it
};

class Tensor {
 public:
  Tensor() = default;
  // Values are unspecified until written.
  explicit Tensor(Shape shape, DType dtype = DType::floating, Device device = Device::cpu);

  static Tensor full(Shape shape, real value, Device device = Device::cpu);
  static Tensor zeros(Shape shape, Device device = Device::cpu) { return full(shape, 0, device); }
  static Tensor from(Shape shape, std::span<const real> values, Device device = Device::cpu);
  static Tensor from(Shape shape, std::span<const int32_t> values, Device device = Device::cpu);

  explicit operator bool() const { return body_ != nullptr; }
  bool is(const Tensor& other) const { return body_ == other.body_; }  // one tensor under two names
  const Shape& shape() const;
  int64_t size() const { return shape().size(); }
  DType dtype() const;
  Device device() const;

  // The value of a tensor of one element, on any device.
  real item() const;
  // The values; a tensor on the CPU only. write() counts as a write in place.
  std::span<const real> values() const { return {pointer<const real>(), static_cast<size_t>(size())}; }
  std::span<real> write() const { return {pointer<real>(), static_cast<size_t>(size())}; }

  // This tensor itself where it is there already; else a copy that no tape knows: move leaves, not results.
  Tensor to(Device device) const;
  void move_to(Device device) const;  // in place, for all handles: how a model is put on a device
  Tensor clone() const;
  Tensor reshape(Shape shape) const;           // the same number of elements
  Tensor detach() const;                       // the same values, unknown to any tape, no gradient wanted
  void copy_from(const Tensor& source) const;  // in place; equal shape and dtype, any device

  // Whether a tape shall keep what the gradient with respect to this tensor needs.
  bool requires_grad() const;
  void set_requires_grad(bool wanted = true) const;
  // Absent until a backward pass reached this tensor. Several tensors may have one gradient: never write into it.
  const Tensor& grad() const;
  void set_grad(Tensor gradient) const;

  Origin origin() const;
  void set_origin(Origin origin) const;
  const std::shared_ptr<Memory>& memory() const;

  // How a kernel sees this tensor. A view that is not of const counts as a write in place.
  template <class T, int Rank>
  View<T, Rank> view() const {
    require(Rank == shape().rank(), "view: expected rank ", Rank, ", got ", shape());
    View<T, Rank> v{address<T>(), {}};
    std::copy(shape().begin(), shape().end(), v.extent);
    return v;
  }
  // All elements in one row.
  template <class T>
  View<T, 1> flat() const {
    return {address<T>(), {size()}};
  }

 private:
  struct Body;
  Body& body() const;

  template <class T>
  T* address() const {
    return static_cast<T*>(address_checked(dtype_of<T>, !std::is_const_v<T>));
  }
  template <class T>
  T* pointer() const {
    require(device() == Device::cpu, "values of a tensor on ", device(), ": copy it with to(Device::cpu) first");
    return address<T>();
  }
  void* address_checked(DType expected, bool for_writing) const;

  std::shared_ptr<Body> body_;
};

}  // namespace SEISGRAD
