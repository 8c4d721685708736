// The places of stations.
#pragma once
#include <map>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

struct StationPlace {
  double latitude = unknown, longitude = unknown, elevation = unknown;  // degrees, m
};

// "NET.STA" to its place, from FDSN StationXML or a table network,station,latitude,longitude (and elevation). Throws
// std::runtime_error for a file without stations, or naming file and line of a table.
std::map<std::string, StationPlace> read_stations(const std::string& path);

}  // namespace seisgrad
