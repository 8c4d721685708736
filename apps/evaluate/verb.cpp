#include "apps/verb.h"

#include <memory>

#include "apps/evaluate/options.h"

namespace seisgrad {

std::vector<Verb> evaluate_verbs(CLI::App& program) {
  auto o = std::make_shared<EvaluateOptions>();
  CLI::App* c = program.add_subcommand("evaluate", "Score picks against a bulletin, or a model on labelled traces");
  c->footer(
      "Writes into --out: report.html and evaluation.json; of lists also scores.csv, residuals.csv, thresholds.csv,\n"
      "stations.csv, arrivals.csv, and figures/*.svg with --waveforms; of a model curves.csv, bad_traces.csv and the\n"
      "tables of its kind (docs/evaluation.md).\n\n"
      "Examples:\n"
      "  seisgrad evaluate --picks results/picks.csv --bulletin analysts.csv\n"
      "  seisgrad evaluate --picks results/picks.csv --bulletin analysts.csv --waveforms archive/2019\n"
      "  seisgrad evaluate --picks a/picks.csv --versus phasenet.csv --bulletin analysts.csv --coverage "
      "a/coverage.csv");
  auto* picks =
      c->add_option("--picks", o->picks, "Any picker's list: picks.csv, or SeisBench's, PhaseNet's, EQTransformer's");
  c->add_option("--versus", o->versus, "Another list to compare with; may be repeated")->allow_extra_args(false);
  c->add_option("--bulletin", o->bulletin,
                "The analysts' arrivals: QuakeML, or CSV: station, phase, time or p_time, s_time");
  c->add_option("--coverage", o->coverage, "coverage.csv of the scan: only what was scored can be missed");
  c->add_option("--waveforms", o->waveforms, "Records (files, folders, patterns): draws days, an event, examples")
      ->allow_extra_args(false);
  c->add_option("--probabilities", o->probabilities, "What scan --probabilities mseed wrote: drawn below the records");
  c->add_option("--max-per-minute", o->most_per_minute, "Only the most probable picks, so many a minute and phase")
      ->check(number_from(1e-6, 1e6));
  c->add_option("--model", o->model, "Or weights, to be tried on --data: a file, or the name of shipped ones")
      ->excludes(picks);
  c->add_option("--ensemble", o->ensemble, "Another file of the same kind: probabilities are averaged; may be repeated")
      ->allow_extra_args(false);
  c->add_option("--data", o->data, "A data set, or synthetic:KIND:SEED:COUNT")->excludes(picks);
  c->add_option("--split", o->part, "Which part of a data set, as training split it")
      ->check(CLI::IsMember({"training", "validation", "test", "all"}))
      ->capture_default_str();
  c->add_flag("--split-by-trace,!--split-by-event", o->by_trace, "How it was split [as the model file says]");
  c->add_option("--split-seed", o->split_seed, "[the model file's]");
  c->add_flag("--filter", o->filter, "EQTransformer: traces are as recorded, so filter them as a scan does");
  c->add_flag("--filtered", o->filtered, "Classifier: traces are filtered already");
  c->add_option("--mc-dropout", o->dropout_passes, "Pick on the mean of so many passes with dropout; adds their spread")
      ->check(CLI::Range(2, 1000));
  c->add_option("--seed", o->seed, "Of dropout, and of where long traces are cut")->capture_default_str();
  c->add_option("--detection-threshold", o->detection_threshold, "[the model file's]")->check(number_from(0, 1));
  c->add_option("--batch", o->batch, "Windows at once")->check(CLI::Range(1, 100000))->capture_default_str();
  c->add_option("--threads", o->threads, "CPU threads [all]")->check(CLI::Range(1, 1024));
  c->add_option("--device", o->device, "cpu, cuda, cuda:i or auto")->capture_default_str();
  c->add_option("--tolerance", o->tolerances, "Seconds; residuals and lists are of the first")
      ->check(number_from(1e-6, 1e6))
      ->capture_default_str();
  c->add_option("--p-threshold", o->p_threshold, "Weaker P picks do not count")->check(number_from(0, 1));
  c->add_option("--s-threshold", o->s_threshold, "Weaker S picks do not count")->check(number_from(0, 1));
  c->add_option("--out", o->out, "Folder for the results")->capture_default_str();
  c->add_flag("--quiet", o->quiet, "No summary");
  return {{c, [o] { return evaluate(*o); }}};
}

}  // namespace seisgrad
