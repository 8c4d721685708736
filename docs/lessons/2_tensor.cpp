// Lesson 2: a tensor is memory and a shape. This one is built from nothing and compared with the library's.
#include <cstdio>
#include <memory>
#include <numeric>
#include <vector>

#include "tensor/tensor.h"

// A handle: copying it shares the values.
struct SmallTensor {
  std::shared_ptr<std::vector<float>> memory;
  std::vector<long> shape;

  explicit SmallTensor(std::vector<long> sizes) : shape(std::move(sizes)) {
    const long count = std::accumulate(shape.begin(), shape.end(), 1L, std::multiplies<long>());
    memory = std::make_shared<std::vector<float>>(count);
  }

  // Row-major: the last index runs fastest. offset = ((n) * C + c) * L + l
  float& at(const std::vector<long>& index) const {
    long offset = 0;
    for (size_t axis = 0; axis < shape.size(); ++axis) offset = offset * shape[axis] + index[axis];
    return (*memory)[offset];
  }

  // The same values seen with another shape: nothing moves.
  SmallTensor reshape(std::vector<long> sizes) const {
    SmallTensor other = *this;
    other.shape = std::move(sizes);
    return other;
  }
};

int failures = 0;
void expect(bool holds, const char* what) {
  std::printf("%s  %s\n", holds ? "yes" : "NO ", what);
  failures += !holds;
}

int main() {
  const SmallTensor a({2, 3, 4});
  std::iota(a.memory->begin(), a.memory->end(), 0.0f);
  expect(a.at({1, 2, 3}) == 23, "the last element of (2,3,4) is number 23");
  expect(a.at({1, 0, 0}) - a.at({0, 0, 0}) == 12, "one step in n jumps over 3 x 4 values");

  const SmallTensor b = a;
  b.at({0, 0, 0}) = 100;
  expect(a.at({0, 0, 0}) == 100, "a copy of the handle shows the same values");
  const SmallTensor rows = a.reshape({6, 4});
  expect(rows.at({5, 3}) == 23, "reshape moves nothing: the last element is the last element");

  using namespace seisgrad;
  const Tensor t = Tensor::zeros({2, 3, 4});
  std::iota(t.write().begin(), t.write().end(), real(0));
  const View<const real, 3> view = t.view<const real, 3>();
  bool same = true;
  for (int64_t n = 0; n < 2; ++n)
    for (int64_t c = 0; c < 3; ++c)
      for (int64_t l = 0; l < 4; ++l) same &= view(n, c, l) == real(n * 12 + c * 4 + l);
  expect(same, "the library's View has the same layout");
  const uint64_t version = t.memory()->version();
  t.reshape({24}).write()[0] = 5;
  expect(t.values()[0] == 5, "its reshape shares memory as well");
  expect(t.memory()->version() > version, "and a write in place is counted, so that a tape can object");
  return failures;
}
