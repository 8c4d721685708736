// All that a study has found, for the report and the gallery.
#pragma once
#include "apps/study/thresholds.h"

namespace seisgrad {

struct Study {
  std::vector<BulletinEvent> catalogue;
  std::vector<StudyStation> stations;
  std::vector<StudyPick> picks;  // by time
  Classes classes;
  std::vector<Finding> findings;  // one a pick
  std::vector<ThresholdRow> counts, thresholds;
  std::int64_t elsewhere = 0;      // picks of stations without a place, or outside the spans
  std::int64_t unplaced = 0;       // events of the catalogue without time or place
  std::int64_t analysts_used = 0;  // of their picks

  const StudyPick& pick_of(const Finding& f) const { return picks[f.pick]; }
  const StudyStation& station_of(const Finding& f) const { return stations[picks[f.pick].station]; }
  // nullptr where nothing explains the pick.
  const Expected* expected_of(const Finding& f) const {
    return f.expected ? &station_of(f).expected[*f.expected] : nullptr;
  }
};

}  // namespace seisgrad
