#include "autograd/tape.h"

#include <atomic>
#include <utility>

#include "autograd/on.h"
#include "kernels/elementwise.h"

namespace SEISGRAD {
namespace {

thread_local Tape* innermost = nullptr;

uint64_t next_serial() {
  static std::atomic<uint64_t> serial{0};
  return ++serial;
}

// Never in place: a first gradient may be shared, as in add's {dy, dy}.
Tensor sum_of(const Tensor& a, const Tensor& b) {
  if (!a) return b;
  Tensor sum(a.shape(), DType::floating, a.device());
  on(a.device(), cpu::add, gpu::add)(a.flat<const real>(), b.flat<const real>(), sum.flat<real>());
  return sum;
}

}  // namespace

Tape::Tape() : serial_(next_serial()), outer_(std::exchange(innermost, this)) {}
Tape::~Tape() { innermost = outer_; }

bool recording() { return innermost != nullptr; }

Tensor record(const char* op, Tensor y, const std::vector<Tensor>& inputs, Backward backward) {
  if (!innermost) return y;
  bool wanted = false;
  for (const Tensor& x : inputs) wanted |= wants_gradient(x);
  if (!wanted) return y;

  Tape& tape = *innermost;
  Tape::Node node{op, y.shape(), y.dtype(), y.memory(), y.memory()->version(), {}, std::move(backward)};
  for (const Tensor& x : inputs) {
    if (!x) {
      node.inputs.push_back({-1, {}, {}, 0});
      continue;
    }
    const bool recorded = x.origin().tape == tape.serial_;
    node.inputs.push_back(
        {recorded ? x.origin().node : -1, recorded ? Tensor() : x, x.memory(), x.memory()->version()});
  }
  y.set_requires_grad();
  y.set_origin({tape.serial_, static_cast<int64_t>(tape.nodes_.size())});
  tape.nodes_.push_back(std::move(node));
  return y;
}

void Tape::check_unchanged(const Node& node) const {
  const auto changed = [](const std::weak_ptr<Memory>& memory, uint64_t version) {
    const auto held = memory.lock();
    return held && held->version() != version;
  };
  require(!changed(node.memory, node.version), "backward: the result of ", node.op, " ", node.shape,
          " was overwritten after it was recorded");
  for (size_t i = 0; i < node.inputs.size(); ++i)
    require(!changed(node.inputs[i].memory, node.inputs[i].version), "backward: input ", i, " of ", node.op,
            " was overwritten after it was recorded");
}

void Tape::run(const Tensor& y, const Tensor& dy, const AtLeaf& at_leaf, const AtNode& at_node) const {
  require(static_cast<bool>(y), "backward: the tensor is absent");
  require(y.origin().tape == serial_, "backward: the tensor ", y.shape(),
          " was not recorded by this tape; was it computed while the tape was in scope, from something that requires a "
          "gradient?");
  require(dy.shape() == y.shape(), "backward: the gradient must have shape ", y.shape(), ", got ", dy.shape());
  require(dy.device() == y.device(), "backward: the gradient is on ", dy.device(), ", the tensor on ", y.device());

  // what closures compute is not itself recorded
  struct Pause {
    Tape* kept = std::exchange(innermost, nullptr);
    ~Pause() { innermost = kept; }
  } pause;
  Gradients of_node(nodes_.size());
  of_node[y.origin().node] = dy;
  for (int64_t i = y.origin().node; i >= 0; --i) {
    if (!of_node[i]) continue;                             // not on a path to y
    const Tensor of_this = std::exchange(of_node[i], {});  // complete, and not kept longer than needed
    const Node& node = nodes_[i];
    check_unchanged(node);
    at_node(i, of_this);
    const Gradients dx = node.backward(of_this);
    require(dx.size() == node.inputs.size(), node.op, ": backward gave ", dx.size(), " gradients for ",
            node.inputs.size(), " inputs");
    for (size_t k = 0; k < dx.size(); ++k) {
      if (!dx[k]) continue;
      const Input& input = node.inputs[k];
      if (input.node >= 0) {
        require(dx[k].shape() == nodes_[input.node].shape, node.op, ": gradient ", k, " has shape ", dx[k].shape(),
                ", its input has ", nodes_[input.node].shape);
        of_node[input.node] = sum_of(of_node[input.node], dx[k]);
      } else if (wants_gradient(input.leaf)) {
        require(dx[k].shape() == input.leaf.shape(), node.op, ": gradient ", k, " has shape ", dx[k].shape(),
                ", its input has ", input.leaf.shape());
        at_leaf(input.leaf, dx[k]);
      }
    }
  }
}

void Tape::backward(const Tensor& y) const {
  require(static_cast<bool>(y), "backward: the tensor is absent");
  backward(y, Tensor::full(y.shape(), 1, y.device()));
}

void Tape::backward(const Tensor& y, const Tensor& dy) const {
  std::vector<std::pair<Tensor, Tensor>> reached;  // applied at the end: a pass that fails changes no grad()
  run(
      y, dy, [&](const Tensor& leaf, const Tensor& dx) { reached.emplace_back(leaf, dx); },
      [](int64_t, const Tensor&) {});
  for (const auto& [leaf, dx] : reached) leaf.set_grad(sum_of(leaf.grad(), dx));
}

Gradients Tape::gradients(const Tensor& y, const Tensor& dy, const std::vector<Tensor>& with_respect_to) const {
  Gradients wanted(with_respect_to.size());
  const auto at_leaf = [&](const Tensor& leaf, const Tensor& dx) {
    for (size_t i = 0; i < wanted.size(); ++i)
      if (with_respect_to[i].is(leaf)) wanted[i] = sum_of(wanted[i], dx);
  };
  const auto at_node = [&](int64_t node, const Tensor& of_node) {
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!with_respect_to[i]) continue;
      const Origin origin = with_respect_to[i].origin();
      if (origin.tape == serial_ && origin.node == node) wanted[i] = of_node;
    }
  };
  run(y, dy, at_leaf, at_node);
  return wanted;
}

}  // namespace SEISGRAD
