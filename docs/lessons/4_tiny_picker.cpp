// Lesson 4: a picker small enough to train while you read. Traces are noise in which a sine sets in; the network says
// where.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "autograd/tape.h"
#include "layers/adam.h"
#include "layers/conv1d.h"
#include "layers/initialise.h"

using namespace seisgrad;

constexpr int64_t length = 200, batch = 32;

struct Picker {
  Conv1d first{.in = 1, .out = 8, .kernel = 11};
  Conv1d second{.in = 8, .out = 8, .kernel = 11};
  Conv1d last{.in = 8, .out = 1, .kernel = 11};

  // (N,1,L) -> logits (N,1,L)
  Tensor operator()(const Tensor& x) const { return last(relu(second(relu(first(x))))); }
  void visit(auto&& f) const {
    visit_part("first", first, f);
    visit_part("second", second, f);
    visit_part("last", last, f);
  }
};

struct Examples {
  Tensor x, target;  // (N,1,L); the target is a bump of 9 samples about the onset
  std::vector<int64_t> onsets;
};

// Random numbers by position: example i is the same whenever it is asked for.
Examples make(uint32_t step) {
  Examples e{Tensor({batch, 1, length}), Tensor::zeros({batch, 1, length}), {}};
  const RandomKey key{.seed = 11, .purpose = Purpose::toy_record, .step = step};
  uint64_t next = 0;
  const auto uniform = [&] { return (random_word(key, next++) + 0.5) * 0x1p-32; };
  for (int64_t n = 0; n < batch; ++n) {
    const int64_t onset = 30 + static_cast<int64_t>(uniform() * 140);
    const double frequency = 0.2 + 0.3 * uniform(), size = 1.5 + 2 * uniform();
    for (int64_t l = 0; l < length; ++l) {
      const double noise = uniform() + uniform() + uniform() - 1.5;
      e.x.write()[n * length + l] = real(noise + (l < onset ? 0 : size * std::sin(frequency * double(l - onset + 1))));
      e.target.write()[n * length + l] = real(std::max(0.0, 1 - std::abs(double(l - onset)) / 5));
    }
    e.onsets.push_back(onset);
  }
  return e;
}

// Share of the onsets that the most probable sample meets within 3 samples.
double accuracy(const Picker& picker, uint32_t first_step) {
  int64_t found = 0, all = 0;
  for (uint32_t step = first_step; step < first_step + 4; ++step) {
    const Examples e = make(step);
    const Tensor logits = picker(e.x);  // no tape in scope: nothing is recorded
    for (int64_t n = 0; n < batch; ++n, ++all) {
      const auto row = logits.values().subspan(n * length, length);
      const int64_t pick = std::max_element(row.begin(), row.end()) - row.begin();
      found += std::abs(pick - e.onsets[n]) <= 3;
    }
  }
  return double(found) / double(all);
}

int main() {
  const Picker picker;
  uint16_t stream = 0;
  picker.visit([&](const std::string&, const Tensor& t, bool) {
    if (t.shape().rank() == 3) he_normal(t, {.seed = 5, .purpose = Purpose::initial_weights, .stream = stream++});
  });
  std::printf("before training: %.0f %% of onsets found\n", 100 * accuracy(picker, 1'000'000));

  Adam adam(picker, {.rate = 3e-3});
  for (uint32_t step = 0; step < 400; ++step) {
    const Examples e = make(step);
    Tape tape;
    const Tensor loss = bce_with_logits(picker(e.x), e.target);
    tape.backward(loss);
    adam.step();
    if (step % 100 == 0) std::printf("step %3u  loss %.4f\n", step, double(loss.item()));
  }
  const double reached = accuracy(picker, 1'000'000);  // examples it has never seen
  std::printf("after training: %.0f %% of onsets found within 3 samples\n", 100 * reached);
  return reached > 0.9 ? 0 : 1;
}
