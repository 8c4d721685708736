#include "apps/explain/class_model.h"

#include <algorithm>
#include <cmath>

#include "apps/explain/cam.h"
#include "autograd/ops.h"
#include "data/dice.h"
#include "data/synthetic/fft.h"
#include "layers/adam.h"

namespace seisgrad {
namespace {

constexpr int64_t mean_over = 50;  // steps

// What Adam changes.
struct Images {
  Tensor x;  // (classes,3,samples)
  void visit(auto&& f) const { f("x", x, true); }
};

// In a circle, by samples to the right.
Tensor shifted(const Tensor& x, int64_t by) {
  const int64_t length = x.shape()[2];
  by = (by % length + length) % length;
  if (by == 0) return x;
  return concat({crop(x, {length - by, 0}), crop(x, {0, by})}, 2);
}

// -sum over rows of S_c, plus the regularisers.
Tensor objective(const Tensor& x, const Tensor& logits, const Tensor& chosen, const ClassModelOptions& o) {
  const Tensor slope = subtract(crop(x, {1, 0}), crop(x, {0, 1}));
  return add(scale(sum(multiply(logits, chosen)), -1), add(scale(l2_penalty(x), static_cast<real>(o.l2)),
                                                           scale(l2_penalty(slope), static_cast<real>(o.variation))));
}

}  // namespace

std::vector<double> ClassModel::mean_scores() const {
  std::vector<double> means;
  for (size_t i = 0; i + mean_over <= score.size(); i += mean_over) {
    double mean = 0;
    for (size_t k = 0; k < mean_over; ++k) mean += score[i + k] / mean_over;
    means.push_back(mean);
  }
  return means;
}

bool ClassModel::rises() const {
  const std::vector<double> means = mean_scores();
  return std::is_sorted(means.begin(), means.end());
}

std::vector<ClassModel> class_models(const ExplainedModel& model, const std::vector<std::string>& classes,
                                     const ClassModelOptions& options, const std::function<bool()>& go_on) {
  require(model.classifies, "explain class: ", model.name, " is EQTransformer; it has no classes");
  const auto K = static_cast<int64_t>(model.targets.size()), N = static_cast<int64_t>(classes.size());
  std::vector<ClassModel> models;
  std::vector<size_t> place;
  Tensor chosen = Tensor::zeros({N, K});
  for (int64_t n = 0; n < N; ++n) {
    const auto found = std::find(model.targets.begin(), model.targets.end(), classes[static_cast<size_t>(n)]);
    require(found != model.targets.end(), "explain class: ", model.name, " has no class \"",
            classes[static_cast<size_t>(n)], "\"");
    place.push_back(static_cast<size_t>(found - model.targets.begin()));
    models.push_back({.name = *found, .x = {}, .prediction = {}, .score = {}, .probability = {}});
    chosen.write()[static_cast<size_t>(n * K) + place.back()] = 1;
  }
  chosen = chosen.to(model.device);
  const Images images{Tensor::zeros({N, 3, model.length}, model.device)};
  images.x.set_requires_grad();
  Adam adam(images, {.rate = options.rate});
  for (int64_t step = 0; step < options.steps; ++step) {
    Dice dice(RandomKey{options.seed, Purpose::explanation, static_cast<uint32_t>(step), 1}, 0);
    Tape tape;
    const Tensor logits = model.logits(shifted(images.x, dice.integer(-options.shift, options.shift + 1)), {})[0];
    tape.backward(objective(images.x, logits, chosen, options));
    adam.step();
    const Tensor p = softmax(logits.detach()).to(Device::cpu), host = logits.to(Device::cpu);
    for (size_t n = 0; n < models.size(); ++n) {
      models[n].score.push_back(static_cast<double>(host.values()[n * static_cast<size_t>(K) + place[n]]));
      models[n].probability.push_back(static_cast<double>(p.values()[n * static_cast<size_t>(K) + place[n]]));
    }
    if (!go_on()) return {};
  }
  const Tensor x = images.x.to(Device::cpu);
  const auto size = static_cast<size_t>(3 * model.length);
  for (size_t n = 0; n < models.size(); ++n) {
    const auto row = x.values().subspan(n * size, size);
    models[n].x = scaled_to_one({row.begin(), row.end()});
    models[n].prediction = predict(model, std::vector<real>(models[n].x.begin(), models[n].x.end()));
  }
  return models;
}

Spectrum spectrum_of(std::span<const double> row, double rate) {
  ComplexSeries series(power_of_two(std::max<size_t>(4, row.size())));
  for (size_t i = 0; i < row.size(); ++i) series.re[i] = static_cast<float>(row[i]);
  fft(series.size()).forward(series);
  Spectrum spectrum;
  for (size_t k = 0; k <= series.size() / 2; ++k) {
    spectrum.hertz.push_back(rate * static_cast<double>(k) / static_cast<double>(series.size()));
    spectrum.amplitude.push_back(std::hypot(static_cast<double>(series.re[k]), static_cast<double>(series.im[k])));
  }
  return spectrum;
}

}  // namespace seisgrad
