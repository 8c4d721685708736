#include "bench/onednn.h"

#include <omp.h>
#include <dnnl.hpp>

#include <unordered_map>

namespace SEISGRAD::onednn {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

dnnl::engine& engine() {
  static dnnl::engine cpu = (omp_set_num_threads(1), dnnl::engine(dnnl::engine::kind::cpu, 0));
  return cpu;
}

memory::desc describe(const memory::dims& dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }

// A primitive, its arguments in the layouts it chose, and the arrays in ours that they come from or go to.
class Call {
 public:
  Call(dnnl::primitive primitive, const char* implementation)
      : primitive_(std::move(primitive)), implementation_(implementation) {}

  void input(int argument, std::vector<real>& array, const memory::dims& dims, Tag tag, const memory::desc& chosen) {
    inputs_.push_back(bind(argument, array, dims, tag, chosen));
  }
  void output(int argument, std::vector<real>& array, const memory::dims& dims, Tag tag, const memory::desc& chosen) {
    outputs_.push_back(bind(argument, array, dims, tag, chosen));
  }
  void own(int argument, const memory::desc& chosen) { arguments_[argument] = memory(chosen, engine()); }
  void share(int argument, const Call& owner) { arguments_[argument] = owner.arguments_.at(argument); }

  void upload() {
    for (Pair& in : inputs_) copy(in.ours, in.theirs);
    for (Pair& out : outputs_) copy(out.ours, out.theirs);
  }
  void download() {
    for (Pair& out : outputs_) copy(out.theirs, out.ours);
  }
  void run() {
    primitive_.execute(stream_, arguments_);
    stream_.wait();
  }
  const std::string& implementation() const { return implementation_; }

 private:
  struct Pair {
    memory ours, theirs;
  };
  Pair bind(int argument, std::vector<real>& array, const memory::dims& dims, Tag tag, const memory::desc& chosen) {
    const memory theirs(chosen, engine());
    arguments_[argument] = theirs;
    return {memory(describe(dims, tag), engine(), array.data()), theirs};
  }
  void copy(memory& from, memory& to) {
    dnnl::reorder(from, to).execute(stream_, from, to);
    stream_.wait();
  }

  dnnl::primitive primitive_;
  std::string implementation_;
  dnnl::stream stream_{engine()};
  std::unordered_map<int, memory> arguments_;
  std::vector<Pair> inputs_, outputs_;
};

// The case of a call; before_run is done with the inputs in place and not timed.
template <class Problem>
Case case_of(
    std::shared_ptr<Problem> p, std::shared_ptr<Call> call, std::function<void()> before_run = [] {}) {
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call = [call] { call->run(); },
          .upload =
              [call, before_run] {
                call->upload();
                before_run();
              },
          .download = [call] { call->download(); },
          .work = p->work(),
          .label = call->implementation()};
}

struct ConvDescs {
  memory::dims x, w, bias, y, stride{1}, left, right;
  memory::desc any(const memory::dims& dims) const { return describe(dims, Tag::any); }

  explicit ConvDescs(const Conv1dProblem& p)
      : x{p.N, p.s.in, p.s.length},
        w{p.s.out, p.s.in, p.s.kernel},
        bias{p.s.out},
        y{p.N, p.s.out, p.s.length},
        left{p.conv.left},
        right{p.conv.right} {}
};

dnnl::convolution_forward::primitive_desc forward_desc(const ConvDescs& d) {
  using namespace dnnl;
  return {{prop_kind::forward_training, algorithm::convolution_auto, d.any(d.x), d.any(d.w), d.any(d.bias), d.any(d.y),
           d.stride, d.left, d.right},
          engine()};
}

}  // namespace

