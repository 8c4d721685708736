// The device as a whole: its memory, copies beside kernels, and what goes wrong. On real hardware too, but for what
// only the emulator can be told to do.
#include "kernels/device.h"

#include <array>
#include <numeric>

#include "kernels/sanitizers.h"
#include "tests/device_parts.h"
#include "tests/emulator.h"

using namespace seisgrad;

namespace {

using Pinned = std::unique_ptr<void, decltype(&device::release_pinned)>;
Pinned pinned(size_t bytes) { return {device::allocate_pinned(bytes), device::release_pinned}; }

constexpr int64_t n = 1000;
real* reals(const auto& memory) { return static_cast<real*>(memory.get()); }

}  // namespace

TEST_CASE("device memory: blocks are used again, and counted") {
  if (!has_cuda()) return;
  device::empty_cache();
  const device::Usage before = device::usage();
  CHECK(before.cached == 0);
  CHECK(device::allocate(0) == nullptr);
  void* first = nullptr;
  {
    const DeviceBlock a = device_block(1000), b = device_block(1000), c = device_block(5000);
    first = a.get();
    CHECK(reinterpret_cast<uintptr_t>(first) % 256 == 0);
    CHECK(device::usage().in_use == before.in_use + 1024 + 1024 + 5120);
    CHECK(device::usage().allocations == before.allocations + 3);
  }
  CHECK(device::usage().in_use == before.in_use);
  CHECK(device::usage().peak >= before.in_use + 7168);
  device::reset_peak();
  CHECK(device::usage().peak == before.in_use);
  if (address_sanitizer) return;  // which shall see each block end
  CHECK(device::usage().cached == 7168);
  {
    const DeviceBlock again = device_block(900), other = device_block(2000);  // as many bytes when rounded up to 256
    CHECK(again.get() == first);
    CHECK(other.get() != first);
    CHECK(device::usage().allocations == before.allocations + 4);
    CHECK(device::usage().cached == 6144);
  }
  device::empty_cache();
  CHECK(device::usage().cached == 0);
}

TEST_CASE("device memory: any order of requests gets blocks of its own") {
  if (!has_cuda()) return;
  Random random(1);
  std::vector<std::pair<DeviceBlock, std::pair<real, size_t>>> held;
  for (int step = 0; step < 300; ++step) {
    if (!held.empty() && random.integer(0, 2) == 0) {
      const size_t i = static_cast<size_t>(random.integer(0, static_cast<int64_t>(held.size()) - 1));
      const auto [value, count] = held[i].second;
      std::vector<real> back(count);
      device::copy_to_host(back.data(), held[i].first.get(), count * sizeof(real));
      CHECK(back == std::vector<real>(count, value));
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      const size_t count = static_cast<size_t>(random.integer(1, 4) * random.integer(1, 300));
      held.emplace_back(device_block(count * sizeof(real)), std::pair{static_cast<real>(step), count});
      device::fill(reals(held.back().first), count, static_cast<real>(step));
    }
  }
}

TEST_CASE("device copies: there, on it and back, nothing too") {
  if (!has_cuda()) return;
  std::vector<real> in(n), out(n);
  std::iota(in.begin(), in.end(), real(1));
  const DeviceBlock a = device_block(n * sizeof(real)), b = device_block(n * sizeof(real));
  device::copy_to_device(a.get(), in.data(), n * sizeof(real));
  device::copy_on_device(b.get(), a.get(), n * sizeof(real));
  device::copy_to_host(out.data(), b.get(), n * sizeof(real));
  CHECK(out == in);
  device::copy_to_device(nullptr, nullptr, 0);
  device::copy_to_host(nullptr, nullptr, 0);
  CHECK(values_of(Tensor::full({3}, 7, Device::cuda)) == std::vector<real>{7, 7, 7});
  CHECK(Tensor::zeros({0}, Device::cuda).size() == 0);
}

