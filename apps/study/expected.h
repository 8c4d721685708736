// What a catalogue lets expect at the stations, and when: theory, or an analyst's pick where there is one.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/evaluate/arrival_list.h"
#include "data/catalogue.h"
#include "data/stations.h"
#include "data/synthetic/earth_model.h"

namespace seisgrad {

// An event is local where S follows P within 40 s (Pg and Sg in one window of the classifier), else far.
inline constexpr double longest_local_s_minus_p = 40;  // s
// How far a pick may lie from the arrival it stands for (PHASE_CLASSIFIER, section 5).
inline constexpr double far_window = 30, local_window = 10;  // s

struct Expected {
  std::size_t event;  // of the catalogue
  std::string phase;  // Pg, Pn, P, Sg, Sn, S, or a later one: pP, PcP, ScP ...
  char letter;        // 'P' or 'S': the wave that reaches the station
  bool first;         // of its wave; the others are later phases
  bool far;
  double distance;  // km
  Time theory;
  std::optional<Time> analyst = {};

  Time time() const { return analyst.value_or(theory); }
  double window() const { return far ? far_window : local_window; }
};

struct StudyStation {
  std::string network, station;
  StationPlace place;
  std::vector<std::pair<Time, Time>> spans;  // that were scanned, sorted, without overlap
  std::vector<Expected> expected;            // inside them, by time

  std::string name() const { return network + "." + station; }
  bool scanned(Time time) const;
  double days() const;
};

// Those of `places` that have a span. Where the spans do not name networks the code alone decides.
std::vector<StudyStation> study_stations(const std::map<std::string, StationPlace>& places,
                                         const std::vector<StationSpan>& spans);

// Sets `expected` of each station. Far events below `far_magnitude` are left out; one of unknown magnitude is not.
void expect(std::vector<StudyStation>& stations, const std::vector<BulletinEvent>& catalogue, const EarthModel& model,
            double far_magnitude);

// Gives each first arrival the analyst's pick of its station and wave that is closest, if one is within the window.
// Returns how many picks have been used.
std::int64_t prefer_analysts(std::vector<StudyStation>& stations, const std::vector<ListedArrival>& analysts);

}  // namespace seisgrad
