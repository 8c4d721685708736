#include "apps/evaluate/model_score.h"
#include "apps/model/load.h"
#include "apps/train/config.h"
#include "apps/train/sources.h"

namespace seisgrad {

TraceSource evaluated_source(const EvaluateOptions& o) {
  if (is_synthetic(o.data) || o.part == "all") return open_source(o.data);
  SplitOptions split = split_of(kind_of_model(o.model), provenance_of_model(o.model));
  if (o.by_trace) split.by_event = !*o.by_trace;
  if (o.split_seed) split.seed = *o.split_seed;
  const Part part = o.part == "training" ? Part::training : o.part == "validation" ? Part::validation : Part::test;
  return open_source(o.data, split, part);
}

}  // namespace seisgrad
