// A network on its device, batch after batch. On a GPU three things happen at once: the host fills the next batch, the
// GPU computes one, and the results of the one before travel back. The second full batch is recorded, and replayed from
// then on (docs/devices.md).
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "kernels/device.h"
#include "tensor/tensor.h"

namespace seisgrad {

class Inference {
 public:
  // x: (n,3,length) -> tensors (n,width), each row from its own row of x.
  using Outputs = std::vector<Tensor>;
  using Network = std::function<Outputs(const Tensor& x)>;

  // widths: of the outputs. REQUIRES: batch >= 1.
  Inference(Network network, int64_t length, std::vector<int64_t> widths, int64_t batch, Device device);
  ~Inference();
  Inference(const Inference&) = delete;
  Inference& operator=(const Inference&) = delete;

  int64_t batch() const { return batch_; }                         // at most so many windows at once
  size_t depth() const { return device_ == Device::cpu ? 1 : 2; }  // at most so many batches started, not finished

  // The next batch, (windows,3,length), to be filled; then start() it. Both throw std::bad_alloc where memory does not
  // suffice; what was started before is still to be finished then.
  std::span<real> input(int64_t windows);
  void start();

  // Waits for the batch started first: its outputs (windows,width), valid until the next input().
  std::vector<std::span<const real>> finish();

  void forget_started();

  // From now on half as many windows at once. Says so on standard error; throws device::OutOfMemory where it was one.
  // REQUIRES: nothing started.
  void halve_batch(const std::bad_alloc& error);

 private:
  struct Slot;  // what a batch in flight needs
  void start_on_gpu(Slot& slot);
  const Outputs& full_batch();

  Network network_;
  int64_t length_;
  std::vector<int64_t> widths_;
  int64_t batch_;
  Device device_;
  std::deque<std::unique_ptr<Slot>> free_, started_;
  std::unique_ptr<Slot> filling_, finished_;

  // On a GPU: input and outputs of full batches, at addresses that stay.
  Tensor x_;
  Outputs y_;
  device::Graph graph_;
  bool warm_ = false, may_record_ = true;
};

}  // namespace seisgrad
