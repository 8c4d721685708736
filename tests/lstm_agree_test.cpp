// lstm on every device against its float64 reference.
#include "autograd/on.h"
#include "kernels/lstm.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif
#include "tests/lstm_layer.h"

using namespace seisgrad;
namespace {

// A layer's arrays as doubles (or their magnitudes), with the float64 reference's results.
struct Wide {
  Array<double, 3> x;
  Array<double, 2> weight, recurrent;
  Array<double, 1> bias;
  Array<double, 3> input_mask, recurrent_mask;
  Array<double, 3> h, gates, cells;

  Wide(const LstmLayer& l, bool absolute)
      : x(widened<3>(l.x, absolute)),
        weight(widened<2>(l.weight, absolute)),
        recurrent(widened<2>(l.recurrent, absolute)),
        bias(widened<1>(l.bias, absolute)),
        input_mask(mask(l.input_mask)),
        recurrent_mask(mask(l.recurrent_mask)),
        h(l.x.shape().with(2, l.recurrent.shape()[1])),
        gates(l.x.shape().with(2, l.bias.size())),
        cells(h) {}

  static Array<double, 3> mask(const Tensor& t) { return t ? widened<3>(t) : Array<double, 3>({0, 0, 0}); }
  static View<const double, 3> or_none(Array<double, 3>& m) {
    return m.values.empty() ? View<const double, 3>{} : m.in();
  }
  LstmInput<double> in() {
    return {x.in(), weight.in(), recurrent.in(), bias.in(), or_none(input_mask), or_none(recurrent_mask)};
  }
  LstmResult<double> result() { return {h.view(), gates.view(), cells.view()}; }
  LstmResult<const double> saved() { return {h.in(), gates.in(), cells.in()}; }
};

template <int Rank>
View<const real, Rank> read(const Tensor& t) {
  return t ? t.view<const real, Rank>() : View<const real, Rank>{};
}
LstmInput<real> kernel_input(const LstmLayer& l) {
  return {read<3>(l.x),    read<2>(l.weight),     read<2>(l.recurrent),
          read<1>(l.bias), read<3>(l.input_mask), read<3>(l.recurrent_mask)};
}

// How far rounding can move each result, to first order: the error of z is that of its sum, K epsilon of the sum of
// magnitudes, plus U times the last h's error; through the step it goes by the product rule. Twice that is allowed.
struct Bounds {
  std::vector<double> h, gates, cells;
};
Bounds rounding_bounds(const LstmLayer& l, Wide& exact) {
  const auto [N, T, I] = exact.x.view().extent;
  const int64_t H = l.recurrent.shape()[1];
  const auto m = [](View<const double, 3> mask, int64_t gate, int64_t n, int64_t k) {
    return mask.data ? mask(gate, n, k) : 1.0;
  };
  const LstmInput<double> in = exact.in();
  const LstmResult<double> at = exact.result();
  Array<double, 3> eh(exact.h), egates(exact.gates), ec(exact.cells);
  for (int64_t n = 0; n < N; ++n)
    for (int64_t s = 0; s < T; ++s) {
      const int64_t t = l.options.reverse ? T - 1 - s : s, last = l.options.reverse ? t + 1 : t - 1;
      for (int64_t r = 0; r < 4 * H; ++r) {
        double sum = std::abs(in.bias(r)), carried = 0;
        for (int64_t i = 0; i < I; ++i)
          sum += std::abs(in.weight(r, i) * in.x(n, t, i)) * m(in.input_mask, r / H, n, i);
        for (int64_t k = 0; k < H && s > 0; ++k) {
          const double u = std::abs(in.recurrent(r, k)) * m(in.recurrent_mask, r / H, n, k);
          sum += u * std::abs(at.h(n, last, k));
          carried += u * eh.view()(n, last, k);
        }
        const double ez = static_cast<double>(I + H + 2) * epsilon * sum + carried;
        egates.view()(n, t, r) = (r / H == 2 ? ez : ez / 4) + 4 * epsilon;
      }
      for (int64_t j = 0; j < H; ++j) {
        const auto gate = [&](int64_t g) { return std::abs(at.gates(n, t, g * H + j)); };
        const auto error = [&](int64_t g) { return egates.view()(n, t, g * H + j); };
        const double c = s > 0 ? std::abs(at.cells(n, last, j)) : 0, c_error = s > 0 ? ec.view()(n, last, j) : 0;
        ec.view()(n, t, j) = gate(1) * c_error + c * error(1) + gate(0) * error(2) + gate(2) * error(0) +
                             3 * epsilon * (gate(1) * c + gate(0) * gate(2));
        eh.view()(n, t, j) = gate(3) * ec.view()(n, t, j) + error(3) + 6 * epsilon;
      }
    }
  const auto twice = [](std::vector<double> v) {
    for (double& e : v) e *= 2;
    return v;
  };
  return {twice(eh.values), twice(egates.values), twice(ec.values)};
}

std::vector<double> scaled(std::vector<double> v, double factor) {
  for (double& e : v) e *= factor;
  return v;
}

// Memory as kernels must expect it: what is read before it was written shows.
Tensor unwritten(Shape shape, Device device) {
  return Tensor::full(shape, std::numeric_limits<real>::quiet_NaN(), device);
}

struct Result {
  Tensor h, gates, cells;
};
Result run(const LstmLayer& l) {
  const auto made = [&](int64_t channels) { return unwritten(l.x.shape().with(2, channels), l.x.device()); };
  const int64_t H = l.recurrent.shape()[1];
  Result r{made(H), made(4 * H), made(H)};
  on(l.x.device(), cpu::lstm, gpu::lstm)(kernel_input(l), l.options,
                                         {r.h.view<real, 3>(), r.gates.view<real, 3>(), r.cells.view<real, 3>()});
  return r;
}

// dz, dx, dweight, drecurrent, dbias
std::vector<Tensor> run_backward(const LstmLayer& l, const Result& r, const Tensor& dh) {
  const auto like = [&](const Tensor& t) { return unwritten(t.shape(), l.x.device()); };
  const std::vector<Tensor> d = {like(r.gates), like(l.x), like(l.weight), like(l.recurrent), like(l.bias)};
  on(l.x.device(), cpu::lstm_backward, gpu::lstm_backward)(
      read<3>(dh), kernel_input(l), l.options, {read<3>(r.h), read<3>(r.gates), read<3>(r.cells)},
      {d[0].view<real, 3>(), d[1].view<real, 3>(), d[2].view<real, 2>(), d[3].view<real, 2>(), d[4].view<real, 1>()});
  return d;
}

// The gradients of a device against the reference's on the same saved results. They are sums of products, whose
// magnitudes the reference adds up when every array is replaced by its magnitudes.
void check_backward(const LstmLayer& l, const Result& r, Random random) {
  const Tensor dh = random.tensor(r.h.shape());
  const auto expected = [&](bool absolute) {
    Wide wide(l, absolute);
    wide.h = widened<3>(r.h, absolute), wide.gates = widened<3>(r.gates, absolute);
    wide.cells = widened<3>(r.cells, absolute);
    auto wide_dh = widened<3>(dh, absolute);
    Array<double, 3> dz(wide.gates), dx(wide.x);
    Array<double, 2> dw(wide.weight), du(wide.recurrent);
    Array<double, 1> db(wide.bias);
    reference::lstm_backward<double>(wide_dh.in(), wide.in(), l.options, wide.saved(),
                                     {dz.view(), dx.view(), dw.view(), du.view(), db.view()});
    return std::vector{dz.values, dx.values, dw.values, du.values, db.values};
  };
  const auto values = expected(false), magnitudes = expected(true);
  const std::vector<Tensor> got = run_backward(l, r, dh.to(l.x.device()));
  const char* names[] = {"dz", "dx", "dweight", "drecurrent", "dbias"};
  const auto [N, T, H] = read<3>(dh).extent;
  const double terms = static_cast<double>(T * (H + 16) + N);
  for (int i = 0; i < 5; ++i) check_agrees(names[i], got[i], values[i], 0, scaled(magnitudes[i], terms * epsilon));
}

}  // namespace

