// PreprocessingProfile: what was done to the waveforms a model was trained on, so that a scan does the same. Every
// field is plain, because the profile travels as JSON in the metadata of a weight file.
#pragma once
#include <string>

namespace seisgrad {

// How a window is scaled after its mean was removed from each channel; a divisor of 0 counts as 1.
enum class Normalisation {
  std_per_channel,  // by each channel's standard deviation (EQTransformer, "std")
  max_per_channel,  // by each channel's largest value, not magnitude (EQTransformer, "max")
  std_joint,        // by one standard deviation over all channels (SeisBench)
  max_joint,        // by the largest magnitude of all channels (the phase classifier)
};

struct PreprocessingProfile {
  std::string name = "eqtransformer";

  // Of the segments, by data/preprocess.h:
  double rate = 100;              // Hz, a whole number
  double lowest_input_rate = 20;  // Hz; slower streams hold too little of the model's band and are left out
  bool band_pass = true;
  double band_low = 1, band_high = 45;  // Hz
  int corners = 2;                      // order of the Butterworth prototype
  bool zero_phase = true;               // forward and backward; else forward only
  double taper_seconds = 2;             // half cosine, at true segment ends only

  // Of each window, by the scan:
  std::string component_order = "ENZ";
  Normalisation normalisation = Normalisation::std_per_channel;
  int window_taper_samples = 0;  // half cosine at both ends of each window
  // s after the anchor that must have been recorded for the phase classifier's window to count; zeros follow where the
  // record ends within it. 0: whole windows alone
  double least_recorded = 0;

  friend bool operator==(const PreprocessingProfile&, const PreprocessingProfile&) = default;
};

// "eqtransformer" (as its mseed_predictor: 1-45 Hz, 2 corners, zero phase), "seisbench" (no filter, joint scaling) or
// "phase_classifier" (20 Hz, 0.05-8 Hz by a filter of four poles, max_joint, components Z, N, E).
// Throws std::invalid_argument for another name.
PreprocessingProfile profile_named(const std::string& name);

// "std_per_channel" … and back; throws std::invalid_argument.
std::string to_string(Normalisation normalisation);
Normalisation normalisation_named(const std::string& name);

}  // namespace seisgrad
