// What `seisgrad evaluate --catalogue` was asked to do: the studies of figures 8 and 11 of Shen & Wu 2022.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace seisgrad {

struct StudyOptions {
  std::string picks;
  std::string triggers;  // triggers.csv of the same scan: finer scores than probabilities with four decimals
  std::string catalogue, stations;
  std::string bulletin;                // analysts' picks, which go before theory
  std::string coverage;                // coverage.csv of the scan; without it what is in `waveforms` counts
  std::vector<std::string> waveforms;  // records to draw
  std::string probabilities;           // folder that scan --probabilities mseed wrote, drawn below the records
  std::string earth_model = "ak135";   // data/synthetic/earth_model.h
  double far_magnitude = 5;            // weaker earthquakes beyond the local ones are not expected to be seen
  std::int64_t cases = 3;              // of each kind in the gallery
  std::string out = "seisgrad-evaluate";
  bool quiet = false;
};

// Writes study.html, gallery.html and the tables beside them into `out` (apps/study/report.h); returns the exit status.
// Throws std::invalid_argument for what the user got wrong, another std::exception for what the machine did.
int study(const StudyOptions& options);

}  // namespace seisgrad
