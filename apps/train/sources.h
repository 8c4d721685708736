// Where the traces of a training come from, by the names that the configuration gives them.
#pragma once
#include <string>

#include "data/split.h"
#include "data/trace_source.h"

namespace seisgrad {

// A data set (HDF5 is packed first: apps/data/pack.h), or "synthetic:KIND:SEED:COUNT": COUNT traces of
// data/synthetic/synthetic.h, each made where it is wanted, KIND local, teleseismic or mixed; of these nothing is known
// before, so none is noise and none can be chosen by category. Throws std::runtime_error where a data set does not
// read, std::invalid_argument for an impossible name.
TraceSource open_source(const std::string& name);  // whole
// A part of it: of a data set the traces that the split names; of synthetic traces the first share trains, the next
// validates, the rest tests.
TraceSource open_source(const std::string& name, const SplitOptions& split, Part part);
bool is_synthetic(const std::string& name);

// Opens what open_source(name) would, without packing it and without reading its traces. Throws as it does, so that a
// mistake in the last of several names is told before the hours that packing the first may take.
void check_source(const std::string& name);

}  // namespace seisgrad
