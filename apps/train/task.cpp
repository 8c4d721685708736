#include "apps/train/task.h"

#include <algorithm>

#include "apps/model/pretrained.h"

namespace seisgrad {
namespace {

Tensor tensor_of(Shape shape, const std::vector<float>& values, Device device) {
  const std::vector<real> converted(values.begin(), values.end());
  return Tensor::from(shape, std::span<const real>(converted), device);
}

// Detection, P and S of each example, one after another there, become three tensors.
EQTransformer::Output targets_of(const Batch& batch, int64_t samples, Device device) {
  Tensor parts[3];
  for (int64_t k = 0; k < 3; ++k) {
    Tensor part({batch.size, samples});
    for (int64_t i = 0; i < batch.size; ++i)
      std::copy_n(batch.targets.begin() + (3 * i + k) * samples, samples, part.write().begin() + i * samples);
    parts[k] = part.to(device);
  }
  return {parts[0], parts[1], parts[2]};
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
  task.loss = [model, device, weights = config.loss, clipped = config.clipped_loss](const Batch& batch,
                                                                                    const Pass& pass) -> TaskLoss {
    const int64_t samples = model->config().samples;
    const Tensor x = tensor_of({batch.size, model->config().components, samples}, batch.inputs, device);
    const EQTransformer::Output target = targets_of(batch, samples, device);
    const EQTransformerLoss l =
        clipped ? clipped_loss((*model)(x, pass), target, weights) : loss(model->logits(x, pass), target, weights);
    return {l.total, {double(l.detection.item()), double(l.p.item()), double(l.s.item())}};
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

double mean_square_weight(const PhaseClassifier& model) {
  double sum = 0, count = 0;
  model.visit([&](const std::string&, const Tensor& t, bool trainable) {
    if (!trainable || t.shape().rank() < 2) return;
    sum += double(l2_penalty(t.detach()).item());
    count += static_cast<double>(t.size());
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
  task.loss = [model, device](const Batch& batch, const Pass& pass) -> TaskLoss {
    const PhaseClassifierConfig& c = model->config();
    const Tensor x = tensor_of({batch.size, c.components, c.samples}, batch.inputs, device);
    const Tensor labels = Tensor::from({batch.size}, std::span<const int32_t>(batch.categories), device);
    const Tensor logits = (*model)(x, pass);
    return {cross_entropy(logits, labels), {accuracy(logits, batch.categories), mean_square_weight(*model)}};
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
