// Figures from the records that were picked, for the report of lists: an event at all stations, days of record with
// what was found, missed and extra, and examples of each on three components.
#pragma once
#include <string>
#include <vector>

#include "apps/evaluate/list_score.h"

namespace seisgrad {

struct RecordFigures {
  struct Named {
    std::string name, svg;  // "found-1": of the file
  };
  std::vector<Named> event, days, examples;
};

// `waveforms`: files, folders, patterns. `probabilities`: the folder that `scan --probabilities mseed` wrote, or "".
// Records are filtered as EQTransformer's are, 1-45 Hz. Stations without a record are left out. Throws
// std::invalid_argument where `waveforms` or `probabilities` names nothing.
RecordFigures draw_records(const ListScore& picker, const std::vector<std::string>& waveforms,
                           const std::string& probabilities);

}  // namespace seisgrad
