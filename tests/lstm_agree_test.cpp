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
  LstmDirection<double> direction(LstmOptions options) { return {in(), options, result()}; }
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

// A layer of one direction or of two, which have one x.
using Directions = std::vector<LstmLayer>;
Directions any_directions(Random& random, int64_t N, int64_t T, int64_t I, int64_t H) {
  Directions all = {any_layer(random, N, T, I, H)};
  if (random.coin()) {
    all.push_back(any_layer(random, N, T, I, H));
    all[1].x = all[0].x;
    all[1].options = {.gate = all[0].options.gate, .reverse = !all[0].options.reverse};
  }
  return all;
}
Directions to(Device device, Directions all) {
  for (LstmLayer& l : all) l = l.to(device);
  return all;
}

struct Result {
  Tensor h;
  std::vector<Tensor> gates, cells;
};
std::vector<LstmDirection<real>> views(const Directions& layers, const Result& r) {
  std::vector<LstmDirection<real>> all;
  for (size_t d = 0; d < layers.size(); ++d) {
    const Tensor &gates = r.gates[d], &cells = r.cells[d];
    all.push_back({kernel_input(layers[d]),
                   layers[d].options,
                   {r.h.view<real, 3>(), gates ? gates.view<real, 3>() : View<real, 3>{nullptr, {}},
                    cells.view<real, 3>(), static_cast<int64_t>(d) * cells.shape()[2]}});
  }
  return all;
}
Result run(const Directions& layers, bool kept = true) {
  const Tensor& x = layers[0].x;
  const int64_t H = layers[0].recurrent.shape()[1];
  const auto made = [&](int64_t channels) { return unwritten(x.shape().with(2, channels), x.device()); };
  Result r{made(static_cast<int64_t>(layers.size()) * H), {}, {}};
  for (size_t d = 0; d < layers.size(); ++d) {
    r.gates.push_back(kept ? made(4 * H) : Tensor());
    r.cells.push_back(made(H));
  }
  on(x.device(), cpu::lstm, gpu::lstm)(views(layers, r));
  return r;
}
Tensor part(const Tensor& h, size_t direction, int64_t H) {  // its columns
  Tensor columns(h.shape().with(2, H));
  const Tensor host = h.to(Device::cpu);
  for (int64_t i = 0; i < columns.size(); ++i)
    columns.write()[i] = host.values()[i / H * h.shape()[2] + static_cast<int64_t>(direction) * H + i % H];
  return columns;
}

// dx, then dz, dweight, drecurrent, dbias of each direction
std::vector<Tensor> run_backward(const Directions& layers, const Result& r, const Tensor& dh) {
  const auto like = [&](const Tensor& t) { return unwritten(t.shape(), dh.device()); };
  std::vector<Tensor> d = {like(layers[0].x)};
  std::vector<LstmGradient<real>> gradients;
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const Tensor& t : {r.gates[i], layers[i].weight, layers[i].recurrent, layers[i].bias}) d.push_back(like(t));
    const Tensor* own = &d[d.size() - 4];
    gradients.push_back(
        {own[0].view<real, 3>(), own[1].view<real, 2>(), own[2].view<real, 2>(), own[3].view<real, 1>()});
  }
  on(dh.device(), cpu::lstm_backward, gpu::lstm_backward)(read<3>(dh), views(layers, r), gradients,
                                                          d[0].view<real, 3>());
  return d;
}

// What the reference makes of the saved results of one direction, or of the magnitudes of everything: the gradients are
// sums of products, whose magnitudes then add up.
std::vector<std::vector<double>> expected_backward(const LstmLayer& l, const Tensor& h, const Tensor& gates,
                                                   const Tensor& cells, const Tensor& dh, bool absolute) {
  Wide wide(l, absolute);
  wide.h = widened<3>(h, absolute), wide.gates = widened<3>(gates, absolute), wide.cells = widened<3>(cells, absolute);
  auto wide_dh = widened<3>(dh, absolute);
  Array<double, 3> dz(wide.gates), dx(wide.x);
  Array<double, 2> dw(wide.weight), du(wide.recurrent);
  Array<double, 1> db(wide.bias);
  const LstmDirection<double> direction[] = {wide.direction(l.options)};
  const LstmGradient<double> gradient[] = {{dz.view(), dw.view(), du.view(), db.view()}};
  reference::lstm_backward<double>(wide_dh.in(), direction, gradient, dx.view());
  return {dx.values, dz.values, dw.values, du.values, db.values};
}

