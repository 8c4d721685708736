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

// A direction, and what its gradient reads.
struct Part {
  LstmParameters p;
  LstmOptions options;
  Tensor gates = {}, cells = {};
};

std::vector<LstmDirection<real>> directions(const Tensor& x, const std::vector<Part>& parts, const Tensor& h) {
  std::vector<LstmDirection<real>> all;
  int64_t column = 0;
  for (const auto& [p, options, gates, cells] : parts) {
    all.push_back({{read<3>(x), read<2>(p.weight), read<2>(p.recurrent), read<1>(p.bias), read<3>(p.input_mask),
                    read<3>(p.recurrent_mask)},
                   options,
                   {write<3>(h), write<3>(gates), write<3>(cells), column}});
    column += p.recurrent.shape()[1];
  }
  return all;
}

Gradients gradients(const Tensor& dh, const Tensor& x, const std::vector<Part>& parts, const Tensor& h,
                    const std::vector<bool>& wanted) {
  Gradients all;
  const auto made = [&](const Tensor& like) {
    all.push_back(wanted[all.size()] ? Tensor(like.shape(), DType::floating, dh.device()) : Tensor());
    return all.back();
  };
  std::vector<Tensor> dz;  // lives as long as the call
  std::vector<LstmGradient<real>> views;
  const Tensor dx = made(x);
  for (const Part& part : parts) {
    dz.emplace_back(part.gates.shape(), DType::floating, dh.device());
    const Tensor dweight = made(part.p.weight), drecurrent = made(part.p.recurrent), dbias = made(part.p.bias);
    views.push_back({write<3>(dz.back()), write<2>(dweight), write<2>(drecurrent), write<1>(dbias)});
    all.resize(all.size() + 2);  // masks have none
  }
  on(dh.device(), cpu::lstm_backward, gpu::lstm_backward)(read<3>(dh), directions(x, parts, h), views, write<3>(dx));
  return all;
}

Tensor run(const char* op, const Tensor& x, std::vector<Part> parts) {
  std::vector<Tensor> inputs = {x};
  for (Part& part : parts) {
    LstmParameters& p = part.p;
    check(op, x, p);
    common_device(op, x, p.weight, p.recurrent, p.bias, p.input_mask, p.recurrent_mask);
    inputs.insert(inputs.end(), {p.weight, p.recurrent, p.bias, p.input_mask, p.recurrent_mask});
  }
  const bool kept = recording();
  const Shape shape = x.shape();
  const int64_t H = parts[0].p.recurrent.shape()[1], count = static_cast<int64_t>(parts.size());
  const auto made = [&](int64_t channels) { return Tensor(shape.with(2, channels), DType::floating, x.device()); };
  const Tensor h = made(count * H);
  for (Part& part : parts) {
    if (kept) part.gates = made(4 * H);
    part.cells = made(H);
  }
  on(x.device(), cpu::lstm, gpu::lstm)(directions(x, parts, h));

  std::vector<bool> wanted;
  for (const Tensor& t : inputs) wanted.push_back(wants_gradient(t));
  for (Part& part : parts)  // the tape keeps values, not who made them
    part.p.weight = part.p.weight.detach(), part.p.recurrent = part.p.recurrent.detach();
  const auto backward = [=, x = x.detach(), h = h.detach()](const Tensor& dh) {
    return gradients(dh, x, parts, h, wanted);
  };
  return record(op, h, inputs, backward);
}

}  // namespace

Tensor lstm(const Tensor& x, const Tensor& weight, const Tensor& recurrent, const Tensor& bias, LstmOptions options,
            const Tensor& input_mask, const Tensor& recurrent_mask) {
  return run("lstm", x, {{{weight, recurrent, bias, input_mask, recurrent_mask}, options}});
}

Tensor bilstm(const Tensor& x, const LstmParameters& forward, const LstmParameters& backward, GateActivation gate) {
  require(forward.recurrent.shape() == backward.recurrent.shape(), "bilstm: recurrent weights of ",
          forward.recurrent.shape(), " and ", backward.recurrent.shape(), " are not of equal size");
  return run("bilstm", x, {{forward, {.gate = gate}}, {backward, {.gate = gate, .reverse = true}}});
}

}  // namespace SEISGRAD
