// Asynchronous copies. Each lands at once or not before its thread waits for it, at random: so a missing wait reads
// NaN, and a missing barrier before the copy overwrites what other threads still read. A copy that nobody waits for
// may never land.
#include <cstdint>
#include <cstring>

#include "kernels/simt_emulator_block.h"
#include "kernels/simt_emulator_sites.h"

namespace seisgrad::simt {
namespace {

// Not quiet: TSan is to see the thread touch both sides.
void land(const Copy& copy) {
  if (copy.inside) std::memcpy(copy.shared, copy.source, copy.bytes);
  else std::memset(copy.shared, 0, copy.bytes);
}

}  // namespace

void copy_later(void* shared, const void* source, size_t bytes, bool inside, Place at) {
  go_on_or_give_up();
  Block& block = Block::running();
  CudaThread& me = block.thread();
  if (reinterpret_cast<uintptr_t>(shared) % bytes != 0 || (inside && reinterpret_cast<uintptr_t>(source) % bytes != 0))
    throw Error(where(at) + ": cp_async<" + std::to_string(bytes) + "> of an address that is not aligned to that");
  if (!block.shared().contains(shared, bytes)) throw Error(where(at) + ": cp_async to what is not shared memory");
  const Copy copy{shared, source, bytes, inside, me.copy_groups};
  if (block.coin()) {
    land(copy);
  } else {
    const sanitizer::Quiet quiet;
    me.copies.push_back(copy);
  }
}

void close_copy_group() { ++Block::running().thread().copy_groups; }

void land_copies(unsigned but_groups) {
  CudaThread& me = Block::running().thread();
  size_t landed = 0;
  for (; landed < me.copies.size() && me.copies[landed].group + but_groups < me.copy_groups; ++landed)
    land(me.copies[landed]);
  const sanitizer::Quiet quiet;
  me.copies.erase(me.copies.begin(), me.copies.begin() + static_cast<std::ptrdiff_t>(landed));
}

}  // namespace seisgrad::simt
