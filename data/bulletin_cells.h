// Texts of bulletins, catalogues and lists of stations as values.
#pragma once
#include <string>

#include "data/time.h"

namespace seisgrad {

// unknown where the text says nothing (data/trace_row.h). Throws std::runtime_error for what is no number.
double number_of(const std::string& text);

// Throws std::runtime_error for what is no time.
Time time_of(const std::string& text);

// Whether a phase is one of P or S waves; its name is put as phase_name of data/trace_row.h has it.
bool is_phase(std::string& phase);

}  // namespace seisgrad
