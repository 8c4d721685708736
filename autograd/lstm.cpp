#include "kernels/lstm.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

void check(const std::string& op, const Tensor& x, const LstmParameters& p) {
  require(x.shape().rank() == 3, op, ": x must be (N,T,I), got ", x.shape());
  const Shape& recurrent = p.recurrent.shape();
  require(recurrent.rank() == 2 && recurrent[1] >= 1 && recurrent[0] == 4 * recurrent[1], op,
          ": recurrent weight must be (4H,H), got ", recurrent);
  const int64_t N = x.shape()[0], I = x.shape()[2], H = recurrent[1];
  require(I >= 1, op, ": x has no channels, shape ", x.shape());
  const auto shaped = [&](const char* what, const Tensor& t, const Shape& wanted) {
    require(t.shape() == wanted, op, ": ", what, " must be ", wanted, ", got ", t.shape());
  };
  shaped("weight", p.weight, {4 * H, I});
  shaped("bias", p.bias, {4 * H});
  if (p.input_mask) shaped("input mask", p.input_mask, {4, N, I});
  if (p.recurrent_mask) shaped("recurrent mask", p.recurrent_mask, {4, N, H});
}

using Directions = std::vector<LstmDirection<real>>;

// One gradient for each that is wanted of the operator's inputs: x, then five of each direction, masks with none.
Gradients backward(const Tensor& dh, const std::vector<Tensor>& inputs, const std::vector<bool>& wanted,
                   const Directions& directions) {
  const auto made = [&](const Shape& shape) { return Tensor(shape, DType::floating, dh.device()); };
  Gradients d;
  for (size_t i = 0; i < inputs.size(); ++i) d.push_back(wanted[i] ? made(inputs[i].shape()) : Tensor());
  std::vector<Tensor> dz;
  std::vector<LstmGradient<real>> gradients;
  for (size_t i = 1; i < d.size(); i += 5) {
    dz.push_back(made(dh.shape().with(2, inputs[i].shape()[0])));
    gradients.push_back({view_or_null<real, 3>(dz.back()), view_or_null<real, 2>(d[i]), view_or_null<real, 2>(d[i + 1]),
                         view_or_null<real, 1>(d[i + 2])});
  }
  on(dh.device(), cpu::lstm_backward, gpu::lstm_backward)(dh.view<const real, 3>(), directions, gradients,
                                                          view_or_null<real, 3>(d[0]));
  return d;
}

Tensor run(const char* op, const Tensor& x, const std::vector<LstmParameters>& parts, LstmOptions first) {
  std::vector<Tensor> inputs = {x};
  for (const LstmParameters& p : parts) {
    check(op, x, p);
    common_device(op, x, p.weight, p.recurrent, p.bias, p.input_mask, p.recurrent_mask);
    inputs.insert(inputs.end(), {p.weight, p.recurrent, p.bias, p.input_mask, p.recurrent_mask});
  }
  const int64_t H = parts[0].recurrent.shape()[1], count = static_cast<int64_t>(parts.size());
  const auto made = [&](int64_t channels) { return Tensor(x.shape().with(2, channels), DType::floating, x.device()); };
  const Tensor h = made(count * H);
  std::vector<Tensor> kept;  // what the directions are views of: all of inputs and of this
  Directions directions;
  for (const LstmParameters& p : parts) {
    kept.push_back(made(H));
    const Tensor cells = kept.back(), gates = recording() ? made(4 * H) : Tensor();
    kept.push_back(gates);
    directions.push_back({{x.view<const real, 3>(), p.weight.view<const real, 2>(), p.recurrent.view<const real, 2>(),
                           p.bias.view<const real, 1>(), view_or_null<const real, 3>(p.input_mask),
                           view_or_null<const real, 3>(p.recurrent_mask)},
                          first,
                          {h.view<real, 3>(), view_or_null<real, 3>(gates), cells.view<real, 3>(),
                           H * static_cast<int64_t>(directions.size())}});
    first.reverse = true;  // of two, the second
  }
  on(x.device(), cpu::lstm, gpu::lstm)(directions);

  std::vector<bool> wanted;
  std::vector<Tensor> values;
  for (const Tensor& t : inputs) {
    wanted.push_back(wants_gradient(t));
    values.push_back(t ? t.detach() : t);
  }
  kept.push_back(h.detach());
  return record(op, h, inputs, [values, wanted, directions, kept = std::move(kept)](const Tensor& dh) {
    return backward(dh, values, wanted, directions);
  });
}

}  // namespace

Tensor lstm(const Tensor& x, const Tensor& weight, const Tensor& recurrent, const Tensor& bias, LstmOptions options,
            const Tensor& input_mask, const Tensor& recurrent_mask) {
  return run("lstm", x, {{weight, recurrent, bias, input_mask, recurrent_mask}}, options);
}

Tensor bilstm(const Tensor& x, const LstmParameters& forward, const LstmParameters& backward, GateActivation gate) {
  require(forward.recurrent.shape() == backward.recurrent.shape(), "bilstm: recurrent weights of ",
          forward.recurrent.shape(), " and ", backward.recurrent.shape(), " are not of equal size");
  return run("bilstm", x, {forward, backward}, {.gate = gate});
}

}  // namespace SEISGRAD
