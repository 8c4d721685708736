// The layers of an EQTransformer as a table: what each gives, holds and costs, worked out from the configuration alone.
#pragma once
#include <string>
#include <vector>

#include "models/eqtransformer.h"

namespace SEISGRAD {

struct LayerRow {
  std::string layer;
  std::vector<int64_t> shape;  // of the result for one window: steps x channels; steps x steps x units inside attention
  int64_t trainable = 0, frozen = 0;  // parameters, moving averages
  int64_t multiplications = 0;        // multiply-adds for one window
  std::string seen;                   // the name under which Pass::watch sees the result; empty where it does not

  int64_t size() const;
  int64_t bytes() const { return 4 * size(); }  // of the result in float32
};

// In the order of computation.
std::vector<LayerRow> layer_table(const EQTransformerConfig& config);

// The sum over rows, its shape empty.
LayerRow total(const std::vector<LayerRow>& rows);

}  // namespace SEISGRAD
