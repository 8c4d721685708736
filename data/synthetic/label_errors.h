// Label errors: mistakes planted into synthetic traces, so that there is something to find for who cleans a data set
// and it is known what should be found. What a bulletin of the real kind gets wrong:
//
//   wrong_phase   of a far event P is called S and S P; a near event is taken for a far one, Pg and Sg called P and S
//   shifted       all arrivals of the trace 8 to 20 s too early or too late
//   invisible     a noise trace with the arrivals of an event that nobody can see in it
//
// A function of seed and trace alone, like the trace itself.
#pragma once
#include <cstdint>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

enum class LabelError { none, wrong_phase, shifted, invisible };
std::string to_string(LabelError error);

struct LabelErrorShares {
  double wrong_phase = 0, shifted = 0;  // of the traces with arrivals
  double invisible = 0;                 // of the noise traces
  bool operator==(const LabelErrorShares&) const = default;
};

// Changes the labels of a trace that data/synthetic/synthetic.h made with phase names, or not. Throws
// std::invalid_argument for shares that are none.
LabelError plant_label_error(TraceInfo& info, const LabelErrorShares& shares, std::uint64_t seed, std::int64_t index);

}  // namespace seisgrad
