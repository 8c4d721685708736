#include "apps/train/loop.h"

#include <stdexcept>

#include "apps/train/gradients.h"

namespace seisgrad {

// What is restored needs no weight file to begin with.
static TrainConfig without_file(TrainConfig config) {
  config.weights.clear();
  return config;
}

Trainer::Trainer(const TrainConfig& config, const Examples& examples, Device device, int loader_threads,
                 const FoundCheckpoint* found)
    : config_(config),
      examples_(examples),
      task_(make_task(found ? without_file(config) : config, device)),
      adam_(task_, {.rate = config.rate, .epsilon = config.epsilon}),
      gradients_(task_, config.seed, device),
      loader_threads_(loader_threads) {
  if (found) {
    restore(*found, task_, adam_);
    state_ = found->checkpoint.state;
  }
  const Examples::Subset& data = examples.training;
  loader_ = std::make_unique<Loader>(
      data.make, data.shape,
      LoaderOptions{.batch = config.batch, .positions = data.positions, .threads = loader_threads},
      static_cast<uint32_t>(state_.epoch), state_.batch);
}

bool Trainer::finished() const {
  return state_.epoch >= config_.epochs || (config_.patience > 0 && state_.worse_epochs >= config_.patience);
}

void Trainer::step() {
  const Batch batch = loader_->next();
  std::vector<double> values;
  try {
    values = gradients_.of(batch, state_.step);
  } catch (const NotFinite& error) {
    throw std::runtime_error(joined("training stopped at step ", state_.step, ": ", error.what(),
                                    "; no update was made. Go on from the last checkpoint with a smaller --rate, or "
                                    "with --clip"));
  }
  const double norm = values.back();
  if (config_.clip > 0 && norm > config_.clip) scale_gradients(task_, config_.clip / norm);
  adam_.set_rate(rate());
  adam_.step();

  last_loss_ = values[0];
  state_.sums.resize(values.size(), 0);
  for (size_t i = 0; i < values.size(); ++i) state_.sums[i] += values[i];
  ++state_.step;
  ++state_.batch;
}

// Mean over all validation examples: loss with penalty, then the parts.
std::vector<double> Trainer::validate() const {
  const Examples::Subset& data = examples_.validation;
  Loader loader(data.make, data.shape,
                {.batch = config_.batch, .positions = data.positions, .keep_last = true, .threads = loader_threads_});
  std::vector<double> means(1 + task_.parts.size(), 0);
  for (int64_t i = 0; i < loader.batches(); ++i) {
    const Batch batch = loader.next();
    const TaskLoss l = task_.loss(task_.tensors(batch), {});
    const std::vector<double> parts = task_.values(batch, l);
    const double share = static_cast<double>(batch.size) / static_cast<double>(data.positions);
    means[0] += share * double(l.total.item());
    for (size_t k = 0; k < parts.size(); ++k) means[1 + k] += share * parts[k];
  }
  means[0] += double(task_.penalty().item());
  return means;
}

bool Trainer::end_epoch() {
  gradients_.forget_recording();  // validation has the memory
  const std::vector<double> validation = validate();
  std::vector<double> row = {static_cast<double>(state_.epoch), rate()};
  for (const double sum : state_.sums) row.push_back(sum / static_cast<double>(state_.batch));
  row.insert(row.end(), validation.begin(), validation.end());
  state_.history.push_back(std::move(row));

  const double score = task_.score(validation[0], {validation.begin() + 1, validation.end()});
  const bool best = state_.best_step < 0 || score < state_.best_score;
  if (best) {
    state_.best_score = score, state_.best_step = state_.step, state_.best_epoch = state_.epoch;
    state_.worse_epochs = state_.plateau_epochs = 0;
  } else {
    ++state_.worse_epochs;
    if (++state_.plateau_epochs >= config_.plateau_patience && config_.plateau_factor < 1)
      state_.plateau_epochs = 0, ++state_.plateaus;
  }
  state_.sums.clear();
  state_.batch = 0;
  ++state_.epoch;
  return best;
}

}  // namespace seisgrad
