// Bulletin: what analysts said, events and picks, from QuakeML 1.2 or from a table.
//
// A table has a line for each pick, or for each event at a station:
//     network,station,phase,time               also: location, channel, event, origin_time, latitude, longitude, depth
//     network,station,p_time,s_time            (km), magnitude; a station may be NET.STA or NET.STA.LOC.CHA
// Names of columns as in evaluate (docs/evaluation.md). Without an event column picks are told apart by time alone.
#pragma once
#include <string>
#include <vector>

#include "data/labelled_trace.h"

namespace seisgrad {

struct BulletinEvent {
  std::string id;
  Time origin{};                                                                         // where its latitude is known
  double latitude = unknown, longitude = unknown, depth = unknown, magnitude = unknown;  // degrees, km
};

struct BulletinPick {
  StreamId stream;  // network, location and channel may be empty
  std::string phase;
  Time time;
  std::ptrdiff_t event = -1;  // of `events`; -1: not said
};

struct Bulletin {
  std::vector<BulletinEvent> events;
  std::vector<BulletinPick> picks;    // sorted by time
  std::vector<std::string> unusable;  // "file:line: why", "pick ID: why"
  std::int64_t other_phases = 0;      // amplitudes and the like, whose name begins with neither P, S, p nor s
};

// Throws std::runtime_error for a file that is neither, or holds no pick.
Bulletin read_bulletin(const std::string& path);

}  // namespace seisgrad
