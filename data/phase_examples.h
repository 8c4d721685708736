// Examples for the phase classifier (docs/training.md): windows that begin `anchor` samples before an arrival, give or
// take a random shift, or that hold noise.
//
// Each trace goes through the profile first (20 Hz, 0.05-8 Hz), then its window is cut and normalised; a window that
// would leave the trace is no example. Classes by name: "noise"; "P" and "S", of sources at least `teleseismic_km`
// away, or whose distance nobody stated; "Pg" and "Sg"; "PgSg", a Pg whose Sg is in the window too. Nearer than that, a
// first "P" or "S" counts as Pg or Sg where that phase is not named beside it. Noise windows come from noise traces,
// and from what lies `noise_distance` seconds before the first arrival of others, or from one of the two. With
// `noise_beside` windows that do hold arrivals are noise as well, wherever their anchor is so many seconds away from
// every P, S and Pg (and Sg, where that is a class): most of what a scan sees of an earthquake is its coda, or an
// arrival at another place of the window. A scan also sees windows within which the record ends: with `cut_short` some
// of training's are followed by zeros from a random place on, at least `profile.least_recorded` seconds after the
// anchor.
#pragma once
#include <string>
#include <vector>

#include "data/loader.h"
#include "data/profile.h"
#include "data/training_traces.h"
#include "kernels/philox.h"

namespace seisgrad {

// Which noise windows there are: all, those of noise traces, or those before the first arrival of others.
enum class NoiseChoice { all, traces, before };
std::string to_string(NoiseChoice choice);
NoiseChoice noise_choice_named(const std::string& name);  // throws std::invalid_argument

struct PhaseExampleOptions {
  std::uint64_t seed = 0;
  std::vector<std::string> classes = {"noise", "P", "S", "PgSg"};
  std::int64_t samples = 1024;
  std::int64_t anchor = 100, shift = 40;  // samples; validation: no shift
  NoiseChoice noise = NoiseChoice::all;
  double noise_distance = 60;  // s
  double noise_beside = 0;     // s; 0: no such windows
  double cut_short = 0;  // share of training's windows that a record's end cuts short, see `profile.least_recorded`
  double cut_taper = 2;  // s, the half cosine with which a record ends
  double teleseismic_km = 2000;
  PreprocessingProfile profile = profile_named("phase_classifier");
  bool training = true;
};

// How many samples of a window of `samples`, from its first on, must have been recorded for it to count.
std::int64_t least_samples(const PreprocessingProfile& profile, std::int64_t anchor, std::int64_t samples);

// The windows that a trace's information promises, with the class as category and the arrival they are about.
// Throws std::invalid_argument for a class that is none of the above.
std::vector<ExampleRef> phase_refs(const std::vector<TraceSource>& sources, const PhaseExampleOptions& options);

class PhaseExamples {
 public:
  PhaseExamples(const TrainingTraces& traces, const Order& order, PhaseExampleOptions options)
      : traces_(traces), order_(order), options_(std::move(options)) {}

  ExampleShape shape() const { return {3 * options_.samples, 0}; }
  std::int64_t positions() const { return order_.size(); }
  // Category: the class.
  std::int32_t make(std::uint32_t epoch, std::int64_t position, std::span<float> input, std::span<float> target) const;

 private:
  const TrainingTraces& traces_;
  const Order& order_;
  PhaseExampleOptions options_;
};

}  // namespace seisgrad
