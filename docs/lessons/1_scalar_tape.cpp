// Lesson 1: reverse-mode differentiation in forty lines, on single numbers.
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

// The tape: for each number that was computed, how to pass its gradient on to the numbers it was made of.
struct Tape {
  std::vector<double> values, gradients;
  std::vector<std::function<void()>> backward_steps;
};
Tape tape;

// A number is its place on the tape.
struct Number {
  size_t at;
  double value() const { return tape.values[at]; }
  double& gradient() const { return tape.gradients[at]; }
};

Number number(
    double value, std::function<void()> step = [] {}) {
  tape.values.push_back(value);
  tape.gradients.push_back(0);
  tape.backward_steps.push_back(std::move(step));
  return {tape.values.size() - 1};
}

// Each operator computes its value, then writes down the chain rule with the place its result will have.
Number operator+(Number a, Number b) {
  const Number y{tape.values.size()};
  return number(a.value() + b.value(), [=] { a.gradient() += y.gradient(), b.gradient() += y.gradient(); });
}
Number operator*(Number a, Number b) {
  const Number y{tape.values.size()};
  return number(a.value() * b.value(), [=] {
    a.gradient() += y.gradient() * b.value();
    b.gradient() += y.gradient() * a.value();
  });
}
Number tanh(Number a) {
  const Number y{tape.values.size()};
  return number(std::tanh(a.value()), [=] { a.gradient() += y.gradient() * (1 - y.value() * y.value()); });
}

// Results come after what they are made of, so the reverse of the tape's order is a valid order for the chain rule.
void backward(Number y) {
  y.gradient() = 1;
  for (size_t i = y.at + 1; i-- > 0;) tape.backward_steps[i]();
}

Number f(Number x, Number w, Number b) { return tanh(x * w + b) * x; }

int main() {
  const double x = 0.7, w = -1.3, b = 0.4;
  const Number nx = number(x), nw = number(w), nb = number(b), y = f(nx, nw, nb);
  backward(y);

  const auto value = [](double p, double q, double r) { return f(number(p), number(q), number(r)).value(); };
  const double h = 1e-6;
  const double numeric[] = {(value(x + h, w, b) - value(x - h, w, b)) / (2 * h),
                            (value(x, w + h, b) - value(x, w - h, b)) / (2 * h),
                            (value(x, w, b + h) - value(x, w, b - h)) / (2 * h)};
  const double analytic[] = {nx.gradient(), nw.gradient(), nb.gradient()};
  int wrong = 0;
  for (int i = 0; i < 3; ++i) {
    std::printf("d/d%c  tape %.9f  finite difference %.9f\n", "xwb"[i], analytic[i], numeric[i]);
    wrong += !(std::abs(analytic[i] - numeric[i]) < 1e-8);
  }
  return wrong;
}
