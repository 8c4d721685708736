// Augmentation: a window and its arrivals, changed as EQTransformer's trainer does (Mousavi et al. 2020; probabilities
// are the released code's), and real noise mixed in, which it does not. Random numbers are a function of (seed, epoch,
// example); each change has its own, so switching one off leaves the others as they were.
//
// An event's window, in this order; "clear" is a signal-to-noise ratio of at least 10 dB on all channels, stated by
// the data set or measured (10 log10 of the ratio of squared 95 % quantiles, 100 samples each side of P):
//   shift           rotated right by int(U(1, length - coda_end)), the end of the window coming round to its front
//   second event    clear, one event: added once more, from its P on, later and 1 to 9 times smaller
//   real noise      clear: a noise trace added, at a signal-to-noise ratio of U(real_noise_low, real_noise_high) dB
//   gaussian noise  clear: each channel gets noise of deviation U(0.01, 0.15) times its largest value
//   dropped channel clear: a coin for each; unless all say so, those that say so become zero, the others grow by
//                   3 / (channels left)
//   scale           times U(1, 3) with this probability, else divided by it with this probability again
//   pre-emphasis    y[n] = x[n] - 0.97 x[n-1]
// Noise: dropped channel (clear or not), and a gap: zeros from U[0, 2/3 length) to at most 11/12 of it.
#pragma once
#include <functional>
#include <vector>

#include "data/labels.h"
#include "kernels/philox.h"

namespace seisgrad {

struct Window {
  std::int64_t length = 0;
  double rate = 100;
  std::vector<float> samples;  // (3,length): E, N, Z
  std::vector<EventSamples> events;
  double coda_end = unknown;                       // sample
  double snr_db[3] = {unknown, unknown, unknown};  // unknown: measured where asked for
  bool noise = false;
};

struct AugmentOptions {
  // Each trace twice an epoch, as the trainer does: once shifted at the most, with half of `shift`, and once with all.
  bool plain_half = true;
  double shift = 0.99, second_event = 0.6, gaussian_noise = 0.3, dropped_channel = 0.5, gap = 0.2;
  double scale = 0, pre_emphasis = 0;  // off in the trainer: normalisation takes the one back
  double real_noise = 0, real_noise_low = 0, real_noise_high = 30;  // ours; dB
  double clear_db = 10;

  bool operator==(const AugmentOptions&) const = default;
};

// The samples (3,length) of some noise trace, chosen by `word`; empty if there is none.
using NoiseOf = std::function<std::vector<float>(std::uint32_t word)>;

// REQUIRES: key.purpose is augmentation, key.step the epoch, key.stream 0.
void augment(Window& window, const AugmentOptions& options, RandomKey key, std::int64_t example, bool plain,
             const NoiseOf& noise = {});

}  // namespace seisgrad
