// The shapes of EQTransformer (models/eqtransformer.h), at batch 16 on the CPU and 256 on a GPU, named by the layer
// that has them; and, for the GPU, "away" shapes: not ours, but where the vendor's libraries are at their best.
#pragma once
#include <cstdint>

namespace seisgrad {

constexpr int64_t batch = 16;

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
constexpr ConvShape away_conv_shape = {"away", 256, 256, 3, 1024};

struct FusedShape {
  const char* name;
  int64_t in, out, kernel, length;  // length: of the convolution's result
  int64_t upsample;
  bool pool, norm = false;
};
constexpr FusedShape fused_shapes[] = {
    {"encoder.0", 3, 8, 11, 6000, 1, true},      {"encoder.2", 16, 16, 7, 1500, 1, true},
    {"residual", 64, 64, 3, 47, 1, false, true}, {"decoder.1", 64, 64, 5, 188, 2, false},
    {"decoder.2", 64, 32, 5, 376, 2, false},     {"decoder.4", 32, 16, 7, 1500, 2, false},
    {"decoder.5", 16, 16, 9, 3000, 2, false},    {"decoder.6", 16, 8, 11, 6000, 2, false},
};
constexpr FusedShape away_fused_shape = {"away", 256, 256, 3, 1024, 1, false, true};

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
constexpr LstmShape away_lstm_shape = {"away", 47, 512, 512};

struct AttentionShape {
  const char* name;
  int64_t steps, channels, units, width;
};
constexpr AttentionShape attention_shapes[] = {{"transformer", 47, 16, 32, 0}, {"p", 47, 16, 32, 3}};

struct NormShape {
  const char* name;
  int64_t channels, length;
};
constexpr NormShape norm_shapes[] = {{"residual", 64, 47}, {"bilstm", 16, 47}, {"away", 256, 1024}};

struct LinearShape {
  const char* name;
  int64_t rows, in, out;  // rows of one window
};
constexpr LinearShape linear_shapes[] = {{"feed-forward.1", 47, 16, 128}, {"feed-forward.2", 47, 128, 16}};
constexpr LinearShape away_linear_shape = {"away", 2048, 1024, 1024};

struct RowShape {
  const char* name;
  int64_t rows, values;  // rows of one window
};
constexpr RowShape row_shapes[] = {{"attention", 47, 47}, {"away", 16, 1024}};

// Away shapes of large channels have fewer windows: their float64 check would take too long.
constexpr int64_t away_windows(int64_t windows) { return windows < 16 ? windows : 16; }

}  // namespace seisgrad
