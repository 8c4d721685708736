// Recordings (CUDA graphs): of inference, of training, their memory, what cannot be recorded.
#include "autograd/tape.h"
#include "kernels/sanitizers.h"
#include "layers/adam.h"
#include "layers/batch_norm.h"
#include "tests/device_parts.h"
#include "tests/emulator.h"

using namespace seisgrad;

namespace {

// A small network with all that a step of training reads beside its input: a counter for dropout, Adam's rate.
struct Training {
  Tensor w, counter = Tensor::from({}, std::vector<int32_t>{0}, Device::cuda);
  BatchNorm norm{.channels = 4, .epsilon = real(1e-3), .momentum = real(0.9)};
  Adam adam;

  explicit Training(const Tensor& from) : w((from.set_requires_grad(), from)), adam(*this) {
    move_to(norm, Device::cuda);
    norm.gamma.copy_from(Tensor::full({4}, 1));
  }
  void visit(auto&& f) const {
    f("w", w, true);
    visit_part("norm", norm, f);
  }
  // What may be recorded of a step, and what comes before it.
  Tensor compute(const Tensor& input) {
    Pass pass;
    pass.train = true, pass.seed = 8, pass.step = 100, pass.counter = counter;
    Tape tape;
    const Tensor y =
        spatial_dropout(dropout(norm(small_network(input, w), pass), 0.3, pass.key(Purpose::dropout, 1), pass.counter),
                        0.3, pass.key(Purpose::spatial_dropout, 1), pass.counter);
    const Tensor loss = mean(multiply(y, y));
    tape.backward(loss);
    adam.update();
    return loss;
  }
  void begin(int32_t step) {
    counter.copy_from(Tensor::from({}, std::span<const int32_t>(&step, 1)));
    adam.set_rate(0.1 / (1 + step));
    adam.begin_step();
  }
  std::vector<std::vector<real>> values() const {
    std::vector<std::vector<real>> all = {values_of(adam.state().m), values_of(adam.state().v)};
    visit([&](const std::string&, const Tensor& t, bool) { all.push_back(values_of(t)); });
    return all;
  }
};

}  // namespace

TEST_CASE("device graph: replays what was recorded, on what the inputs hold then") {
  if (!has_cuda()) return;
  const auto check = [] {
    Random random(3);
    const Tensor x = random.tensor({2, 3, 40}).to(Device::cuda), w = random.tensor({4, 3, 3}).to(Device::cuda);
    small_network(x, w);
    Tensor y;
    const device::Graph graph = device::record([&] { y = small_network(x, w); });
    for (int i = 0; i < 3; ++i) {
      const Tensor other = random.tensor({2, 3, 40});
      x.copy_from(other);
      device::replay(graph);
      const Tensor unrelated = Tensor::full({2, 4, 40}, 5, Device::cuda);  // not in the graph's memory
      CHECK(values_of(y) == values_of(small_network(other.to(Device::cuda), w)));
      CHECK(values_of(unrelated)[0] == 5);
    }
  };
  check();
#ifdef SEISGRAD_EMULATED
  const Emulator late({.late_kernels = true});
  check();
#endif
}

TEST_CASE("device graph: a training step, replayed, walks as the steps one by one do") {
  if (!has_cuda()) return;
  Random random(4);
  const Tensor start = random.tensor({4, 3, 3}), x = random.tensor({2, 3, 40}).to(Device::cuda);
  const auto step = [&](const Tensor& w) {
    Tape tape;
    const Tensor y = small_network(x, w), loss = mean(multiply(y, y));
    w.set_grad({});
    tape.backward(loss);
    w.copy_from(subtract(w, scale(w.grad(), real(0.1))));
    return loss;
  };
  const auto leaf = [&] {
    const Tensor w = start.to(Device::cuda);
    w.set_requires_grad();
    return w;
  };
  const Tensor one_by_one = leaf(), replayed = leaf();
  std::vector<real> losses;
  for (int i = 0; i < 4; ++i) losses.push_back(step(one_by_one).item());
  CHECK(losses[3] < losses[0]);
  CHECK(step(replayed).item() == losses[0]);
  Tensor loss;
  const device::Graph graph = device::record([&] { loss = step(replayed); });
  for (const size_t i : {1u, 2u, 3u}) {
    device::replay(graph);
    CHECK(loss.item() == losses[i]);
  }
  CHECK(values_of(replayed) == values_of(one_by_one));
}

