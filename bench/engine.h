// Our side of the comparisons with other engines, compare_*.py: a network driven by lines on stdin.
//
//   input N FILE    the batch from now on: N windows of float32, (N,components,samples)
//   output FILE     one pass; its outputs as float32, one after the other
//   time COUNT      COUNT passes; answers "CPU-seconds wall-seconds" a pass, then "done"
//   labels FILE     what training aims at, of each window of the batch, as float32
//   train COUNT     COUNT steps of Adam from where the last left off, without dropout; answers "CPU-seconds
//                   wall-seconds loss" a step, then "done"
//   threads COUNT
//
// Every other command answers "done". It times what it is told and judges nothing: the checks are the caller's, the
// same ones for every engine.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace SEISGRAD {

struct Engine {
  Shape window;  // (components,samples)
  std::function<std::vector<Tensor>(const Tensor& x)> infer;
  std::function<Shape(int64_t windows)> labels_shape;
  std::function<double(const Tensor& x, const Tensor& labels)> train;  // a step; the loss before it
};

// The program: reads the weight file that the command line names, then stdin to its end. Returns the exit status.
int run_engine(int argc, char** argv, const std::function<Engine(const std::string& weights)>& load);

// A copy that trains alone, so that losses can be compared.
template <class Model>
Model without_dropout(const Model& model) {
  auto config = model.config();
  config.dropout = 0;
  Model twin(config);
  std::vector<Tensor> source;
  model.visit([&](const std::string&, const Tensor& t, bool) { source.push_back(t); });
  size_t i = 0;
  twin.visit([&](const std::string&, const Tensor& t, bool) { t.copy_from(source[i++]); });
  return twin;
}

}  // namespace SEISGRAD
