// Whole blocks: how many of b cover a, and how much they cover. REQUIRES: a >= 0, b > 0.
#pragma once
#include <cstdint>

#include "kernels/view.h"

namespace seisgrad {

HOST_DEVICE constexpr int64_t ceil_div(int64_t a, int64_t b) { return a / b + (a % b != 0); }
HOST_DEVICE constexpr int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

}  // namespace seisgrad
