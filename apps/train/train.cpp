#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "apps/device.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/train/dry_run.h"
#include "apps/train/gradients.h"
#include "apps/train/history.h"
#include "apps/train/loop.h"
#include "apps/train/options.h"
#include "kernels/parallel.h"
#include "tensor/atomic_file.h"

namespace seisgrad {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read; give the path of a configuration");
  return {std::istreambuf_iterator<char>(file), {}};
}

// A checkpoint's configuration with what the file of --config says, if any: require_same judges.
std::string changed(const std::string& config, const std::string& file) {
  Json json = Json::parse(config);
  const Json changes = file.empty() ? Json::object() : Json::parse(file, nullptr, false);
  require(changes.is_object(), "--config: expected a JSON object");
  json.merge_patch(changes);
  return json.dump();
}

// Whether a checkpoint's training is the one that was asked for: all but how long it shall go on.
void require_same(const TrainConfig& asked, const FoundCheckpoint& found) {
  // read as a configuration, it has the fields that came later too
  Json a = Json::parse(to_json(asked)), b = Json::parse(to_json(read_config(found.checkpoint.config, {}, true)));
  for (Json* j : {&a, &b})
    for (const char* may_differ : {"epochs", "patience"}) (*j)["training"].erase(may_differ);
  const Json changes = Json::diff(b, a);
  require(changes.empty(), "--resume: ", found.path, " is of a training with another ",
          changes.empty() ? "" : changes[0]["path"].get<std::string>().substr(1), "; choose another --out");
}

// Of the weight file: what made it, without folders and times, so that equal trainings give equal bytes.
std::string provenance(const TrainConfig& config, const Examples& examples, const TrainState& state) {
  Json c = Json::parse(to_json(config));
  for (const char* list : {"paths", "validation"})
    for (Json& path : c["data"][list]) path = fs::path(path.get<std::string>()).filename().string();
  c["start"]["weights"] = fs::path(config.weights).filename().string();
  return Json{
      {"trained_by", std::string("seisgrad ") + SEISGRAD_VERSION},
      {"configuration", c},
      {"data", examples.hash},
      {"epoch", state.best_epoch},
      {"step", state.best_step},
      {"validation_loss", state.history.back()[state.history.back().size() - 1 - (config.is_classifier() ? 2 : 3)]}}
      .dump();
}

class Run {
 public:
  Run(const TrainOptions& options, const TrainConfig& config, const Examples& examples, Trainer& trainer)
      : o_(options),
        config_(config),
        examples_(examples),
        trainer_(trainer),
        columns_(history_columns(trainer.task())) {
    const std::string bad = options.out + "/bad_traces.csv";
    if (options.resume && fs::exists(bad)) bad_before_ = contents(bad);
  }

  int go() {
    const InterruptGuard guard;
    if (!o_.quiet)
      progress_.emplace("training", "steps", (config_.epochs - trainer_.state().epoch) * trainer_.batches());
    for (int64_t done = 0; !trainer_.finished();) {
      trainer_.step();
      ++done;
      if (progress_) {
        char note[80];
        std::snprintf(note, sizeof note, "loss %.5f, rate %.2g", trainer_.last_loss(), trainer_.rate());
        progress_->note(note);
        progress_->advance();
      }
      const bool stop = guard.interrupted() || (o_.stop_after > 0 && done >= o_.stop_after);
      if (trainer_.epoch_is_over()) end_epoch();
      else if (stop || checkpoint_is_due()) save();
      if (stop && !trainer_.finished()) return 130;
    }
    return 0;
  }

