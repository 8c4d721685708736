// View: a pointer and extents, the only way a kernel sees a tensor. Row-major, contiguous, trivially copyable,
// so it can be an argument of a CUDA kernel. Extents are 64-bit: a day of three components times a batch
// overflows 32 bits. Indices are checked in debug builds and under the SIMT emulator.
#pragma once
#include <cassert>
#include <cstdint>
#include <type_traits>

#include "kernels/real.h"

#ifdef __CUDACC__
#define HOST_DEVICE __host__ __device__
#else
#define HOST_DEVICE
#endif

namespace SEISGRAD {

template <class T, int Rank>
struct View {
  T* data;
  int64_t extent[Rank];

  HOST_DEVICE int64_t size() const {
    int64_t n = 1;
    for (int64_t e : extent) n *= e;
    return n;
  }

  // Position in data of an index, e.g. offset(n, c, l). REQUIRES: 0 <= index < extent on each axis.
  HOST_DEVICE int64_t offset(auto... index) const {
    static_assert(sizeof...(index) == Rank);
    const int64_t at[] = {static_cast<int64_t>(index)...};
    int64_t flat = 0;
    for (int r = 0; r < Rank; ++r) {
      assert(0 <= at[r] && at[r] < extent[r]);
      flat = flat * extent[r] + at[r];
    }
    return flat;
  }

  HOST_DEVICE T& operator()(auto... index) const { return data[offset(index...)]; }

  // A view of values is a view of constant values.
  template <class U>
  requires(!std::is_const_v<T> && std::is_same_v<U, const T>) HOST_DEVICE operator View<U, Rank>() const {
    View<U, Rank> v{data, {}};
    for (int r = 0; r < Rank; ++r) v.extent[r] = extent[r];
    return v;
  }
};

}  // namespace SEISGRAD
