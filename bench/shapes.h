// The shapes of EQTransformer (models/eqtransformer.h) at batch 16 on the CPU and 256 on a GPU, named by the layer that
// has them.
#pragma once
#include <cstdint>

namespace seisgrad {

constexpr int64_t batch = 16, gpu_batch = 256;

struct ConvShape {
  const char* name;
  int64_t in, out, kernel, length;
};
constexpr ConvShape conv_shapes[] = {
    {"encoder.0", 3, 8, 11, 6000},  {"encoder.1", 8, 16, 9, 3000},  {"encoder.2", 16, 16, 7, 1500},
    {"encoder.3", 16, 32, 7, 750},  {"encoder.4", 32, 32, 5, 375},  {"encoder.5", 32, 64, 5, 188},
    {"encoder.6", 64, 64, 3, 94},   {"residual", 64, 64, 3, 47},    {"decoder.3", 32, 32, 7, 750},
    {"decoder.5", 16, 16, 9, 3000}, {"decoder.6", 16, 8, 11, 6000}, {"output", 8, 1, 11, 6000},
};

struct FusedShape {
  const char* name;
  int64_t in, out, kernel, length;  // length: of the convolution's result
  int64_t upsample;
  bool pool;
};
constexpr FusedShape fused_shapes[] = {
    {"encoder.0", 3, 8, 11, 6000, 1, true},   {"encoder.2", 16, 16, 7, 1500, 1, true},
    {"decoder.1", 64, 64, 5, 188, 2, false},  {"decoder.2", 64, 32, 5, 376, 2, false},
    {"decoder.4", 32, 16, 7, 1500, 2, false}, {"decoder.5", 16, 16, 9, 3000, 2, false},
    {"decoder.6", 16, 8, 11, 6000, 2, false},
};

struct PoolShape {
  const char* name;
  int64_t channels, length;
};
constexpr PoolShape pool_shapes[] = {{"encoder.0", 8, 6000}, {"encoder.2", 16, 1500}, {"encoder.5", 64, 188}};

struct LstmShape {
  const char* name;
  int64_t steps, in, units;
};
constexpr LstmShape lstm_shapes[] = {{"bilstm.0", 47, 64, 16}, {"p", 47, 16, 16}};

struct AttentionShape {
  const char* name;
  int64_t steps, channels, units, width;
};
constexpr AttentionShape attention_shapes[] = {{"transformer", 47, 16, 32, 0}, {"p", 47, 16, 32, 3}};

}  // namespace seisgrad
