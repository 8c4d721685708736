// What a stuck block looks like, for the person who must mend the kernel.
#include "kernels/simt_emulator_block.h"
#include "kernels/simt_emulator_sites.h"

namespace seisgrad::simt {
namespace {

std::string waiting_at(const CudaThread& t) {
  return t.state == State::at_block_barrier ? "__syncthreads, " + where(t.place)
                                            : "a warp operation, " + where(t.place);
}

bool alike(const CudaThread& a, const CudaThread& b) {
  return a.state == b.state && (a.state == State::done || same_place(a.place, b.place));
}

}  // namespace

std::string Block::report() const {
  std::string text = "block (" + std::to_string(blockIdx.x) + "," + std::to_string(blockIdx.y) + "," +
                     std::to_string(blockIdx.z) + ") is stuck:";
  for (size_t first = 0, last; first < threads_.size(); first = last + 1) {
    const CudaThread& thread = threads_[first];
    for (last = first; last + 1 < threads_.size() && alike(thread, threads_[last + 1]);) ++last;
    const bool one = last == first, gone = thread.state == State::done;
    text += one ? "\n  thread " + std::to_string(first)
                : "\n  threads " + std::to_string(first) + " to " + std::to_string(last);
    text += gone ? (one ? " has returned" : " have returned") : (one ? " waits at " : " wait at ") + waiting_at(thread);
  }
  return text;
}

}  // namespace seisgrad::simt
