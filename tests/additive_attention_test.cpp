#include "kernels/additive_attention.h"

#include "autograd/ops.h"
#include "kernels/parallel.h"
#include "tests/agree.h"
#ifdef SEISGRAD_EMULATED
#include "tests/barriers.h"
#endif

using namespace seisgrad;

namespace {

constexpr int values = 0, weights = 1, dx = 2,
              gradients = 5;  // results in their order; dquery, dkey, dbias, dscore follow dx
const char* const names[] = {"values", "weights", "dx", "dquery", "dkey", "dbias", "dscore"};
using Results = std::vector<std::vector<double>>;

struct Case {
  std::vector<Tensor> in;  // x, query, key, bias, score, score_bias
  Tensor dvalues;
  AttentionOptions options;
};

Case random_case(Random& random, int64_t N, int64_t T, int64_t C, int64_t U, AttentionOptions options) {
  return {{random.tensor({N, T, C}), random.tensor({U, C}), random.tensor({U, C}), random.tensor({U}),
           random.tensor({U}), random.tensor({1})},
          random.tensor({N, T, C}),
          options};
}

template <class T, int Rank>
Array<T, Rank> as(const Tensor& t) {
  Array<T, Rank> a(t.shape());
  std::copy(t.values().begin(), t.values().end(), a.values.begin());
  return a;
}

// The plain loops in precision T.
template <class T>
Results by_reference(const Case& c) {
  auto x = as<T, 3>(c.in[0]), dv = as<T, 3>(c.dvalues);
  auto query = as<T, 2>(c.in[1]), key = as<T, 2>(c.in[2]);
  auto bias = as<T, 1>(c.in[3]), score = as<T, 1>(c.in[4]), score_bias = as<T, 1>(c.in[5]);
  const int64_t N = x.extent[0], steps = x.extent[1], U = c.in[3].size();
  Array<T, 3> v(c.in[0].shape()), a({N, steps, steps}), q({N, steps, U}), k({N, steps, U});
  Array<T, 3> de({N, steps, steps}), dq({N, steps, U}), dk({N, steps, U}), dh({N, steps, U}), gx(c.in[0].shape());
  Array<int32_t, 2> peak({N, steps});
  Array<T, 2> gquery(c.in[1].shape()), gkey(c.in[1].shape());
  Array<T, 1> gbias(c.in[3].shape()), gscore(c.in[3].shape());
  const AttentionParametersOf<T> p{query.in(), key.in(), bias.in(), score.in(), score_bias.in()};
  reference::additive_attention<T>(x.in(), p, c.options, {v.view(), a.view(), q.view(), k.view(), peak.view()});
  reference::additive_attention_backward<T>(dv.in(), x.in(), p, c.options, {a.in(), q.in(), k.in(), peak.in()},
                                            {de.view(), dq.view(), dk.view(), dh.view()},
                                            {gx.view(), gquery.view(), gkey.view(), gbias.view(), gscore.view()});
  Results results;
  for (const std::vector<T>* r :
       {&v.values, &a.values, &gx.values, &gquery.values, &gkey.values, &gbias.values, &gscore.values})
    results.emplace_back(r->begin(), r->end());
  return results;
}

double largest(const std::vector<double>& v) {
  double most = 0;
  for (const double e : v) most = std::max(most, std::abs(e));
  return most;
}

std::vector<Tensor> computed(const Case& c, Device device) {
  Tape tape;
  std::vector<Tensor> in;
  for (const Tensor& t : c.in) {
    in.push_back(t.clone().to(device));
    in.back().set_requires_grad();
  }
  const Attention got = additive_attention(in[0], in[1], in[2], in[3], in[4], in[5], c.options);
  const Gradients d = tape.gradients(got.values, c.dvalues.to(device), in);
  CHECK(d[5].item() == 0);
  return {got.values, got.weights, d[0], d[1], d[2], d[3], d[4]};
}

std::vector<real> kept(const Tensor& t) { return {t.values().begin(), t.values().end()}; }

// One sample of the case, as a batch of its own.
Case sample(const Case& c, int64_t n) {
  const Shape one = c.dvalues.shape().with(0, 1);
  const auto cut = [&](const Tensor& t) { return Tensor::from(one, t.values().subspan(n * one.size(), one.size())); };
  Case s = c;
  s.in[0] = cut(c.in[0]), s.dvalues = cut(c.dvalues);
  return s;
}

}  // namespace