Case conv1d(std::shared_ptr<Conv1dProblem> p) {
  const ConvDescs d(*p);
  const auto forward = forward_desc(d);
  if (p->direction == Direction::forward) {
    const auto call = std::make_shared<Call>(dnnl::convolution_forward(forward), forward.impl_info_str());
    call->input(DNNL_ARG_SRC, p->x, d.x, Tag::ncw, forward.src_desc());
    call->input(DNNL_ARG_WEIGHTS, p->w, d.w, Tag::oiw, forward.weights_desc());
    call->input(DNNL_ARG_BIAS, p->bias, d.bias, Tag::x, forward.bias_desc());
    call->output(DNNL_ARG_DST, p->y, d.y, Tag::ncw, forward.dst_desc());
    return case_of(p, call);
  }
  if (p->direction == Direction::backward_data) {
    const dnnl::convolution_backward_data::primitive_desc desc(
        {dnnl::algorithm::convolution_auto, d.any(d.x), d.any(d.w), d.any(d.y), d.stride, d.left, d.right}, engine(),
        forward);
    const auto call = std::make_shared<Call>(dnnl::convolution_backward_data(desc), desc.impl_info_str());
    call->input(DNNL_ARG_DIFF_DST, p->dy, d.y, Tag::ncw, desc.diff_dst_desc());
    call->input(DNNL_ARG_WEIGHTS, p->w, d.w, Tag::oiw, desc.weights_desc());
    call->output(DNNL_ARG_DIFF_SRC, p->dx, d.x, Tag::ncw, desc.diff_src_desc());
    return case_of(p, call);
  }
  const dnnl::convolution_backward_weights::primitive_desc desc(
      {dnnl::algorithm::convolution_auto, d.any(d.x), d.any(d.w), d.any(d.y), d.stride, d.left, d.right}, engine(),
      forward);
  const auto call = std::make_shared<Call>(dnnl::convolution_backward_weights(desc), desc.impl_info_str());
  call->input(DNNL_ARG_DIFF_DST, p->dy, d.y, Tag::ncw, desc.diff_dst_desc());
  call->input(DNNL_ARG_SRC, p->x, d.x, Tag::ncw, desc.src_desc());
  call->output(DNNL_ARG_DIFF_WEIGHTS, p->dw, d.w, Tag::oiw, desc.diff_weights_desc());
  return case_of(p, call);
}

Case max_pool1d(std::shared_ptr<PoolProblem> p) {
  const memory::dims x{p->N, p->s.channels, p->s.length}, y{p->N, p->s.channels, p->M};
  const memory::dims window{2}, left{0}, right{p->pool.right};
  // channels last: what its fast kernels take at any number of channels
  const auto theirs_x = describe(x, Tag::nwc), theirs_y = describe(y, Tag::nwc);
  const dnnl::pooling_forward::primitive_desc forward({dnnl::prop_kind::forward_training, dnnl::algorithm::pooling_max,
                                                       theirs_x, theirs_y, window, window, left, right},
                                                      engine());
  const auto run_forward = std::make_shared<Call>(dnnl::pooling_forward(forward), forward.impl_info_str());
  run_forward->input(DNNL_ARG_SRC, p->x, x, Tag::ncw, forward.src_desc());
  run_forward->output(DNNL_ARG_DST, p->y, y, Tag::ncw, forward.dst_desc());
  run_forward->own(DNNL_ARG_WORKSPACE, forward.workspace_desc());
  if (!p->backward) return case_of(p, run_forward);

  const dnnl::pooling_backward::primitive_desc desc(
      {dnnl::algorithm::pooling_max, theirs_x, theirs_y, window, window, left, right}, engine(), forward);
  const auto call = std::make_shared<Call>(dnnl::pooling_backward(desc), desc.impl_info_str());
  call->input(DNNL_ARG_DIFF_DST, p->dy, y, Tag::ncw, desc.diff_dst_desc());
  call->output(DNNL_ARG_DIFF_SRC, p->dx, x, Tag::ncw, desc.diff_src_desc());
  call->share(DNNL_ARG_WORKSPACE, *run_forward);  // the winners, found by their forward pass
  return case_of(p, call, [run_forward] {
    run_forward->upload();
    run_forward->run();
  });
}

Case lstm(std::shared_ptr<LstmProblem> p) {
  const int64_t N = p->N, T = p->s.steps, I = p->s.in, H = p->s.units;
  const memory::dims x{T, N, I}, w{1, 1, I, 4, H}, u{1, 1, H, 4, H}, b{1, 1, 4, H}, h{T, N, H};
  const auto any = [](const memory::dims& dims) { return describe(dims, Tag::any); };
  const dnnl::lstm_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_training, dnnl::rnn_direction::unidirectional_left2right, any(x), memory::desc(),
       memory::desc(), any(w), any(u), any(b), any(h), memory::desc(), memory::desc()},
      engine());
  const auto call = std::make_shared<Call>(dnnl::lstm_forward(desc), desc.impl_info_str());
  call->input(DNNL_ARG_SRC_LAYER, p->x, x, Tag::ntc, desc.src_layer_desc());  // ours has the window first
  call->input(DNNL_ARG_WEIGHTS_LAYER, p->weight, w, Tag::ldgoi, desc.weights_layer_desc());
  call->input(DNNL_ARG_WEIGHTS_ITER, p->recurrent, u, Tag::ldgoi, desc.weights_iter_desc());
  call->input(DNNL_ARG_BIAS, p->bias, b, Tag::ldgo, desc.bias_desc());
  call->output(DNNL_ARG_DST_LAYER, p->h, h, Tag::ntc, desc.dst_layer_desc());
  call->own(DNNL_ARG_WORKSPACE, desc.workspace_desc());
  return case_of(p, call);
}

}  // namespace SEISGRAD::onednn
