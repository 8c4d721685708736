// Block: the scheduler. It runs the threads of one block of CUDA threads after another, each on a fiber, and chooses at
// random who goes on. The emulator's functions called from a kernel find it through Block::running().
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "kernels/simt_emulator.h"
#include "kernels/simt_emulator_arena.h"
#include "kernels/simt_emulator_fiber.h"

namespace seisgrad::simt {

enum class State : uint8_t { fresh, ready, at_block_barrier, at_warp_operation, done };

struct Worker;

// An asynchronous copy that has not landed yet.
struct Copy {
  void* shared;
  const void* source;
  size_t bytes;
  bool inside;
  unsigned group;
};

struct CudaThread {
  uint3 index{};
  unsigned number = 0;  // in the block; warp number / 32, lane number % 32
  State state = State::fresh;
  Worker* worker = nullptr;  // the fiber it began on

  // What it waits for, where State says so.
  Place place{};
  unsigned mask = 0;
  WarpOperation operation = nullptr;
  void* payload = nullptr;

  std::vector<Copy> copies;
  unsigned copy_groups = 0;  // closed so far
};

struct Launch {
  dim3 blocks, threads;
  size_t shared_bytes;
  void (*one_thread)(const void*);
  const void* call;
};

// Throws where simt::options.give_up says so.
void go_on_or_give_up();

class Block {
 public:
  Block();
  ~Block();

  // The block whose thread calls this.
  static Block& running();
  CudaThread& thread() { return *running_; }
  std::vector<CudaThread>& threads() { return threads_; }
  SharedMemory& shared() { return shared_; }

  // The places where lanes that come to a __syncwarp, and those that leave it, order their memory.
  void* arrival(const CudaThread& t) { return meetings_[2 + 2 * t.number]; }
  void* departure(const CudaThread& t) { return meetings_[3 + 2 * t.number]; }

  // All blocks of a launch come between begin and end.
  void begin(const Launch&);
  void end();

  // From the first thread's start to the last one's end; throws what a thread threw. `schedule` seeds the order of
  // the threads, 0 is the order of their numbers.
  void run(uint3 index, uint64_t schedule);

  // The running thread has arrived at a barrier of the block; returns when all have.
  void wait_for_block(Place);

  // The running thread rests until another makes it ready; throws when none can go on.
  void wait();
  void make_ready(CudaThread&);

  // Heads or tails; tails where threads run in the order of their numbers.
  bool coin() { return !in_order_ && random(2) == 0; }

  unsigned warp_waiting(unsigned warp) const { return warps_[warp]; }
  void set_warp_waiting(unsigned warp, unsigned lanes) { warps_[warp] = lanes; }

 private:
  friend struct Worker;
  struct Cancelled {};

  void work(Worker&);
  CudaThread* after_end();
  CudaThread* choose();
  CudaThread& enter(CudaThread&);
  void go_on(Fiber& from, CudaThread* next);
  void open_barrier();
  void cancel();
  unsigned random(size_t n);
  std::string report() const;

  Fiber host_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
  bool closing_ = false;

  const Launch* launch_ = nullptr;
  std::vector<CudaThread> threads_;
  std::vector<CudaThread*> fresh_, ready_;
  std::vector<unsigned> warps_;  // bit l: lane l waits at a warp operation
  CudaThread* running_ = nullptr;
  size_t alive_ = 0, at_barrier_ = 0;
  uint64_t random_ = 1;
  bool in_order_ = true, cancelled_ = false;
  unsigned barriers_passed_ = 0;
  std::exception_ptr error_;
  SharedMemory shared_;

  char begun_ = 0, ended_ = 0;    // whose addresses order a launch before and after its threads, for TSan
  sanitizer::Meetings meetings_;  // where the block's threads meet: two places of the block, two of each lane
};

}  // namespace seisgrad::simt
