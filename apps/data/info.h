// seisgrad data info: what is in data sets. Counts, distributions, a map.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apps/data/pack.h"
#include "apps/report/map.h"

namespace seisgrad {

struct DataInfoOptions {
  std::vector<std::string> paths;  // packed, or HDF5, which is packed first (packed_for_training)
  std::string out;                 // folder for info.html and the figures; "" for none
  bool json = false;
  CacheOptions cache;
};

// One quantity over all traces that know it.
struct Distribution {
  std::string name, unit;
  std::vector<double> values;
};

struct DataSummary {
  std::int64_t traces = 0, events = 0, noise = 0, unlabelled = 0;  // traces, by what they are
  std::map<std::string, std::int64_t> phases, components;          // traces that have them
  struct Length {
    std::int64_t traces = 0, least = 0, most = 0;  // samples
  };
  std::map<double, Length> samples;         // by sampling rate
  std::size_t sources = 0;                  // different events
  std::vector<Place> epicentres, stations;  // each once
  std::size_t station_count = 0;            // by name, also those whose place is unknown
  // SNR (mean of the known components, dB), distance (km), S-P (s), magnitude, depth (km)
  std::vector<Distribution> distributions;
};

DataSummary summary_of(const std::vector<PackedDataset>& data);

// The verb: the summary as text or JSON, and, with --out, as a page with figures.
int data_info(const DataInfoOptions& options);

}  // namespace seisgrad
