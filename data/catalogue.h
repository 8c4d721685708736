// Catalogue: where and when earthquakes were, without picks.
#pragma once
#include <string>
#include <vector>

#include "data/bulletin.h"

namespace seisgrad {

// Events whose origin time and place are known, sorted by origin time, each once, from QuakeML or from a table: event
// (or event_id, evid, id), time (or origin_time), latitude, longitude, and depth (km, also depth_km) and magnitude
// where known. A depth that is unknown or above the sea is 0. `left_out`: how many events had no usable time and place.
// Throws std::runtime_error naming file and line, or where there is no event.
std::vector<BulletinEvent> read_catalogue(const std::string& path, std::int64_t& left_out);

}  // namespace seisgrad
