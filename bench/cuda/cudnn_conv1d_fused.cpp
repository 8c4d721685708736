// conv1d_fused in as few calls as cuDNN has for it. Its engines fuse arithmetic by the value after a convolution: norm
// or bias, and relu. Pooling is a second call. It has no nearest upsampling: it is given the upsampled row, made before
// the clock starts, and multiplies with all taps.
#include <cmath>
#include <optional>

#include "bench/cuda/cudnn_graph.h"
#include "bench/cuda/peers.h"
#include "kernels/transpose.h"

namespace SEISGRAD::cudnn {
namespace {

// The problem as cuDNN wants it: its row upsampled, norm and bias as y = scale conv(x, w) + shift, or the scale in w.
struct Prepared {
  std::shared_ptr<Conv1dFusedProblem> p;
  bool scale_in_weights;
  std::vector<real> x = p->values(p->s.in * p->s.length), w = p->w, scale = p->channels(), shift = scale;

  std::vector<Output> prepare(uint64_t seed) {
    std::vector<Output> outputs = p->prepare(seed);
    for (size_t i = 0; i < x.size(); ++i) x[i] = p->x[i / static_cast<size_t>(p->s.upsample)];
    w = p->w;
    const size_t a_channel = w.size() / scale.size();
    for (size_t o = 0; o < scale.size(); ++o) {
      const double factor = p->s.norm ? double(p->gamma[o]) / std::sqrt(double(p->var[o]) + p->epsilon) : 1;
      scale[o] = static_cast<real>(factor);
      shift[o] = p->s.norm ? static_cast<real>(double(p->beta[o]) + factor * (double(p->bias[o]) - double(p->mean[o])))
                           : p->bias[o];
      if (scale_in_weights)
        for (size_t i = o * a_channel; i < (o + 1) * a_channel; ++i) w[i] *= scale[o];
    }
    return outputs;
  }
};

// An array (A,B,C) on the GPU, or a copy of it as (A,C,B): channels last.
class Arranged {
 public:
  Arranged(OnGpu& gpu, std::vector<real>& host, int64_t A, int64_t B, int64_t C, bool last)
      : first_{gpu.of(host), {A, B, C}}, last_{first_.data, {A, C, B}} {
    if (!last) return;
    memory_ = gpu_memory(host.size() * sizeof(real));
    last_.data = static_cast<real*>(memory_.get());
  }
  real* data() const { return last_.data; }
  void bring() const {
    if (memory_) gpu::transpose(first_, last_);
  }
  void take_back() const {
    if (memory_) gpu::transpose(last_, first_);
  }

 private:
  View<real, 3> first_, last_;
  std::shared_ptr<void> memory_;
};

// (N,C,1,L), channels first or last.
Axes image(int64_t N, int64_t C, int64_t L, bool last) {
  if (last) return {{N, C, 1, L}, {C * L, 1, C * L, C}};
  return {{N, C, 1, L}, {C * L, L, L, 1}};
}

Owned<cudnnTensorDescriptor_t> rows(int64_t N, int64_t C, int64_t L, bool last) {
  const auto desc = owned(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor);
  check(cudnnSetTensor4dDescriptor(desc.get(), last ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT,
                                   static_cast<int>(N), static_cast<int>(C), 1, static_cast<int>(L)),
        "cudnnSetTensor4dDescriptor");
  return desc;
}

// All arrays of a call in one layout; `sums` is the result before pooling.
struct Arrays {
  std::shared_ptr<Prepared> problem;
  bool last;
  std::shared_ptr<OnGpu> gpu = std::make_shared<OnGpu>();
  const Conv1dFusedProblem& p = *problem->p;
  Arranged x{*gpu, problem->x, p.N, p.s.in, p.s.length, last}, w{*gpu, problem->w, p.s.out, p.s.in, p.s.kernel, last},
      y{*gpu, problem->p->y, p.N, p.s.out, p.pooled, last};
  real *scale = gpu->of(problem->scale), *shift = gpu->of(problem->shift);
  std::shared_ptr<void> unpooled =
      p.s.pool ? gpu_memory(sizeof(real) * static_cast<size_t>(p.N * p.s.out * p.s.length)) : nullptr;
  real* sums = p.s.pool ? static_cast<real*>(unpooled.get()) : y.data();
  Owned<cudnnTensorDescriptor_t> sums_desc = rows(p.N, p.s.out, p.s.length, last),
                                 y_desc = rows(p.N, p.s.out, p.pooled, last);
  Owned<cudnnPoolingDescriptor_t> pooling = owned(cudnnCreatePoolingDescriptor, cudnnDestroyPoolingDescriptor);

