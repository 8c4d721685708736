// The arithmetic of explanations: class activation maps, gradients, attention, deletion.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/explain/attention.h"
#include "apps/explain/deletion.h"
#include "apps/explain/random_weights.h"
#include "tests/apps/tiny_models.h"
#include "tests/messages.h"

using namespace seisgrad;

namespace {

std::vector<real> random_window(const ExplainedModel& model, uint64_t seed) {
  Random random(seed);
  const Tensor x = random.tensor({3, model.length}, -1, 1);
  return {x.values().begin(), x.values().end()};
}

ExplainedModel tiny(const TemporaryFolder& folder, bool classifier) {
  return load_explained(classifier ? tiny_classifier(folder, "classifier.safetensors", 3)
                                   : tiny_eqtransformer(folder, "eqt.safetensors", 3),
                        Device::cpu);
}

// One convolution of kernel 1 that passes on what is positive in the first component; the mean over time says "P".
PhaseClassifier bump_detector() {
  const PhaseClassifier model(
      {.samples = 64, .classes = {"noise", "P"}, .depth = 1, .kernel = 1, .channels = 1, .head = ClassifierHead::gap});
  model.visit([](const std::string& name, const Tensor& t, bool) {
    const auto values = t.write();
    std::fill(values.begin(), values.end(), real{0});
    if (name.ends_with("conv.weight")) values[0] = 1;
    if (name.ends_with("gamma") || name.ends_with("variance")) values[0] = 1;
    if (name == "output.weight") values[1] = 40;
    if (name == "output.bias") values[0] = 2;
  });
  return model;
}

std::vector<real> bump() {
  std::vector<real> window(3 * 64, 0);
  for (size_t i = 20; i < 26; ++i) window[i] = 1;
  return window;
}

}  // namespace

TEST_CASE("explain: Smooth Grad-CAM++ of two channels, two steps, two copies, by hand") {
  // channel 0: A = (1,2), (3,2), so Abar = (2,2), sum 4; g = (1,0), (1,-2), so D1 = (1,-1), D2 = (1,2), D3 = (1,-4)
  // channel 1: A = (0,1), (0,3), so Abar = (0,2), sum 2; g = (2,1/2), (0,1/2), D1 = (1,1/2), D2 = (2,1/4), D3 = (4,1/8)
  CamMoments moments(2, 2);
  const std::vector<double> a1 = {1, 2, 0, 1}, g1 = {1, 0, 2, 0.5}, a2 = {3, 2, 0, 3}, g2 = {1, -2, 0, 0.5};
  moments.add(a1, g1);
  moments.add(a2, g2);
  // paper: alpha = 1/(2+4) and (D1 < 0); 2/(4+8) and (1/4)/(1/2+1/4). Weights 1/6; 1/6 + 1/3 * 1/2 = 1/3.
  const std::vector<double> paper = moments.map(CamAlpha::paper);
  CHECK(paper[0] == doctest::Approx(1.0 / 3).epsilon(1e-14));
  CHECK(paper[1] == doctest::Approx(1.0).epsilon(1e-14));
  // port: sums of Abar D3 are -6 and 1/4. alpha = 1/(2-6); 2/(4+1/4) and 1/3. Weights -1/4; 8/17 + 1/6 = 65/102.
  const std::vector<double> port = moments.map(CamAlpha::port);
  CHECK(port[0] == 0);
  CHECK(port[1] == doctest::Approx(65.0 / 51 - 0.5).epsilon(1e-14));
  CHECK(moments.map(CamAlpha::local) == std::vector<double>{2, 1});  // 1 * 2 + 1 * 0; nothing + 1/2 * 2

  CamMoments silent(1, 2);
  silent.add(std::vector<double>{1, 1}, std::vector<double>{0, 0});
  CHECK(silent.map(CamAlpha::paper) == std::vector<double>{0, 0});
  CHECK_THROWS_AS(silent.add(std::vector<double>{1}, std::vector<double>{0}), std::invalid_argument);
}

