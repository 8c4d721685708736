// Lesson 3: a convolution, its three gradients by hand, and the library's.
#include <cmath>
#include <cstdio>
#include <vector>

#include "autograd/ops.h"
#include "autograd/tape.h"

using Row = std::vector<double>;

// y[m] = b + sum_k w[k] x[m + k - left], x read as 0 outside
Row convolve(const Row& x, const Row& w, double b, int left) {
  Row y(x.size(), b);
  for (int m = 0; m < int(x.size()); ++m)
    for (int k = 0; k < int(w.size()); ++k)
      if (const int l = m + k - left; l >= 0 && l < int(x.size())) y[m] += w[k] * x[l];
  return y;
}

struct Gradients {
  Row dx, dw;
  double db = 0;
};

// Each product w[k] x[l] went into y[m] once: so dy[m] w[k] goes back to x[l], and dy[m] x[l] to w[k]. The loops are
// the same as forward; only the arrow is turned round.
Gradients convolve_backward(const Row& dy, const Row& x, const Row& w, int left) {
  Gradients g{Row(x.size(), 0), Row(w.size(), 0)};
  for (int m = 0; m < int(x.size()); ++m) {
    g.db += dy[m];
    for (int k = 0; k < int(w.size()); ++k)
      if (const int l = m + k - left; l >= 0 && l < int(x.size())) {
        g.dx[l] += dy[m] * w[k];
        g.dw[k] += dy[m] * x[l];
      }
  }
  return g;
}

double largest_difference(const Row& a, std::span<const seisgrad::real> b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - double(b[i])));
  return most;
}

int main() {
  Row x(50), w = {0.3, -0.2, 0.5, 0.1}, dy(50);
  for (int i = 0; i < 50; ++i) x[i] = std::sin(0.3 * i), dy[i] = std::cos(0.7 * i);
  const int left = 1;
  const double b = 0.25;
  const Row y = convolve(x, w, b, left);
  const Gradients g = convolve_backward(dy, x, w, left);

  const double h = 1e-6;  // one derivative the hard way
  const auto loss = [&](double change) {
    Row other = w;
    other[2] += change;
    const Row z = convolve(x, other, b, left);
    double sum = 0;
    for (int i = 0; i < 50; ++i) sum += z[i] * dy[i];
    return sum;
  };
  const double numeric = (loss(h) - loss(-h)) / (2 * h);
  std::printf("dw[2]: by hand %.8f, finite difference %.8f\n", g.dw[2], numeric);

  using namespace seisgrad;
  const auto tensor = [](Shape shape, const Row& values) {
    Tensor t = Tensor::from(shape, std::vector<real>(values.begin(), values.end()));
    t.set_requires_grad();
    return t;
  };
  const Tensor tx = tensor({1, 1, 50}, x), tw = tensor({1, 1, 4}, w), tb = tensor({1}, {b});
  Tape tape;
  const Tensor ty = conv1d(tx, tw, tb, {.left = left, .right = 3 - left});
  tape.backward(ty, tensor({1, 1, 50}, dy).detach());
  const double errors[] = {largest_difference(y, ty.values()), largest_difference(g.dx, tx.grad().values()),
                           largest_difference(g.dw, tw.grad().values()),
                           largest_difference({g.db}, tb.grad().values())};
  std::printf("library against by hand: y %.1e, dx %.1e, dw %.1e, db %.1e\n", errors[0], errors[1], errors[2],
              errors[3]);
  int wrong = !(std::abs(numeric - g.dw[2]) < 1e-7);
  for (const double e : errors) wrong += !(e < 1e-4);
  return wrong;
}
