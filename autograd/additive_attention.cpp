#include "kernels/additive_attention.h"

#include "autograd/on.h"
#include "autograd/ops.h"
#include "autograd/tape.h"

namespace SEISGRAD {
namespace {

// A gradient that is wanted has memory, the others' views are null.
Tensor room_for(bool wanted, const Tensor& x) {
  return wanted ? Tensor(x.shape(), DType::floating, x.device()) : Tensor();
}

void check(const Tensor& x, const Tensor& query, const Tensor& key, const Tensor& bias, const Tensor& score,
           const Tensor& score_bias, AttentionOptions options) {
  require(x.shape().rank() == 3, "additive_attention: x must be (N,T,C), got ", x.shape());
  require(x.shape()[1] > 0 && x.shape()[2] > 0, "additive_attention: no steps or no channels in x ", x.shape());
  require(query.shape().rank() == 2 && query.shape()[1] == x.shape()[2] && query.size() > 0,
          "additive_attention: query must be (U,", x.shape()[2], "), got ", query.shape());
  require(key.shape() == query.shape(), "additive_attention: key must be ", query.shape(), " like query, got ",
          key.shape());
  const Shape units = {query.shape()[0]};
  require(bias.shape() == units, "additive_attention: bias must be ", units, ", got ", bias.shape());
  require(score.shape() == units, "additive_attention: score must be ", units, ", got ", score.shape());
  require(score_bias.shape() == Shape{1}, "additive_attention: score_bias must be (1), got ", score_bias.shape());
  require(options.width >= 0, "additive_attention: width must be 0 (all keys) or more, got ", options.width);
  require(options.epsilon > 0, "additive_attention: epsilon must be positive, got ", options.epsilon);
  require(x.shape()[1] < int64_t{1} << 31, "additive_attention: ", x.shape()[1], " steps are over 2^31");
}

}  // namespace

Attention additive_attention(const Tensor& x, const Tensor& query, const Tensor& key, const Tensor& bias,
                             const Tensor& score, const Tensor& score_bias, AttentionOptions options) {
  check(x, query, key, bias, score, score_bias, options);
  const Device device = common_device("additive_attention", x, query, key, bias, score, score_bias);
  const int64_t N = x.shape()[0], T = x.shape()[1];
  const auto parameters = [=] {
    return AttentionParameters{query.view<const real, 2>(), key.view<const real, 2>(), bias.view<const real, 1>(),
                               score.view<const real, 1>(), score_bias.view<const real, 1>()};
  };
  const int64_t U = score.size();
  const auto room = [=](int64_t last) { return Tensor({N, T, last}, DType::floating, device); };
  const Tensor values = room(x.shape()[2]), weights = room(T), q = room(U), k = room(U);
  const Tensor peak({N, T}, DType::int32, device);
  on(device, cpu::additive_attention, gpu::additive_attention)(
      x.view<const real, 3>(), parameters(), options,
      {values.view<real, 3>(), weights.view<real, 3>(), q.view<real, 3>(), k.view<real, 3>(), peak.view<int32_t, 2>()});

  const bool wants_x = wants_gradient(x), wants_query = wants_gradient(query), wants_key = wants_gradient(key),
             wants_bias = wants_gradient(bias), wants_score = wants_gradient(score);
  const auto backward = [=, x = x.detach(), a = weights.detach()](const Tensor& dvalues) -> Gradients {
    const Tensor dx = room_for(wants_x, x), dquery = room_for(wants_query, query), dkey = room_for(wants_key, key),
                 dbias = room_for(wants_bias, bias), dscore = room_for(wants_score, score);
    const Tensor de = room(T), dq = room(U), dk = room(U), dh = room(U);
    on(device, cpu::additive_attention_backward, gpu::additive_attention_backward)(
        dvalues.view<const real, 3>(), x.view<const real, 3>(), parameters(), options,
        {a.view<const real, 3>(), q.view<const real, 3>(), k.view<const real, 3>(), peak.view<const int32_t, 2>()},
        {de.view<real, 3>(), dq.view<real, 3>(), dk.view<real, 3>(), dh.view<real, 3>()},
        {view_or_null<real, 3>(dx), view_or_null<real, 2>(dquery), view_or_null<real, 2>(dkey),
         view_or_null<real, 1>(dbias), view_or_null<real, 1>(dscore)});
    return {dx, dquery, dkey, dbias, dscore, Tensor::zeros({1}, device)};  // score_bias cancels
  };
  return {record("additive_attention", values, {x, query, key, bias, score, score_bias}, backward), weights};
}

}  // namespace SEISGRAD
