#include "apps/train/task.h"

#include <algorithm>

#include "apps/model/pretrained.h"

namespace seisgrad {
namespace {

Tensor tensor_of(Shape shape, const std::vector<float>& values, Device device) {
  const std::vector<real> converted(values.begin(), values.end());
  return Tensor::from(shape, std::span<const real>(converted), device);
}

// Target k of each example (0: detection, 1: P, 2: S), which hold them one after another.
Tensor target_of(const Batch& batch, int64_t k, int64_t samples, Device device) {
  Tensor target({batch.size, samples});
  for (int64_t i = 0; i < batch.size; ++i)
    std::copy_n(batch.targets.begin() + (3 * i + k) * samples, samples, target.write().begin() + i * samples);
  return target.to(device);
}

// The model's functions that do not depend on its kind. The model lives as long as one of them.
template <class Model>
Task common(const std::shared_ptr<const Model>& model, Device device) {
  move_to(*model, device);
  Task task;
  task.pack = [model](const ModelNotes& notes) { return pack(*model, notes); };
  task.visit_tensors = [model](const Task::Visitor& f) { model->visit(f); };
  return task;
}

template <class Model>
std::shared_ptr<const Model> loaded_with(const auto& config, const Model& source) {
  auto model = std::make_shared<const Model>(config);
  std::vector<Tensor> tensors;
  source.visit([&](const std::string&, const Tensor& t, bool) { tensors.push_back(t); });
  size_t i = 0;
  model->visit([&](const std::string& name, const Tensor& t, bool) {
    require(i < tensors.size() && tensors[i].shape() == t.shape(), "network: tensor ", name, " has the shape ",
            t.shape(), ", not that of the weight file to start from");
    t.copy_from(tensors[i++]);
  });
  return model;
}

Task eqtransformer_task(const TrainConfig& config, Device device) {
  std::shared_ptr<const EQTransformer> model;
  if (config.weights.empty()) {
    model = std::make_shared<const EQTransformer>(config.eqtransformer);
    initialise(*model, config.init, config.seed);
  } else {
    model = loaded_with(config.eqtransformer, read_eqtransformer(model_file(config.weights)).model);
  }
  Task task = common(model, device);
  task.parts = {"detection", "p", "s"};
  task.tensors = [model, device](const Batch& batch) {
    const int64_t samples = model->config().samples;
    std::vector<Tensor> tensors = {tensor_of({batch.size, model->config().components, samples}, batch.inputs, device)};
    for (int64_t k = 0; k < 3; ++k) tensors.push_back(target_of(batch, k, samples, device));
    return tensors;
  };
  task.loss = [model, weights = config.loss, clipped = config.clipped_loss](const std::vector<Tensor>& tensors,
                                                                            const Pass& pass) -> TaskLoss {
    const EQTransformer::Output target{tensors[1], tensors[2], tensors[3]};
    const EQTransformerLoss l = clipped ? clipped_loss((*model)(tensors[0], pass), target, weights)
                                        : loss(model->logits(tensors[0], pass), target, weights);
    return {l.total, {l.detection, l.p, l.s}};
  };
  task.values = [](const Batch&, const TaskLoss& loss) {
    std::vector<double> values;
    for (const Tensor& part : loss.seen) values.push_back(double(part.item()));
    return values;
  };
  task.penalty = [model, l2 = config.l2, l1 = config.l1] { return penalty(*model, l2, l1); };
  task.score = [](double loss, const std::vector<double>&) { return loss; };
  return task;
}

double accuracy(const Tensor& logits, const std::vector<int32_t>& classes) {
  const Tensor host = logits.to(Device::cpu);
  const int64_t count = host.shape()[1];
  double right = 0;
  for (size_t i = 0; i < classes.size(); ++i) {
    const auto row = host.values().subspan(i * static_cast<size_t>(count), static_cast<size_t>(count));
    right += std::max_element(row.begin(), row.end()) - row.begin() == classes[i];
  }
  return right / static_cast<double>(classes.size());
}

// Of kernels and matrices: the sum of squares of each.
Tensor squares_of_weights(const PhaseClassifier& model) {
  std::vector<Tensor> sums;
  model.visit([&](const std::string&, const Tensor& t, bool trainable) {
    if (trainable && t.shape().rank() >= 2) sums.push_back(l2_penalty(t.detach()).reshape({1}));
  });
  return concat(sums, 0);
}
double mean_square_weight(const PhaseClassifier& model, const Tensor& squares) {
  double sum = 0, count = 0;
  const Tensor host = squares.to(Device::cpu);
  for (const real square : host.values()) sum += double(square);
  model.visit([&](const std::string&, const Tensor& t, bool trainable) {
    if (trainable && t.shape().rank() >= 2) count += static_cast<double>(t.size());
  });
  return sum / count;
}

Task classifier_task(const TrainConfig& config, Device device) {
  std::shared_ptr<const PhaseClassifier> model;
  if (config.weights.empty()) {
    model = std::make_shared<const PhaseClassifier>(config.classifier);
    model->initialise(config.seed);
  } else {
    model = loaded_with(config.classifier, read_phase_classifier(model_file(config.weights)).model);
  }
  Task task = common(model, device);
  task.parts = {"accuracy", "mean_square_weight"};
  task.tensors = [model, device](const Batch& batch) -> std::vector<Tensor> {
    const PhaseClassifierConfig& c = model->config();
    return {tensor_of({batch.size, c.components, c.samples}, batch.inputs, device),
            Tensor::from({batch.size}, std::span<const int32_t>(batch.categories), device)};
  };
  task.loss = [model](const std::vector<Tensor>& tensors, const Pass& pass) -> TaskLoss {
    const Tensor logits = (*model)(tensors[0], pass);
    return {cross_entropy(logits, tensors[1]), {logits, squares_of_weights(*model)}};
  };
  task.values = [model](const Batch& batch, const TaskLoss& loss) -> std::vector<double> {
    return {accuracy(loss.seen[0], batch.categories), mean_square_weight(*model, loss.seen[1])};
  };
  task.penalty = [model, l2 = config.l2] { return penalty(*model, l2); };
  // accuracy has steps: among equals the smaller loss
  task.score = [](double loss, const std::vector<double>& parts) { return 1e6 * (1 - parts[0]) + std::min(loss, 1e3); };
  return task;
}

}  // namespace

Task make_task(const TrainConfig& config, Device device) {
  return config.is_classifier() ? classifier_task(config, device) : eqtransformer_task(config, device);
}

}  // namespace seisgrad
