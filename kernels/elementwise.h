// Elementwise arithmetic on n values; shapes do not matter, so all views are flat. Outputs are overwritten and may not
// overlap inputs.
//
//   add          y = a + b              scale      y = factor a
//   subtract     y = a - b              multiply   y = a b
//   relu         y = max(x, 0)          dx = dy where x > 0, else 0 (so 0 at the kink; NaN stays NaN)
//   sigmoid      y = 1 / (1 + e^-x)     dx = dy y (1 - y)
//   hard_sigmoid y = clip(x/5 + 1/2, 0, 1)   dx = dy/5 where 0 < y < 1, else 0     (Keras 2's gate activation)
//   tanh         y = tanh x             dx = dy (1 - y^2)
//   exp          y = e^x                dx = dy y
//   log          y = ln x               dx = dy / x
//
// An activation's gradient needs only its result y, but for log, which needs x.
#pragma once
#include "kernels/view.h"

namespace SEISGRAD {

// REQUIRES: all views have the same extent.
template <class T>
using BinaryOf = void(View<const T, 1> a, View<const T, 1> b, View<T, 1> y);
template <class T>
using ScaleOf = void(View<const T, 1> a, T factor, View<T, 1> y);
template <class T>
using UnaryOf = void(View<const T, 1> x, View<T, 1> y);
// v: the function's result y, for log its argument x. Overwrites dx.
template <class T>
using UnaryBackwardOf = void(View<const T, 1> dy, View<const T, 1> v, View<T, 1> dx);

using Binary = BinaryOf<real>;
using Scale = ScaleOf<real>;
using Unary = UnaryOf<real>;
using UnaryBackward = UnaryBackwardOf<real>;

namespace reference {
template <class T>
void add(View<const T, 1> a, View<const T, 1> b, View<T, 1> y);
template <class T>
void subtract(View<const T, 1> a, View<const T, 1> b, View<T, 1> y);
template <class T>
void multiply(View<const T, 1> a, View<const T, 1> b, View<T, 1> y);
template <class T>
void scale(View<const T, 1> a, T factor, View<T, 1> y);

template <class T>
void relu(View<const T, 1> x, View<T, 1> y);
template <class T>
void sigmoid(View<const T, 1> x, View<T, 1> y);
template <class T>
void hard_sigmoid(View<const T, 1> x, View<T, 1> y);
template <class T>
void tanh(View<const T, 1> x, View<T, 1> y);
template <class T>
void exp(View<const T, 1> x, View<T, 1> y);
template <class T>
void log(View<const T, 1> x, View<T, 1> y);

template <class T>
void relu_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx);
template <class T>
void sigmoid_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx);
template <class T>
void hard_sigmoid_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx);
template <class T>
void tanh_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx);
template <class T>
void exp_backward(View<const T, 1> dy, View<const T, 1> y, View<T, 1> dx);
template <class T>
void log_backward(View<const T, 1> dy, View<const T, 1> x, View<T, 1> dx);
}  // namespace reference

namespace cpu {  // the rest is rare or memory-bound: the reference serves
Binary add, subtract, multiply;
Unary relu, sigmoid, hard_sigmoid, tanh, exp;
UnaryBackward relu_backward, sigmoid_backward, hard_sigmoid_backward, tanh_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern Binary add, subtract, multiply;
[[gnu::weak]] extern Scale scale;
[[gnu::weak]] extern Unary relu, sigmoid, hard_sigmoid, tanh, exp, log;
[[gnu::weak]] extern UnaryBackward relu_backward, sigmoid_backward, hard_sigmoid_backward, tanh_backward, exp_backward,
    log_backward;
}  // namespace gpu

}  // namespace SEISGRAD
