// Short stretches of what was recorded at a station, and of the probabilities that a scan wrote, for figures.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/data/archive.h"

namespace seisgrad {

// What the channels of probabilities are called by their last letters (apps/scan/probabilities.cpp): detection, P, S,
// and PgSg or Pg, Sg.
inline constexpr std::string_view probability_letters = "DPSGH";

// Three components, E, N, Z, on one time axis; gaps are zeros. `probability` by letter, each at the rate at which it
// was written; empty where there is none.
struct Stretch {
  Time begin;
  double rate = 0;
  std::vector<float> channels[3], probability[probability_letters.size()];
  bool recorded = false;  // at least one sample
  double seconds() const { return static_cast<double>(channels[0].size()) / rate; }
};

class RecordSource {
 public:
  // Throws std::invalid_argument where an input names nothing.
  RecordSource(const std::vector<std::string>& waveforms, const std::string& probabilities,
               PreprocessingProfile profile = {});

  // What the station's first sensor with a record there recorded, as the profile has it: 1-45 Hz at 100 Hz by default.
  Stretch read(const std::string& network, const std::string& station, Time begin, double seconds) const;
  // The same without probabilities.
  Stretch read_record(const std::string& network, const std::string& station, Time begin, double seconds) const;

  // From the first to the last sample of the station.
  std::optional<Archive::Coverage> coverage(const std::string& network, const std::string& station) const;
  const Archive& archive() const { return archive_; }

 private:
  PreprocessingProfile profile_;
  Archive archive_;
  std::vector<std::string> probability_files_;
};

}  // namespace seisgrad
