#include "apps/scan/inference.h"

#include <cstdio>
#include <numeric>
#include <utility>

namespace seisgrad {
namespace {

using device::Stream;

using Pinned = std::unique_ptr<real, void (*)(real*)>;

Pinned pinned(int64_t count) {
  void* const memory = device::allocate_pinned(static_cast<size_t>(count) * sizeof(real));
  return {static_cast<real*>(memory), [](real* p) { device::release_pinned(p); }};
}

constexpr size_t bytes(int64_t count) { return static_cast<size_t>(count) * sizeof(real); }

}  // namespace

struct Inference::Slot {
  // Room for `batch` windows on a GPU, for `windows` of them on the CPU.
  Slot(int64_t batch, int64_t length, const std::vector<int64_t>& widths, Device device)
      : x({batch, 3, length}, DType::floating, device),
        y({device == Device::cpu ? 0 : batch * std::accumulate(widths.begin(), widths.end(), int64_t{0})},
          DType::floating, device) {
    if (device == Device::cpu) return;
    in = pinned(x.size());
    out = pinned(y.size());
    device::wait(Stream::upload, device::mark(Stream::compute));  // kernels launched before may still use this memory
  }

  int64_t windows = 0;
  Tensor x, y;  // on the GPU, on the way in and out; y: of the outputs one after another
  Pinned in{nullptr, nullptr}, out{nullptr, nullptr};
  device::Mark done;
  Outputs on_cpu;
};

Inference::Inference(Network network, int64_t length, std::vector<int64_t> widths, int64_t batch, Device device)
    : network_(std::move(network)), length_(length), widths_(std::move(widths)), batch_(batch), device_(device) {}

Inference::~Inference() {
  try {
    forget_started();
  } catch (const std::exception&) {}  // of a device that failed and said so before
}

// Copies may be under way to and from a slot's memory: it must not go before they end.
void Inference::forget_started() {
  if (device_ == Device::cuda) device::synchronize();
  started_.clear();
}

std::span<real> Inference::input(int64_t windows) {
  if (finished_) free_.push_back(std::move(finished_));
  if (device_ == Device::cpu) free_.clear();  // the tensor cache keeps its memory, whatever the next one's size
  if (free_.empty()) {
    filling_ = std::make_unique<Slot>(device_ == Device::cpu ? windows : batch_, length_, widths_, device_);
  } else {
    filling_ = std::move(free_.front());
    free_.pop_front();
  }
  filling_->windows = windows;
  if (device_ == Device::cpu) return filling_->x.write();
  return {filling_->in.get(), static_cast<size_t>(windows * 3 * length_)};
}

void Inference::start() {
  if (device_ == Device::cpu) {
    filling_->on_cpu = network_(filling_->x);
  } else {
    try {
      start_on_gpu(*filling_);
    } catch (const device::OutOfMemory&) {
      if (!graph_) throw;
      graph_ = {};  // its memory suffices for a batch less than a full one
      y_ = {};
      may_record_ = false;
      start_on_gpu(*filling_);
    }
  }
  started_.push_back(std::move(filling_));
}

// The outputs of x_. The first time the kernels are launched one by one, which loads them; the second time recorded.
const Inference::Outputs& Inference::full_batch() {
  if (graph_) {
    device::replay(graph_);
    return y_;
  }
  if (warm_ && may_record_) {
    try {
      y_ = {};
      graph_ = device::record([this] { y_ = network_(x_); });
      device::replay(graph_);
      return y_;
    } catch (const device::OutOfMemory&) { may_record_ = false; }  // one by one, memory is used again sooner
  }
  y_ = network_(x_);
  warm_ = true;
  return y_;
}

void Inference::start_on_gpu(Slot& slot) {
  const int64_t windows = slot.windows;
  const bool full = windows == batch_;
  if (full && !x_) x_ = Tensor({batch_, 3, length_}, DType::floating, device_);
  const Tensor x = full ? x_ : Tensor({windows, 3, length_}, DType::floating, device_);
  device::start_copy(Stream::upload, slot.x.flat<real>().data, slot.in.get(), bytes(x.size()));
  device::wait(Stream::compute, device::mark(Stream::upload));
  device::copy_on_device(x.flat<real>().data, slot.x.flat<real>().data, bytes(x.size()));
  const Outputs y = full ? full_batch() : network_(x);
  int64_t at = 0;
  for (size_t k = 0; k < widths_.size(); at += windows * widths_[k++])
    device::copy_on_device(slot.y.flat<real>().data + at, y[k].flat<const real>().data, bytes(windows * widths_[k]));
  device::wait(Stream::download, device::mark(Stream::compute));
  device::start_copy(Stream::download, slot.out.get(), slot.y.flat<const real>().data, bytes(at));
  slot.done = device::mark(Stream::download);
}

std::vector<std::span<const real>> Inference::finish() {
  finished_ = std::move(started_.front());
  started_.pop_front();
  if (device_ == Device::cuda) device::wait(finished_->done);
  std::vector<std::span<const real>> outputs;
  const real* at = finished_->out.get();
  for (size_t k = 0; k < widths_.size(); ++k) {
    const auto size = static_cast<size_t>(finished_->windows * widths_[k]);
    outputs.push_back(device_ == Device::cpu ? finished_->on_cpu[k].values() : std::span(at, size));
    if (device_ == Device::cuda) at += size;
  }
  return outputs;
}

void Inference::halve_batch(const std::bad_alloc& error) {
  if (batch_ == 1)
    throw device::OutOfMemory(joined("one window at a time is too much for this device's memory: ", error.what()));
  std::fprintf(stderr, "%s\n",
               joined("seisgrad: ", batch_, " windows at once are too many (", error.what(), "): going on with ",
                      batch_ / 2, ", as --batch ", batch_ / 2, " would; results do not change")
                   .c_str());
  forget_started();
  batch_ /= 2;
  graph_ = {};
  x_ = {};
  y_ = {};
  filling_.reset();
  finished_.reset();
  free_.clear();
  warm_ = false;
}

}  // namespace seisgrad