 private:
  bool checkpoint_is_due() const {
    if (o_.checkpoint_steps > 0) return trainer_.state().step % o_.checkpoint_steps == 0;
    return std::chrono::steady_clock::now() - saved_ > std::chrono::duration<double>(60 * o_.checkpoint_minutes);
  }
  void save() {
    check_finite(trainer_.task());
    replace_file(o_.out + "/bad_traces.csv", bad_traces_csv(examples_, bad_before_));
    write_checkpoint(o_.out, {trainer_.state(), to_json(config_), examples_.hash}, trainer_.task(), trainer_.adam());
    saved_ = std::chrono::steady_clock::now();
  }
  // The weights come first: killed between them and the checkpoint, the epoch is done again and writes the same.
  void end_epoch() {
    const bool best = trainer_.end_epoch();
    const TrainState& state = trainer_.state();
    if (best)
      write_safetensors(o_.out + "/model.safetensors",
                        trainer_.task().pack({.preprocessing = to_json(config_.preprocessing),
                                              .provenance = provenance(config_, examples_, state)}));
    replace_file(o_.out + "/history.csv", history_csv(columns_, state.history));
    replace_file(o_.out + "/history.svg", learning_curves_svg(columns_, state.history, state.best_epoch));
    save();
    if (!progress_) return;
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) line += joined(columns_[i], " ", state.history.back()[i], "  ");
    progress_->line(line + (best ? "(best)" : ""));
  }

  const TrainOptions& o_;
  const TrainConfig& config_;
  const Examples& examples_;
  Trainer& trainer_;
  std::vector<std::string> columns_;
  std::string bad_before_;  // of what was resumed
  std::optional<Progress> progress_;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
};

void prepare_folder(const TrainOptions& options, const std::optional<FoundCheckpoint>& found) {
  fs::create_directories(options.out);
  require(options.resume || (!found && !fs::exists(options.out + "/model.safetensors")), options.out,
          " holds a training already; --resume goes on with it, or choose another --out");
  if (options.resume && !found && !options.quiet)
    std::fprintf(stderr, "no checkpoint in %s: from the beginning\n", options.out.c_str());
}

std::string end_line(const TrainState& state, int status, const std::string& out) {
  const std::string list = out + "/bad_traces.csv", bad = fs::exists(list) ? contents(list) : "";
  const auto lines = std::count(bad.begin(), bad.end(), '\n');  // the first is the header
  return joined(lines > 1 ? joined(lines - 1, " traces could not be used: ", list, "\n") : "",
                status == 0 ? "done" : "interrupted, --resume goes on", " after ", state.step, " steps; ",
                state.best_epoch < 0
                    ? std::string("no epoch was finished, so there are no weights yet")
                    : joined("the best epoch is ", state.best_epoch, ", its weights are ", out, "/model.safetensors"));
}

}  // namespace

int train(const TrainOptions& options) {
  std::optional<FoundCheckpoint> found;
  if (!options.print_config && !options.dry_run) found = latest_checkpoint(options.out);
  std::string text = options.config.empty() ? "" : contents(options.config);
  if (options.resume && found) text = changed(found->checkpoint.config, text);
  const TrainConfig config = read_config(text, options.settings, found && options.resume);
  for (const std::string& s : options.settings)
    require(!config.is_classifier() || !(s.starts_with("start/init=") || s.starts_with("loss/labels=")),
            "train: ", s.substr(0, s.find('=')), " is EQTransformer's; the classifier has none");
  if (options.print_config) {
    std::printf("%s\n", to_json(config, 2).c_str());
    return 0;
  }
  if (options.threads > 0) set_thread_count(options.threads);
  const DeviceChoice device = choose_device(options.device);
  if (!options.quiet) std::fprintf(stderr, "%s\n", device.line.c_str());
  if (options.dry_run) return dry_run(config, options, device.device);

  prepare_folder(options, found);
  if (found) require_same(config, *found);
  const Examples examples = open_examples(config);
  require(!found || found->checkpoint.data == examples.hash, "--resume: the data sets are not those of ",
          found ? found->path : "");
  Trainer trainer(config, examples, device.device, options.loader_threads, found ? &*found : nullptr);
  found.reset();
  replace_file(options.out + "/train.json", to_json(config, 2) + "\n");
  const int status = Run(options, config, examples, trainer).go();
  const TrainState& state = trainer.state();
  if (!options.quiet) std::fprintf(stderr, "%s\n", end_line(state, status, options.out).c_str());
  return status;
}

}  // namespace seisgrad
