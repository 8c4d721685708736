// lstm: a long short-term memory layer over a whole sequence, gates in the order i, f, g, o
//
//   z_t = W x_t + U h_{t-1} + b        i, f, o = gate(z_t)   g = tanh(z_t)
//   c_t = f c_{t-1} + i g              h_t = o tanh(c_t)     h_{-1} = c_{-1} = 0
//
//   x (N,T,I)   weight W (4H,I), recurrent U (4H,H), bias b (4H): rows 0..H-1 belong to i, then f, g, o
//   h (N,T,H)   gates (N,T,4H): i, f, g, o after their activation   cells (N,T,H): c_t
//
// `reverse` runs from the last step to the first ("t-1" above is then the step t+1); results stay at the time of their
// input. Dropout as in Keras: a mask for each gate, the same at all steps, already scaled by 1/(1-p):
//   input_mask (4,N,I): W x_t becomes W (m x_t);  recurrent_mask (4,N,H): U h_{t-1} becomes U (m h_{t-1}).
// A view whose data is null means no mask. hard_sigmoid(z) = clip(0.2 z + 0.5, 0, 1), with slope 0.2 strictly inside.
// Hochreiter and Schmidhuber 1997; forget gate: Gers, Schmidhuber and Cummins 2000.
//
// A call computes one direction or two. Two have one x and write h side by side: h is then (N,T,W) with W >= H, and
// each has its columns of it and of dh; dx is the sum of both. Without a gradient to come, gates need no memory.
#pragma once
#include <span>

#include "kernels/view.h"

namespace SEISGRAD {

enum class GateActivation { sigmoid, hard_sigmoid };

struct LstmOptions {
  GateActivation gate = GateActivation::sigmoid;
  bool reverse = false;
};

template <class T>
struct LstmInput {
  View<const T, 3> x;
  View<const T, 2> weight, recurrent;
  View<const T, 1> bias;  // not read by the gradient
  View<const T, 3> input_mask, recurrent_mask;
};
template <class T>
struct LstmResult {
  View<T, 3> h, gates, cells;
  int64_t column = 0;  // h is in columns column .. column + H - 1 of `h`
};
template <class T>
struct LstmDirection {
  LstmInput<T> in;
  LstmOptions options;
  LstmResult<T> out;
};
template <class T>
struct LstmGradient {
  View<T, 3> dz;  // (N,T,4H): the gradient with respect to z, from which the others follow
  View<T, 2> dweight, drecurrent;
  View<T, 1> dbias;
};

// REQUIRES: shapes as above, N, T >= 0, I, H >= 1; one direction or two of equal N, T, I, H and gate.
// Overwrites its columns of h, the gates and the cells. Where gates.data is null, no gates are kept and no particular
// cells, whose memory serves all the same.
template <class T>
using LstmOf = void(std::span<const LstmDirection<T>> directions);
// Of results that were kept, one gradient a direction. dx, dweight, drecurrent, dbias: not computed where data is null,
// otherwise overwritten, and so is dz. dh has the columns of h.
template <class T>
using LstmBackwardOf = void(View<const T, 3> dh, std::span<const LstmDirection<T>> directions,
                            std::span<const LstmGradient<T>> gradients, View<T, 3> dx);

using LstmForward = LstmOf<real>;  // `Lstm` is the layer
using LstmBackward = LstmBackwardOf<real>;

namespace reference {
template <class T>
void lstm(std::span<const LstmDirection<T>> directions);
template <class T>
void lstm_backward(View<const T, 3> dh, std::span<const LstmDirection<T>> directions,
                   std::span<const LstmGradient<T>> gradients, View<T, 3> dx);
}  // namespace reference

namespace cpu {
LstmForward lstm;
LstmBackward lstm_backward;
}  // namespace cpu

namespace gpu {
[[gnu::weak]] extern LstmForward lstm;
[[gnu::weak]] extern LstmBackward lstm_backward;
}  // namespace gpu

}  // namespace SEISGRAD
