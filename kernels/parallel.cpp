#include "kernels/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace seisgrad {
namespace {

// One parallel_for in flight: threads take the next index until none is left.
struct Job {
  Job(int64_t n, const std::function<void(int64_t)>& f) : count(n), body(f) {}

  const int64_t count;
  const std::function<void(int64_t)>& body;
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr error;

  void work() {
    for (int64_t i; (i = next.fetch_add(1)) < count;) try {
        body(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
        next = count;
      }
  }
};

thread_local bool inside_a_body = false;

class Pool {
 public:
  explicit Pool(int threads) {
    try {
      for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { serve(); });
    } catch (...) {  // more threads than the machine grants: those that run would end the program if not joined
      close();
      throw;
    }
  }
  ~Pool() { close(); }
  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  void run(Job& job) {
    const std::lock_guard one_at_a_time(entry_);
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
      ++serial_;
    }
    wake_.notify_all();
    inside_a_body = true;
    job.work();
    inside_a_body = false;
    // Only those who took part are waited for: one that wakes up late, on a busy machine, finds no job.
    std::unique_lock lock(mutex_);
    job_ = nullptr;
    idle_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  void serve() {
    inside_a_body = true;
    uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return closing_ || (job_ && serial_ != seen); });
      if (closing_) return;
      seen = serial_;
      Job& job = *job_;
      ++busy_;
      lock.unlock();
      job.work();
      lock.lock();
      if (--busy_ == 0) idle_.notify_one();
    }
  }

  std::mutex entry_, mutex_;
  std::condition_variable wake_, idle_;
  Job* job_ = nullptr;  // the one that workers may join
  uint64_t serial_ = 0;
  int busy_ = 0;  // workers that joined
  bool closing_ = false;
  std::vector<std::thread> workers_;
};

std::unique_ptr<Pool>& pool() {
  static auto instance = std::make_unique<Pool>(std::max(1u, std::thread::hardware_concurrency()));
  return instance;
}

}  // namespace

void parallel_for(int64_t count, const std::function<void(int64_t)>& body) {
  if (count <= 1 || inside_a_body || thread_count() == 1) {
    for (int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  Job job(count, body);
  pool()->run(job);
  if (job.error) std::rethrow_exception(job.error);
}

int thread_count() { return pool()->threads(); }

void set_thread_count(int count) {
  if (count != thread_count()) pool() = std::make_unique<Pool>(count);
}

}  // namespace seisgrad