TEST_CASE("additive_attention: values by hand") {
  // query 0 and key 1: the score of key s is tanh(x[s]), so 0 and 0.7616, whose maximum every query sees
  const std::vector<real> x = {0, 1}, nil = {0}, one = {1};
  const double low = std::exp(-std::tanh(1.0));
  on_each_device([&](Device device) {
    const auto attend = [&](AttentionOptions options) {
      const Tensor w = Tensor::from({1, 1}, one, device), n = Tensor::from({1}, nil, device);
      return additive_attention(Tensor::from({1, 2, 1}, x, device), n.reshape({1, 1}), w, n, w.reshape({1}), n,
                                options);
    };
    const Attention global = attend({.epsilon = 0.5});
    check_agrees("values", global.values, {1 / (1.5 + low), 1 / (1.5 + low)}, 4 * epsilon);
    const Attention itself = attend({.width = 1, .epsilon = 0.5});
    check_agrees("weights of width 1", itself.weights, {low / (low + 0.5), 0, 0, 1 / 1.5}, 4 * epsilon);
    const Attention before = attend({.width = 2, .epsilon = 0.5});  // the key before and its own
    check_agrees("weights of width 2", before.weights, {low / (low + 0.5), 0, low / (1.5 + low), 1 / (1.5 + low)},
                 4 * epsilon);
  });
}

TEST_CASE("additive_attention: agrees with the float64 reference") {
  for (uint64_t seed = 0; seed < cases(60); ++seed) {
    Random random(seed);
    const AttentionOptions options{.width = random.coin() ? 0 : random.size(9),
                                   .epsilon = random.coin() ? 1e-7 : random.uniform(0.01, 1)};
    const Case c = random_case(random, random.size(4), random.size(70), random.size(37), random.size(37), options);
    CAPTURE(joined("seed ", seed, ": x ", c.in[0].shape(), ", ", c.in[3].size(), " units, width ", options.width,
                   ", epsilon ", options.epsilon));
    // rounding as much as the plain loops in float make, measured, times the precision at hand
    const Results expected = by_reference<double>(c), in_float = by_reference<float>(c);
    std::vector<double> tolerance;
    for (size_t r = 0; r < expected.size(); ++r) {
      double of_float = 0;
      for (size_t i = 0; i < expected[r].size(); ++i)
        of_float = std::max(of_float, std::abs(in_float[r][i] - expected[r][i]));
      tolerance.push_back(8 * epsilon * (of_float * 0x1p23 + largest(expected[r]) + 1));
    }
    on_each_device([&](Device device) {
      const std::vector<Tensor> got = computed(c, device);
      for (size_t r = 0; r < got.size(); ++r) check_agrees(names[r], got[r], expected[r], tolerance[r]);
    });
  }
}

TEST_CASE("additive_attention: exact for large scores, either side of where the exponentials are given up") {
  for (const double size : {5., 10., 15., 19., 25., 60.}) {
    Random random(3);
    // one channel of +-1: q and k are plus or minus `size`, their sum 0 or twice that, plus what bias adds
    Case c = random_case(random, 2, 50, 1, 8, {.width = 7});
    for (const Tensor& t : {c.in[0], c.in[1], c.in[2]})
      for (real& v : t.write()) v = static_cast<real>(v < 0 ? -1 : 1);
    for (const Tensor& t : {c.in[1], c.in[2]})
      for (real& v : t.write()) v *= static_cast<real>(size);
    const Results expected = by_reference<double>(c);
    const double tolerance = sizeof(real) == sizeof(float) ? 1e-5 : 1e-12;
    CAPTURE(size);
    on_each_device([&](Device device) {
      const std::vector<Tensor> got = computed(c, device);
      for (const int r : {values, weights}) check_agrees(names[r], got[r], expected[r], tolerance);
      for (int r = dx; r < dx + gradients; ++r)
        check_agrees(names[r], got[r], expected[r], tolerance * (1 + largest(expected[r])));
    });
  }
}

TEST_CASE("additive_attention: a NaN stays in its sample and shows in all of it") {
  Random random(5);
  const Case c = random_case(random, 3, 20, 4, 6, {.width = 3});
  c.in[0].write()[20 * 4 + 7] = std::numeric_limits<real>::quiet_NaN();
  on_each_device([&](Device device) {
    const Tensor got = computed(c, device)[values].to(Device::cpu);
    for (int64_t i = 0; i < got.size(); ++i) CHECK(std::isnan(got.values()[i]) == (i / 80 == 1));
  });
}

TEST_CASE("additive_attention: an infinity outside the window is not seen") {
  Random random(6);
  Case c = random_case(random, 1, 20, 2, 3, {.width = 3});
  for (const Tensor& t : {c.in[1], c.in[2]})
    for (real& v : t.write()) v = std::abs(v) + real(0.1);  // q and k of this step are infinite, of one sign
  c.in[0].write()[10 * 2] = std::numeric_limits<real>::infinity();
  on_each_device([&](Device device) {
    const Tensor got = additive_attention(c.in[0].to(device), c.in[1].to(device), c.in[2].to(device),
                                          c.in[3].to(device), c.in[4].to(device), c.in[5].to(device), c.options)
                           .values.to(Device::cpu);
    for (int64_t t = 0; t < 20; ++t)
      for (const int64_t channel : {0, 1})
        CHECK(std::isfinite(got.values()[t * 2 + channel]) == (t < 9 || t > 11 || channel == 1));
  });
}

