// Short stretches of what was recorded at a station, and of the probabilities that a scan wrote, for figures.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/data/archive.h"

namespace seisgrad {

// Three components, E, N, Z, on one time axis; gaps are zeros. Of `probability`, detection, P and S; empty where there
// is none.
struct Stretch {
  Time begin;
  double rate = 0;
  std::vector<float> channels[3], probability[3];
  bool recorded = false;  // at least one sample
  double seconds() const { return static_cast<double>(channels[0].size()) / rate; }
};

class RecordSource {
 public:
  // Throws std::invalid_argument where an input names nothing.
  RecordSource(const std::vector<std::string>& waveforms, const std::string& probabilities);

  // What the station's first sensor with a record there recorded, filtered 1-45 Hz at 100 Hz.
  Stretch read(const std::string& network, const std::string& station, Time begin, double seconds) const;
  // The same without probabilities.
  Stretch read_record(const std::string& network, const std::string& station, Time begin, double seconds) const;

  // From the first to the last sample of the station.
  std::optional<Archive::Coverage> coverage(const std::string& network, const std::string& station) const;

 private:
  PreprocessingProfile profile_;
  Archive archive_;
  std::vector<std::string> probability_files_;
};

}  // namespace seisgrad
