#include "apps/experiment/run.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "apps/device.h"
#include "apps/experiment/scores.h"
#include "apps/train/checkpoint.h"
#include "apps/train/examples.h"
#include "apps/train/options.h"
#include "apps/train/sources.h"
#include "models/weights.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace fs = std::filesystem;

double number_in(const std::string& path) {
  double number = 0;
  std::ifstream(path) >> number;
  return number;
}

// Of this process, in seconds of the processor.
double spent() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

// The columns of apps/train/history.h that a classifier's training has.
enum HistoryColumn { epoch, rate, loss, accuracy, weights, penalty, gradient, val_loss, val_accuracy, val_weights };

std::vector<EpochRow> epochs_of(const TrainState& state, const std::string& key, double l2_of_mean) {
  std::vector<EpochRow> rows;
  for (const std::vector<double>& h : state.history) {
    EpochRow row{.key = key, .epoch = static_cast<int64_t>(h[epoch]), .rate = h[rate]};
    row.train_accuracy = h[accuracy], row.train_loss = h[loss] - h[penalty];
    row.mean_square_weight = h[val_weights], row.penalty = l2_of_mean * h[val_weights];
    row.val_accuracy = h[val_accuracy], row.val_loss = h[val_loss] - row.penalty;
    rows.push_back(row);
  }
  return rows;
}

int64_t weights_under_penalty(const PhaseClassifier& model) {
  int64_t count = 0;
  model.visit([&](const std::string&, const Tensor& t, bool trainable) {
    if (trainable && t.shape().rank() >= 2) count += t.size();
  });
  return count;
}

void score(const std::string& folder, Device device) {
  const std::optional<FoundCheckpoint> found = latest_checkpoint(folder);
  require(found.has_value(), folder, ": no checkpoint of the training");
  const TrainConfig config = read_config(found->checkpoint.config, {}, true);
  const TrainState& state = found->checkpoint.state;
  const PhaseClassifier model = read_phase_classifier(folder + "/model.safetensors").model;
  move_to(model, device);
  PhaseExampleOptions options = phase_options(config, false);
  options.seed = 0;  // windows of noise are the same for every round
  const std::string& data = config.data.paths.at(0);
  const auto scores = [&](Part part) {
    return score_windows(model, open_source(data, config.split, part), options, device);
  };

  RunRow row;
  row.key = fs::path(folder).filename().string();
  const WindowScores test = scores(Part::test);
  row.test = accuracy_of(test);
  replace_file(folder + "/test.csv", to_csv(test));
  if (config.split.folds > 0) {
    replace_file(folder + "/held_out.csv", to_csv(scores(Part::held_out)));
    replace_file(folder + "/validation.csv", to_csv(scores(Part::validation)));
  }
  options.training = true;
  options.shift = PhaseExampleOptions().shift;
  row.shifted_accuracy = accuracy_of(scores(Part::test)).accuracy;

  const double count = static_cast<double>(weights_under_penalty(model));
  const std::vector<EpochRow> epochs = epochs_of(state, row.key, config.l2 * count);
  const EpochRow& best = epochs.at(static_cast<size_t>(state.best_epoch));
  row.seed = config.seed;
  row.epochs = static_cast<int64_t>(epochs.size()), row.best_epoch = state.best_epoch;
  row.train_accuracy = best.train_accuracy, row.val_accuracy = best.val_accuracy, row.val_loss = best.val_loss;
  row.penalty = best.penalty, row.mean_square_weight = best.mean_square_weight;
  row.parameters = config.classifier.parameter_count();
  row.train_windows = open_examples(config).training.positions;
  row.data = found->checkpoint.data;
  row.seconds = number_in(folder + "/seconds") + spent();
  Rows rows;
  rows.add(std::move(row), epochs);
  rows.write(folder);
}

}  // namespace

int run_child(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a parent that was killed leaves no training behind; this one saves and ends
  try {
    require(argc == 4, "expected a folder and a device");
    const std::string folder = argv[2];
    TrainOptions options;
    options.config = folder + "/train.json", options.out = folder, options.device = argv[3], options.threads = 1;
    options.resume = options.quiet = true;
    const int status = train(options);
    if (status != 0) {
      replace_file(folder + "/seconds", std::to_string(number_in(folder + "/seconds") + spent()));
      return status;
    }
    score(folder, choose_device(argv[3]).device);
    for (const auto& entry : fs::directory_iterator(folder))  // the weights are in model.safetensors
      if (entry.path().filename().string().starts_with("checkpoint-")) fs::remove(entry.path());
    return 0;
  } catch (const std::exception& error) { std::fprintf(stderr, "%s\n", error.what()); }
  return 1;
}

Rows outcome_of(const std::string& folder) { return Rows::read(folder); }

}  // namespace seisgrad
