// What a fused kernel applies to its sums before it stores them.
#pragma once
#include "kernels/real.h"

namespace SEISGRAD {

enum class Activation { none, relu, sigmoid };

}  // namespace SEISGRAD
