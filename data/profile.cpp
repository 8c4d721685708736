#include "data/profile.h"

#include "tensor/require.h"

namespace seisgrad {

PreprocessingProfile profile_named(const std::string& name) {
  if (name == "eqtransformer") return {};
  require(name == "seisbench", "preprocessing profile: eqtransformer or seisbench, got \"", name, "\"");
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
  }
  return {};
}

Normalisation normalisation_named(const std::string& name) {
  for (const Normalisation n :
       {Normalisation::std_per_channel, Normalisation::max_per_channel, Normalisation::std_joint})
    if (to_string(n) == name) return n;
  throw std::invalid_argument("normalisation: std_per_channel, max_per_channel or std_joint, got \"" + name + "\"");
}

}  // namespace seisgrad
