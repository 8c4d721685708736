#include "apps/verb.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "apps/train/options.h"

namespace seisgrad {
namespace {

struct Shortcut {
  const char *option, *field, *help;
};

// Options for fields of the configuration; the field itself checks the value.
constexpr Shortcut shortcuts[] = {
    {"--model", "model", "eqtransformer or phase_classifier [eqtransformer]"},
    {"--epochs", "training/epochs", "At the most [200; 60 for the classifier]"},
    {"--batch", "training/batch", "Examples of a step [200; 64]"},
    {"--rate", "training/rate", "Adam's, at first [0.001]"},
    {"--clip", "training/clip", "Largest norm of the gradient; 0: any [0]"},
    {"--seed", "training/seed", "Of first weights, order, augmentation, dropout [1]"},
    {"--patience", "training/patience", "Epochs without a better validation before it ends; 0: never [12]"},
    {"--init", "start/init", "First weights of EQTransformer: keras or paper [keras]"},
    {"--weights", "start/weights", "Go on from this weight file: fine-tuning"},
    {"--labels", "loss/labels", "gaussian, triangle or box [gaussian]"},
};

std::string list_json(const std::vector<std::string>& texts) {
  std::string json;
  for (const std::string& text : texts) {
    json += json.empty() ? "[\"" : ",\"";
    for (const char c : text) json += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    json += '"';
  }
  return json + "]";
}

}  // namespace

std::vector<Verb> train_verbs(CLI::App& program) {
  auto o = std::make_shared<TrainOptions>();
  CLI::App* c = program.add_subcommand("train", "Train a model on data sets; resumes exactly");
  c->footer(
      "Writes into --out: model.safetensors (the best epoch, for scan), checkpoints, history.csv, history.svg,\n"
      "bad_traces.csv, train.json. docs/training.md lists every field of the configuration.\n\n"
      "Examples:\n"
      "  seisgrad train --data stead.packed --out eqt --batch 64\n"
      "  seisgrad train --out eqt --resume\n"
      "  seisgrad train --model phase_classifier --data bulletin.packed --out classifier\n"
      "  seisgrad train --weights eqt/model.safetensors --data mine.packed --rate 1e-4 --out tuned\n"
      "  seisgrad train --data a.packed b.packed --data-weights 3 1 --set augmentation/real_noise=0.5 --dry-run");
  c->add_option("--config", o->config, "JSON, as --print-config prints it; fields left out have their defaults");
  for (const Shortcut& s : shortcuts)
    c->add_option_function<std::string>(
        s.option,
        [o, field = std::string(s.field)](const std::string& value) { o->settings.push_back(field + "=" + value); },
        s.help);
  const auto list = [&](const char* option, const std::string& field, const char* help) {
    c->add_option_function<std::vector<std::string>>(
        option, [o, field](const std::vector<std::string>& v) { o->settings.push_back(field + "=" + list_json(v)); },
        help);
  };
  list("--data", "data/paths", "Data sets, or synthetic:KIND:SEED:COUNT");
  list("--validation", "data/validation", "Data sets to validate with [5 % of the others; 10 % for the classifier]");
  c->add_option_function<std::vector<double>>(
      "--data-weights",
      [o](const std::vector<double>& weights) {
        o->settings.push_back("data/weights=" + nlohmann::json(weights).dump());
      },
      "Shares of an epoch, one for each data set [as many as they hold]");
  c->add_option_function<std::vector<std::string>>(
      "--set", [o](const std::vector<std::string>& v) { o->settings.insert(o->settings.end(), v.begin(), v.end()); },
      "Any field: group/field=JSON, e.g. augmentation/shift=0.5");
  c->add_option("--out", o->out, "Folder for the results")->capture_default_str();
  auto* resume = c->add_flag("--resume", o->resume, "Go on from the newest checkpoint of --out whose checksums hold");
  c->add_option("--checkpoint-minutes", o->checkpoint_minutes, "A checkpoint this often, and after each epoch")
      ->check(number_from(1e-6, 1e6))
      ->capture_default_str();
  c->add_option("--checkpoint-steps", o->checkpoint_steps, "A checkpoint every so many steps instead")
      ->check(CLI::Range(1, 1000000000));
  c->add_option("--stop-after", o->stop_after, "Save and end with 130 after so many steps of this run")
      ->check(CLI::Range(1, 1000000000));
  c->add_option("--threads", o->threads, "CPU threads [all]; no matter to results")->check(CLI::Range(1, 1024));
  c->add_option("--loader-threads", o->loader_threads, "Threads that read and augment; no matter to results")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  c->add_option("--device", o->device, "cpu, cuda, cuda:i (GPU number i, from 0) or auto: a GPU where there is one")
      ->capture_default_str();
  c->add_flag("--print-config", o->print_config, "Print the whole configuration and end");
  c->add_flag("--dry-run", o->dry_run, "Print layers, parameters, examples, one batch's loss, time and memory; draw it")
      ->excludes(resume);
  c->add_flag("--quiet", o->quiet, "No progress bar, no lines");
  return {{c, [o] { return train(*o); }}};
}

}  // namespace seisgrad