TEST_CASE("additive_attention: the same bits for any batch and number of threads") {
  Random random(11);
  for (const int64_t width : {0, 3}) {
    const Case c = random_case(random, 9, 47, 16, 32, {.width = width});  // so many that a sample is a task
    const int before = thread_count();
    std::vector<Tensor> all;
    for (const int threads : {1, 2, 5}) {
      set_thread_count(threads);
      const std::vector<Tensor> got = computed(c, Device::cpu);
      if (threads == 1) all = got;
      for (size_t r = 0; r < got.size(); ++r) CHECK(kept(got[r]) == kept(all[r]));
    }
    set_thread_count(before);
    const Case small = random_case(random, 3, 17, 16, 32, {.width = width});
    on_each_device([&](Device device) {
      const Case& of = device == Device::cpu ? c : small;
      const std::vector<Tensor> batch = computed(of, device);
      for (int64_t n = 0; n < of.in[0].shape()[0]; ++n) {
        const std::vector<Tensor> alone = computed(sample(of, n), device);
        for (const int r : {values, weights, dx}) {
          const std::vector<real> one = kept(alone[r].to(Device::cpu)), many = kept(batch[r].to(Device::cpu));
          const auto from = many.begin() + n * static_cast<int64_t>(one.size());
          CHECK(one == std::vector<real>(from, from + static_cast<int64_t>(one.size())));
        }
      }
    });
  }
}

#ifdef SEISGRAD_EMULATED
TEST_CASE("additive_attention: each barrier of the CUDA kernels is needed") {
  Random random(2);
  const Case c = random_case(random, 2, 40, 20, 20, {});  // more channels than a tile of product_kernel has
  check_each_barrier_is_needed([&] {
    std::vector<double> all;
    for (const Tensor& t : computed(c, Device::cuda)) {
      const Tensor host = t.to(Device::cpu);
      all.insert(all.end(), host.values().begin(), host.values().end());
    }
    return all;
  });
}
#endif

TEST_CASE("additive_attention: gradients nobody wants are absent") {
  Random random(1);
  const Case c = random_case(random, 2, 5, 3, 4, {});
  for (const int wanted : {0, 1, 2, 3, 4}) {
    const std::vector<Tensor> all = computed(c, Device::cpu);
    std::vector<Tensor> in;
    for (const Tensor& t : c.in) in.push_back(t.clone());
    in[wanted].set_requires_grad();
    Tape tape;
    const Tensor y = additive_attention(in[0], in[1], in[2], in[3], in[4], in[5]).values;
    const Gradients d = tape.nodes()[0].backward(c.dvalues);
    for (int i = 0; i < 5; ++i) CHECK(static_cast<bool>(d[i]) == (i == wanted));
    CHECK(kept(d[wanted]) == kept(all[dx + wanted]));
  }
}

TEST_CASE("additive_attention: a batch without samples") {
  const Case c = [] {
    Random random(3);
    return random_case(random, 0, 5, 3, 4, {});
  }();
  on_each_device([&](Device device) {
    const std::vector<Tensor> all = computed(c, device);
    CHECK(all[values].shape() == Shape{0, 5, 3});
    CHECK(all[dx].shape() == Shape{0, 5, 3});
    for (int i = dx + 1; i < dx + gradients; ++i)
      check_agrees(names[i], all[i], std::vector<double>(all[i].size(), 0.0), 0);
  });
}

TEST_CASE("additive_attention: what it refuses") {
  const Tensor x = Tensor::zeros({2, 5, 3}), w = Tensor::zeros({4, 3}), b = Tensor::zeros({4}), s = Tensor::zeros({1});
  CHECK_THROWS_WITH(additive_attention(w, w, w, b, b, s), "additive_attention: x must be (N,T,C), got (4,3)");
  CHECK_THROWS_WITH(additive_attention(Tensor::zeros({2, 0, 3}), w, w, b, b, s),
                    "additive_attention: no steps or no channels in x (2,0,3)");
  CHECK_THROWS_WITH(additive_attention(x, Tensor::zeros({3, 4}), w, b, b, s),
                    "additive_attention: query must be (U,3), got (3,4)");
  CHECK_THROWS_WITH(additive_attention(x, w, Tensor::zeros({5, 3}), b, b, s),
                    "additive_attention: key must be (4,3) like query, got (5,3)");
  CHECK_THROWS_WITH(additive_attention(x, w, w, s, b, s), "additive_attention: bias must be (4), got (1)");
  CHECK_THROWS_WITH(additive_attention(x, w, w, b, s, s), "additive_attention: score must be (4), got (1)");
  CHECK_THROWS_WITH(additive_attention(x, w, w, b, b, b), "additive_attention: score_bias must be (1), got (4)");
  CHECK_THROWS_AS(additive_attention(x, w, w, b, b, s, {.width = -1}), std::invalid_argument);
  CHECK_THROWS_AS(additive_attention(x, w, w, b, b, s, {.epsilon = 0}), std::invalid_argument);
}
