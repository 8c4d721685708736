// The tables a scan writes. Names, columns and formats are a contract: scripts read them.
//
//     picks.csv       network,station,location,channel,phase,time,probability,model
//     detections.csv  network,station,location,start_time,end_time,probability
//     coverage.csv    network,station,location,start_time,end_time,status,reason
//
// Times are ISO-8601 UTC with microseconds and Z, probabilities have four decimals, cells with a comma, a quote or a
// line break are quoted (RFC 4180). Rows are sorted, so that the same results are the same bytes. Files are replaced
// whole or not at all (tensor/atomic_file.h).
#pragma once
#include <string>
#include <vector>

#include "data/time.h"

namespace seisgrad {

struct Pick {
  std::string network, station, location;
  std::string channel;  // band and instrument code, "HH"
  std::string phase;    // "P" or "S"
  Time time;
  double probability = 0;
  std::string model;
};

struct Detection {
  std::string network, station, location;
  Time start, end;
  double probability = 0;
};

// A span of time in which every sample has the same fate.
struct Coverage {
  std::string network, station, location;
  Time start, end;     // end: one sample interval after the last sample, so that neighbours touch
  std::string status;  // "scored" or "skipped"
  std::string reason;  // of skipping; empty if scored
};

// The text of the tables, with header line. Sorted by network, station, location, (channel,) time, then the rest.
std::string picks_csv(std::vector<Pick> picks);
std::string detections_csv(std::vector<Detection> detections);
std::string coverage_csv(std::vector<Coverage> coverage);

// folder/picks.csv, folder/detections.csv, folder/coverage.csv; makes the folder. Throws std::runtime_error naming the
// file and the remedy.
void write_picks(const std::string& folder, std::vector<Pick> picks);
void write_detections(const std::string& folder, std::vector<Detection> detections);
void write_coverage(const std::string& folder, std::vector<Coverage> coverage);

}  // namespace seisgrad
