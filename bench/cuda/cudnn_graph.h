// cuDNN's graph interface: its descriptors, and of the plans that its engines offer for a graph the fastest.
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "bench/cuda/cudnn.h"
#include "kernels/precision.h"

namespace SEISGRAD::cudnn {

// One descriptor of any kind: set() what it wants, then finalize().
class Descriptor {
 public:
  explicit Descriptor(cudnnBackendDescriptorType_t type);

  template <class T, size_t count>
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const T (&values)[count]) {
    check(cudnnBackendSetAttribute(raw(), name, type, count, values), "cudnnBackendSetAttribute");
    return *this;
  }
  template <class T>
  Descriptor& set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const std::vector<T>& values) {
    check(cudnnBackendSetAttribute(raw(), name, type, static_cast<int64_t>(values.size()), values.data()),
          "cudnnBackendSetAttribute");
    return *this;
  }
  // Those that it refers to live as long as it.
  Descriptor& set(cudnnBackendAttributeName_t name, const std::vector<Descriptor>& others);
  Descriptor& finalize();

  // At most so many values.
  template <class T>
  std::vector<T> get(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t most) const {
    std::vector<T> values(static_cast<size_t>(most));
    int64_t count = 0;
    check(cudnnBackendGetAttribute(raw(), name, type, most, &count, values.data()), "cudnnBackendGetAttribute");
    values.resize(static_cast<size_t>(std::min(count, most)));
    return values;
  }
  std::vector<Descriptor> get(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const;

  cudnnBackendDescriptor_t raw() const { return owned_.get(); }

 private:
  std::shared_ptr<void> owned_;
  std::vector<Descriptor> others_;
};

// A tensor of float32 with four axes; a virtual one stands between two operations and is never stored.
struct Axes {
  int64_t dimensions[4], strides[4];
};
Descriptor tensor(int64_t id, const Axes& axes, bool is_virtual = false);

// The graph of these operations, in their order.
Descriptor graph_of(const std::vector<Descriptor>& operations);

// A graph bound to memory, ready to run on the stream of our kernels.
struct Plan {
  Descriptor plan, arguments;
  std::shared_ptr<void> workspace;
  std::string label = "";         // the engine
  bool other_arithmetic = false;  // Winograd or FFT
  double seconds = 0;             // of one call here

  void run() const { check(cudnnBackendExecute(handle(), plan.raw(), arguments.raw()), "cudnnBackendExecute"); }
};

// The fastest of the first few that cuDNN's heuristics name and that are of this class of precision, by trying. Throws
// Absent, saying what became of the others, where there is none.
Plan fastest_plan(const Descriptor& graph, Precision precision, const std::vector<std::pair<int64_t, void*>>& memory);

}  // namespace SEISGRAD::cudnn
