#include "kernels/lstm.h"

#include <cstring>

#include "kernels/lstm.simd.h"
#include "kernels/parallel.h"
#include "tests/lstm_layer.h"

using namespace seisgrad;

namespace {

std::vector<real> pattern(int64_t n, int64_t step, int64_t modulus, int64_t offset, double unit) {
  std::vector<real> v;
  for (int64_t i = 0; i < n; ++i)
    v.push_back(static_cast<real>(static_cast<double>(step * i % modulus - offset) / unit));
  return v;
}

}  // namespace

TEST_CASE("lstm: two steps by hand") {
  // one channel, one unit: W = (1,2,3,4)/4, U = (-1,1,-2,2)/2, b = (0,1,-1,1/4), x = (2,-1)
  const auto sigma = [](double z) { return 1 / (1 + std::exp(-z)); };
  const auto hard = [](double z) { return std::min(1.0, std::max(0.0, 0.2 * z + 0.5)); };
  for (const bool is_hard : {false, true}) {
    const auto gate = [&](double z) { return is_hard ? hard(z) : sigma(z); };
    const double c0 = gate(0.5) * std::tanh(0.5), h0 = gate(2.25) * std::tanh(c0);
    const double c1 = gate(0.5 + h0 / 2) * c0 + gate(-0.25 - h0 / 2) * std::tanh(-1.75 - h0);
    const double h1 = gate(-0.75 + h0) * std::tanh(c1);
    on_each_device([&](Device device) {
      const auto tensor = [device](Shape s, const std::vector<real>& v) {
        return Tensor::from(s, std::span<const real>(v), device);
      };
      const LstmOptions options{.gate = is_hard ? GateActivation::hard_sigmoid : GateActivation::sigmoid};
      check_agrees("h",
                   lstm(tensor({1, 2, 1}, {2, -1}), tensor({4, 1}, {0.25, 0.5, 0.75, 1}),
                        tensor({4, 1}, {-0.5, 0.5, -1, 1}), tensor({4}, {0, 1, -1, 0.25}), options),
                   {h0, h1}, 8 * epsilon);
    });
  }
}

TEST_CASE("lstm: values and gradients of torch.nn.LSTM (1.13, float64), both directions") {
  struct Golden {
    bool reverse;
    std::vector<double> h, gradients[4];
  };
  const Golden golden[] = {
      {false,
       {-0.01717315389, 0.007267582558, 0.1370740225, -0.2551665549, 0.2544452803, -0.1661897161},
       {{-0.06451394513, 0.04303432693, -0.1571849079, -0.1345559498, -0.03554073853, -0.02453424552},
        {0.04775832916, -0.1122186643, -0.01441934895, -0.2086556936, 0.02021168245, -0.03986041924, 0.01105277328,
         -0.01515894826, 0.09770945311, -0.2070813202, -0.001000765567, 0.113289698, 0.1024680762, -0.1449592552,
         -0.005750019678, -0.7456722793},
        {-0.01016090286, 0.01907978266, -3.514461014e-05, 0.002411929063, -0.003687573809, 0.006858944352,
         -0.001940822369, 0.003544252824, -0.005513015086, 0.01037783647, 0.002360817716, -0.005494274476,
         -0.01860778269, 0.03404624291, -0.007855685706, 0.0221046059},
        {-0.09523403995, -0.1067327538, -0.02664867225, -0.01103217861, 0.09107717401, 0.07725605717, -0.1149290454,
         -0.4010704418}}},
      {true,
       {0.2223441286, -0.1086556748, 0.2322327991, -0.302018709, 0.1842921944, -0.1517933692},
       {{0.03346030013, 0.02469672493, -0.3400319351, -0.06461873314, -0.04490947549, -0.03557338782},
        {0.02764663229, 0.1840748423, 0.01108534419, -0.1198843706, 0.04813135264, 0.06007711798, 0.007631805625,
         -0.1208669199, 0.08548792641, 0.03483492971, -0.04610773551, 0.1686597543, 0.1210430457, -0.1912356808,
         -0.02825253268, -0.8905280405},
        {0.01157449337, -0.006638493356, -0.009633615484, 0.009093738658, 0.02661879419, -0.02912216707,
         0.0006648753631, -0.004576778344, 0.04161638798, -0.04688755949, -0.005809678301, 0.01024261189, 0.01857246242,
         -0.02236601867, -0.06126386594, 0.04638407074},
        {0.04723119955, -0.08433717796, 0.1275306699, -0.005857050473, 0.185567413, 0.02011048804, -0.02788351981,
         -0.4060645061}}}};
  const std::vector<real> x = {0.5, -1, 0.25, 2, -0.75, 1.5}, dh = {1, -0.5, 0.25, 2, -1, 0.75};
  const std::vector<real> w = pattern(16, 7, 11, 5, 8), u = pattern(16, 5, 13, 6, 8), b = pattern(8, 3, 7, 3, 4);
  for (const Golden& g : golden)
    on_each_device([&](Device device) {
      const auto tensor = [device](Shape s, const std::vector<real>& v) {
        const Tensor t = Tensor::from(s, std::span<const real>(v), device);
        t.set_requires_grad();
        return t;
      };
      const LstmLayer l{.x = tensor({1, 3, 2}, x),
                        .weight = tensor({8, 2}, w),
                        .recurrent = tensor({8, 2}, u),
                        .bias = tensor({8}, b),
                        .input_mask = {},
                        .recurrent_mask = {},
                        .options = {.reverse = g.reverse}};
      Tape tape;
      const Tensor h = l();
      check_agrees("h", h, g.h, 1e-9 + 4 * epsilon);
      const auto gradients = tape.gradients(h, tensor({1, 3, 2}, dh), l.inputs());
      for (int i = 0; i < 4; ++i) check_agrees("gradient", gradients[i], g.gradients[i], 1e-9 + 8 * epsilon);
    });
}

