// Pickers' lists against a bulletin: what was found, missed and extra, station by station.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/evaluate/arrival_list.h"
#include "apps/evaluate/phase_score.h"

namespace seisgrad {

struct ListScoreOptions {
  std::vector<double> tolerances = {0.5, 0.3, 0.1};       // seconds; the first is the one for residuals and lists
  double p_threshold = 0, s_threshold = 0;                // weaker picks do not count
  std::optional<double> most_per_minute = {};             // of each phase the most probable picks; needs spans
  std::optional<std::vector<StationSpan>> coverage = {};  // instead of the bulletin's own spans
  // True arrivals that the bulletin leaves out as too weak: a pick that is nearer to one of them than to any reference
  // is neither found nor extra.
  std::vector<ListedArrival> unlisted = {};
};

// One reference or one extra pick. found: both times; missed: no pick; extra: no reference.
struct Outcome {
  std::string network, station;
  char phase;
  std::string event;
  std::optional<Time> reference, pick;
  double probability = 0;  // of the pick
};

struct ListScore {
  PickerScore score;                // phases P and S
  std::int64_t read = 0;            // picks in the file
  std::int64_t weak = 0;            // below the threshold, or beyond most_per_minute
  std::int64_t outside = 0;         // in no span: nobody says what was there
  std::int64_t unlisted = 0;        // of arrivals that the bulletin leaves out
  std::int64_t other_stations = 0;  // of stations that the bulletin has not
  std::int64_t stations_used = 0;   // stations of the bulletin with at least one pick that counts
  std::vector<Outcome> outcomes;    // by station, phase and time
};

// How the first picker and another one share a phase's references, and their extra picks: what both have and the
// bulletin has not may be an earthquake that the bulletin lacks.
struct Overlap {
  std::string phase, other;
  std::int64_t both = 0, only_first = 0, only_other = 0, neither = 0;
  std::int64_t extra_of_both = 0;
};

struct ListEvaluation {
  std::vector<std::string> stations;  // of the bulletin
  std::int64_t references[2] = {};    // P, S that count
  std::int64_t not_recorded = 0;      // arrivals outside the spans
  double minutes = 0;                 // of spans; 0 where none are known
  std::vector<ListScore> pickers;
  std::vector<Overlap> overlaps;
};

// Stations are compared by network and code, or by code alone where one of the lists has no networks. Picks outside the
// spans (a second more, of a bulletin's own) do not count. Throws std::invalid_argument where the bulletin has no
// arrival that counts.
ListEvaluation score_lists(const ArrivalList& bulletin, const std::vector<ArrivalList>& lists,
                           const ListScoreOptions& options);

}  // namespace seisgrad
