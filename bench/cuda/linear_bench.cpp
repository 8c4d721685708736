// linear and its gradients, the products of matrices of the models: gpu:: against cuBLAS, strict and in tf32; among the
// strict ones ours on tensor cores with the error of float32 (tf32x3).
#include "bench/cuda/benches.h"
#include "bench/cuda/on_gpu.h"
#include "bench/cuda/peers.h"

namespace SEISGRAD {
namespace {

Case ours(std::shared_ptr<LinearProblem> p, Precision precision) {
  const auto gpu = std::make_shared<OnGpu>();
  const auto x = (*gpu)(p->matrix(p->x, p->in)), dx = (*gpu)(p->matrix(p->dx, p->in)),
             w = (*gpu)(p->matrix(p->w, p->in)), dw = (*gpu)(p->matrix(p->dw, p->in)),
             y = (*gpu)(p->matrix(p->y, p->out)), dy = (*gpu)(p->matrix(p->dy, p->out));
  Case c = case_on_gpu(p, gpu, [=] {
    if (p->direction == Direction::forward) gpu::linear(x, w, {nullptr, {p->out}}, precision, y);
    else if (p->direction == Direction::backward_data) gpu::linear_backward_data(dy, w, precision, dx);
    else gpu::linear_backward_weight(dy, x, precision, dw);
  });
  c.other_arithmetic = precision == Precision::tf32x3;
  return c;
}

void add(Contests& contests, const LinearShape& s, int64_t rows, Direction direction, Precision precision) {
  const auto entrants = [=]() -> std::vector<Entrant> {
    const auto p = std::make_shared<LinearProblem>(LinearProblem{rows, s.in, s.out, direction, precision});
    std::vector<Entrant> all = {{"ours", [=] { return ours(p, precision); }},
                                {"cuBLAS", [=] { return cublas_linear(p); }}};
    if (precision == Precision::strict) all.push_back({"ours, tf32x3", [=] { return ours(p, Precision::tf32x3); }});
    return all;
  };
  contests.push_back({name_of("linear", direction) + "/" + s.name, name_of(precision), entrants});
}

}  // namespace

void add_linear(Contests& contests, int64_t windows) {
  for (const Precision precision : {Precision::strict, Precision::tf32})
    for (const Direction direction : directions) {
      for (const LinearShape& s : linear_shapes) add(contests, s, windows * s.rows, direction, precision);
      const LinearShape& away = away_linear_shape;
      add(contests, away, windows < 16 ? windows : away.rows, direction, precision);
    }
}

}  // namespace SEISGRAD
