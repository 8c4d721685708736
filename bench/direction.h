// What conv1d and linear are timed at: three products, each in a class of precision.
#pragma once
#include <string>

#include "kernels/precision.h"

namespace seisgrad {

enum class Direction { forward, backward_data, backward_weight };
constexpr Direction directions[] = {Direction::forward, Direction::backward_data, Direction::backward_weight};

inline std::string name_of(const std::string& op, Direction d) {
  return op + (d == Direction::forward ? "" : d == Direction::backward_data ? "_backward_data" : "_backward_weight");
}

// Of the class of errors; tf32x3 stands among the strict ones.
inline std::string name_of(Precision p) { return p == Precision::tf32 ? "tf32" : "strict"; }

// How far a result may be from float64, as a share of the largest value. tf32 rounds each factor to 11 bits.
inline double tolerance(Precision p, double of_float32 = 1e-5) { return p == Precision::tf32 ? 4e-3 : of_float32; }

}  // namespace seisgrad
