// Loader: batches of examples, made ahead of their use by threads of its own. What a batch holds is a function of
// epoch and position (the maker's affair), so neither the number of threads nor a fresh start in the middle of an epoch
// changes it.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace seisgrad {

struct ExampleShape {
  std::int64_t input = 0, target = 0;  // floats of one example
};

struct Batch {
  std::uint32_t epoch = 0;
  std::int64_t number = 0;  // in the epoch
  std::int64_t size = 0;
  std::vector<float> inputs, targets;    // size times ExampleShape
  std::vector<std::int32_t> categories;  // one an example
};

// Writes the example at a position of an epoch and gives its category; called from several threads at once. `target`
// holds zeros.
using MakeExample = std::function<std::int32_t(std::uint32_t epoch, std::int64_t position, std::span<float> input,
                                               std::span<float> target)>;

struct LoaderOptions {
  std::int64_t batch = 32;
  std::int64_t positions = 0;  // of an epoch; those of a last batch that would not be full are left out
  bool keep_last = false;      // unless this is set
  int threads = 1;
  int ahead = 3;  // batches made beside the one that is used
};

class Loader {
 public:
  // Begins with batch `first` of `epoch`. Throws std::invalid_argument where an epoch has not one batch.
  Loader(MakeExample make, ExampleShape shape, LoaderOptions options, std::uint32_t epoch = 0, std::int64_t first = 0);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  std::int64_t batches() const { return batches_; }  // of an epoch
  // The next batch; after an epoch's last the first of the next. Throws what making it threw,
  // after all batches before it were given.
  Batch next();

 private:
  void work();
  Batch make_batch(std::int64_t serial) const;

  MakeExample make_;
  ExampleShape shape_;
  LoaderOptions options_;
  std::int64_t batches_;

  std::mutex mutex_;
  std::condition_variable made_, wanted_;
  std::map<std::int64_t, Batch> ready_;                  // by serial number: batch + epoch * batches
  std::int64_t begun_, given_;                           // serial numbers that come next
  std::map<std::int64_t, std::exception_ptr> failures_;  // by serial number
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace seisgrad