TEST_CASE("lstm: a sample's results do not depend on its batch, nothing on the threads") {
  Random random(7);
  const int threads = thread_count();
  for (const int64_t H : {16, 5}) {
    const LstmLayer l = any_layer(random, 9, 11, 13, H);
    const Tensor dh = random.tensor({9, 11, H});
    for (const Tensor& t : l.inputs()) t.set_requires_grad();
    const auto everything = [&] {
      Tape tape;
      const Tensor h = l();
      std::vector<Tensor> all = tape.gradients(h, dh, l.inputs());
      all.push_back(h);
      return all;
    };
    const std::vector<Tensor> expected = everything();
    set_thread_count(threads == 3 ? 2 : 3);
    const std::vector<Tensor> again = everything();
    set_thread_count(threads);
    for (size_t i = 0; i < expected.size(); ++i)
      CHECK(std::memcmp(expected[i].values().data(), again[i].values().data(), expected[i].size() * sizeof(real)) == 0);

    for (int64_t n = 0; n < 9; ++n) {
      const auto part = [n](const Tensor& t, int64_t first) {  // of sample n
        if (!t) return t;
        const int64_t inner = t.shape()[1] * t.shape()[2];
        return Tensor::from({1, t.shape()[1], t.shape()[2]}, t.values().subspan((first + n) * inner, inner));
      };
      const auto mask = [n](const Tensor& t) {
        if (!t) return t;
        Tensor one({4, 1, t.shape()[2]});
        for (int64_t g = 0; g < 4; ++g)
          for (int64_t k = 0; k < t.shape()[2]; ++k)
            one.write()[g * t.shape()[2] + k] = t.values()[(g * 9 + n) * t.shape()[2] + k];
        return one;
      };
      LstmLayer alone = l;
      alone.x = part(l.x, 0);
      alone.x.set_requires_grad();
      alone.input_mask = mask(l.input_mask), alone.recurrent_mask = mask(l.recurrent_mask);
      Tape tape;
      const Tensor h = alone();
      const Tensor dx = tape.gradients(h, part(dh, 0), {alone.x})[0];
      CHECK(std::memcmp(h.values().data(), expected[4].values().data() + n * h.size(), h.size() * sizeof(real)) == 0);
      CHECK(std::memcmp(dx.values().data(), expected[0].values().data() + n * dx.size(), dx.size() * sizeof(real)) ==
            0);
    }
  }
}