TEST_CASE("device graph: a whole training step, with dropout, moving averages and Adam") {
  if (!has_cuda()) return;
  Random random(5);
  const Tensor start = random.tensor({4, 3, 3}), x = random.tensor({2, 3, 40}).to(Device::cuda);
  Training one_by_one(start.to(Device::cuda)), replayed(start.to(Device::cuda));
  std::vector<real> losses;
  for (int32_t step = 0; step < 5; ++step) {
    one_by_one.begin(step);
    losses.push_back(one_by_one.compute(x).item());
  }
  replayed.begin(0);
  CHECK(replayed.compute(x).item() == losses[0]);
  Tensor loss;
  const device::Graph graph = device::record([&] { loss = replayed.compute(x); });
  for (int32_t step = 1; step < 5; ++step) {
    replayed.begin(step);
    device::replay(graph);
    CHECK(loss.item() == losses[static_cast<size_t>(step)]);
  }
  CHECK(replayed.values() == one_by_one.values());
}

TEST_CASE("device graph: its memory is its own, and comes back at its end") {
  if (!has_cuda()) return;
  device::empty_cache();
  const size_t in_use = device::usage().in_use;
  DeviceBlock outlives{nullptr, device::release};
  {
    const device::Graph graph = device::record([&] {
      const DeviceBlock scratch = device_block(4096);
      outlives = device_block(8192);
    });
    CHECK(device::usage().in_use == in_use + 8192);
    const int64_t allocations = device::usage().allocations;
    const DeviceBlock other = device_block(4096);
    CHECK(device::usage().allocations == allocations + 1);  // not the recording's block, free as it looks
    CHECK(device::usage().cached == 0);
  }
  if (!address_sanitizer) CHECK(device::usage().cached == 2 * 4096);
  outlives.reset();
  if (!address_sanitizer) CHECK(device::usage().cached == 2 * 4096 + 8192);
  CHECK(device::usage().in_use == in_use);
}

TEST_CASE("device graph: a recording uses its own blocks again, and none from outside") {
  if (!has_cuda()) return;
  DeviceBlock outside = device_block(4096);
  device::record([&] {
    DeviceBlock first = device_block(4096);
    const void* const scratch = first.get();
    first.reset();
    outside.reset();
    CHECK(device_block(4096).get() == scratch);
  });
}

TEST_CASE("device graph: what cannot be recorded says so, and the device works on") {
  if (!has_cuda()) return;
  const Tensor x = Tensor::full({3}, 2, Device::cuda);
  const std::string to_host = message_of([&] { device::record([&] { x.item(); }); });
  CHECK(to_host == "item: expected one element, got shape (3)");  // what work throws, record throws
  CHECK(message_of([&] { device::record([&] { x.to(Device::cpu); }); }) ==
        "device: a copy from device to host cannot be recorded: keep it out of record()");
  CHECK(message_of([&] { device::record([&] { Tensor::zeros({2}).to(Device::cuda); }); }) ==
        "device: a copy from host to device cannot be recorded: keep it out of record()");
  CHECK_THROWS_AS(device::record([] { device::synchronize(); }), std::logic_error);
  CHECK_THROWS_AS(device::record([] { device::mark(device::Stream::compute); }), std::logic_error);
  CHECK_THROWS_AS(device::record([] { device::record([] {}); }), std::logic_error);
  CHECK(values_of(x) == std::vector<real>{2, 2, 2});
  device::replay(device::record([] {}));
}
