// BlockCache: blocks of memory that were given back, kept for the next who asks for one of that size. A network asks
// for the same sizes at every pass, so exact sizes are found nearly always and nothing is ever split or joined. Not for
// several threads at once: its owner locks.
#pragma once
#include <cstddef>
#include <map>
#include <new>

namespace seisgrad {

class BlockCache {
 public:
  // The block given back last, which may still be in a processor's cache; null if there is none of that size.
  void* take(size_t bytes) noexcept {
    auto block = blocks_.upper_bound(bytes);
    if (block == blocks_.begin() || (--block)->first != bytes) return nullptr;
    void* const data = block->second;
    blocks_.erase(block);
    kept_ -= bytes;
    return data;
  }

  // Keeps it; false where there is no memory left to note it down.
  bool put(void* data, size_t bytes) noexcept {
    try {
      blocks_.emplace(bytes, data);
    } catch (const std::bad_alloc&) { return false; }
    kept_ += bytes;
    return true;
  }

  // Keeps none: give_back(data, bytes) gets each.
  void clear(auto&& give_back) noexcept {
    for (const auto& [bytes, data] : blocks_) give_back(data, bytes);
    blocks_.clear();
    kept_ = 0;
  }

  size_t kept() const { return kept_; }  // bytes

 private:
  std::multimap<size_t, void*> blocks_;
  size_t kept_ = 0;
};

}  // namespace seisgrad
