// Headers hold rates and intervals as 32-bit floats of numbers that people chose in decimal: 0.01 s, 20.0002213 Hz.
#pragma once
#include <charconv>
#include <cmath>

namespace seisgrad {

// The double of the shortest decimal that names this float: 0.01f gives 0.01, not 0.0099999998.
inline double shortest_decimal(float value) {
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, value);
  double result = value;
  std::from_chars(text, written.ptr, result);
  return result;
}

// Whole numbers are what a rate written as a rounded interval (0.0083333) was meant to be.
inline double nearest_whole_rate(double rate) {
  const double whole = std::round(rate);
  return whole > 0 && std::abs(rate - whole) < 1e-6 * whole ? whole : rate;
}

}  // namespace seisgrad
