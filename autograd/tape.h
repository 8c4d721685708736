// Tape: while one is in scope, every operator appends what it needs to run backward. Without one nothing is recorded,
// so inference is the default and needs no guard.
//
//     Tape tape;
//     Tensor loss = bce(model(x), y);
//     tape.backward(loss);               // every parameter that requires_grad() now has its grad()
//
// The tape holds tensors and knows their order; tensors hold no node, so there is no cycle, no recursion and no
// topological sort: backward walks the nodes from last to first. Tapes nest per thread, the innermost records.
#pragma once
#include <functional>
#include <vector>

#include "tensor/tensor.h"

namespace SEISGRAD {

using Gradients = std::vector<Tensor>;  // one an input; absent where an input has none or wants none
using Backward = std::function<Gradients(const Tensor& dy)>;

class Tape {
 public:
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // Adds d(sum of y * dy)/dx to grad() of every leaf x that requires_grad(); dy is 1 unless given. The tape is not
  // consumed: a second pass adds the same again. Throws std::invalid_argument if y was not recorded here, or if a
  // recorded value was overwritten since; then no grad() has changed.
  void backward(const Tensor& y) const;
  void backward(const Tensor& y, const Tensor& dy) const;

  // The same derivative with respect to chosen tensors, intermediate results too, absent ones skipped; touches no
  // grad().
  Gradients gradients(const Tensor& y, const Tensor& dy, const std::vector<Tensor>& with_respect_to) const;

  struct Input {
    int64_t node;                  // the node of this tape that made it, or -1
    Tensor leaf;                   // the tensor itself where node is -1
    std::weak_ptr<Memory> memory;  // to see whether it was overwritten
    uint64_t version;
  };
  struct Node {
    const char* op;
    Shape shape;  // of the result
    DType dtype;
    std::weak_ptr<Memory> memory;
    uint64_t version;
    std::vector<Input> inputs;
    Backward backward;
  };
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  friend Tensor record(const char* op, Tensor y, const std::vector<Tensor>& inputs, Backward backward);

  using AtLeaf = std::function<void(const Tensor& leaf, const Tensor& dx)>;  // once a path
  using AtNode = std::function<void(int64_t node, const Tensor& dy)>;        // once a node, with its whole gradient
  void run(const Tensor& y, const Tensor& dy, const AtLeaf& at_leaf, const AtNode& at_node) const;
  void check_unchanged(const Node& node) const;

  std::vector<Node> nodes_;
  uint64_t serial_;
  Tape* outer_;
};

// Makes y the recorded result of an operator and returns it; does nothing but return y where no tape is in scope or no
// input wants a gradient. `backward` must be pure: gradient of y in, one gradient an input out.
Tensor record(const char* op, Tensor y, const std::vector<Tensor>& inputs, Backward backward);

// Whether a tape is in scope on this thread.
bool recording();

// Whether the gradient with respect to x is wanted: lets an operator save what nobody asked for.
inline bool wants_gradient(const Tensor& x) { return x && x.requires_grad(); }

}  // namespace SEISGRAD
