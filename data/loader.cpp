#include "data/loader.h"

#include <algorithm>

#include "tensor/require.h"

namespace seisgrad {

Loader::Loader(MakeExample make, ExampleShape shape, LoaderOptions options, std::uint32_t epoch, std::int64_t first)
    : make_(std::move(make)), shape_(shape), options_(options) {
  require(options.batch >= 1 && options.threads >= 1 && options.ahead >= 1,
          "loader: batch, threads and ahead are 1 or more");
  batches_ = (options.positions + (options.keep_last ? options.batch - 1 : 0)) / options.batch;
  require(batches_ >= 1, "training: an epoch of ", options.positions, " examples has no batch of ", options.batch);
  begun_ = given_ = epoch * batches_ + first;
  for (int i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_all();
  for (std::thread& t : threads_) t.join();
}

Batch Loader::make_batch(std::int64_t serial) const {
  Batch batch;
  batch.epoch = static_cast<std::uint32_t>(serial / batches_);
  batch.number = serial % batches_;
  const std::int64_t first = batch.number * options_.batch;
  batch.size = std::min(options_.batch, options_.positions - first);
  batch.inputs.resize(static_cast<std::size_t>(batch.size * shape_.input));
  batch.targets.assign(static_cast<std::size_t>(batch.size * shape_.target), 0.0f);
  const std::span<float> inputs(batch.inputs), targets(batch.targets);
  for (std::int64_t i = 0; i < batch.size; ++i)
    batch.categories.push_back(
        make_(batch.epoch, first + i,
              inputs.subspan(static_cast<std::size_t>(i * shape_.input), static_cast<std::size_t>(shape_.input)),
              targets.subspan(static_cast<std::size_t>(i * shape_.target), static_cast<std::size_t>(shape_.target))));
  return batch;
}

void Loader::work() {
  for (;;) {
    std::int64_t serial;
    {
      std::unique_lock lock(mutex_);
      wanted_.wait(lock, [&] { return ending_ || begun_ <= given_ + options_.ahead; });
      if (ending_ || !failures_.empty()) return;
      serial = begun_++;
    }
    try {
      Batch batch = make_batch(serial);
      const std::lock_guard lock(mutex_);
      ready_.emplace(serial, std::move(batch));
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failures_.emplace(serial, std::current_exception());
    }
    made_.notify_all();
  }
}

Batch Loader::next() {
  std::unique_lock lock(mutex_);
  made_.wait(lock, [&] { return failures_.contains(given_) || ready_.contains(given_); });
  if (failures_.contains(given_)) std::rethrow_exception(failures_.at(given_));
  Batch batch = std::move(ready_.extract(given_).mapped());
  ++given_;
  lock.unlock();
  wanted_.notify_all();
  return batch;
}

}  // namespace seisgrad
