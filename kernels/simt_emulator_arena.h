// SharedMemory: the shared memory of one block, filled with NaN, limited as on the GPU, guarded under ASan.
#pragma once
#include <cstddef>
#include <vector>

namespace seisgrad::simt {

class SharedMemory {
 public:
  SharedMemory();
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  // Begins a block with so much dynamic memory and no static variable.
  void reset(size_t dynamic_bytes);

  void* dynamic() { return memory_; }

  bool contains(const void* address, size_t bytes) const;

  // The variable with this key, created when the block first names it.
  void* variable(const char* key, size_t bytes);

 private:
  struct Variable {
    const char* key;
    void* address;
  };
  std::byte* memory_ = nullptr;
  size_t used_ = 0;                              // of the arena
  size_t dynamic_bytes_ = 0, static_bytes_ = 0;  // as the GPU counts them
  std::vector<Variable> variables_;
};

}  // namespace seisgrad::simt