TEST_CASE("explain: one copy without noise is Grad-CAM++") {
  const TemporaryFolder folder;
  const ExplainedModel model = tiny(folder, true);
  const std::vector<real> window = random_window(model, 5);
  const Prediction prediction = predict(model, window);
  for (const std::string& name : model.targets) {
    const Target target = target_of(model, prediction, name);
    const Derivatives d = differentiate(model, target, window, "blocks.0");
    std::vector<double> expected(static_cast<size_t>(d.steps), 0.0);  // Chattopadhyay et al. 2018, equations 10, 19
    for (int64_t k = 0; k < d.channels; ++k) {
      const auto at = [&](const std::vector<double>& v, int64_t t) { return v[static_cast<size_t>(k * d.steps + t)]; };
      double sum = 0, weight = 0;
      for (int64_t t = 0; t < d.steps; ++t) sum += at(d.activation, t);
      for (int64_t t = 0; t < d.steps; ++t) {
        const double g = at(d.gradient, t);
        if (g > 0) weight += g * g / (2 * g * g + sum * g * g * g) * g;
      }
      for (int64_t t = 0; t < d.steps; ++t) expected[static_cast<size_t>(t)] += weight * at(d.activation, t);
    }
    MapOptions options;
    options.layer = "blocks.0", options.copies = 1, options.noise = 0;
    const std::vector<double> steps = noisy_maps(model, target, window, 1, options).moments.map(CamAlpha::paper);
    for (size_t t = 0; t < expected.size(); ++t)
      CHECK(steps[t] == doctest::Approx(std::max(0.0, expected[t])).epsilon(1e-9));
    options.copies = 20;  // copies without noise change nothing but rounding
    const std::vector<double> unchanged = noisy_maps(model, target, window, 1, options).moments.map(CamAlpha::paper);
    for (size_t t = 0; t < expected.size(); ++t) CHECK(unchanged[t] == doctest::Approx(steps[t]).epsilon(1e-9));
  }
}

TEST_CASE("explain: noise is keyed by seed and window") {
  const TemporaryFolder folder;
  const ExplainedModel model = tiny(folder, true);
  const std::vector<real> window = random_window(model, 5);
  const Target target = target_of(model, predict(model, window), "P");
  const auto with_seed = [](uint64_t seed) {
    MapOptions options;
    options.copies = 18, options.seed = seed;
    return options;
  };
  const NoisyMaps maps = noisy_maps(model, target, window, 1, with_seed(2));
  CHECK(noisy_maps(model, target, window, 1, with_seed(2)).gradient == maps.gradient);
  CHECK(noisy_maps(model, target, window, 2, with_seed(2)).gradient != maps.gradient);
  CHECK(noisy_maps(model, target, window, 1, with_seed(3)).gradient != maps.gradient);
}

TEST_CASE("explain: maps of steps on samples; the top of a map") {
  const std::vector<double> steps = {0, 2, 1};
  CHECK(on_samples(steps, 8, 2) == std::vector<double>{0, 0.5, 1.5, 1.75, 1.25, 1, 1, 1});
  CHECK(on_samples(std::vector<double>{3}, 4, 4) == std::vector<double>{3, 3, 3, 3});
  CHECK(top_fraction(std::vector<double>{1, 3, 3, 2}, 0.5) == std::vector<bool>{false, true, true, false});
  CHECK(top_fraction(std::vector<double>{1, 1, 1, 1}, 0.25) == std::vector<bool>{true, false, false, false});
  CHECK(scaled_to_one({0, 0}) == std::vector<double>{0, 0});
  CHECK(scaled_to_one({1, -4}) == std::vector<double>{0.25, -1});
  CHECK(layer_stride(6000, 47) == 128);
  CHECK(layer_stride(1024, 64) == 16);
}

TEST_CASE("explain: integrated gradients are complete, of each output of each model") {
  const TemporaryFolder folder;
  for (const bool classifier : {true, false}) {
    const ExplainedModel model = tiny(folder, classifier);
    const std::vector<real> window = random_window(model, 7), zeros(window.size(), 0);
    const Prediction prediction = predict(model, window), silence = predict(model, zeros);
    for (const std::string& name : model.targets) {
      INFO(name);
      const Target target = target_of(model, prediction, name);
      const IntegratedGradients g = integrated_gradients(model, target, window);
      CHECK(g.score == doctest::Approx(prediction.score(target)).epsilon(1e-4));
      CHECK(g.score_of_zeros == doctest::Approx(silence.score(target)).epsilon(1e-4));
      CHECK(std::abs(g.score - g.score_of_zeros) > 1e-3);
      CHECK(g.completeness_error() <= 0.01);
      CHECK(g.steps <= 16384);
    }
  }
}

TEST_CASE("explain: every layer gives a map, or says that the score does not depend on it") {
  const TemporaryFolder folder;
  for (const bool classifier : {true, false}) {
    const ExplainedModel model = tiny(folder, classifier);
    const std::vector<real> window = random_window(model, 9);
    const Prediction prediction = predict(model, window);
    for (const std::string& name : model.targets) {
      const Target target = target_of(model, prediction, name);
      for (const std::string& layer : model.layers) {
        const bool others = (layer.starts_with("p.") && name != "P") || (layer.starts_with("s.") && name != "S") ||
                            (layer.starts_with("detection.") && name != "detection");
        INFO(name, " ", layer);
        if (others) {
          CHECK(mentions(message_of([&] { differentiate(model, target, window, layer); }), "does not depend on layer"));
          continue;
        }
        const Derivatives d = differentiate(model, target, window, layer);
        CHECK(d.channels <= 8);
        CHECK(d.steps >= 64);
        CHECK(d.activation.size() == static_cast<size_t>(d.channels * d.steps));
        CHECK(std::any_of(d.gradient.begin(), d.gradient.end(), [](double g) { return g != 0; }));
      }
    }
    CHECK(
        mentions(message_of([&] { differentiate(model, target_of(model, prediction, model.targets[0]), window, "x"); }),
                 "has no layer \"x\""));
    CHECK(mentions(message_of([&] { target_of(model, prediction, "PKP"); }), "has no target \"PKP\""));
  }
}