// Each pair of streams must be joined by a mark; with one of the waits left out (-1: none) the answer is wrong.
static std::vector<real> through_three_streams(int left_out) {
  const size_t bytes = n * sizeof(real);
  const DeviceBlock x = device_block(bytes), y = device_block(bytes);
  const Pinned in = pinned(bytes), out = pinned(bytes);
  std::fill_n(reals(in), n, real(3));
  std::fill_n(reals(out), n, real(-1));
  if (left_out != 0) device::wait(device::Stream::upload, device::mark(device::Stream::compute));  // x is ours now
  device::start_copy(device::Stream::upload, x.get(), in.get(), bytes);
  if (left_out != 1) device::wait(device::Stream::compute, device::mark(device::Stream::upload));
  device::copy_on_device(y.get(), x.get(), bytes);
  if (left_out != 2) device::wait(device::Stream::download, device::mark(device::Stream::compute));
  device::start_copy(device::Stream::download, out.get(), y.get(), bytes);
  if (left_out != 3) device::wait(device::mark(device::Stream::download));
  std::vector<real> got(reals(out), reals(out) + n);
  device::synchronize();
  return got;
}

TEST_CASE("device copies beside kernels: right with every wait") {
  if (!has_cuda()) return;
  CHECK(through_three_streams(-1) == std::vector<real>(n, 3));
}

#ifdef SEISGRAD_EMULATED

TEST_CASE("device copies beside kernels: the emulator shows each missing wait") {
  std::array<bool, 4> caught{};
  for (const bool late_copies : {false, true}) {
    const Emulator late({.late_kernels = true, .late_copies = late_copies});
    CHECK(through_three_streams(-1) == std::vector<real>(n, 3));
    for (const int left_out : {0, 1, 2, 3})
      caught[static_cast<size_t>(left_out)] |= through_three_streams(left_out) != std::vector<real>(n, 3);
  }
  CHECK(caught == std::array<bool, 4>{true, true, true, true});
}

TEST_CASE("device: kernels that run late give the same results") {
  Random random(2);
  const Tensor x = random.tensor({2, 3, 40}), w = random.tensor({4, 3, 3});
  const auto on_device = [&] { return values_of(small_network(x.to(Device::cuda), w.to(Device::cuda))); };
  const std::vector<real> expected = on_device();
  const Emulator late({.late_kernels = true});
  CHECK(on_device() == expected);
}

TEST_CASE("device memory: when there is no more, the cache goes first, then the error says what there is") {
  device::empty_cache();
  const size_t in_use = device::usage().in_use;
  const Emulator small({.memory = in_use + (size_t{4} << 20)});
  { const DeviceBlock kept = device_block(size_t{3} << 20); }
  const DeviceBlock larger = device_block((size_t{3} << 20) + 256);  // fits only without what is kept
  CHECK(larger.get() != nullptr);
  CHECK_THROWS_AS(device_block(size_t{2} << 20), std::bad_alloc);
  const std::string message = message_of([] { device_block(size_t{2} << 20); });
  CAPTURE(message);
  CHECK(message.find("device cuda: out of memory: 2048.0 KiB asked, ") == 0);
  CHECK(message.find(" in use by this program, 1023.8 KiB free of ") != std::string::npos);
  CHECK(device_block(size_t{1} << 19).get() != nullptr);  // and life goes on
  CHECK_THROWS_AS(Tensor({1 << 20}, DType::int32, Device::cuda), device::OutOfMemory);
}

TEST_CASE("device: a lost GPU is an error of its own kind, for every use of it") {
  const Tensor x = Tensor::full({2, 3, 40}, 1, Device::cuda), w = Tensor::full({4, 3, 3}, 1, Device::cuda);
  const Emulator failing({.launches_until_lost = 1});
  CHECK_THROWS_AS(small_network(x, w), device::Lost);  // the second kernel
  CHECK_THROWS_AS(values_of(x), device::Lost);
  CHECK_THROWS_AS(x.clone(), device::Lost);
  CHECK_THROWS_AS(device::synchronize(), device::Lost);
}

#endif

TEST_CASE("device: an index that does not exist") {
  if (!has_cuda()) return;
  CHECK_THROWS_AS(device::choose(-1), std::runtime_error);
  CHECK(message_of([] { device::choose(1000); }).find("device cuda:1000: no GPU has the number 1000; ") == 0);
}
