// Rows of contests as JSON (bench/gpu_summary.py reads it) and as lines for people.
#pragma once
#include <iosfwd>
#include <string>
#include <utility>

#include "bench/cuda/contest.h"

namespace SEISGRAD {

using Context = std::vector<std::pair<std::string, std::string>>;

// Throws std::runtime_error if the file cannot be written.
void write_json(const std::string& path, const Context& context, const std::vector<Row>& rows);
void print(std::ostream& out, const Row& row);

}  // namespace SEISGRAD
