// Finder: what looks for phases in a segment of three components: EQTransformer, the phase classifier, or STA/LTA and
// AIC. The scan knows no other difference between them.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/device.h"
#include "apps/model/settings.h"
#include "apps/scan/event_plot.h"
#include "apps/scan/options.h"

namespace seisgrad {

// Told of n windows more; says whether to go on.
using WindowsDone = std::function<bool(int64_t)>;

// How sure a pick is, by a network some of whose channels are dropped at random.
struct PickSpread {
  double probability, probability_deviation;  // at the pick, over the passes
  double time_deviation;                      // s, of the strongest probability near the pick
};

struct Finder {
  std::string name;  // the column `model`
  ScanSettings settings;
  int64_t window = 0;  // samples; a segment shorter than that is padded
  std::function<int64_t(int64_t samples)> windows;
  // Nothing if `done` said no. Throws std::domain_error where the segment cannot be scored.
  std::function<std::optional<ScoredSegment>(const ComponentSegment& segment, const WindowsDone& done)> find;
  std::function<int64_t()> batch;  // windows at once; 0: does not go by windows
  // Of Monte Carlo dropout, absent where it was not asked for: one for each pick of each phase, in order.
  std::function<std::vector<std::vector<PickSpread>>(const ComponentSegment& segment, const ScoredSegment& scored)>
      spread = {};
};

// By what the weight file holds, or "sta-lta". Throws std::invalid_argument where options and model do not fit.
Finder make_finder(const ScanOptions& options, const DeviceChoice& device);

Finder eqtransformer_finder(const ScanOptions& options, Device device);
Finder classifier_finder(const ScanOptions& options, Device device);
Finder sta_lta_finder(const ScanOptions& options);

// The files of --model and --ensemble.
std::vector<std::string> model_files(const ScanOptions& options);

}  // namespace seisgrad
