// seisgrad data build: a labelled data set from an observatory's own archive and bulletin.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "apps/data/cut.h"

namespace seisgrad {

struct BuildOptions {
  std::vector<std::string> waveforms;
  std::string picks, stations, out;
  std::string profile = "eqtransformer";  // what is done to the records (data/profile.h); "none": nothing
  CutOptions cut;
  bool half = false, quiet = false;
};

struct BuildResult {
  std::int64_t events = 0, noise = 0;      // traces
  std::int64_t picks = 0, picks_used = 0;  // of the bulletin
  std::int64_t unreadable = 0;             // rows or picks of it
  std::int64_t other_phases = 0;           // picks of neither P nor S
};

// Throws std::runtime_error where an input cannot be read or no pick meets a record, Interrupted where `stop` said so;
// nothing is left of the data set then. Picks that were not used are listed with the reason in out/rejected.csv.
BuildResult build(const BuildOptions& options, const std::function<bool()>& stop);

// The lines for the terminal.
std::string summary_of(const BuildResult& result, const std::string& out);

int data_build(const BuildOptions& options);

}  // namespace seisgrad
