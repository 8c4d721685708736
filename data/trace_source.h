// TraceSource: where labelled traces come from, whether a packed data set or a generator. The loader knows no other.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

struct TraceSource {
  std::string name;        // for messages
  std::uint64_t hash = 0;  // equal where the traces are equal: a resumed training insists on it
  double weight = 1;       // of its share in an epoch, beside other sources
  std::int64_t size = 0;
  // Of trace 0..size-1, from any thread; the same trace at every call. May throw std::runtime_error. A generator has
  // no info: nothing is known of a trace before it is made.
  std::function<TraceInfo(std::int64_t)> info;
  std::function<LabelledTrace(std::int64_t)> read;
};

}  // namespace seisgrad
