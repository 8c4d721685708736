// The data set of an experiment: the user's own, or synthetic traces with planted label errors.
#pragma once
#include <map>
#include <string>

#include "apps/experiment/config.h"

namespace seisgrad {

// Its folder: the configuration's own, or WORK/data, made where it is missing, and OUT/planted.csv (trace,error) with
// it. Throws Interrupted, or std::invalid_argument where there is no packed data set, or one of another configuration.
std::string prepare_data(const ExperimentConfig& config, const std::string& out, const std::string& work, bool quiet);

// Trace and its error, of OUT/planted.csv; empty where nothing was planted.
std::map<std::string, std::string> planted_errors(const ExperimentConfig& config, const std::string& out);

}  // namespace seisgrad
