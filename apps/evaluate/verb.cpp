#include "apps/verb.h"

#include <memory>

#include "apps/evaluate/options.h"

namespace seisgrad {

std::vector<Verb> evaluate_verbs(CLI::App& program) {
  auto o = std::make_shared<EvaluateOptions>();
  CLI::App* c = program.add_subcommand("evaluate", "Score picks against a bulletin, as CSV, JSON and an HTML page");
  c->footer(
      "Writes into --out: report.html, scores.csv, residuals.csv, thresholds.csv, stations.csv, arrivals.csv,\n"
      "evaluation.json (docs/evaluation.md).\n\n"
      "Examples:\n"
      "  seisgrad evaluate --picks results/picks.csv --bulletin analysts.csv\n"
      "  seisgrad evaluate --picks a/picks.csv --versus phasenet.csv --bulletin analysts.csv --coverage "
      "a/coverage.csv");
  c->add_option("--picks", o->picks, "Any picker's list: picks.csv, or SeisBench's, PhaseNet's, EQTransformer's")
      ->required();
  c->add_option("--versus", o->versus, "Other lists, to compare with");
  c->add_option("--bulletin", o->bulletin, "The analysts' arrivals, CSV: station, phase, time or p_time, s_time")
      ->required();
  c->add_option("--coverage", o->coverage, "coverage.csv of the scan: only what was scored can be missed");
  c->add_option("--max-per-minute", o->most_per_minute, "Only the most probable picks, so many a minute and phase")
      ->check(CLI::PositiveNumber);
  c->add_option("--tolerance", o->tolerances, "Seconds; residuals and lists are of the first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c->add_option("--p-threshold", o->p_threshold, "Weaker P picks do not count")->check(CLI::Range(0.0, 1.0));
  c->add_option("--s-threshold", o->s_threshold, "Weaker S picks do not count")->check(CLI::Range(0.0, 1.0));
  c->add_option("--out", o->out, "Folder for the results")->capture_default_str();
  c->add_flag("--quiet", o->quiet, "No summary");
  return {{c, [o] { return evaluate(*o); }}};
}

}  // namespace seisgrad
