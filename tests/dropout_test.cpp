#include "kernels/dropout.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

static const RandomKey a_key{.seed = 42, .purpose = Purpose::dropout, .step = 3};

TEST_CASE("dropout: each value is dropped by its own random word") {
  std::vector<double> expected;
  for (uint64_t e = 0; e < 6; ++e)  // p = 1/4: the quarter of words below 2^30 drops
    expected.push_back(random_word(a_key, e) < (uint32_t{1} << 30) ? 0.0 : static_cast<double>(e + 1) / 0.75);
  std::vector<double> mask = expected;
  for (uint64_t e = 0; e < 6; ++e) mask[e] /= static_cast<double>(e + 1);
  on_each_device([&](Device device) {
    const Tensor x = Tensor::from({2, 3}, std::vector<real>{1, 2, 3, 4, 5, 6}, device);
    check_agrees("y", dropout(x, 0.25, a_key), expected, 8 * epsilon);
    check_agrees("mask", dropout_mask({2, 3}, 0.25, a_key, device), mask, epsilon);
    const double its_own = random_word(a_key, 3) * 0x1p-32;  // a word at the threshold keeps its value
    CHECK(dropout_mask({4}, its_own, a_key, device).to(Device::cpu).values()[3] != 0);
    CHECK(spatial_dropout(Tensor::zeros({2, 3, 0}, device), 0.25, a_key).size() == 0);
  });
}

TEST_CASE("dropout: a value keeps its fate whatever the shape and the values around it") {
  const Tensor whole = dropout_mask({1000}, 0.5, a_key);
  on_each_device([&](Device device) {
    const Tensor start = dropout_mask({7, 13}, 0.5, a_key, device);
    check_agrees("start", start, all_values({crop(whole, {.right = 1000 - 91})}), 0);
  });
}

TEST_CASE("dropout: keys tell sequences apart, and as many are dropped as asked") {
  const auto kept = [](const Tensor& mask) {
    int64_t count = 0;
    for (const real m : mask.values()) count += m != 0;
    return count;
  };
  const int64_t n = 100000;
  for (const double p : {0.0, 0.1, 0.5, 0.9}) {
    const double expected = double(n) * (1 - p), deviation = std::sqrt(double(n) * p * (1 - p));
    CHECK(std::abs(double(kept(dropout_mask({n}, p, a_key))) - expected) <= 4 * deviation);
  }
  const Tensor mask = dropout_mask({n}, 0.5, a_key);
  RandomKey others[] = {a_key, a_key, a_key, a_key};
  others[0].seed++, others[1].step++, others[2].stream++, others[3].purpose = Purpose::spatial_dropout;
  for (const RandomKey& other : others) {  // independent halves agree in half of the places
    const Tensor product = multiply(mask, dropout_mask({n}, 0.5, other));
    CHECK(std::abs(double(kept(product)) - double(n) / 4) <= 4 * std::sqrt(double(n) * 3 / 16));
  }
}

TEST_CASE("dropout: a counter counts the steps on") {
  on_each_device([](Device device) {
    const Tensor counter = Tensor::from({}, std::vector<int32_t>{0}, device), x = Tensor::full({3, 5, 7}, 1, device);
    const auto dropped = [&](RandomKey key, const Tensor& more) {
      return all_values({dropout(x, 0.4, key, more), spatial_dropout(x, 0.4, key, more),
                         dropout_mask({4, 30}, 0.4, key, device, more)});
    };
    for (const int32_t n : {0, 1, 70000}) {
      counter.copy_from(Tensor::from({}, std::span<const int32_t>(&n, 1)));
      RandomKey later = a_key;
      later.step += static_cast<uint32_t>(n);
      CHECK(dropped(a_key, counter) == dropped(later, {}));
    }
  });
}

TEST_CASE("spatial_dropout: channels live or die whole") {
  const Tensor y = spatial_dropout(Tensor::full({3, 50, 7}, 1), 0.5, a_key);
  const Tensor mask = dropout_mask({3, 50}, 0.5, a_key);
  for (int64_t i = 0; i < y.size(); ++i) CHECK(y.values()[i] == mask.values()[i / 7]);
}

TEST_CASE("dropout: p = 0 changes nothing, a dropped NaN shows") {
  const Tensor x = Tensor::full({100}, std::numeric_limits<real>::quiet_NaN());
  CHECK(dropout(x, 0, a_key).memory() == x.memory());
  const Tensor y = dropout(x, 0.5, a_key);
  for (const real v : y.values()) CHECK(std::isnan(v));
}

TEST_CASE("dropout: equals the reference, and its gradient is the same function") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    // some longer than one task
    const Tensor x = seed % 10 == 9 ? random.tensor({2, 3, 5003})
                                    : random.tensor({random.size(5), random.size(33), random.size(64)});
    const Dropout how{random.uniform(0.01, 0.95), {.seed = random.bits(), .purpose = Purpose::dropout, .step = 1}};
    const bool spatial = random.coin();
    CAPTURE(seed);
    const int64_t row = spatial ? x.shape()[2] : 1;
    auto wide = widened<2>(x.reshape({x.size() / row, row}));
    Array<double, 2> y(Shape{x.size() / row, row});
    reference::dropout<double>(wide.in(), how, y.view());
    std::vector<double> bound;
    for (const double v : y.values) bound.push_back(2 * epsilon * std::abs(v));
    const auto drop = [&](const Tensor& t) {
      return spatial ? spatial_dropout(t, how.p, how.key) : dropout(t, how.p, how.key);
    };
    const std::vector<double> on_cpu = all_values({drop(x)});

    on_each_device([&](Device device) {
      Tape tape;
      const Tensor input = x.to(device);
      input.set_requires_grad();
      const Tensor dropped = drop(input);
      check_agrees("the same bits on every device", dropped, on_cpu, 0);
      check_agrees("y", dropped, y.values, 0, bound);
      check_agrees("dx", tape.gradients(dropped, input, {input})[0], y.values, 0, bound);
    });
  }
}

TEST_CASE("dropout: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH(dropout(x, 1, a_key), "dropout: p must be in [0,1), got 1");
  CHECK_THROWS_WITH(dropout(x, std::nan(""), a_key), "dropout: p must be in [0,1), got nan");
  CHECK_THROWS_WITH(dropout(x, 0.5, a_key, Tensor::from({2}, std::vector<int32_t>{1, 2})),
                    "dropout: the counter must be one number, got (2)");
  CHECK_THROWS_WITH(spatial_dropout(x, 0.5, a_key), "spatial_dropout: x must be (N,C,L), got (2,3)");
}