#if defined(SEISGRAD_SIMD_DISPATCH) && defined(__x86_64__)
TEST_CASE("lstm: AVX2 and AVX-512 give the same bits") {
  if (!__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq")) {
    MESSAGE("skipped: this machine has no AVX-512");
    return;
  }
  Random random(3);
  for (const int64_t H : {16, 5, 37}) {
    const int64_t N = 5, T = 9, Hp = (H + lstm_padding - 1) / lstm_padding * lstm_padding;
    const Tensor recurrent = random.tensor({4 * H, Hp}), z = random.tensor({N, T, 4 * Hp});
    const Tensor dh = random.tensor({N, T, H});
    const auto everything = [&](LstmForwardLoop* forward, LstmBackwardLoop* backward) {
      std::vector<Tensor> all = {Tensor(dh.shape()), Tensor({N, T, 4 * H}), Tensor(dh.shape()), Tensor({N, T, 4 * H})};
      const auto out = [&](int i) { return all[i].write().data(); };
      const LstmSteps steps{.samples = N, .steps = T, .H = H, .h_row = H, .hard_sigmoid = false, .reverse = true};
      forward({steps, recurrent.values().data(), z.values().data(), out(0), out(1), out(2)});
      Tensor dc({N, Hp});
      backward({steps, recurrent.values().data(), dh.values().data(), all[1].values().data(), all[2].values().data(),
                dc.write().data(), out(3)});
      return all;
    };
    const auto a = everything(avx2::lstm_forward_loop, avx2::lstm_backward_loop);
    const auto b = everything(avx512::lstm_forward_loop, avx512::lstm_backward_loop);
    for (size_t i = 0; i < a.size(); ++i) {
      CAPTURE(i);
      CHECK(std::memcmp(a[i].values().data(), b[i].values().data(), a[i].size() * sizeof(real)) == 0);
    }
  }
}
#endif

TEST_CASE("lstm: a NaN spreads from its time on, in its sample only") {
  Random random(1);
  LstmLayer l = any_layer(random, 2, 5, 3, 4);
  l.input_mask = l.recurrent_mask = {};
  l.options.reverse = false;
  l.x.write()[2 * 3 + 1] = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor h = l.to(device)().to(Device::cpu);
    for (int64_t i = 0; i < h.size(); ++i) CHECK(std::isnan(h.values()[i]) == (i >= 2 * 4 && i < 5 * 4));
  });
}

TEST_CASE("lstm: one gradient alone is the same as among all") {
  Random random(5);
  for (const int64_t H : {3, 19}) {
    const LstmLayer l = any_layer(random, 3, 6, 4, H);
    const Tensor dh = random.tensor({3, 6, H});
    on_each_device([&](Device device) {
      const auto gradients = [&](int first, int last) {
        const LstmLayer there = l.to(device);
        const auto inputs = there.inputs();
        for (int i = first; i <= last; ++i) inputs[i].set_requires_grad();
        for (int i = 0; i < 4; ++i)
          if (i < first || i > last) inputs[i].set_requires_grad(false);
        Tape tape;
        const auto all = tape.gradients(there(), dh.to(device), inputs);
        return std::vector<Tensor>(all.begin() + first, all.begin() + last + 1);
      };
      const auto all = gradients(0, 3);
      for (int i = 0; i < 4; ++i) {
        const Tensor expected = all[i].to(Device::cpu);
        check_agrees("alone", gradients(i, i)[0], {expected.values().begin(), expected.values().end()}, 0);
      }
    });
  }
}

