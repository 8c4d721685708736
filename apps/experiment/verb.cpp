#include "apps/verb.h"

#include <memory>

#include "apps/experiment/options.h"

namespace seisgrad {
namespace {

struct SweepHelp {
  const char *name, *help;
};

constexpr SweepHelp sweeps[] = {
    {"depth", "1 to 8 blocks, trained on washed and unwashed data, each some rounds"},
    {"residual", "Plain against residual blocks at equal weighted depth"},
    {"l2", "Strengths of the L2 penalty: accuracy, mean square weight, parts of the loss"},
    {"wash", "Suspect labels by out-of-fold scores; training with and without them"},
    {"samples", "Parts of the training events, nested"},
    {"construction", "How samples are made: window length, shift, band, choice of noise"},
    {"ensemble", "Means of several models"},
    {"all", "All of these; runs that they share are made once, early rounds first"},
};

}  // namespace

std::vector<Verb> experiment_verbs(CLI::App& program) {
  CLI::App* experiment =
      program.add_subcommand("experiment", "Sweeps of the classifier's training, as Shen & Wu (2022)");
  experiment->require_subcommand(1);
  experiment->footer(
      "A sweep is a list of runs, each one training. Runs whose row is in OUT/runs.csv are done; the others are made,\n"
      "side by side, and go on where Ctrl-C or a kill ended them when the same command is given again. "
      "docs/experiments.md\n"
      "has what came of the full sweeps.\n\n"
      "Examples:\n"
      "  seisgrad experiment depth --dry-run\n"
      "  seisgrad experiment all --config docs/experiments/full.json --out docs/experiments/full --work sweeps --jobs "
      "2\n"
      "  seisgrad experiment l2 --print-config > mine.json\n"
      "  seisgrad experiment wash --config mine.json --out washing");
  std::vector<Verb> verbs;
  for (const SweepHelp& sweep : sweeps) {
    auto o = std::make_shared<ExperimentOptions>();
    o->sweep = sweep.name;
    CLI::App* c = experiment->add_subcommand(sweep.name, sweep.help);
    c->add_option("--config", o->config, "JSON, as --print-config prints it; fields left out have their defaults");
    c->add_option("--out", o->out, "Folder for tables, figures and pages")->capture_default_str();
    c->add_option("--work", o->work, "Folder for the data set, weights and checkpoints [OUT/work]");
    c->add_option("--rounds", o->rounds, "Of each point [as the configuration has it]")->check(CLI::Range(1, 1000));
    c->add_option("--jobs", o->jobs, "Runs at once, each on one thread [cores]")->check(CLI::Range(1, 1024));
    c->add_option("--device", o->device, "Of each run: cpu, cuda, cuda:i or auto")->capture_default_str();
    auto* print = c->add_flag("--print-config", o->print_config, "Print the whole configuration and end");
    auto* dry = c->add_flag("--dry-run", o->dry_run, "List the runs and how long they take, and end")->excludes(print);
    c->add_flag("--report", o->report, "Make no run: tables and figures of those that are done")
        ->excludes(print)
        ->excludes(dry);
    c->add_flag("--quiet", o->quiet, "No progress bar, no lines");
    verbs.push_back({c, [o] { return seisgrad::experiment(*o); }});
  }
  return verbs;
}

}  // namespace seisgrad
