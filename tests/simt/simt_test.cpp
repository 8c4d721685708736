// What a correct kernel computes under the emulator.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>
#include <vector>

#include "kernels/device.h"
#include "kernels/simt.h"
#include "tests/simt/kernels.h"

using namespace seisgrad;
using namespace seisgrad::simt_kernels;

namespace {

std::vector<uint64_t> seeds{0, 1, 2, 3, 4};

struct Seed {
  explicit Seed(uint64_t seed) { simt::options.seed = seed; }
  ~Seed() { simt::options = {}; }
};

template <class T>
void check_block_sums() {
  for (const int threads : {32, 64, 96, 256}) {
    std::vector<T> x(3 * threads), sums(3), expected(3);
    for (int i = 0; i < 3 * threads; ++i) expected[i / threads] += x[i] = static_cast<T>(i % 37 - 9);
    block_sum(x.data(), sums.data(), 3, threads);
    CHECK(sums == expected);
  }
}

template <class T>
void check_shuffles() {
  for (const int width : {1, 2, 8, 32})
    for (const int delta : {0, 1, 3, 16, 31}) {
      std::vector<T> y(128);
      shuffles(y.data(), delta, width);
      CAPTURE(width);
      CAPTURE(delta);
      for (int lane = 0; lane < 32; ++lane) {
        const int first = lane / width * width, last = first + width - 1;
        CHECK(y[lane] == (lane - delta >= first ? lane - delta : lane));
        CHECK(y[32 + lane] == (lane + delta <= last ? lane + delta : lane));
        CHECK(y[64 + lane] == ((lane ^ delta) <= last ? lane ^ delta : lane));
        CHECK(y[96 + lane] == first + delta % width);
      }
    }
}

}  // namespace

TEST_CASE("simt: reductions, shared memory, shuffles of float, double and int under every order of threads") {
  for (const uint64_t seed : seeds) {
    const Seed order(seed);
    check_block_sums<float>();
    check_block_sums<double>();
    check_block_sums<int>();
    check_shuffles<float>();
    check_shuffles<double>();
    check_shuffles<int>();

    std::vector<float> x(5 * 77), y(x.size());
    std::iota(x.begin(), x.end(), 0.f);
    reverse(x.data(), y.data(), 5, 77);
    for (int i = 0; i < 5 * 77; ++i) CHECK(y[i] == x[i / 77 * 77 + 76 - i % 77]);
  }
}

TEST_CASE("simt: votes, on whole and on partial warps") {
  for (const int n : {32, 1, 7}) {
    const unsigned everyone = n == 32 ? ~0u : (1u << n) - 1;
    std::vector<float> x(n, 1);
    std::vector<unsigned> v(3);
    votes(x.data(), v.data(), n);
    CHECK(v == std::vector<unsigned>{everyone, 1, 1});
    x[n - 1] = -1;
    votes(x.data(), v.data(), n);
    CHECK(v == std::vector<unsigned>{everyone >> 1, n > 1, 0});
    x.assign(n, -1);
    votes(x.data(), v.data(), n);
    CHECK(v == std::vector<unsigned>{0, 0, 0});
  }
}

TEST_CASE("simt: a warp that diverges") {
  for (const uint64_t seed : seeds) {
    const Seed order(seed);
    std::vector<float> x(1000), counts(10), expected(10);
    for (int i = 0; i < 1000; ++i) expected[i * i % 10] += 1, x[i] = static_cast<float>(i * i % 10);
    histogram(x.data(), counts.data(), 1000);
    CHECK(counts == expected);
  }
}

TEST_CASE("simt: asynchronous copies") {
  std::vector<float> x(32 * 9), y(x.size());
  std::iota(x.begin(), x.end(), 0.f);
  for (const uint64_t seed : seeds) {
    const Seed order(seed);
    pipeline(x.data(), y.data(), 9);
    for (int i = 0; i < 32 * 9; ++i) CHECK(y[i] == x[i] + x[i / 32 * 32 + (i + 1) % 32]);
  }
}

TEST_CASE("simt: blocks and threads run in the order of their numbers, or in a random one for each seed") {
  const int64_t grids[][3] = {{1, 1, 1}, {2, 1, 1}, {3, 1, 1}, {2, 3, 2}, {5, 5, 5}, {64, 1, 1}};
  for (const auto& [x, y, z] : grids) {
    const int64_t n = x * y * z;
    std::vector<int> in_order(n), last;
    std::iota(in_order.begin(), in_order.end(), 0);
    for (const uint64_t seed : seeds) {
      const Seed order(seed);
      int tickets = 0;
      std::vector<int> blocks(n);
      block_order(blocks.data(), &tickets, x, y, z);
      CHECK(tickets == n);
      if (seed == 0) CHECK(blocks == in_order);
      if (n > 10) CHECK(blocks != last);
      last = blocks;
      std::sort(blocks.begin(), blocks.end());
      CHECK(blocks == in_order);

      std::vector<int> threads(n);
      tickets = 0;
      thread_order(threads.data(), &tickets, static_cast<int>(n));
      if (n > 10) CHECK((threads == in_order) == (seed == 0));
      std::sort(threads.begin(), threads.end());
      CHECK(threads == in_order);
    }
  }
}

TEST_CASE("simt: several host threads launch at once") {
  std::vector<int> right(4);
  std::vector<std::thread> hosts;
  for (int h = 0; h < 4; ++h)
    hosts.emplace_back([&right, h] {
      std::vector<int> x(64, h), sums(1);
      for (int i = 0; i < 50; ++i) {
        block_sum(x.data(), sums.data(), 1, 64);
        right[h] += sums[0] == 64 * h;
      }
    });
  for (std::thread& host : hosts) host.join();
  CHECK(right == std::vector<int>(4, 50));
}

TEST_CASE("simt: grids") {
  CHECK(ceil_div(0, 256) == 0);
  CHECK(ceil_div(257, 256) == 2);
  CHECK(ceil_div(INT64_MAX, 256) == INT64_MAX / 256 + 1);
  CHECK(one_thread_each(int64_t{1} << 33).blocks.x == 1u << 25);
  CHECK_THROWS_AS(one_thread_each(int64_t{1} << 40), std::length_error);
  CHECK_THROWS_AS(block_counts(1, 65536), std::length_error);
  CHECK_THROWS_AS(block_counts(1, 1, 65536), std::length_error);
  int tickets = 0;
  block_order(nullptr, &tickets, 0, 1, 1);  // nothing to do
  block_order(nullptr, &tickets, 1, 0, 1);
  CHECK(tickets == 0);
}

TEST_CASE("device: the emulated one") {
  REQUIRE(device::linked());
  CHECK(device::available());
  CHECK(device::emulated());
  CHECK(device::description() == "emulated on the CPU by the SIMT emulator");
  CHECK(device::allocate(0) == nullptr);
  float* a = static_cast<float*>(device::allocate(3 * sizeof(float)));
  float* b = static_cast<float*>(device::allocate(3 * sizeof(float)));
  float out[3];
  device::copy_to_host(out, a, sizeof out);
  CHECK((std::isnan(out[0]) && std::isnan(out[2])));
  const float in[3] = {1, 2, 3};
  device::copy_to_device(a, in, sizeof in);
  device::copy_on_device(b, a, sizeof in);
  device::copy_to_host(out, b, sizeof out);
  CHECK(out[2] == 3);
  device::synchronize();
  device::release(a);
  device::release(b);
  device::release(nullptr);
}
