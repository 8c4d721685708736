#include "apps/gradcheck/cases.h"
#include "autograd/ops.h"

namespace SEISGRAD {

// A dropout mask as training makes it: 0 or 1/(1-p).
static Tensor any_mask(Random& random, Shape shape) {
  Tensor mask(shape);
  for (real& m : mask.write()) m = random.integer(0, 3) == 0 ? real(0) : real(4) / 3;
  return mask;
}

static Tensor on_device_of(const Tensor& x, const Tensor& mask) { return mask ? mask.to(x.device()) : mask; }

// Weights are small enough that |z| < 2.4: hard_sigmoid's kinks lie at 2.5.
static GradcheckCase lstm_case(Random& random, GateActivation gate) {
  const int64_t N = random.size(3), T = random.size(7), I = random.size(9), H = random.size(9);
  const LstmOptions options{.gate = gate, .reverse = random.coin()};
  const double most = 1.0 / (4.0 / 3 * static_cast<double>(I + H));
  std::vector<Tensor> in = {wanted(random.tensor({N, T, I})), wanted(random.tensor({4 * H, I}, -most, most)),
                            wanted(random.tensor({4 * H, H}, -most, most)), wanted(random.tensor({4 * H}))};
  const Tensor input_mask = random.coin() ? any_mask(random, {4, N, I}) : Tensor();
  const Tensor recurrent_mask = random.coin() ? any_mask(random, {4, N, H}) : Tensor();
  return {[=](const std::vector<Tensor>& v) {
            return lstm(v[0], v[1], v[2], v[3], options, on_device_of(v[0], input_mask),
                        on_device_of(v[0], recurrent_mask));
          },
          in,
          joined("x ", in[0].shape(), ", H ", H, options.reverse ? ", reverse" : "", input_mask ? ", input mask" : "",
                 recurrent_mask ? ", recurrent mask" : "")};
}

static GradcheckCase bilstm_case(Random& random) {
  const int64_t N = random.size(3), T = random.size(6), I = random.size(7), H = random.size(6);
  const double most = 1.0 / (4.0 / 3 * static_cast<double>(I + H));
  std::vector<Tensor> in = {wanted(random.tensor({N, T, I}))};
  for (int direction = 0; direction < 2; ++direction)
    for (const Shape& shape : {Shape{4 * H, I}, Shape{4 * H, H}, Shape{4 * H}})
      in.push_back(wanted(random.tensor(shape, -most, most)));
  const Tensor mask = random.coin() ? any_mask(random, {4, N, H}) : Tensor();
  return {[=](const std::vector<Tensor>& v) {
            return bilstm(v[0], {v[1], v[2], v[3]}, {v[4], v[5], v[6], {}, on_device_of(v[0], mask)});
          },
          in, joined("x ", in[0].shape(), ", H ", H, mask ? ", recurrent mask" : "")};
}

std::vector<NamedCase> lstm_cases() {
  return {{"bilstm", bilstm_case},
          {"lstm", [](Random& random) { return lstm_case(random, GateActivation::sigmoid); }},
          {"lstm hard_sigmoid", [](Random& random) { return lstm_case(random, GateActivation::hard_sigmoid); }}};
}

}  // namespace SEISGRAD
