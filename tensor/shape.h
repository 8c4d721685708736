// Shape: up to four 64-bit sizes, kept inline. Rank 0 is a scalar of size 1.
#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <ostream>

#include "tensor/require.h"

namespace seisgrad {

class Shape {
 public:
  static constexpr int max_rank = 4;

  Shape() = default;
  Shape(std::initializer_list<int64_t> sizes) : rank_(static_cast<int>(sizes.size())) {
    require(sizes.size() <= max_rank, "Shape: rank ", sizes.size(), " exceeds ", max_rank);
    int axis = 0;
    for (int64_t size : sizes) {
      require(size >= 0, "Shape: size ", size, " of axis ", axis, " is negative");
      sizes_[axis++] = size;
    }
  }

  int rank() const { return rank_; }
  int64_t operator[](int axis) const { return sizes_[axis]; }
  const int64_t* begin() const { return sizes_.data(); }
  const int64_t* end() const { return sizes_.data() + rank_; }
  int64_t size() const { return size(0, rank_); }
  // Of the axes from..to-1 taken as one.
  int64_t size(int from, int to) const {
    int64_t n = 1;
    for (int axis = from; axis < to; ++axis) n *= sizes_[axis];
    return n;
  }
  // The same shape with another size along one axis.
  Shape with(int axis, int64_t size) const {
    Shape changed = *this;
    changed.sizes_[axis] = size;
    return changed;
  }
  // The same shape less the axes from..to-1.
  Shape without(int from, int to) const {
    Shape kept;
    for (int axis = 0; axis < rank_; ++axis)
      if (axis < from || axis >= to) kept.sizes_[kept.rank_++] = sizes_[axis];
    return kept;
  }
  bool operator==(const Shape&) const = default;

 private:
  std::array<int64_t, max_rank> sizes_{};
  int rank_ = 0;
};

inline std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '(';
  for (int axis = 0; axis < shape.rank(); ++axis) out << (axis ? "," : "") << shape[axis];
  return out << ')';
}

}  // namespace seisgrad
