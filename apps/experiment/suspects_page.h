// suspects.html: every suspect window with its waveforms and scores, for somebody who decides about them.
#pragma once
#include <string>

namespace seisgrad {

// The page for the table OUT/suspects.csv, with the waveforms of the data set. Throws std::runtime_error where one does
// not read.
std::string suspects_page(const std::string& table, const std::string& data);

}  // namespace seisgrad
