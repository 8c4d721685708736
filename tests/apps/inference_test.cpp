// A network on its device, batch after batch: order, partial batches, memory that does not suffice, a lost device.
#include "apps/scan/inference.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "apps/device.h"
#include "autograd/ops.h"
#include "tests/emulator.h"

using namespace seisgrad;

namespace {

constexpr int64_t length = 64;
const std::vector<int64_t> widths(3, length);

// Output k of a window: the sums of neighbours k apart, of its first channel.
Inference::Network toy_network(Device device) {
  std::vector<Tensor> weights;
  for (int64_t k = 0; k < 3; ++k) {
    std::vector<real> w(9);
    w[0] = 1;
    w[static_cast<size_t>(k)] += 1;
    weights.push_back(Tensor::from({1, 3, 3}, w, device));
  }
  return [weights](const Tensor& x) -> Inference::Outputs {
    Inference::Outputs y(3);
    for (size_t k = 0; k < 3; ++k) y[k] = conv1d(x, weights[k], {}, {.right = 2}).reshape({x.shape()[0], length});
    return y;
  };
}

// Values of window w, channel c.
real value(int64_t w, int64_t c, int64_t i) { return static_cast<real>((w * 131 + c * 17 + i * i) % 1009); }

// The outputs of `count` windows through batches of the sizes that `sizes` goes round.
std::vector<real> outputs_of(Inference& network, int64_t count, std::vector<int64_t> sizes) {
  std::vector<real> out;
  std::deque<int64_t> in_flight;
  size_t turn = 0;
  const auto finish = [&] {
    const auto y = network.finish();
    for (int64_t w = 0; w < in_flight.front(); ++w)
      for (size_t k = 0; k < 3; ++k) out.insert(out.end(), &y[k][w * length], &y[k][w * length] + length);
    in_flight.pop_front();
  };
  for (int64_t first = 0; first < count;) {
    const int64_t windows = std::min({sizes[turn++ % sizes.size()], network.batch(), count - first});
    try {
      const auto x = network.input(windows);
      for (int64_t w = 0; w < windows; ++w)
        for (int64_t c = 0; c < 3; ++c)
          for (int64_t i = 0; i < length; ++i) x[(w * 3 + c) * length + i] = value(first + w, c, i);
      network.start();
    } catch (const std::bad_alloc& error) {
      while (!in_flight.empty()) finish();
      network.halve_batch(error);
      continue;
    }
    in_flight.push_back(windows);
    first += windows;
    if (in_flight.size() == network.depth()) finish();
  }
  while (!in_flight.empty()) finish();
  return out;
}

std::vector<real> expected(int64_t count) {
  Inference network(toy_network(Device::cpu), length, widths, count, Device::cpu);
  return outputs_of(network, count, {count});
}

}  // namespace

TEST_CASE("inference: the same for every batch, full or partial, in order") {
  const std::vector<real> all = expected(50);
  REQUIRE(all.size() == 50 * 3 * length);
  for (int64_t i = 0; i + 2 < length; ++i) REQUIRE(all[i + length] == value(0, 0, i) + value(0, 0, i + 1));
  const auto check = [&](Device device) {
    for (const int64_t batch : {1, 7, 50}) {
      Inference network(toy_network(device), length, widths, batch, device);
      CHECK(outputs_of(network, 50, {batch}) == all);
      CHECK(outputs_of(network, 50, {batch, 3, batch, batch, 1}) == all);
    }
  };
  check(Device::cpu);
#ifdef SEISGRAD_EMULATED
  check(Device::cuda);
  for (const bool late_copies : {false, true}) {
    const Emulator late({.late_kernels = true, .late_copies = late_copies});
    check(Device::cuda);
  }
#endif
}

#ifdef SEISGRAD_EMULATED

TEST_CASE("inference: what was started can be left") {
  Inference network(toy_network(Device::cuda), length, widths, 4, Device::cuda);
  std::fill_n(network.input(4).begin(), 4 * 3 * length, real(1));
  network.start();
  network.forget_started();
  CHECK(outputs_of(network, 9, {4}) == expected(9));
  network.input(2);  // filled or not, never started
}

TEST_CASE("inference: a batch that does not fit is halved, down to an error that says what one window needs") {
  device::empty_cache();
  const auto limited = [](size_t bytes) { return Emulator({.memory = device::usage().in_use + bytes}); };
  const std::vector<real> all = expected(50);
  {
    // a window takes 3 * 64 numbers on the way in, as input and out, and 64 an output
    const Emulator small = limited(40 * length * sizeof(real) * 12);
    Inference network(toy_network(Device::cuda), length, widths, 50, Device::cuda);
    CHECK(outputs_of(network, 50, {50}) == all);
    CHECK(network.batch() < 50);
    CHECK(network.batch() >= 6);
    CHECK(outputs_of(network, 50, {3, 50, 50, 1}) == all);
  }
  device::empty_cache();
  const Emulator tiny = limited(4096);
  Inference network(toy_network(Device::cuda), length, widths, 50, Device::cuda);
  std::string message;
  try {
    outputs_of(network, 50, {50});
  } catch (const device::OutOfMemory& error) { message = error.what(); }
  CHECK(message.find("one window at a time is too much for this device's memory: device cuda: out of memory: ") == 0);
}

TEST_CASE("inference: a lost device is an error, and ends without another") {
  std::optional<Inference> network;
  network.emplace(toy_network(Device::cuda), length, widths, 5, Device::cuda);
  outputs_of(*network, 10, {5});
  const Emulator failing({.launches_until_lost = 2});
  CHECK_THROWS_AS(outputs_of(*network, 10, {5}), device::Lost);
  network.reset();
}

#endif

TEST_CASE("device: names, choices and their reasons") {
  CHECK(choose_device("cpu").device == Device::cpu);
  for (const char* wrong : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda:99999999999", "CPU"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(choose_device(wrong), std::invalid_argument);
  }
#ifdef SEISGRAD_EMULATED
  CHECK(choose_device("auto").line ==
        "device cpu: the GPU of this program is emulated, and slower; --device cuda takes it");
  CHECK(choose_device("auto").device == Device::cpu);
  CHECK(choose_precision("strict", Device::cpu) == Precision::strict);
  CHECK_THROWS_AS(choose_precision("half", Device::cuda), std::invalid_argument);
  CHECK_THROWS_WITH_AS(choose_precision("tf32", Device::cpu),
                       "--precision tf32: that is for a GPU in float32; leave it out, or add --device cuda",
                       std::invalid_argument);
  if (sizeof(real) == sizeof(float)) CHECK(choose_precision("tf32x3", Device::cuda) == Precision::tf32x3);
  CHECK(choose_device("cuda").device == Device::cuda);
  CHECK(choose_device("cuda:0").line == "device cuda:0: emulated on the CPU by the SIMT emulator");
  CHECK_THROWS_WITH(choose_device("cuda:1"), "device cuda:1: no GPU has the number 1; the emulator has one, number 0");
#else
  CHECK_THROWS_WITH(choose_device("cuda"), "device cuda: this program was built without CUDA kernels");
  CHECK(choose_device("auto").line == "device cpu: this program was built without CUDA kernels");
#endif
}
