// What each pick of a list stands for: an arrival that theory or an analyst knows, or a case for the gallery (figure 11
// of Shen & Wu 2022).
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/study/expected.h"

namespace seisgrad {

struct StudyPick {
  std::size_t station;  // of the study's
  std::string phase;    // as the list has it
  Time time;
  double probability;
  double score;        // -log10(1 - probability)
  double seconds = 0;  // that the trigger lasted; 0: not known
};

enum class Kind {
  found,            // within the window of an arrival of its class
  large_residual,   // found, but more than 5 s (far) or 3 s (local) away
  unclear_pair,     // two classes within 3 s of each other; or S of an event whose P was not found
  suspected_event,  // nothing known is near, p of 0.999 and more
  split_window,     // a second pick of a class within 20 s of one that was found
  later_phase,      // within 10 s of pP, PcP, ScP ..., or of Pg behind Pn
  false_p,
  false_s,
  false_pgsg,     // or Pg, or Sg
  missing_event,  // unknown to the catalogue: an analyst picked it, or two stations agree at p of 0.99 and more
};
inline constexpr std::array kinds = {
    Kind::found,       Kind::large_residual, Kind::unclear_pair, Kind::suspected_event, Kind::split_window,
    Kind::later_phase, Kind::false_p,        Kind::false_s,      Kind::false_pgsg,      Kind::missing_event};
const char* name_of(Kind kind);

struct Finding {
  std::size_t pick;
  Kind kind;
  bool found = false;                        // it answers `expected`, also with a large residual or an unclear pair
  std::optional<std::size_t> expected = {};  // of its station: the arrival it was found for, or which explains it
  std::string note = {};                     // why the kind, where that is not plain
};

// A list that says PgSg or Pg for local events means far ones by P and S; another may mean either. PgSg is both waves
// in one window: of local events P alone is then expected.
struct Classes {
  bool tells_local = false, pairs = false;

  // "P", "S", or "PgSg" or "Pg", "Sg": under which name a pick or an arrival is counted.
  std::string of(const StudyPick& pick) const;
  std::string of(const Expected& arrival) const;
  bool wanted(const Expected& arrival) const;  // whether a pick of it is expected
};
Classes classes_of(std::span<const StudyPick> picks);

// Pairs of picks (their numbers in `picks`, which are of one station) and of the station's expected arrivals, one to
// one, the closest first; local ones first where a list does not tell them from far ones.
struct Pairing {
  std::size_t pick, expected;
};
std::vector<Pairing> pair_up(std::span<const StudyPick> picks, const StudyStation& station, const Classes& classes);

// One for each pick, which are sorted by time. `classes` are those of the whole list. `analysts`: a pick at one of
// their arrivals that no event of the catalogue explains is of a missing event.
std::vector<Finding> judge(std::span<const StudyPick> picks, const std::vector<StudyStation>& stations,
                           const std::vector<ListedArrival>& analysts, const Classes& classes);

}  // namespace seisgrad
