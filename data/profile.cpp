#include "data/profile.h"

#include "tensor/require.h"

namespace seisgrad {

PreprocessingProfile profile_named(const std::string& name) {
  if (name == "eqtransformer") return {};
  if (name == "phase_classifier") {
    PreprocessingProfile classifier;
    classifier.name = name;
    classifier.rate = 20;
    classifier.band_low = 0.05;
    classifier.band_high = 8;
    classifier.component_order = "ZNE";
    classifier.normalisation = Normalisation::max_joint;
    return classifier;
  }
  require(name == "seisbench", "preprocessing profile: eqtransformer, seisbench or phase_classifier, got \"", name,
          "\"");
  PreprocessingProfile seisbench;
  seisbench.name = name;
  seisbench.band_pass = false;
  seisbench.taper_seconds = 0;
  seisbench.component_order = "ZNE";
  seisbench.normalisation = Normalisation::std_joint;
  seisbench.window_taper_samples = 6;
  return seisbench;
}

std::string to_string(Normalisation normalisation) {
  switch (normalisation) {
    case Normalisation::std_per_channel:
      return "std_per_channel";
    case Normalisation::max_per_channel:
      return "max_per_channel";
    case Normalisation::std_joint:
      return "std_joint";
    case Normalisation::max_joint:
      return "max_joint";
  }
  return {};
}

Normalisation normalisation_named(const std::string& name) {
  for (const Normalisation n : {Normalisation::std_per_channel, Normalisation::max_per_channel,
                                Normalisation::std_joint, Normalisation::max_joint})
    if (to_string(n) == name) return n;
  throw std::invalid_argument("normalisation: std_per_channel, max_per_channel, std_joint or max_joint, got \"" + name +
                              "\"");
}

}  // namespace seisgrad