TEST_CASE("lstm: cpu and gpu against the float64 reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const bool as_in_eqtransformer = seed % 4 == 0;
    const int64_t N = random.size(7), T = random.size(14), I = random.size(40);
    const LstmLayer l = any_layer(random, N, T, I, as_in_eqtransformer ? 16 : random.size(40));
    CAPTURE(l.x.shape());
    CAPTURE(l.recurrent.shape());
    CAPTURE(l.options.reverse);
    Wide wide(l, false);
    reference::lstm<double>(wide.in(), l.options, wide.result());
    const Bounds bounds = rounding_bounds(l, wide);
    on_each_device([&](Device device) {
      const LstmLayer there = l.to(device);
      const Result r = run(there);
      check_agrees("h", r.h, wide.h.values, 0, bounds.h);
      check_agrees("gates", r.gates, wide.gates.values, 0, bounds.gates);
      check_agrees("cells", r.cells, wide.cells.values, 0, bounds.cells);
      check_backward(there, r, random);
    });
  }
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("lstm: each barrier of the CUDA kernels is needed") {
  Random random(11);
  const LstmLayer l = any_layer(random, 2, 4, 20, 37).to(Device::cuda);  // two tiles of channels, two of units
  const Tensor dh = random.tensor({2, 4, 37}).to(Device::cuda);
  check_each_barrier_is_needed([&] {
    const Result r = run(l);
    std::vector<Tensor> results = run_backward(l, r, dh);
    results.push_back(r.h);
    std::vector<double> values;
    for (const Tensor& t : results) {
      const Tensor host = t.to(Device::cpu);
      values.insert(values.end(), host.values().begin(), host.values().end());
    }
    return values;
  });
}
#endif
