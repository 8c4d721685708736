// Makes what ./demo needs: a small EQTransformer trained on toy seismograms, and a record it has not seen. Run once;
// its results are committed.   make_demo FOLDER [STEPS]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "apps/demo/synthetic.h"
#include "apps/model/settings.h"
#include "autograd/ops.h"
#include "autograd/tape.h"
#include "data/miniseed_write.h"
#include "layers/adam.h"
#include "layers/initialise.h"
#include "models/weights.h"
#include "tensor/atomic_file.h"

namespace {

using namespace seisgrad;

constexpr int64_t window = 1536, batch = 16, record_samples = 60'000;
constexpr double training_spacing = 900, record_spacing = 3000;  // samples between events, on average

EQTransformerConfig small() {
  return {.samples = window,
          .filters = {8, 8, 16, 16, 24},
          .kernels = {11, 9, 7, 5, 3},
          .residual_kernels = {3, 3, 2},
          .bilstm_blocks = 1,
          .lstm_units = 12,
          .attention_units = 16,
          .feed_forward_units = 48,
          .crop = {.stage = 1, .left = 0, .right = 0},
          .dropout = 0.1};
}

void initialise(const EQTransformer& model) {
  uint16_t stream = 0;
  model.visit([&](const std::string& name, const Tensor& t, bool trainable) {
    const RandomKey key{.seed = 1, .purpose = Purpose::initial_weights, .stream = stream++};
    if (name.ends_with("gamma")) t.copy_from(Tensor::full(t.shape(), 1));
    else if (trainable && name.ends_with(".score")) xavier_uniform(t.reshape({1, t.size()}), key);
    else if (trainable && t.shape().rank() >= 2) xavier_uniform(t, key);
  });
}

// EQTransformer's labels: triangles of 20 samples about the picks, a box from P to 1.4 (S - P) after it.
struct Batch {
  Tensor x, detection, p, s;
};

Batch make_batch(uint64_t seed) {
  Batch b{Tensor({batch, 3, window}), Tensor::zeros({batch, window}), Tensor::zeros({batch, window}),
          Tensor::zeros({batch, window})};
  const auto x = b.x.write(), detection = b.detection.write(), p = b.p.write(), s = b.s.write();
  for (int64_t n = 0; n < batch; ++n) {
    const ToyRecord record = toy_record(1000 + seed * batch + n, window + 600, training_spacing);
    for (int64_t c = 0; c < 3; ++c) std::copy_n(record.channels[c].begin(), window, x.begin() + (3 * n + c) * window);
    for (const ToyEvent& event : record.events)
      for (int64_t i = 0; i < window; ++i) {
        const auto triangle = [&](double t) {
          return static_cast<real>(std::max(0.0, 1 - std::abs(double(i) - t) / 20));
        };
        p[n * window + i] = std::max(p[n * window + i], triangle(event.p));
        s[n * window + i] = std::max(s[n * window + i], triangle(event.s));
        if (double(i) >= event.p && double(i) < event.p + 1.4 * (event.s - event.p)) detection[n * window + i] = 1;
      }
  }
  b.x = normalise_windows(b.x, {.filled = window});
  return b;
}

void train(const EQTransformer& model, int steps) {
  Adam adam(model, {.rate = 2e-3});
  double shown = 0;
  for (int step = 0; step < steps; ++step) {
    adam.set_rate(step < steps * 6 / 10 ? 2e-3 : step < steps * 9 / 10 ? 5e-4 : 1e-4);
    const Batch b = make_batch(step);
    Tape tape;
    const auto y = model(b.x, {.train = true, .seed = 7, .step = static_cast<uint32_t>(step), .watch = {}});
    const Tensor loss = add(add(scale(bce(y.detection, b.detection), real(0.05)), scale(bce(y.p, b.p), real(0.40))),
                            scale(bce(y.s, b.s), real(0.55)));
    tape.backward(loss);
    adam.step();
    shown = step == 0 ? loss.item() : 0.95 * shown + 0.05 * loss.item();
    if (step % 50 == 49) std::printf("step %d, loss %.4f\n", step + 1, shown), std::fflush(stdout);
  }
}

void write_record(const std::string& folder) {
  const ToyRecord record = toy_record(42, record_samples, record_spacing);
  const Time start = time_from_iso("2026-01-01T00:00:00");
  std::string bytes;
  for (size_t c = 0; c < 3; ++c) {
    std::vector<int32_t> counts;
    for (const float v : record.channels[c]) counts.push_back(static_cast<int32_t>(std::lround(100 * v)));
    const auto records = miniseed_records({"XX", "DEMO", "", std::string("HH") + "ENZ"[c]}, start, 100, counts);
    bytes.append(reinterpret_cast<const char*>(records.data()), records.size());
  }
  replace_file(folder + "/record.mseed", bytes);
  std::string truth = "phase,time\n";
  for (const ToyEvent& event : record.events)
    truth +=
        "P," + to_iso(plus_seconds(start, event.p / 100)) + "\nS," + to_iso(plus_seconds(start, event.s / 100)) + "\n";
  replace_file(folder + "/arrivals.csv", truth);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw std::invalid_argument("usage: make_demo FOLDER [STEPS]");
  const std::string folder = argv[1];
  const int steps = argc > 2 ? std::atoi(argv[2]) : 2500;
  const EQTransformer model(small());
  initialise(model);
  train(model, steps);
  ScanSettings settings;
  settings.profile.band_pass = false;
  settings.stride_seconds = 5;
  settings.detection_threshold = 0.5f;
  settings.p_threshold = settings.s_threshold = 0.5f;
  save(folder + "/demo.safetensors", model,
       {.preprocessing = to_json(settings),
        .provenance = joined("{\"source\": \"make_demo, toy seismograms\", \"steps\": ", steps, ", \"seed\": 1}")});
  write_record(folder);
} catch (const std::exception& error) {
  std::fprintf(stderr, "make_demo: %s\n", error.what());
  return 1;
}
