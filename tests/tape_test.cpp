#include "autograd/tape.h"

#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

namespace {

Tensor leaf(const std::vector<real>& values) {
  const Tensor x = Tensor::from({static_cast<int64_t>(values.size())}, std::span<const real>(values));
  x.set_requires_grad();
  return x;
}

}  // namespace

TEST_CASE("tape: a product and a sum, by hand") {
  const Tensor x = leaf({1, 2, 3}), w = leaf({4, 5, 6});
  Tape tape;
  tape.backward(sum(add(multiply(x, w), x)));
  check_agrees("dx = w + 1", x.grad(), {5, 6, 7}, 0);
  check_agrees("dw = x", w.grad(), {1, 2, 3}, 0);
}

TEST_CASE("tape: backward does not consume it, and gradients add up") {
  const Tensor x = leaf({1, 2, 3});
  Tape tape;
  const Tensor y = scale(x, 2);
  tape.backward(y);
  check_agrees("once", x.grad(), {2, 2, 2}, 0);
  tape.backward(y);
  check_agrees("twice", x.grad(), {4, 4, 4}, 0);
  tape.backward(y, Tensor::from({3}, std::vector<real>{1, 0, -1}));
  check_agrees("with weights", x.grad(), {6, 4, 2}, 0);
  x.set_grad({});
  CHECK(!x.grad());
  tape.backward(y);
  check_agrees("afresh", x.grad(), {2, 2, 2}, 0);
}

TEST_CASE("tape: two paths to one input add up") {
  const Tensor x = leaf({3});
  Tape tape;
  const Tensor a = scale(x, 2), b = multiply(a, a);
  tape.backward(add(b, a));  // 4 x^2 + 2 x
  CHECK(x.grad().item() == 8 * 3 + 2);
}

TEST_CASE("tape: gradients of add share memory, so nothing is added in place") {
  const Tensor x = leaf({1, 2}), z = leaf({5, 6});
  Tape tape;
  const Tensor y = add(x, z), dy = Tensor::full({2}, 1);
  tape.backward(add(y, multiply(x, x)), dy);  // x has a second path, z has not
  check_agrees("dx", x.grad(), {3, 5}, 0);
  check_agrees("dz", z.grad(), {1, 1}, 0);
  check_agrees("the caller's dy", dy, {1, 1}, 0);
  tape.backward(y, dy);
  check_agrees("dz again", z.grad(), {2, 2}, 0);
  check_agrees("the caller's dy", dy, {1, 1}, 0);
}

TEST_CASE("tape: without one, and without a wish, nothing is recorded") {
  const Tensor x = leaf({1}), constant = Tensor::full({1}, 2);
  const Tensor before = scale(x, 2);
  CHECK(!before.requires_grad());
  Tape tape;
  CHECK(!scale(constant, 2).requires_grad());
  CHECK(!scale(x.detach(), 2).requires_grad());
  CHECK(tape.nodes().empty());
  const Tensor y = multiply(x, constant);
  CHECK(tape.nodes().size() == 1);
  CHECK(std::string(tape.nodes()[0].op) == "multiply");
  tape.backward(y);
  CHECK(!constant.grad());
  CHECK(tape.nodes().size() == 1);  // backward itself is not recorded
}

TEST_CASE("tape: detach cuts the path") {
  const Tensor x = leaf({3});
  Tape tape;
  const Tensor y = multiply(x, scale(x, 2).detach());
  tape.backward(y);
  CHECK(x.grad().item() == 6);
}

TEST_CASE("tape: gradients of chosen tensors touch no grad()") {
  const Tensor x = leaf({1, 2}), unused = leaf({1});
  Tape tape;
  const Tensor middle = scale(x, 3), y = multiply(middle, middle);
  const Gradients found = tape.gradients(y, Tensor::full({2}, 1), {x, middle, y, unused, Tensor()});
  check_agrees("leaf", found[0], {18, 36}, 0);
  check_agrees("intermediate", found[1], {6, 12}, 0);
  check_agrees("the result", found[2], {1, 1}, 0);
  CHECK(!found[3]);
  CHECK(!found[4]);
  CHECK(!x.grad());
}

