#include "apps/experiment/estimate.h"

#include "apps/train/config.h"

namespace seisgrad {
namespace {

// Multiply-adds of one window's forward pass.
double multiply_adds(const PhaseClassifierConfig& c) {
  double sum = 0;
  int64_t in = c.components, length = c.samples;
  for (int64_t i = 0; i < c.depth; ++i) {
    const int64_t out = c.channels_of(i);
    sum += static_cast<double>(length * out * in * c.kernel);
    if (c.residual) sum += static_cast<double>(length * out * (out * c.kernel + (in == out ? 0 : in)));
    in = out;
    length /= 2;
  }
  return sum + static_cast<double>(c.features() * c.hidden);
}

// In seconds of the machine of docs/performance.md: training a window of depth 5 takes 1.2 ms of it.
double cost(const ExperimentConfig& config, const Point& p) {
  const TrainConfig run = read_config(train_json(config, p, "", ""));
  const double folds = p.folds > 0 ? 1 - 1.0 / static_cast<double>(p.folds) : 1;
  // three windows of four traces, 80 % of them train; validation costs a tenth of that
  const double windows = 0.75 * static_cast<double>(config.data.traces) * run.split.training * p.share * folds;
  return windows * static_cast<double>(run.epochs) * 1.05 * (0.3e-3 + 1.1e-10 * multiply_adds(run.classifier));
}

}  // namespace

double estimated_seconds(const ExperimentConfig& config, const Point& point, const Rows& rows) {
  double expected = 0, taken = 0;
  for (const auto& entry : rows.all()) {
    const RunRow& row = entry.second;
    Point same = row.point;
    same.round = point.round;
    if (same == point) return row.seconds;
    expected += cost(config, row.point);
    taken += row.seconds;
  }
  return cost(config, point) * (expected > 0 ? taken / expected : 1);
}

}  // namespace seisgrad
