// Single-channel segments grouped into three components in the order E, N, Z.
//
// A group is what one sensor writes: network, station, location, band and instrument code ("HH"). Its orientation
// codes are matched by rule, whatever their case:
//     E N Z      1 2 Z: 1 as E, 2 as N, as EQTransformer takes them      2 3 Z: 3 as E, 2 as N      1 2 3: as E, N, Z
//     U or D as Z      EW NS UD, also with a digit (KiK-net; the digit is then the band code)
// No azimuth is known here, so 1, 2 and 3 are taken as they are; channel_names tells. U V W and all else is excluded.
// Where two codes give the same component at the same time (BHE and BH1) the first in the order above is used.
//
// A component segment is a span of time without a hole: at each of its samples at least one component has data, and its
// `present` mask holds throughout. A component that is missing for less than `shortest_absence` seconds (a window, by
// default) stays present with zeros there, listed in `zeros`; longer absences, and lone scraps of data shorter than
// that while the others record, are what begins and ends segments. So no window is cut short by a brief dropout, and
// each input sample is either in exactly one component segment or in `excluded` with a reason.
#pragma once
#include <array>
#include <optional>

#include "data/segments.h"

namespace seisgrad {

struct Group {
  std::string network, station, location, band;  // band and instrument code: "HH"
  friend auto operator<=>(const Group&, const Group&) = default;
};

inline std::string to_string(const Group& g) { return g.network + "." + g.station + "." + g.location + "." + g.band; }

enum Component : std::size_t { east = 0, north = 1, up = 2 };

struct ComponentSegment {
  // A run of zeros in one channel: samples [begin, end).
  struct Zeros {
    Component component;
    std::int64_t begin = 0, end = 0;
  };

  Group group;
  Time start;
  double rate = 0;
  std::array<std::vector<float>, 3> channels;  // E, N, Z, of equal length; all zeros where not present
  std::array<bool, 3> present{};
  std::array<std::string, 3> channel_names;  // those the data came from, e.g. "EH1"; empty where not present
  std::vector<Zeros> zeros;                  // of present components
  double largest_shift = 0;                  // samples by which a component was moved onto the common grid, at most 0.5

  std::int64_t size() const { return static_cast<std::int64_t>(channels[0].size()); }
  Time time_of(std::int64_t index) const { return time_of_sample(start, rate, index); }
  Time end() const { return time_of(size()); }
};

struct Components {
  std::vector<ComponentSegment> segments;  // sorted by group and start
  std::vector<Excluded> excluded;          // sorted
};

struct ComponentOptions {
  double shortest_absence = 60;  // seconds
};

// `segments` as merge_pieces returns them, of any streams, all of one rate.
Components group_components(const std::vector<Segment>& segments, ComponentOptions options = {});

// The group a channel belongs to and its folded orientation code ("E", "1", "EW" …); nullopt if the name has none.
struct Orientation {
  Group group;
  std::string code;
};
Orientation orientation_of(const StreamId& id);

// Which component `code` is, given all codes that its group has; nullopt if none. `rank`: 0 is preferred.
struct ComponentRule {
  Component component;
  int rank;
};
std::optional<ComponentRule> component_of(const std::string& code, const std::vector<std::string>& codes_of_group);

}  // namespace seisgrad
