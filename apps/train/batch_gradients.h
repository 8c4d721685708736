// BatchGradients: forward and backward over one batch after the other, all of one size. On a GPU the first runs kernel
// by kernel, which loads them; the second is recorded, and replayed from then on with other tensors and another step
// number. What is launched is the same, and so are the bits. The update is left out: the host looks at the gradient
// first, so that a NaN changes nothing.
#pragma once
#include <memory>
#include <vector>

#include "apps/train/task.h"

namespace seisgrad {

class BatchGradients {
 public:
  // seed: of dropout. The task must live as long.
  BatchGradients(const Task& task, uint64_t seed, Device device);
  ~BatchGradients();

  // Gives every parameter its grad(); REQUIRES that none has one. Returns what a step adds to the history: loss with
  // penalty, parts, penalty, norm of the gradient. Throws NotFinite where the loss, a gradient or a value is NaN or
  // infinite; device::OutOfMemory, which says how large a batch fits, where this one does not.
  std::vector<double> of(const Batch& batch, int64_t step);

  // Gives back the memory of the recording; the next batch is recorded anew.
  void forget_recording();

 private:
  struct Results;
  struct Recorded;
  Results run(const std::vector<Tensor>& tensors) const;
  Results run_one_by_one(const Batch& batch) const;
  int64_t largest_that_fits(const Batch& batch) const;
  const Results& replay(const Batch& batch);
  std::vector<double> checked(const Batch& batch, const Results& results) const;

  const Task& task_;
  uint64_t seed_;
  Tensor step_;  // its number, where dropout reads it
  std::unique_ptr<Recorded> recorded_;
  bool warm_ = false, may_record_;
};

}  // namespace seisgrad
