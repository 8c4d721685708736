#include "kernels/lstm.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

template <int Rank>
View<const real, Rank> read(const Tensor& t) {
  return t ? t.view<const real, Rank>() : View<const real, Rank>{nullptr, {}};
}
template <int Rank>
View<real, Rank> write(const Tensor& t) {
  return t ? t.view<real, Rank>() : View<real, Rank>{nullptr, {}};
}

void check(const Tensor& x, const Tensor& weight, const Tensor& recurrent, const Tensor& bias, const Tensor& input_mask,
           const Tensor& recurrent_mask) {
  require(x.shape().rank() == 3, "lstm: x must be (N,T,I), got ", x.shape());
  require(
      recurrent.shape().rank() == 2 && recurrent.shape()[1] >= 1 && recurrent.shape()[0] == 4 * recurrent.shape()[1],
      "lstm: recurrent weight must be (4H,H), got ", recurrent.shape());
  const int64_t N = x.shape()[0], I = x.shape()[2], H = recurrent.shape()[1];
  require(I >= 1, "lstm: x has no channels, shape ", x.shape());
  const auto shaped = [](const char* what, const Tensor& t, const Shape& wanted) {
    require(t.shape() == wanted, "lstm: ", what, " must be ", wanted, ", got ", t.shape());
  };
  shaped("weight", weight, {4 * H, I});
  shaped("bias", bias, {4 * H});
  if (input_mask) shaped("input mask", input_mask, {4, N, I});
  if (recurrent_mask) shaped("recurrent mask", recurrent_mask, {4, N, H});
}

}  // namespace

Tensor lstm(const Tensor& x, const Tensor& weight, const Tensor& recurrent, const Tensor& bias, LstmOptions options,
            const Tensor& input_mask, const Tensor& recurrent_mask) {
  check(x, weight, recurrent, bias, input_mask, recurrent_mask);
  const Device device = common_device("lstm", x, weight, recurrent, bias, input_mask, recurrent_mask);
  const int64_t H = recurrent.shape()[1];
  const auto made = [&](int64_t channels) { return Tensor(x.shape().with(2, channels), DType::floating, device); };
  Tensor h = made(H), gates = made(4 * H), cells = made(H);
  on(device, cpu::lstm, gpu::lstm)(
      {read<3>(x), read<2>(weight), read<2>(recurrent), read<1>(bias), read<3>(input_mask), read<3>(recurrent_mask)},
      options, {write<3>(h), write<3>(gates), write<3>(cells)});

  const bool wants[] = {wants_gradient(x), wants_gradient(weight), wants_gradient(recurrent), wants_gradient(bias)};
  const auto backward = [=, x = x.detach(), weight = weight.detach(), recurrent = recurrent.detach(),
                         h = h.detach()](const Tensor& dy) -> Gradients {
    const auto gradient = [&](int which, const Shape& shape) {
      return wants[which] ? Tensor(shape, DType::floating, dy.device()) : Tensor();
    };
    const Tensor dx = gradient(0, x.shape()), dweight = gradient(1, weight.shape());
    const Tensor drecurrent = gradient(2, recurrent.shape()), dbias = gradient(3, {4 * recurrent.shape()[1]});
    const Tensor dz(gates.shape(), DType::floating, dy.device());
    on(dy.device(), cpu::lstm_backward, gpu::lstm_backward)(
        read<3>(dy),
        {read<3>(x), read<2>(weight), read<2>(recurrent), {}, read<3>(input_mask), read<3>(recurrent_mask)}, options,
        {read<3>(h), read<3>(gates), read<3>(cells)},
        {write<3>(dz), write<3>(dx), write<2>(dweight), write<2>(drecurrent), write<1>(dbias)});
    return {dx, dweight, drecurrent, dbias, {}, {}};
  };
  return record("lstm", h, {x, weight, recurrent, bias, input_mask, recurrent_mask}, backward);
}

}  // namespace SEISGRAD
