// What `seisgrad evaluate` was asked to do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace seisgrad {

struct EvaluateOptions {
  // Lists of picks against a bulletin.
  std::string picks;
  std::vector<std::string> versus;
  std::string bulletin;
  std::string unlisted;  // arrivals that the bulletin leaves out
  std::string coverage;  // coverage.csv of a scan
  std::optional<double> most_per_minute;
  std::vector<std::string> waveforms;  // records to draw
  std::string probabilities;           // folder that scan --probabilities mseed wrote, drawn below the records

  // The same list against a catalogue of events: apps/study/options.h, whose members these are.
  std::string catalogue, stations, triggers, earth_model = "ak135";
  double far_magnitude = 5;
  std::int64_t cases = 3;

  // Or a model on labelled traces.
  std::string model;
  std::vector<std::string> ensemble;
  std::string data;                    // a packed data set, or synthetic:KIND:SEED:COUNT
  std::string part = "test";           // or training, validation, all
  std::optional<bool> by_trace;        // the split, else by event; absent: as the model was trained
  std::optional<uint64_t> split_seed;  // likewise
  bool filter = false;                 // EQTransformer: the traces are as recorded, so apply the profile's filter
  bool filtered = false;               // classifier: the traces are filtered already
  int64_t dropout_passes = 0;
  uint64_t seed = 0;
  std::optional<float> detection_threshold;
  int64_t batch = 16;
  int threads = 0;
  std::string device = "auto";

  std::vector<double> tolerances = {0.5, 0.3, 0.1};  // seconds
  // weaker picks do not count; absent: all of a list, or as the model's file says
  std::optional<double> p_threshold, s_threshold;
  std::string out = "seisgrad-evaluate";
  bool quiet = false;
};

// Writes the tables and the report into `out`; returns the exit status. Throws std::invalid_argument for what the user
// got wrong, another std::exception for what the machine did; nothing is written then.
int evaluate(const EvaluateOptions& options);

}  // namespace seisgrad
