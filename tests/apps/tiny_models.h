// Weight files of small networks whose weights are random: they find nonsense, but always the same.
#pragma once
#include <string>

#include "apps/gradcheck/random.h"
#include "apps/model/settings.h"
#include "models/weights.h"
#include "tests/temporary.h"

namespace seisgrad {

// Of 6.4 s; triggers on whatever it likes.
inline std::string tiny_classifier(const TemporaryFolder& folder, const std::string& name, uint64_t seed,
                                   double least_recorded = 0) {
  const PhaseClassifier model({.samples = 128, .depth = 2, .channels = 4, .hidden = 8});
  Random random(seed);
  model.visit([&](const std::string& tensor, const Tensor& t, bool) {
    t.copy_from(random.tensor(t.shape(), tensor.ends_with("variance") ? 0.5 : -0.8, 1));
  });
  ScanSettings settings = settings_named("phase_classifier");
  settings.profile.least_recorded = least_recorded;
  settings.detection_threshold = settings.p_threshold = settings.s_threshold = 0.5f;
  const std::string path = folder.file(name);
  save(path, model, {.preprocessing = to_json(settings), .provenance = "{}"});
  return path;
}

// Of 2.56 s, with a window a second.
inline std::string tiny_eqtransformer(const TemporaryFolder& folder, const std::string& name, uint64_t seed) {
  const EQTransformer model({.samples = 256,
                             .filters = {4, 6},
                             .kernels = {5, 3},
                             .residual_kernels = {3},
                             .bilstm_blocks = 1,
                             .lstm_units = 4,
                             .attention_units = 4,
                             .feed_forward_units = 8,
                             .crop = {.stage = 1, .left = 0, .right = 0}});
  Random random(seed);
  model.visit([&](const std::string& tensor, const Tensor& t, bool) {
    t.copy_from(random.tensor(t.shape(), tensor.ends_with("variance") ? 0.5 : -0.6, 1));
  });
  ScanSettings settings;
  settings.stride_seconds = 1;
  settings.p_threshold = settings.s_threshold = 0.5f;
  const std::string path = folder.file(name);
  save(path, model, {.preprocessing = to_json(settings), .provenance = "{}"});
  return path;
}

}  // namespace seisgrad
