// The traces of an HDF5 data set, in the layout of STEAD or of SeisBench. Runs in the limited child process alone.
//
// STEAD: /data/NAME is (samples, 3), columns E, N, Z, with attributes; a table, where there is one, chooses the traces
// and their order and says what attributes do not. SeisBench: /data_format/{dimension_order, component_order,
// sampling_rate}; a row's trace_name is NAME or BLOCK$INDEX,:CHANNELS,:SAMPLES, a part of /data/BLOCK.
#pragma once
#include <functional>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

struct TraceSink {
  std::function<void(std::int64_t traces)> total;  // about how many there are
  std::function<void(LabelledTrace)> trace;
  std::function<void(const std::string& id, const std::string& reason)> bad;
};

// From the trace `first` on; each calls trace() or bad(), once. `table` is the CSV file beside, "" for none. Throws
// std::runtime_error for a file that is no such data set.
void read_hdf5_traces(const std::string& path, const std::string& table, std::int64_t first, const TraceSink& sink);

}  // namespace seisgrad
