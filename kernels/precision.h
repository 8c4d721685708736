// Precision: how the products of linear, matmul and conv1d are computed on a GPU. Whoever wants less than float32 says
// so; nothing here is chosen silently. The CPU, and a build whose `real` is double, always compute strictly.
//
//   error of y = sum of x w, as a share of sum |x w|              on NVIDIA H100, dense, TFLOP/s
//   strict   fma in float32                   ~1e-7 sqrt(K)       67
//   tf32     tensor cores, x and w rounded
//            to 11 bits (tf32)                up to 1e-3          494
//   tf32x3   tensor cores, x and w as sums of
//            two tf32, three products         ~1e-7               165
//
// tf32x3 makes NaN of an infinity, and both make an infinity of numbers within 1/4096 of float32's largest.
#pragma once

namespace seisgrad {

enum class Precision { strict, tf32, tf32x3 };

}  // namespace seisgrad