TEST_CASE("tape: leaves that share memory are different leaves") {
  const Tensor x = leaf({1, 2, 3, 4}), square = x.reshape({2, 2});
  square.set_requires_grad();
  Tape tape;
  const Tensor y = add(scale(x, 2), reshape(scale(square, 3), {4}));
  const Gradients found = tape.gradients(y, Tensor::full({4}, 1), {x, square});
  check_agrees("x", found[0], {2, 2, 2, 2}, 0);
  check_agrees("square", found[1], {3, 3, 3, 3}, 0);
  CHECK(found[1].shape() == Shape{2, 2});
}

TEST_CASE("tape: what backward needs must not be overwritten") {
  const Tensor x = leaf({1, 2}), z = leaf({3, 4});
  Tape tape;
  const Tensor product = multiply(x, z), y = scale(product, 2);
  SUBCASE("an input") {
    z.write()[0] = 0;
    CHECK_THROWS_WITH(tape.backward(y), "backward: input 1 of multiply was overwritten after it was recorded");
  }
  SUBCASE("a result that is another's input") {
    product.write()[0] = 0;
    CHECK_THROWS_WITH(tape.backward(y), "backward: input 0 of scale was overwritten after it was recorded");
  }
  SUBCASE("the last result") {
    y.write()[0] = 0;
    CHECK_THROWS_WITH(tape.backward(y), "backward: the result of scale (2) was overwritten after it was recorded");
  }
  CHECK(!x.grad());
  CHECK(!z.grad());
}

TEST_CASE("tape: a pass that fails changes no gradient") {
  const Tensor x = leaf({1, 2}), z = leaf({3, 4});
  Tape tape;
  const Tensor early = multiply(x, x), y = add(scale(z, 2), early);
  x.write()[0] = 9;
  CHECK_THROWS_AS(tape.backward(y), std::invalid_argument);
  CHECK(!z.grad());
}

TEST_CASE("tape: values that nobody overwrote may be gone") {
  const Tensor x = leaf({1, 2});
  Tape tape;
  Tensor y = scale(scale(scale(x, 2), 3), 4);  // the intermediate results live no longer
  tape.backward(y);
  check_agrees("dx", x.grad(), {24, 24}, 0);
}

TEST_CASE("tape: nested tapes, and tensors of another tape") {
  const Tensor x = leaf({2});
  Tape outer;
  const Tensor y = multiply(x, x);
  {
    Tape inner;
    const Tensor z = scale(y, 5);
    CHECK(inner.nodes().size() == 1);
    inner.backward(z);  // to the inner tape y is a leaf
    CHECK(y.grad().item() == 5);
    CHECK(!x.grad());
    CHECK_THROWS_AS(outer.backward(z), std::invalid_argument);
    CHECK_THROWS_AS(inner.backward(y), std::invalid_argument);
  }
  CHECK(outer.nodes().size() == 1);
  const Tensor w = scale(y, 3);  // the outer tape records again
  outer.backward(w);
  CHECK(x.grad().item() == 12);
}

TEST_CASE("tape: what it refuses") {
  const Tensor x = leaf({1, 2});
  const char* not_recorded =
      "backward: the tensor (2) was not recorded by this tape; was it computed while the tape was in scope, from "
      "something that requires a gradient?";
  const Tensor before = scale(x, 2);
  Tape tape;
  const Tensor y = scale(x, 2);
  CHECK_THROWS_WITH(tape.backward(before), not_recorded);
  CHECK_THROWS_WITH(tape.backward(x), not_recorded);
  CHECK_THROWS_WITH(tape.backward(Tensor()), "backward: the tensor is absent");
  CHECK_THROWS_WITH(tape.backward(y, Tensor::full({3}, 1)), "backward: the gradient must have shape (2), got (3)");
  if (has_cuda())
    CHECK_THROWS_WITH(tape.backward(y, Tensor::full({2}, 1, Device::cuda)),
                      "backward: the gradient is on cuda, the tensor on cpu");

  const auto with_gradients = [&](const Gradients& dx) {
    return record("odd", x.clone(), {x}, [dx](const Tensor&) { return dx; });
  };
  CHECK_THROWS_WITH(tape.backward(with_gradients({})), "odd: backward gave 0 gradients for 1 inputs");
  CHECK_THROWS_WITH(tape.backward(with_gradients({Tensor::full({3}, 1)})),
                    "odd: gradient 0 has shape (3), its input has (2)");
}

TEST_CASE("tape: operators refuse inputs on different devices") {
  if (!has_cuda()) return;
  const Tensor here = Tensor::zeros({2}), there = Tensor::zeros({2}, Device::cuda);
  CHECK_THROWS_WITH(add(here, there), "add: inputs on different devices, cpu and cuda");
}
