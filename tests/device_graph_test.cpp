// Recordings (CUDA graphs): of inference, of training, their memory, what cannot be recorded.
#include "autograd/tape.h"
#include "kernels/sanitizers.h"
#include "layers/adam.h"
#include "tests/device_parts.h"
#include "tests/emulator.h"

using namespace seisgrad;

namespace {

struct OneWeight {
  Tensor w;
  void visit(auto&& f) const { f("w", w, true); }
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

TEST_CASE("device graph: forward and backward recorded, Adam after each replay") {
  if (!has_cuda()) return;
  Random random(5);
  const Tensor start = random.tensor({4, 3, 3}), x = random.tensor({2, 3, 40}).to(Device::cuda);
  const auto leaf = [&] {
    const Tensor w = start.to(Device::cuda);
    w.set_requires_grad();
    return OneWeight{w};
  };
  const auto gradients = [&](const Tensor& w) {
    Tape tape;
    const Tensor y = small_network(x, w);
    tape.backward(mean(multiply(y, y)));
  };
  const OneWeight one_by_one = leaf(), replayed = leaf();
  Adam first(one_by_one), second(replayed);
  for (int i = 0; i < 4; ++i) {
    gradients(one_by_one.w);
    first.step();
  }
  gradients(replayed.w);
  second.step();  // clears the gradient
  const device::Graph graph = device::record([&] { gradients(replayed.w); });
  const Tensor gradient = replayed.w.grad();
  for (int i = 0; i < 3; ++i) {
    device::replay(graph);
    replayed.w.set_grad(gradient);
    second.step();
  }
  CHECK(values_of(replayed.w) == values_of(one_by_one.w));
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
