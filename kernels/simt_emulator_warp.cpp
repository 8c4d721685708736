// Warp operations: lanes wait until all lanes of their mask have come; the last one computes for all of them.
#include "kernels/simt_emulator_block.h"
#include "kernels/simt_emulator_sites.h"

namespace seisgrad::simt {
namespace {

// The lanes that wait for each other must do the same thing at the same place with the same mask.
void check_agreement(const CudaThread& mine, const CudaThread& other) {
  const char* difference = nullptr;
  if (other.operation != mine.operation || !same_place(other.place, mine.place))
    difference = "at different warp operations";
  else if (other.mask != mine.mask) difference = "with different masks";
  if (!difference) return;
  throw Error("lanes " + std::to_string(other.number % 32) + " and " + std::to_string(mine.number % 32) +
              " of a warp wait " + difference + ": " + where(other.place) + " and " + where(mine.place));
}

// Only __syncwarp orders memory; a shuffle or a vote does not.
void meet(unsigned mask, WarpOperation operation, void* payload, Place at, bool barrier) {
  Block& block = Block::running();
  CudaThread& me = block.thread();
  if (barrier) sanitizer::release(block.arrival(me));
  {
    const sanitizer::Quiet quiet;
    const unsigned warp = me.number / 32, lane = me.number % 32;
    CudaThread* const lanes = &block.threads()[warp * 32];
    if (const size_t in_warp = block.threads().size() - warp * 32; in_warp < 32) mask &= (1u << in_warp) - 1;
    if (!(mask >> lane & 1))
      throw Error(where(at) + ": lane " + std::to_string(lane) + " calls a warp operation whose mask leaves it out");
    me.state = State::at_warp_operation;
    me.place = at;
    me.mask = mask;
    me.operation = operation;
    me.payload = payload;
    const unsigned waiting = block.warp_waiting(warp) | 1u << lane;
    block.set_warp_waiting(warp, waiting);
    if ((waiting & mask) != mask) {
      block.wait();
    } else {
      void* payloads[32]{};
      for (unsigned l = 0; l < 32; ++l)
        if (mask >> l & 1) {
          check_agreement(me, lanes[l]);
          payloads[l] = lanes[l].payload;
          if (barrier) sanitizer::acquire(block.arrival(lanes[l]));
        }
      if (const char* wrong = operation ? operation(payloads, mask) : nullptr) throw Error(where(at) + ": " + wrong);
      if (barrier) record_barrier(at);
      block.set_warp_waiting(warp, waiting & ~mask);
      me.state = State::ready;
      for (unsigned l = 32; l-- > 0;)
        if (mask >> l & 1) {
          if (barrier) sanitizer::release(block.departure(lanes[l]));
          if (l != lane) block.make_ready(lanes[l]);
        }
    }
  }
  if (barrier) sanitizer::acquire(block.departure(me));
}

struct Vote {
  bool predicate;
  unsigned ballot, lanes;
};

Vote vote(unsigned mask, bool predicate, Place at) {
  Vote mine{predicate, 0, 0};
  const auto count = [](void* const payloads[32], unsigned lanes) -> const char* {
    unsigned ballot = 0;
    for (unsigned l = 0; l < 32; ++l)
      if (lanes >> l & 1 && static_cast<Vote*>(payloads[l])->predicate) ballot |= 1u << l;
    for (unsigned l = 0; l < 32; ++l)
      if (lanes >> l & 1) *static_cast<Vote*>(payloads[l]) = {false, ballot, lanes};
    return nullptr;
  };
  meet(mask, count, &mine, at, false);
  return mine;
}

}  // namespace

void warp_operation(unsigned mask, WarpOperation operation, void* payload, Place at) {
  meet(mask, operation, payload, at, false);
}

void warp_barrier(unsigned mask, Place at) {
  if (skipped(at)) return;
  meet(mask, nullptr, nullptr, at, true);
}

unsigned lane_index() { return Block::running().thread().number % 32; }

unsigned ballot(unsigned mask, bool predicate, Place at) { return vote(mask, predicate, at).ballot; }

bool all_agree(unsigned mask, bool predicate, Place at) {
  const Vote result = vote(mask, predicate, at);
  return result.ballot == result.lanes;
}

}  // namespace seisgrad::simt
