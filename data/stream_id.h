// StreamId: the SEED name of one stream of samples, NETWORK.STATION.LOCATION.CHANNEL (NSLC). An empty location stays
// empty: "IU.COLA..BHZ".
#pragma once
#include <compare>
#include <ostream>
#include <string>
#include <string_view>

#include "tensor/require.h"

namespace seisgrad {

struct StreamId {
  std::string network, station, location, channel;
  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

inline std::string to_string(const StreamId& id) {
  return id.network + "." + id.station + "." + id.location + "." + id.channel;
}

inline std::ostream& operator<<(std::ostream& out, const StreamId& id) { return out << to_string(id); }

// "PB.B916.00.EH1"; a location written "--", as on command lines, is the empty one. Throws std::invalid_argument.
inline StreamId stream_id_from(std::string_view text) {
  std::string parts[4];
  std::size_t part = 0;
  for (const char c : text) {
    if (c == '.') ++part;
    require(part < 4, "stream: expected NETWORK.STATION.LOCATION.CHANNEL, got \"", text, "\"");
    if (c != '.') parts[part] += c;
  }
  require(part == 3, "stream: expected NETWORK.STATION.LOCATION.CHANNEL, got \"", text, "\"");
  if (parts[2] == "--") parts[2].clear();
  return {.network = parts[0], .station = parts[1], .location = parts[2], .channel = parts[3]};
}

}  // namespace seisgrad
