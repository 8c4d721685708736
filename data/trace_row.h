// What a public data set says of a trace, in the columns of its table or the attributes of its array: names as in STEAD
// (Mousavi et al. 2019) or SeisBench (Woollam et al. 2022), values as text. docs/datasets.md lists them.
#pragma once
#include <map>
#include <string>

#include "data/labelled_trace.h"

namespace seisgrad {

using TraceRow = std::map<std::string, std::string>;

// Whether the text says that a value is not known: "", "None", "nan", "null", "N/A", in any case.
bool says_nothing(const std::string& text);

// A phase as seismologists write it: "p", "PN" and "sg" are P, Pn and Sg; other names, such as pP, are as they were.
std::string phase_name(std::string name);

// All but `samples` and `components`. What is missing is unknown; `default_rate` is for a row without a sampling rate.
// Distance and back azimuth are computed where only the places are known. Throws std::runtime_error saying which value
// cannot be right.
TraceInfo info_of(const TraceRow& row, double default_rate);

}  // namespace seisgrad
