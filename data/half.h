// IEEE 754 binary16 ("half") and float: 1 sign, 5 exponent and 10 fraction bits, 6.1e-5 to 65504 with full precision.
#pragma once
#include <cstdint>
#include <span>

namespace seisgrad {

// Rounded to the nearest half, ties to even; infinite beyond 65504; NaN stays NaN.
std::uint16_t half_from(float value);
float float_from_half(std::uint16_t half);  // exact

// floats[i] = scale * the half at bytes[2 i], little-endian. REQUIRES: bytes.size() == 2 floats.size(). Uses the
// processor's conversion where there is one; the result is the same.
void floats_from_halves(std::span<const char> bytes, float scale, std::span<float> floats);

}  // namespace seisgrad
