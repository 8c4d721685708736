#include "apps/train/batch_gradients.h"

#include "apps/train/gradients.h"
#include "autograd/tape.h"
#include "kernels/device.h"

namespace seisgrad {

struct BatchGradients::Results {
  TaskLoss loss;
  Tensor penalty, total;
  Squares squares;
};

struct BatchGradients::Recorded {
  std::vector<Tensor> tensors;  // of a batch, at addresses that stay
  Results results;
  std::vector<Tensor> gradients;  // in the model's order
  device::Graph graph;
};

static void clear_gradients(const Task& task) {
  task.visit([](const std::string&, const Tensor& t, bool) { t.set_grad({}); });
}

BatchGradients::BatchGradients(const Task& task, uint64_t seed, Device device)
    : task_(task),
      seed_(seed),
      step_(Tensor::from({}, std::vector<int32_t>{0}, device)),
      may_record_(device == Device::cuda) {}

BatchGradients::~BatchGradients() = default;

void BatchGradients::forget_recording() { recorded_.reset(); }

BatchGradients::Results BatchGradients::run(const std::vector<Tensor>& tensors) const {
  Pass pass;
  pass.train = true, pass.seed = seed_, pass.counter = step_;
  Results r;
  {
    Tape tape;
    r.loss = task_.loss(tensors, pass);
    r.penalty = task_.penalty();
    r.total = add(r.loss.total, r.penalty);
    tape.backward(r.total);
  }
  r.squares = squares_of(task_);
  return r;
}

std::vector<double> BatchGradients::checked(const Batch& batch, const Results& r) const {
  std::vector<double> values = {double(r.total.item())};
  const std::vector<double> parts = task_.values(batch, r.loss);
  values.insert(values.end(), parts.begin(), parts.end());
  values.push_back(double(r.penalty.item()));
  values.push_back(checked_gradient_norm(r.squares, values[0]));
  return values;
}

std::vector<double> BatchGradients::of(const Batch& batch, int64_t step) {
  const auto number = static_cast<int32_t>(step);
  step_.copy_from(Tensor::from({}, std::span<const int32_t>(&number, 1)));
  if (warm_ && may_record_) {
    try {
      return checked(batch, replay(batch));
    } catch (const device::OutOfMemory&) {  // one by one, memory is used again sooner
      may_record_ = false;
      forget_recording();
      clear_gradients(task_);
    }
  }
  const Results results = run_one_by_one(batch);
  warm_ = true;
  return checked(batch, results);
}

const BatchGradients::Results& BatchGradients::replay(const Batch& batch) {
  const std::vector<Tensor> tensors = task_.tensors(batch);
  if (recorded_) {
    for (size_t i = 0; i < tensors.size(); ++i) recorded_->tensors[i].copy_from(tensors[i]);
  } else {
    auto made = std::make_unique<Recorded>();
    made->tensors = tensors;
    made->graph = device::record([&] { made->results = run(made->tensors); });
    task_.visit([&](const std::string&, const Tensor& t, bool) { made->gradients.push_back(t.grad()); });
    recorded_ = std::move(made);
  }
  device::replay(recorded_->graph);
  size_t i = 0;  // the update has cleared them
  task_.visit([&](const std::string&, const Tensor& t, bool) { t.set_grad(recorded_->gradients[i++]); });
  return recorded_->results;
}

BatchGradients::Results BatchGradients::run_one_by_one(const Batch& batch) const {
  try {
    return run(task_.tensors(batch));
  } catch (const device::OutOfMemory& error) {
    const std::string why = error.what();
    const int64_t most = largest_that_fits(batch);
    throw device::OutOfMemory(joined(
        "a batch of ", batch.size, " is too much for this device's memory (", why, "): ",
        most == 0 ? std::string("not even one example fits") : joined("the largest that fits is --batch ", most)));
  }
}

// Found by trying, since what a pass needs is known to the allocator alone. Moving averages go on meanwhile: what
// follows is an error.
int64_t BatchGradients::largest_that_fits(const Batch& batch) const {
  int64_t fits = 0, too_many = batch.size;
  while (too_many - fits > 1) {
    Batch part = batch;
    part.size = (fits + too_many) / 2;
    const auto shortened = [&](auto& values) {
      values.resize(values.size() / static_cast<size_t>(batch.size) * static_cast<size_t>(part.size));
    };
    shortened(part.inputs), shortened(part.targets), shortened(part.categories);
    clear_gradients(task_);
    try {
      run(task_.tensors(part));
      fits = part.size;
    } catch (const device::OutOfMemory&) { too_many = part.size; }
  }
  clear_gradients(task_);
  return fits;
}

}  // namespace seisgrad
