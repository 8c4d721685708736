#include "kernels/normalise_windows.h"

#include "autograd/ops.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

TEST_CASE("normalise_windows: values by hand") {
  on_each_device([](Device device) {
    const auto check = [&](Shape shape, std::vector<real> x, WindowOptions options, std::vector<double> expected) {
      check_agrees("y", normalise_windows(Tensor::from(shape, std::span<const real>(x), device), options), expected,
                   epsilon);
    };
    const auto per_channel = WindowScale::std_per_channel;
    check({1, 2, 2}, {1, 3, 5, 5}, {.scale = per_channel, .filled = 2}, {-1, 1, 0, 0});
    check({1, 1, 4}, {-3, 1, 2, 0}, {.scale = WindowScale::max_per_channel, .filled = 4}, {-1.5, .5, 1, 0});
    const double joint = std::sqrt(20.0 / 3);
    check({1, 2, 2}, {-1, 1, -3, 3}, {.scale = WindowScale::std_joint, .filled = 2},
          {-1 / joint, 1 / joint, -3 / joint, 3 / joint});
    check({1, 1, 1}, {7}, {.scale = WindowScale::std_joint, .filled = 1}, {0});
    check({1, 1, 4}, {1, 3, 99, 99}, {.scale = per_channel, .filled = 2}, {-1, 1, 0, 0});
    check({1, 1, 8}, {-1, 1, -1, 1, -1, 1, -1, 1}, {.scale = per_channel, .filled = 8, .taper = 2},
          {0, .5, -1, 1, -1, 1, -.5, 0});
    check({1, 1, 5}, {-1, 1, -1, 1, 9}, {.scale = per_channel, .filled = 4, .taper = 99}, {0, .5, -.5, 0, 0});
    check({0, 3, 4}, {}, {.scale = per_channel, .filled = 2}, {});
    const real nan = std::numeric_limits<real>::quiet_NaN(), infinity = std::numeric_limits<real>::infinity();
    const double bad = std::numeric_limits<double>::quiet_NaN();
    for (const real v : {nan, infinity, -infinity}) {
      check({1, 2, 2}, {v, 1, 3, 5}, {.scale = per_channel, .filled = 2}, {bad, bad, -1, 1});
      check({1, 2, 2}, {v, 1, 3, 5}, {.scale = WindowScale::max_per_channel, .filled = 2}, {bad, bad, -1, 1});
      check({1, 2, 2}, {v, 1, 3, 5}, {.scale = WindowScale::std_joint, .filled = 2}, {bad, bad, bad, bad});
    }
  });
}

TEST_CASE("normalise_windows: cpu and gpu agree with the reference") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const Shape shape{random.size(4), random.size(4), random.size(700)};
    const WindowOptions options{.scale = static_cast<WindowScale>(random.integer(0, 2)),
                                .filled = random.coin() ? shape[2] : random.integer(1, shape[2]),
                                .taper = random.coin() ? 0 : random.integer(0, 40)};
    const Tensor x = random.tensor(shape, -1, 3);
    CAPTURE(seed);
    auto wide = widened<3>(x);
    Array<double, 3> y(shape);
    reference::normalise_windows<double>(wide.in(), options, y.view());
    // The difference is rounded where it is at most 4, and then divided.
    std::vector<double> bound(x.size());
    for (int64_t row = 0; row < shape[0] * shape[1]; ++row) {
      const auto begin = wide.values.begin() + row * shape[2];
      double mean = 0, error = 8 * epsilon;
      for (int64_t l = 0; l < options.filled; ++l) mean += begin[l] / double(options.filled);
      for (int64_t l = 0; l < options.filled; ++l)  // times the factor by which this window was scaled
        error = std::max(error, 8 * epsilon * std::abs(y.values[row * shape[2] + l] / (begin[l] - mean)) * 4);
      for (int64_t l = 0; l < shape[2]; ++l) bound[row * shape[2] + l] = error;
    }
    const Tensor cpu = normalise_windows(x, options);
    on_each_device([&](Device device) {
      const Tensor got = normalise_windows(x.to(device), options);
      check_agrees("y", got, y.values, 0, bound);
      check_agrees("y beside the cpu's", got, all_values({cpu}), 0, bound);
    });
  }
}

TEST_CASE("normalise_windows: a window's neighbours do not matter") {
  Random random(6);
  const Tensor x = random.tensor({3, 3, 600});
  const WindowOptions options{.scale = WindowScale::std_joint, .filled = 600, .taper = 6};
  on_each_device([&](Device device) {
    const std::vector<double> all = all_values({normalise_windows(x.to(device), options)});
    const Tensor last = Tensor::from({1, 3, 600}, x.values().subspan(2 * 1800), device);
    CHECK(all_values({normalise_windows(last, options)}) == std::vector<double>(all.begin() + 2 * 1800, all.end()));
  });
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("normalise_windows: each barrier of the CUDA kernel is needed") {
  Random random(3);
  const Tensor x = random.tensor({1, 3, 600}).to(Device::cuda);
  check_each_barrier_is_needed([&] {
    return all_values({normalise_windows(x, {.scale = WindowScale::std_per_channel, .filled = 600}),
                       normalise_windows(x, {.scale = WindowScale::max_per_channel, .filled = 600})});
  });
}
#endif

TEST_CASE("normalise_windows: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3, 8});
  CHECK_THROWS_WITH(normalise_windows(Tensor::zeros({3, 8}), {.filled = 8}),
                    "normalise_windows: x must be (N,C,L), got (3,8)");
  CHECK_THROWS_WITH(normalise_windows(x, {.filled = 9}),
                    "normalise_windows: filled must be 1 to 8 and taper at least 0, got 9 and 0");
  CHECK_THROWS_AS(normalise_windows(x, {.filled = 0}), std::invalid_argument);
  CHECK_THROWS_AS(normalise_windows(x, {.filled = 8, .taper = -1}), std::invalid_argument);
}
