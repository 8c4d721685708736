// ArrivalList: the rows of any picker's list or of an agency's bulletin.
//
// CSV with a header line; columns are told by their names, so that these are read as they are, and others whose names
// are among those below:
//
//     ours          network,station,location,channel,phase,time,probability,model
//     SeisBench     station (NET.STA.LOC),phase,time or peak_time,probability or peak_value
//     PhaseNet      station_id,phase_time,phase_score,phase_type          GaMMA: id,timestamp,prob,type
//     EQTransformer network,station,p_arrival_time,p_probability,s_arrival_time,s_probability
//     bulletins     station,phase,time,event     or, both phases in one row,     station,p_time,s_time
//
// QuakeML 1.2 is read, too (data/bulletin.h). Without a probability it is 1. A phase is 'P' or 'S' by its first letter
// (Pg, PKP, PgSg: P; Sn, ScP: S); other phases (amplitudes, pP, T) are left out and counted. Columns start and end, if
// both are there, say which span of the station's record the row's analyst looked at.
#pragma once
#include <string>
#include <vector>

#include "data/time.h"

namespace seisgrad {

struct ListedArrival {
  std::string network, station;  // network may be empty
  char phase = 'P';              // or 'S'
  std::string phase_name = "P";  // as the list has it: Pg, PgSg, ScP ...
  Time time;
  double probability = 1;
  std::string event;  // tells the arrivals of one event; may be empty
};

// Where there is something to be found or missed.
struct StationSpan {
  std::string network, station;
  Time start, end;
};

// Whether a row or span is of the station; one without a network is of every station of its code.
bool is_of(const auto& row, const auto& station) {
  return row.station == station.station &&
         (row.network.empty() || station.network.empty() || row.network == station.network);
}

struct ArrivalList {
  std::string path;
  std::string model;  // the one value of the column `model`; empty if there is none or more
  std::vector<ListedArrival> arrivals;
  std::vector<StationSpan> spans;
  std::int64_t rows = 0;          // of the file, without the header
  std::int64_t other_phases = 0;  // rows left out
};

// Throws std::runtime_error naming file and line, or the pick, and what was expected there.
ArrivalList read_arrivals(const std::string& path);

// The scored spans of a coverage.csv of `seisgrad scan`. Throws likewise.
std::vector<StationSpan> read_coverage(const std::string& path);

}  // namespace seisgrad
