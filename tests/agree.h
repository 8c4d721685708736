// Agreement of an operator on every device with its float64 reference.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "apps/gradcheck/random.h"
#include "autograd/tape.h"
#include "kernels/device.h"
#include "tensor/tensor.h"
#include "tests/races.h"
#ifdef SEISGRAD_EMULATED
#include "kernels/simt_options.h"
#endif

namespace SEISGRAD {

// How many random cases a test goes through: as many as it asks for; at most SEISGRAD_CASES where that is set (under
// compute-sanitizer); 200 where SEISGRAD_FULL is set (./check --full);
// a tenth under ThreadSanitizer, which is a hundred times slower and looks for races, not for rare shapes.
inline uint64_t cases(uint64_t usual) {
  if (finds_races()) return usual / 10;
  if (const char* most = std::getenv("SEISGRAD_CASES"))
    return std::min<uint64_t>(usual, std::strtoull(most, nullptr, 10));
  return std::getenv("SEISGRAD_FULL") ? std::max<uint64_t>(usual, 200) : usual;
}

inline bool has_cuda() { return device::linked() && device::available(); }

// body(cpu), then body(cuda) where there is one; emulated, under three thread orders, or one where races are looked
// for.
inline void on_each_device(const std::function<void(Device)>& body) {
  body(Device::cpu);
  if (!has_cuda()) return;
#ifdef SEISGRAD_EMULATED
  for (uint64_t seed = finds_races() ? 2 : 0; seed < 3; ++seed) {
    simt::options.seed = seed;
    CAPTURE(seed);
    body(Device::cuda);
  }
  simt::options.seed = 0;
#else
  body(Device::cuda);
#endif
}

// The same for an operator whose CUDA kernel may not exist yet: with none (null), the CPU alone.
template <class Kernel>
void on_each_device(Kernel* gpu_kernel, const std::function<void(Device)>& body) {
  gpu_kernel ? on_each_device(body) : body(Device::cpu);
}

// An owned array of doubles that a reference kernel reads and writes; starts as NaN.
template <class T, int Rank>
struct Array {
  std::vector<T> values;
  int64_t extent[Rank];

  explicit Array(const Shape& shape) : values(shape.size(), T(std::numeric_limits<double>::quiet_NaN())) {
    REQUIRE(shape.rank() == Rank);
    std::copy(shape.begin(), shape.end(), extent);
  }
  View<T, Rank> view() {
    View<T, Rank> v{values.data(), {}};
    std::copy(extent, extent + Rank, v.extent);
    return v;
  }
  View<const T, Rank> in() { return view(); }
};

// The values of a tensor as doubles; `absolute` takes their magnitudes (for bounds on rounding).
template <int Rank>
Array<double, Rank> widened(const Tensor& t, bool absolute = false) {
  Array<double, Rank> a(t.shape());
  const Tensor host = t.to(Device::cpu);
  for (int64_t i = 0; i < t.size(); ++i)
    a.values[i] = absolute ? std::abs(double(host.values()[i])) : double(host.values()[i]);
  return a;
}

// The values of all of them, one after another.
inline std::vector<double> all_values(const std::vector<Tensor>& tensors) {
  std::vector<double> values;
  for (const Tensor& t : tensors) {
    const Tensor host = t.to(Device::cpu);
    values.insert(values.end(), host.values().begin(), host.values().end());
  }
  return values;
}

constexpr double epsilon = std::numeric_limits<real>::epsilon();

// Every value within tolerance + bound[i] of what was expected, infinities equal, NaN where NaN was expected; bound may
// be left out. Says which is worst.
inline void check_agrees(const std::string& what, const Tensor& got, const std::vector<double>& expected,
                         double tolerance, const std::vector<double>& bound = {}) {
  REQUIRE(got.size() == static_cast<int64_t>(expected.size()));
  const Tensor host = got.to(Device::cpu);
  double worst = 0;
  int64_t where = -1;
  for (int64_t i = 0; i < got.size(); ++i) {
    const double value = double(host.values()[i]);
    if (value == expected[i] || (std::isnan(value) && std::isnan(expected[i]))) continue;
    const double error = std::abs(value - expected[i]);
    const double allowed = tolerance + (bound.empty() ? 0 : bound[i]);
    if (!(error <= allowed) && (where < 0 || !(error - allowed <= worst))) worst = error - allowed, where = i;
  }
  const double got_there = where < 0 ? 0 : double(host.values()[where]), wanted = where < 0 ? 0 : expected[where];
  INFO(what << " on " << got.device() << " " << got.shape() << ", element " << where << ": got " << got_there
            << ", expected " << wanted << ", " << worst << " over the bound");
  CHECK(where == -1);
}

}  // namespace SEISGRAD
