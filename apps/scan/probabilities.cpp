#include "apps/scan/probabilities.h"

#include <bit>

#include "data/miniseed_write.h"

namespace seisgrad {

std::string probabilities_npy(const ScoredSegment& scored) {
  static_assert(std::endian::native == std::endian::little, "the header below says little-endian");
  std::string header = joined("{'descr': '<f4', 'fortran_order': False, 'shape': (", 1 + scored.phases.size(), ", ",
                              scored.detection.size(), "), }");
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(header.size() & 0xFF);
  out += static_cast<char>(header.size() >> 8);
  out += header;
  const auto add = [&](const std::vector<float>& trace) {
    out.append(reinterpret_cast<const char*>(trace.data()), trace.size() * sizeof(float));
  };
  add(scored.detection);
  for (const PhaseTrace& phase : scored.phases) add(phase.probability);
  return out;
}

std::string probabilities_miniseed(const ComponentSegment& segment, const ScoredSegment& scored) {
  const Group& g = segment.group;
  std::string out;
  const auto add = [&](const std::vector<float>& trace, const char* letter) {
    const auto records = miniseed_records({g.network, g.station, g.location, g.band + letter}, segment.start,
                                          segment.rate, trace, {.encoding = 4});
    out.append(reinterpret_cast<const char*>(records.data()), records.size());
  };
  add(scored.detection, "D");
  for (const PhaseTrace& phase : scored.phases)
    add(phase.probability, phase.phase.size() == 1 ? phase.phase.c_str() : phase.phase[0] == 'P' ? "G" : "H");
  return out;
}

}  // namespace seisgrad
