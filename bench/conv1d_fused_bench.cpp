// conv1d_fused at the shapes of EQTransformer's decoders (upsampling, convolution, relu) and encoder (convolution,
// relu, pooling), beside the same three operators one after the other. FLOPs of a folded convolution are those of its
// taps.
#include "bench/benches.h"
#include "bench/harness.h"
#include "bench/shapes.h"
#include "kernels/conv1d.h"
#include "kernels/conv1d_fused.h"
#include "kernels/elementwise.h"
#include "kernels/max_pool1d.h"
#include "kernels/upsample1d.h"

namespace SEISGRAD {
namespace {

struct Problem {
  FusedShape s;
  bool fused;
  int64_t N = batch, steps = s.length / s.upsample, pooled = s.pool ? s.length / 2 : s.length;  // of x and of y
  std::vector<real> x = values(s.in * steps), w = std::vector<real>(s.out * s.in * s.kernel),
                    bias = std::vector<real>(s.out), y = values(s.out * pooled), doubled = values(s.in * s.length),
                    sums = values(s.out * s.length), active = sums;
  std::vector<int32_t> argmax = std::vector<int32_t>(y.size());

  std::vector<real> values(int64_t a_window) const { return std::vector<real>(static_cast<size_t>(N * a_window)); }
  template <class T>
  AroundConv1d<T> around() const {
    return {.left = (s.kernel - 1) / 2,
            .right = s.kernel / 2,
            .upsample = s.upsample,
            .activation = Activation::relu,
            .pool = s.pool};
  }

  std::vector<Output> prepare(uint64_t seed) {
    fill_random(x, seed, "x");
    fill_random(w, seed, "w");
    fill_random(bias, seed, "bias");
    std::vector<double> wide_x = widened(x), wide_w = widened(w), wide_bias = widened(bias), expected(y.size());
    reference::conv1d_fused<double>(
        view<double, 3>(wide_x, {N, s.in, steps}), view<double, 3>(wide_w, {s.out, s.in, s.kernel}),
        view<double, 1>(wide_bias, {s.out}), around<double>(), view<double, 3>(expected, {N, s.out, pooled}));
    return {{"y", &y, std::move(expected)}};
  }
  void call() {
    const View<real, 3> in = view<real, 3>(x, {N, s.in, steps}), weights = view<real, 3>(w, {s.out, s.in, s.kernel});
    const View<real, 3> out = view<real, 3>(y, {N, s.out, pooled});
    const View<real, 1> start = view<real, 1>(bias, {s.out});
    if (fused) return cpu::conv1d_fused(in, weights, start, around<real>(), out);
    const auto flat = [](std::vector<real>& v) { return view<real, 1>(v, {static_cast<int64_t>(v.size())}); };
    if (s.upsample == 2) cpu::upsample1d(flat(x), 2, flat(doubled));
    cpu::conv1d(s.upsample == 2 ? view<real, 3>(doubled, {N, s.in, s.length}) : in, weights, start,
                {.left = (s.kernel - 1) / 2, .right = s.kernel / 2}, view<real, 3>(sums, {N, s.out, s.length}));
    cpu::relu(flat(sums), flat(s.pool ? active : y));
    if (s.pool)
      cpu::max_pool1d(view<real, 3>(active, {N, s.out, s.length}), {.window = 2}, out,
                      view<int32_t, 3>(argmax, {N, s.out, pooled}));
  }
  Work work() const {
    const int64_t taps = fused && s.upsample == 2 ? (s.kernel + 1) / 2 : s.kernel;
    const double products = static_cast<double>(N * s.out * s.length * s.in * taps);
    return {.flops = 2 * products, .bytes = sizeof(real) * static_cast<double>(x.size() + y.size() + w.size())};
  }
};

Case fused_case(const FusedShape& shape, bool fused) {
  const auto p = std::make_shared<Problem>(Problem{shape, fused});
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); }, .call = [p] { p->call(); }, .work = p->work()};
}

}  // namespace

void register_conv1d_fused() {
  for (const FusedShape& s : fused_shapes)
    for (const bool fused : {true, false})
      register_case(std::string("conv1d_fused/") + s.name + (fused ? "/ours" : "/unfused"),
                    [=] { return fused_case(s, fused); });
}

}  // namespace SEISGRAD