  void upload() const {
    gpu->upload();
    for (const Arranged* a : {&x, &w, &y}) a->bring();
  }
  void download() const {
    y.take_back();
    gpu->download();
  }
  void pool() const {
    if (p.s.pool)
      check(cudnnPoolingForward(handle(), pooling.get(), &one, sums_desc.get(), sums, &zero, y_desc.get(), y.data()),
            "cudnnPoolingForward");
  }
};

std::shared_ptr<Arrays> arrays(std::shared_ptr<Conv1dFusedProblem> p, bool scale_in_weights, bool last) {
  const auto a = std::make_shared<Arrays>(Arrays{std::make_shared<Prepared>(Prepared{p, scale_in_weights}), last});
  check(cudnnSetPooling2dDescriptor(a->pooling.get(), CUDNN_POOLING_MAX_DETERMINISTIC, CUDNN_PROPAGATE_NAN, 1, 2, 0, 0,
                                    1, 2),
        "cudnnSetPooling2dDescriptor");
  return a;
}

Case case_with(std::shared_ptr<Arrays> a, std::function<void()> call, const std::string& label) {
  return {.prepare = [a](uint64_t seed) { return a->problem->prepare(seed); },
          .call = std::move(call),
          .upload = [a] { a->upload(); },
          .download = [a] { a->download(); },
          .work = a->p.work(),
          .label = label + (a->last ? ", channels last" : ", channels first") + (a->p.s.pool ? ", then pooling" : "") +
                   (a->p.s.upsample > 1 ? ", upsampled for it" : "")};
}

enum Id : int64_t { id_x = 1, id_w, id_scale, id_shift, id_y, id_between };

Descriptor pointwise(cudnnPointwiseMode_t mode, const Descriptor& x, const std::vector<Descriptor>& b,
                     const Descriptor& y) {
  const Descriptor what = Descriptor(CUDNN_BACKEND_POINTWISE_DESCRIPTOR)
                              .set(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, {mode})
                              .set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, {CUDNN_DATA_FLOAT})
                              .finalize();
  Descriptor operation(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, {what}).set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, {x});
  if (!b.empty()) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b);
  return operation.set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, {y}).finalize();
}

// y = relu(scale conv(x, w) + shift); the scale only where there is a norm.
Descriptor graph_of(const Conv1dFusedProblem& p, bool last) {
  const FusedShape& s = p.s;
  const Axes out = image(p.N, s.out, s.length, last), channel = image(1, s.out, 1, last);
  int64_t next = id_between;
  const auto between = [&] { return tensor(next++, out, true); };
  const Descriptor how =
      Descriptor(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR)
          .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, {CUDNN_DATA_FLOAT})
          .set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, {CUDNN_CROSS_CORRELATION})
          .set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, {int64_t{2}})
          .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, {int64_t{1}, int64_t{1}})
          .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, {int64_t{1}, int64_t{1}})
          .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, {int64_t{0}, (s.kernel - 1) / 2})
          .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, {int64_t{0}, s.kernel / 2})
          .finalize();
  const Descriptor convolved = between();
  std::vector<Descriptor> operations = {
      Descriptor(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR)
          .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, {how})
          .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, {tensor(id_x, image(p.N, s.in, s.length, last))})
          .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, {tensor(id_w, image(s.out, s.in, s.kernel, last))})
          .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, {convolved})
          .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_TYPE_FLOAT, {one})
          .set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, CUDNN_TYPE_FLOAT, {zero})
          .finalize()};
  Descriptor value = convolved;
  const auto then = [&](cudnnPointwiseMode_t mode, const std::vector<Descriptor>& b, const Descriptor& y) {
    operations.push_back(pointwise(mode, value, b, y));
    value = y;
  };
  if (s.norm) then(CUDNN_POINTWISE_MUL, {tensor(id_scale, channel)}, between());
  then(CUDNN_POINTWISE_ADD, {tensor(id_shift, channel)}, between());
  then(CUDNN_POINTWISE_RELU_FWD, {}, tensor(id_y, out));
  return graph_of(operations);
}

}  // namespace

