// Workspace: memory of the GPU that one call needs between its launches. Kernels launched before its end still have it:
// device::release() is ordered after them.
//
//     const Workspace<real, 2> parts({rows, chunks});
//     launch(grid, sum_of_chunks, x, parts);
#pragma once
#include <algorithm>

#include "kernels/device.h"
#include "kernels/view.h"

namespace SEISGRAD::gpu {

template <class T, int Rank>
class Workspace {
 public:
  explicit Workspace(const int64_t (&extent)[Rank]) {
    std::copy(extent, extent + Rank, view_.extent);
    view_.data = static_cast<T*>(device::allocate(static_cast<size_t>(view_.size()) * sizeof(T)));
  }
  ~Workspace() { device::release(view_.data); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  View<T, Rank> view() const { return view_; }
  operator View<T, Rank>() const { return view_; }
  operator View<const T, Rank>() const { return view_; }

 private:
  View<T, Rank> view_{};
};

}  // namespace SEISGRAD::gpu