TEST_CASE("bilstm: the two directions side by side, with a tape or without") {
  for (uint64_t seed = 0; seed < 4; ++seed) {
    Random random(seed);
    const int64_t N = random.size(3), T = random.size(9), I = random.size(20), H = random.one_of({5, 16, 18});
    LstmLayer forward = any_layer(random, N, T, I, H), backward = any_layer(random, N, T, I, H);
    backward.x = forward.x, backward.options.gate = forward.options.gate;
    forward.options.reverse = false, backward.options.reverse = true;
    const Tensor dh = random.tensor({N, T, 2 * H});
    on_each_device([&](Device device) {
      const LstmLayer f = forward.to(device), b = [&] {
        LstmLayer there = backward.to(device);
        return there.x = f.x, there;
      }();
      const std::vector<Tensor> in = {f.x, f.weight, f.recurrent, f.bias, b.weight, b.recurrent, b.bias};
      const auto both = [&] {
        return bilstm(f.x, {f.weight, f.recurrent, f.bias, f.input_mask, f.recurrent_mask},
                      {b.weight, b.recurrent, b.bias, b.input_mask, b.recurrent_mask}, f.options.gate);
      };
      const auto values = [](const Tensor& t) {
        const Tensor host = t.to(Device::cpu);
        return std::vector<double>(host.values().begin(), host.values().end());
      };
      const Tensor expected[] = {f(), b()}, got = both();
      const std::vector<double> all = values(got), parts[] = {values(expected[0]), values(expected[1])};
      for (int64_t i = 0; i < got.size(); ++i) CHECK(all[i] == parts[i / H % 2][i / (2 * H) * H + i % H]);

      for (const Tensor& t : in) t.set_requires_grad();
      Tape tape;
      const Tensor recorded = both();
      check_agrees("h on a tape", recorded, all, 0);
      const std::vector<Tensor> gradients = tape.gradients(recorded, dh.to(device), in);
      std::vector<Tensor> dx;
      for (const int d : {0, 1}) {
        Tensor part({N, T, H});
        for (int64_t i = 0; i < part.size(); ++i) part.write()[i] = dh.values()[(i / H * 2 + d) * H + i % H];
        Tape alone;
        const LstmLayer& l = d ? b : f;
        const std::vector<Tensor> g = alone.gradients(l(), part.to(device), l.inputs());
        for (int i = 1; i < 4; ++i) check_agrees("gradient", gradients[3 * d + i], values(g[i]), 0);
        dx.push_back(g[0]);
      }
      std::vector<double> sum = values(dx[0]), size;
      const std::vector<double> other = values(dx[1]);
      for (size_t i = 0; i < sum.size(); ++i) {
        size.push_back(64 * epsilon * (1 + std::abs(sum[i]) + std::abs(other[i])));
        sum[i] += other[i];
      }
      check_agrees("dx", gradients[0], sum, 0, size);
    });
  }
}

TEST_CASE("lstm: no steps, no samples") {
  Random random(2);
  for (const auto& [N, T] : {std::pair{0, 3}, std::pair{2, 0}}) {
    const LstmLayer l = any_layer(random, N, T, 3, 2);
    on_each_device([&](Device device) {
      const LstmLayer there = l.to(device);
      there.weight.set_requires_grad();
      Tape tape;
      const Tensor h = there();
      CHECK(h.size() == 0);
      check_agrees("dweight", tape.gradients(h, h.detach(), {there.weight})[0], std::vector<double>(24, 0.0), 0);
    });
  }
}

TEST_CASE("lstm: what it refuses") {
  const Tensor x = Tensor::zeros({2, 5, 3}), w = Tensor::zeros({16, 3}), u = Tensor::zeros({16, 4});
  const Tensor b = Tensor::zeros({16});
  CHECK_THROWS_WITH(lstm(Tensor::zeros({5, 3}), w, u, b), "lstm: x must be (N,T,I), got (5,3)");
  CHECK_THROWS_WITH(lstm(x, w, Tensor::zeros({4, 16}), b), "lstm: recurrent weight must be (4H,H), got (4,16)");
  CHECK_THROWS_WITH(lstm(x, Tensor::zeros({16, 4}), u, b), "lstm: weight must be (16,3), got (16,4)");
  CHECK_THROWS_WITH(lstm(x, w, u, Tensor::zeros({4})), "lstm: bias must be (16), got (4)");
  CHECK_THROWS_WITH(lstm(x, w, u, b, {}, Tensor::zeros({4, 2, 4})), "lstm: input mask must be (4,2,3), got (4,2,4)");
  CHECK_THROWS_WITH(bilstm(x, {w, u, b}, {w, u, w}), "bilstm: bias must be (16), got (16,3)");
  CHECK_THROWS_WITH(bilstm(x, {w, u, b}, {w, Tensor::zeros({12, 3}), b}),
                    "bilstm: recurrent weights of (16,4) and (12,3) are not of equal size");
  CHECK_THROWS_WITH(lstm(x, w, u, b, {}, {}, Tensor::zeros({2, 4})), "lstm: recurrent mask must be (4,2,4), got (2,4)");
}