Case conv1d_fused_graph(std::shared_ptr<Conv1dFusedProblem> p) {
  std::optional<Plan> best;
  std::shared_ptr<Arrays> chosen;
  std::string why;
  for (const bool last : {false, true}) {
    const auto a = arrays(p, false, last);
    std::vector<std::pair<int64_t, void*>> memory = {
        {id_x, a->x.data()}, {id_w, a->w.data()}, {id_shift, a->shift}, {id_y, a->sums}};
    if (p->s.norm) memory.push_back({id_scale, a->scale});
    try {
      const Plan plan = fastest_plan(graph_of(*p, last), p->precision, memory);
      if (!best || plan.seconds < best->seconds) best = plan, chosen = a;
    } catch (const Absent& e) { why = e.what(); }
  }
  if (!best) throw Absent(why);
  Case c = case_with(
      chosen,
      [chosen, plan = *best] {
        plan.run();
        chosen->pool();
      },
      best->label);
  c.other_arithmetic = best->other_arithmetic;
  return c;
}

namespace {

// One call for convolution, bias and relu.
struct BiasActivation {
  std::shared_ptr<Arrays> a;
  Owned<cudnnTensorDescriptor_t> x = rows(a->p.N, a->p.s.in, a->p.s.length, false),
                                 shift = rows(1, a->p.s.out, 1, false);
  Owned<cudnnFilterDescriptor_t> w = owned(cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor);
  Owned<cudnnConvolutionDescriptor_t> conv = owned(cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor);
  Owned<cudnnActivationDescriptor_t> relu = owned(cudnnCreateActivationDescriptor, cudnnDestroyActivationDescriptor);
  cudnnConvolutionFwdAlgo_t algorithm = {};
  size_t bytes = 0;
  std::shared_ptr<void> workspace = nullptr;

  void describe() const {
    const FusedShape& s = a->p.s;
    if (s.kernel % 2 == 0) throw Absent("cuDNN pads both sides alike");
    check(cudnnSetFilter4dDescriptor(w.get(), CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, static_cast<int>(s.out),
                                     static_cast<int>(s.in), 1, static_cast<int>(s.kernel)),
          "cudnnSetFilter4dDescriptor");
    check(cudnnSetConvolution2dDescriptor(conv.get(), 0, static_cast<int>(s.kernel / 2), 1, 1, 1, 1,
                                          CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
          "cudnnSetConvolution2dDescriptor");
    check(cudnnSetConvolutionMathType(conv.get(),
                                      a->p.precision == Precision::tf32 ? CUDNN_TENSOR_OP_MATH : CUDNN_FMA_MATH),
          "cudnnSetConvolutionMathType");
    check(cudnnSetActivationDescriptor(relu.get(), CUDNN_ACTIVATION_RELU, CUDNN_PROPAGATE_NAN, 0),
          "cudnnSetActivationDescriptor");
  }
  // Throws Absent where this shape has no such algorithm.
  void use(cudnnConvolutionFwdAlgo_t which) {
    algorithm = which;
    check(cudnnGetConvolutionForwardWorkspaceSize(handle(), x.get(), w.get(), conv.get(), a->sums_desc.get(), algorithm,
                                                  &bytes),
          "cudnnGetConvolutionForwardWorkspaceSize");
    workspace = gpu_memory(bytes);
  }
  void call() const {
    check(cudnnConvolutionBiasActivationForward(handle(), &one, x.get(), a->x.data(), w.get(), a->w.data(), conv.get(),
                                                algorithm, workspace.get(), bytes, &zero, a->sums_desc.get(), a->sums,
                                                shift.get(), a->shift, relu.get(), a->sums_desc.get(), a->sums),
          "cudnnConvolutionBiasActivationForward");
  }
};

}  // namespace

Case conv1d_bias_activation(std::shared_ptr<Conv1dFusedProblem> p) {
  BiasActivation b{arrays(p, true, false)};
  b.describe();
  std::optional<BiasActivation> best;
  double seconds = 1e9;
  for (int i = 0; i < CUDNN_CONVOLUTION_FWD_ALGO_COUNT; ++i) {
    try {
      b.use(static_cast<cudnnConvolutionFwdAlgo_t>(i));
      const double took = fastest_of_three([&] { b.call(); });
      if (took < seconds) best = b, seconds = took;
    } catch (const Absent&) {}
  }
  if (!best) throw Absent("cuDNN has no algorithm for this shape");
  const std::string name = name_of(best->algorithm);
  Case c = case_with(
      best->a,
      [b = *best] {
        b.call();
        b.a->pool();
      },
      name);
  c.other_arithmetic = has_fewer_products(name);
  return c;
}

}  // namespace SEISGRAD::cudnn
