#include "autograd/ops.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("reshape: shares memory, and passes the gradient back in the argument's shape") {
  const Tensor x = Tensor::from({2, 3}, std::vector<real>{1, 2, 3, 4, 5, 6});
  x.set_requires_grad();
  Tape tape;
  const Tensor y = reshape(x, {3, 1, 2});
  CHECK(y.shape() == Shape{3, 1, 2});
  CHECK(y.memory() == x.memory());
  tape.backward(y, Tensor::from(y.shape(), std::vector<real>{1, 2, 3, 4, 5, 6}));
  CHECK(x.grad().shape() == Shape{2, 3});
  check_agrees("dx", x.grad(), {1, 2, 3, 4, 5, 6}, 0);
}

TEST_CASE("reshape: a write through either name is seen by the tape") {
  const Tensor x = Tensor::full({2, 3}, 1);
  x.set_requires_grad();
  Tape tape;
  const Tensor y = reshape(x, {6});
  x.write()[0] = 2;
  CHECK(y.values()[0] == 2);
  CHECK_THROWS_WITH(tape.backward(y), "backward: the result of reshape (6) was overwritten after it was recorded");
}

TEST_CASE("reshape: what it refuses") {
  CHECK_THROWS_WITH(reshape(Tensor::zeros({2, 3}), {5}), "reshape: cannot make (5) of (2,3)");
}
