// QuakeML 1.2: the events and picks of an agency.
#pragma once
#include <string>

#include "data/bulletin.h"

namespace seisgrad {

// Adds the events of the file, those without picks too, and their picks. What cannot be used stands in `unusable`.
// Throws std::runtime_error for a file that is no QuakeML.
void read_quakeml(const std::string& path, Bulletin& bulletin);

}  // namespace seisgrad
