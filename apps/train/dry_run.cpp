#include "apps/train/dry_run.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "apps/report/svg.h"
#include "apps/train/augmentation_plot.h"
#include "apps/train/batch_gradients.h"
#include "apps/train/examples.h"
#include "apps/train/task.h"
#include "kernels/device.h"
#include "models/eqtransformer_table.h"
#include "tensor/atomic_file.h"

namespace seisgrad {
namespace {

void print_layers(const TrainConfig& config, const Task& task) {
  if (!config.is_classifier()) {
    std::printf("| layer | steps x channels | parameters | multiply-adds |\n|---|---|---|---|\n");
    for (const LayerRow& row : layer_table(config.eqtransformer)) {
      std::string shape;
      for (const int64_t size : row.shape) shape += (shape.empty() ? "" : "x") + std::to_string(size);
      std::printf("| %s | %s | %lld | %lld |\n", row.layer.c_str(), shape.c_str(),
                  static_cast<long long>(row.trainable + row.frozen), static_cast<long long>(row.multiplications));
    }
  } else {
    task.visit([](const std::string& name, const Tensor& t, bool) {
      std::printf("%-32s %s\n", name.c_str(), joined(t.shape()).c_str());
    });
  }
  int64_t trainable = 0, all = 0;
  task.visit([&](const std::string&, const Tensor& t, bool may_change) {
    all += t.size();
    if (may_change) trainable += t.size();
  });
  std::printf("parameters: %lld trainable, %lld moving averages\n", static_cast<long long>(trainable),
              static_cast<long long>(all - trainable));
}

void print_examples(const char* what, const TrainConfig& config, const Examples::Subset& subset) {
  const std::vector<std::string> names = category_names(config);
  std::printf("%s: %lld examples an epoch; by category:", what, static_cast<long long>(subset.positions));
  for (size_t k = 0; k < names.size(); ++k)
    std::printf("%s %s %lld", k == 0 ? "" : ",", names[k].c_str(), static_cast<long long>(subset.categories[k]));
  std::printf("\n");
}

// Largest memory of the process so far, or of the device.
double peak_megabytes(Device device) {
  if (device == Device::cuda) return static_cast<double>(device::usage().peak) / 1e6;
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1e3;
}

// The first examples of a batch, each with its components and, where it has them, its labels.
std::string batch_svg(const TrainConfig& config, const Batch& batch, ExampleShape shape) {
  constexpr int64_t most = 6;
  const auto samples = static_cast<size_t>(shape.input / 3);
  const double rate = config.preprocessing.profile.rate;
  Figure figure{"One batch, as the network sees it", "seconds", static_cast<double>(samples) / rate, {}};
  const char* colours[] = {"#1f5fa8", "#c8501e", "#2e8b3d"};
  const char* names[] = {"detection", "P", "S"};
  for (int64_t i = 0; i < std::min(most, batch.size); ++i) {
    const std::span<const float> input(batch.inputs.data() + i * shape.input, static_cast<size_t>(shape.input));
    for (size_t c = 0; c < 3; ++c) {
      Panel panel{.label = std::string(1, config.preprocessing.profile.component_order[c]),
                  .lines = {{input.subspan(c * samples, samples), "#333", ""}},
                  .markers = {},
                  .shades = {},
                  .low = 0,
                  .high = 0,
                  .height = 55};
      const auto category = static_cast<size_t>(batch.categories[static_cast<size_t>(i)]);
      if (c == 0 && config.is_classifier()) panel.lines[0].name = config.classifier.classes[category];
      figure.panels.push_back(std::move(panel));
    }
    if (shape.target == 0) continue;
    const std::span<const float> target(batch.targets.data() + i * shape.target, static_cast<size_t>(shape.target));
    Panel labels{.label = "labels", .lines = {}, .markers = {}, .shades = {}, .low = 0, .high = 1.05, .height = 45};
    for (size_t c = 0; c < 3; ++c) labels.lines.push_back({target.subspan(c * samples, samples), colours[c], names[c]});
    figure.panels.push_back(std::move(labels));
  }
  return to_svg(figure);
}

}  // namespace

int dry_run(const TrainConfig& config, const TrainOptions& options, Device device) {
  const Task task = make_task(config, device);
  print_layers(config, task);
  const Examples examples = open_examples(config);
  print_examples("training", config, examples.training);
  print_examples("validation", config, examples.validation);
  Loader loader(examples.training.make, examples.training.shape,
                {.batch = config.batch, .positions = examples.training.positions, .threads = options.loader_threads});
  const Batch batch = loader.next();
  const auto began = std::chrono::steady_clock::now();
  const double loss = BatchGradients(task, config.seed, device).of(batch, 0)[0];
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::printf("one batch of %lld: loss %.6f, forward and backward %.2f s, %.0f MB at the most; %lld batches an epoch\n",
              static_cast<long long>(batch.size), loss, seconds, peak_megabytes(device),
              static_cast<long long>(loader.batches()));
  std::filesystem::create_directories(options.out);
  const std::string figure = options.out + "/batch.svg";
  replace_file(figure, batch_svg(config, batch, examples.training.shape));
  std::printf("%s\n", figure.c_str());
  if (config.is_classifier()) return 0;
  const std::string changes = options.out + "/augmentation.svg";
  replace_file(changes, augmentation_svg(config, examples));
  std::printf("%s\n", changes.c_str());
  return 0;
}

}  // namespace seisgrad
