// Pass: what one run through a model needs to know beside its input.
#pragma once
#include <functional>
#include <string>

#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {

struct Pass {
  bool train = false;                       // batch statistics in batch_norm, dropout on
  bool spatial_dropout = false;             // keep spatial dropout on outside training (Monte Carlo dropout)
  uint64_t seed = 0;                        // of all random numbers
  uint32_t step = 0;                        // training step, or number of the Monte Carlo sample
  Tensor counter = {};                      // int32, one element: is added to step where numbers are drawn (dropout)
  Precision precision = Precision::strict;  // of convolutions and linear layers on a GPU, forward and backward

  // Called, if set, with the name and value of every layer's result; for golden tests, explanations, tables.
  std::function<void(const std::string& name, const Tensor& value)> watch;

  RandomKey key(Purpose purpose, int stream) const { return {seed, purpose, step, static_cast<uint16_t>(stream)}; }

  // Nobody asks for what lies between layers: they may be computed in one go.
  bool may_fuse() const { return !train && !spatial_dropout && !watch && !recording(); }
  void see(const std::string& name, const Tensor& value) const {
    if (watch) watch(name, value);
  }
};

}  // namespace SEISGRAD