// The gradients of a device against the reference's on the same saved results, dx against the sum over the directions.
void check_backward(const Directions& layers, const Result& r, Random random) {
  const Tensor dh = random.tensor(r.h.shape());
  const int64_t N = dh.shape()[0], T = dh.shape()[1], H = r.cells[0].shape()[2];
  const double terms = static_cast<double>(T * (H + 16) + N);
  const std::vector<Tensor> got = run_backward(layers, r, dh.to(layers[0].x.device()));
  const char* names[] = {"dx", "dz", "dweight", "drecurrent", "dbias"};
  std::vector<double> dx(layers[0].x.size()), dx_magnitude(dx);
  for (size_t d = 0; d < layers.size(); ++d) {
    const auto expected = [&](bool absolute) {
      return expected_backward(layers[d], part(r.h, d, H), r.gates[d], r.cells[d], part(dh, d, H), absolute);
    };
    const auto values = expected(false), magnitudes = expected(true);
    for (size_t i = 1; i < 5; ++i)
      check_agrees(names[i], got[4 * d + i], values[i], 0, scaled(magnitudes[i], terms * epsilon));
    for (size_t i = 0; i < dx.size(); ++i) dx[i] += values[0][i], dx_magnitude[i] += magnitudes[0][i];
  }
  check_agrees(names[0], got[0], dx, 0, scaled(dx_magnitude, terms * epsilon));
}

}  // namespace

TEST_CASE("lstm: cpu and gpu against the float64 reference") {
  for (uint64_t seed = 0; seed < cases(50); ++seed) {
    Random random(seed);
    const bool as_in_eqtransformer = seed % 4 == 0;
    const bool is_long = seed % 16 == 0;  // two chunks of the CUDA kernel and one step
    const int64_t N = random.size(is_long ? 2 : 7), T = is_long ? 97 : random.size(14), I = random.size(40);
    const int64_t H = as_in_eqtransformer ? 16 : random.size(40);
    const Directions layers = any_directions(random, N, T, I, H);
    CAPTURE(layers[0].x.shape());
    CAPTURE(H);
    CAPTURE(layers.size());
    CAPTURE(layers[0].options.reverse);
    std::vector<Wide> wide;
    std::vector<Bounds> bounds;
    for (const LstmLayer& l : layers) {
      const LstmDirection<double> direction[] = {wide.emplace_back(l, false).direction(l.options)};
      reference::lstm<double>(direction);
      bounds.push_back(rounding_bounds(l, wide.back()));
    }
    on_each_device([&](Device device) {
      const Directions there = to(device, layers);
      const Result r = run(there);
      for (size_t d = 0; d < layers.size(); ++d) {
        check_agrees("h", part(r.h, d, H).to(device), wide[d].h.values, 0, bounds[d].h);
        check_agrees("gates", r.gates[d], wide[d].gates.values, 0, bounds[d].gates);
        check_agrees("cells", r.cells[d], wide[d].cells.values, 0, bounds[d].cells);
      }
      if (seed % 8 == 0) {
        const Tensor h = r.h.to(Device::cpu);
        check_agrees("h without gates", run(there, false).h, {h.values().begin(), h.values().end()}, 0);
      }
      check_backward(there, r, random);
    });
  }
}

TEST_CASE("lstm: the reference writes two directions side by side") {
  Random random(4);
  Directions layers = any_directions(random, 2, 3, 4, 5);
  while (layers.size() < 2) layers = any_directions(random, 2, 3, 4, 5);
  Array<double, 3> both({2, 3, 10});
  std::vector<Wide> alone, together;
  std::vector<LstmDirection<double>> directions;
  for (const LstmLayer& l : layers) {
    const LstmDirection<double> direction[] = {alone.emplace_back(l, false).direction(l.options)};
    reference::lstm<double>(direction);
    together.emplace_back(l, false);
  }
  for (size_t d = 0; d < 2; ++d) {
    directions.push_back(together[d].direction(layers[d].options));
    directions[d].out.h = both.view(), directions[d].out.column = static_cast<int64_t>(d) * 5;
  }
  reference::lstm<double>(directions);
  for (int64_t i = 0; i < 60; ++i) CHECK(both.values[i] == alone[i / 5 % 2].h.values[i / 10 * 5 + i % 5]);
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("lstm: each barrier of the CUDA kernels is needed") {
  Random random(11);
  for (const auto& [T, H] : {std::pair{4, 37}, std::pair{50, 5}}) {  // two tiles of units; two chunks of steps
    const Directions layers = to(Device::cuda, any_directions(random, 2, T, 20, H));  // two tiles of channels
    const Tensor dh = random.tensor(layers[0].x.shape().with(2, static_cast<int64_t>(layers.size()) * H));
    check_each_barrier_is_needed([&] {
      const Result r = run(layers);
      std::vector<Tensor> results = run_backward(layers, r, dh.to(Device::cuda));
      results.push_back(r.h);
      std::vector<double> values;
      for (const Tensor& t : results) {
        const Tensor host = t.to(Device::cpu);
        values.insert(values.end(), host.values().begin(), host.values().end());
      }
      return values;
    });
  }
}
#endif
