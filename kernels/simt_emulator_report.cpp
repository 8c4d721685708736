// What a stuck block looks like, for the person who must mend the kernel.
#include "kernels/simt_emulator_block.h"
#include "kernels/simt_emulator_sites.h"

namespace seisgrad::simt {
namespace {

std::string doing(const CudaThread& t) {
  switch (t.state) {
    case State::at_block_barrier:
      return "wait at __syncthreads, " + where(t.place);
    case State::at_warp_operation:
      return "wait at a warp operation, " + where(t.place);
    case State::done:
      return "have returned";
    default:
      return "could go on";
  }
}

}  // namespace

std::string Block::report() const {
  std::string text = "block (" + std::to_string(blockIdx.x) + "," + std::to_string(blockIdx.y) + "," +
                     std::to_string(blockIdx.z) + ") is stuck:";
  for (size_t first = 0; first < threads_.size();) {
    size_t last = first;
    while (last + 1 < threads_.size() && doing(threads_[last + 1]) == doing(threads_[first])) ++last;
    text += "\n  threads " + std::to_string(first) + " to " + std::to_string(last) + " " + doing(threads_[first]);
    first = last + 1;
  }
  return text;
}

}  // namespace seisgrad::simt
