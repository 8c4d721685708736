// What a weight file says about its use: the JSON of the metadata key seisgrad.preprocessing.
#pragma once
#include <string>

#include "data/profile.h"

namespace seisgrad {

struct ScanSettings {
  PreprocessingProfile profile;
  double stride_seconds = 30;
  float detection_threshold = 0.3f, p_threshold = 0.1f, s_threshold = 0.1f;

  friend bool operator==(const ScanSettings&, const ScanSettings&) = default;
};

// What a model of this profile is scanned with unless its file says otherwise: for "phase_classifier" a stride of 0.2 s
// and thresholds of 0.95. Throws std::invalid_argument for another profile than those of data/profile.h.
ScanSettings settings_named(const std::string& profile);

// {"profile": "eqtransformer", "rate": 100, ..., "stride_seconds": 30, "thresholds": {"detection": 0.3, ...}}. Fields
// that are left out have the values of settings_named(profile). Throws std::invalid_argument for an unknown field or a
// value of the wrong kind, naming it.
ScanSettings settings_from_json(const std::string& json);
std::string to_json(const ScanSettings& settings);

}  // namespace seisgrad
