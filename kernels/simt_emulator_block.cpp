#include "kernels/simt_emulator_block.h"

#include <utility>

#include "kernels/simt_emulator_sites.h"
#include "kernels/simt_options.h"

namespace seisgrad::simt {

// A fiber that runs CUDA threads, one after the other.
struct Worker {
  Worker(Block& block_, size_t number)
      : block(block_),
        fiber(
            number, [](void* self) { static_cast<Worker*>(self)->run(); }, this) {}
  void run() { block.work(*this); }

  Block& block;
  Fiber fiber;
};

namespace {
thread_local Block* running_block = nullptr;

bool shall_give_up() { return options.give_up && options.give_up(); }
}  // namespace

void go_on_or_give_up() {
  if (shall_give_up()) throw Error("the launch was given up, as simt::options.give_up asks");
}

Block& Block::running() {
  if (!running_block) throw Error("a CUDA word is used outside of a kernel");
  return *running_block;
}

Block::Block() = default;

Block::~Block() {
  closing_ = true;
  for (auto& worker : workers_) host_.switch_to(worker->fiber);
}

void Block::begin(const Launch& launch) {
  launch_ = &launch;
  blockDim = launch.threads;
  gridDim = launch.blocks;
  const unsigned n = blockDim.x * blockDim.y * blockDim.z;
  threads_.assign(n, {});
  for (unsigned i = 0; i < n; ++i) {
    threads_[i].number = i;
    threads_[i].index = {i % blockDim.x, i / blockDim.x % blockDim.y, i / (blockDim.x * blockDim.y)};
  }
  warps_.assign((n + 31) / 32, 0);
  sanitizer::release(&begun_);
}

void Block::end() { sanitizer::acquire(&ended_); }

void Block::run(uint3 index, uint64_t schedule) {
  if (shall_give_up()) end();
  go_on_or_give_up();
  in_order_ = schedule == 0;
  if (schedule != 0) random_ = schedule;
  blockIdx = index;
  shared_.reset(launch_->shared_bytes);
  alive_ = threads_.size();
  fresh_.clear();
  for (size_t i = alive_; i-- > 0;) {  // choose() takes from the end
    threads_[i].state = State::fresh;
    fresh_.push_back(&threads_[i]);
  }
  meetings_.reset(2 + 2 * threads_.size());
  barriers_passed_ = 0;
  if (sanitizer::finds_races) {
    idle_.clear();
    for (auto& worker : workers_) idle_.push_back(worker.get());
  }

  running_block = this;
  go_on(host_, choose());
  if (error_) cancel();
  running_block = nullptr;
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

// The body of every fiber.
void Block::work(Worker& me) {
  while (!closing_) {
    sanitizer::acquire(&begun_);
    try {
      go_on_or_give_up();
      launch_->one_thread(launch_->call);
    } catch (const Cancelled&) {
    } catch (...) { error_ = std::current_exception(); }
    sanitizer::release(&ended_);

    const sanitizer::Quiet quiet;
    CudaThread* next = after_end();
    // TSan tells CUDA threads apart by their fibers, so there each has its own for the length of a block.
    if (!sanitizer::finds_races) {
      if (next && next->state == State::fresh) {  // no switch, so kernels without barriers run at full speed
        next->worker = &me;
        enter(*next);
        continue;
      }
      idle_.push_back(&me);
    }
    go_on(me.fiber, next);
  }
}

// The running thread has returned or thrown. Who goes on? Null: the host.
CudaThread* Block::after_end() {
  running_->state = State::done;
  running_->copies.clear();
  running_->copy_groups = 0;
  --alive_;
  if (error_ || alive_ == 0) return nullptr;
  CudaThread* next = choose();
  if (!next) error_ = std::make_exception_ptr(Error(report()));
  return next;
}

CudaThread* Block::choose() {
  const size_t choices = fresh_.size() + ready_.size();
  if (choices == 0) return nullptr;
  std::vector<CudaThread*>* from = ready_.empty() ? &fresh_ : &ready_;
  if (!in_order_) {
    const unsigned i = random(choices);
    from = i < fresh_.size() ? &fresh_ : &ready_;
    std::swap((*from)[from == &fresh_ ? i : i - fresh_.size()], from->back());
  }
  CudaThread* chosen = from->back();
  from->pop_back();
  return chosen;
}

CudaThread& Block::enter(CudaThread& next) {
  next.state = State::ready;
  running_ = &next;
  threadIdx = next.index;
  return next;
}

// Leaves `from` for the next thread, or for the host where there is none.
void Block::go_on(Fiber& from, CudaThread* next) {
  if (!next) {
    from.switch_to(host_);
    return;
  }
  if (next->state == State::fresh) {
    if (idle_.empty()) {
      workers_.push_back(std::make_unique<Worker>(*this, workers_.size()));
      idle_.push_back(workers_.back().get());
    }
    // Any worker, so that threads of different blocks are ordered by their common fiber rarely, and not always alike.
    if (sanitizer::finds_races) std::swap(idle_[random(idle_.size())], idle_.back());
    next->worker = idle_.back();
    idle_.pop_back();
  }
  from.switch_to(enter(*next).worker->fiber);
}

void Block::wait() {
  go_on_or_give_up();
  CudaThread& me = *running_;
  CudaThread* next = choose();
  if (!next) throw Error(report());
  if (next == &me) return;
  go_on(me.worker->fiber, next);
  if (cancelled_) throw Cancelled();
}

void Block::make_ready(CudaThread& thread) {
  thread.state = State::ready;
  ready_.push_back(&thread);
}

void Block::wait_for_block(Place at) {
  void* const sync = meetings_[barriers_passed_ % 2];
  sanitizer::release(sync);
  {
    const sanitizer::Quiet quiet;
    running_->state = State::at_block_barrier;
    running_->place = at;
    if (++at_barrier_ == threads_.size()) open_barrier();
    wait();
  }
  sanitizer::acquire(sync);
}

void Block::open_barrier() {
  const Place at = running_->place;
  for (const CudaThread& t : threads_)
    if (!same_place(t.place, at)) throw Error(report());
  record_barrier(at);
  at_barrier_ = 0;
  ++barriers_passed_;
  for (size_t i = threads_.size(); i-- > 0;) make_ready(threads_[i]);
}

// After an error: the threads that still wait unwind their stacks, so that what they own is destroyed.
void Block::cancel() {
  cancelled_ = true;
  for (CudaThread& t : threads_)
    if (t.state != State::fresh && t.state != State::done) host_.switch_to(enter(t).worker->fiber);
  cancelled_ = false;
  end();
  ready_.clear();
  at_barrier_ = 0;
  warps_.assign(warps_.size(), 0);
}

// xorshift64 and Lemire's reduction to 0..n-1.
unsigned Block::random(size_t n) {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<unsigned>((random_ >> 32) * n >> 32);
}

}  // namespace seisgrad::simt
