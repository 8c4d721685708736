// What bench_cuda holds: a function an operator adds its contests, at so many windows on the models' shapes.
#pragma once
#include "bench/cuda/contest.h"

namespace SEISGRAD {

using Contests = std::vector<Contest>;

void add_conv1d(Contests& contests, int64_t windows);
void add_conv1d_fused(Contests& contests, int64_t windows);
void add_lstm(Contests& contests, int64_t windows);
void add_pools(Contests& contests, int64_t windows);
void add_batch_norm(Contests& contests, int64_t windows);
void add_layer_norm(Contests& contests, int64_t windows);
void add_softmax(Contests& contests, int64_t windows);
void add_linear(Contests& contests, int64_t windows);
void add_additive_attention(Contests& contests, int64_t windows);

}  // namespace SEISGRAD