TEST_CASE("explain: attention's weights sum to one; P and S see neighbours") {
  const TemporaryFolder folder;
  const ExplainedModel model = tiny(folder, false);
  const std::vector<AttentionMap> maps = attention_maps(model, random_window(model, 11));
  REQUIRE(maps.size() == 4);
  for (const AttentionMap& map : maps) {
    const auto T = static_cast<size_t>(map.steps);
    CHECK(map.steps == 64);
    for (size_t q = 0; q < T; ++q)
      CHECK(std::accumulate(map.weights.begin() + static_cast<std::ptrdiff_t>(q * T),
                            map.weights.begin() + static_cast<std::ptrdiff_t>((q + 1) * T),
                            0.0) == doctest::Approx(1).epsilon(1e-4));
    const std::vector<double> received = map.received();
    CHECK(std::accumulate(received.begin(), received.end(), 0.0) == doctest::Approx(1).epsilon(1e-4));
    const AttentionBand band = band_of(map);
    const bool local = map.layer == "p" || map.layer == "s";
    CHECK(band.offsets == (local ? 3 : 127));
    if (!local) continue;
    CHECK(band.first == -1);
    CHECK(band.weights[0] == 0);  // before the first step there is none
    CHECK(band.weights[T + 5] == map.weights[5 * T + 5]);
    CHECK(band.weights[2 * T + 5] == map.weights[5 * T + 6]);
  }
  CHECK(attention_maps(tiny(folder, true), random_window(tiny(folder, true), 1)).empty());
}

TEST_CASE("explain: deletion of what a network looks at costs its probability, elsewhere not") {
  const ExplainedModel model = explained(bump_detector(), settings_named("phase_classifier"), "bump", Device::cpu);
  const std::vector<real> window = bump();
  const Prediction prediction = predict(model, window);
  const Target target = target_of(model, prediction, "");
  CHECK(target.name == "P");
  CHECK(prediction.score(target) == doctest::Approx(40 * 6 / 64.0).epsilon(1e-4));
  MapOptions options;
  options.noise = 0.05;
  const NoisyMaps maps = noisy_maps(model, target, window, 4, options);
  const std::vector<double> cam = maps.cam(CamAlpha::paper);
  CHECK(*std::min_element(cam.begin() + 20, cam.begin() + 26) > 0.9);
  CHECK(*std::max_element(cam.begin(), cam.begin() + 20) < 0.1);
  const Deletion d = delete_by(model, target, window, cam, 0, 4);
  CHECK(d.top_tenth() == doctest::Approx(1 / (1 + std::exp(2.0))).epsilon(1e-4));  // noise's bias alone
  CHECK(d.over_moved == doctest::Approx(1));
  CHECK(d.over_scattered == doctest::Approx(1));
  CHECK(d.moved[2] > 0.7);
  const std::vector<double> backwards(64, 0.0);  // a map that marks the beginning, where nothing is
  CHECK(delete_by(model, target, window, backwards, 0, 4).top_tenth() ==
        doctest::Approx(prediction.probability(target)).epsilon(1e-4));
}

TEST_CASE("explain: replaced weights change the maps") {
  const TemporaryFolder folder;
  const Loaded<PhaseClassifier> loaded = read_phase_classifier(tiny_classifier(folder, "c.safetensors", 3));
  const ExplainedModel model = tiny(folder, true);
  std::vector<RandomisedCase> cases;
  for (uint32_t i = 0; i < 3; ++i) cases.push_back({random_window(model, 20 + i), "P", i});
  MapOptions options;
  options.copies = 8;
  const auto stages = randomise_weights(loaded.model, settings_named("phase_classifier"), cases, options, Device::cpu);
  REQUIRE(stages.size() == 5);
  CHECK(stages[0].cam == 1);
  CHECK(stages[1].layer == "output");
  CHECK(stages[4].layer == "blocks.0");
  CHECK(std::abs(stages[4].smoothgrad) < 0.6);
  CHECK(predict(model, cases[0].window).logits[0] ==
        predict(explained(loaded.model, {}, "", Device::cpu), cases[0].window).logits[0]);  // the model is as it was

  CHECK(rank_correlation(std::vector<double>{1, 2, 30}, std::vector<double>{0, 5, 6}) == doctest::Approx(1));
  CHECK(rank_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 1}) == doctest::Approx(-1));
  CHECK(rank_correlation(std::vector<double>{1, 1, 2}, std::vector<double>{4, 5, 6}) ==
        doctest::Approx(1.5 / std::sqrt(3.0)));  // ranks 1/2, 1/2, 2
  CHECK(rank_correlation(std::vector<double>{1, 1}, std::vector<double>{1, 2}) == 0);
}
