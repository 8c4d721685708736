// What a bench program registers: one function an operator, on the CPU and on the GPU.
#pragma once
#include "kernels/real.h"

namespace SEISGRAD {

void register_conv1d();
void register_conv1d_fused();
void register_max_pool1d();
void register_lstm();
void register_additive_attention();

}  // namespace SEISGRAD
