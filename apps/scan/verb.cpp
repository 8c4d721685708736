#include "apps/verb.h"

#include <memory>

#include "apps/scan/options.h"

namespace seisgrad {

std::vector<Verb> scan_verbs(CLI::App& program) {
  auto o = std::make_shared<ScanOptions>();
  CLI::App* c = program.add_subcommand("scan", "Score continuous seismograms; write picks, detections, coverage");
  c->footer(
      "Writes into --out: picks.csv, detections.csv, coverage.csv (every sample scored, or why not), scan.json.\n\n"
      "Examples:\n"
      "  seisgrad scan day.mseed\n"
      "  seisgrad scan --model eqt.safetensors --out results --plots archive/2019/PB/B916\n"
      "  seisgrad scan --model classifier1.safetensors --ensemble classifier2.safetensors day.mseed\n"
      "  seisgrad scan --model sta-lta --out baseline day.mseed\n"
      "  seisgrad scan --model keras_model.h5 --stride 18 --p-threshold 0.2 'data/*.mseed' more.sac");
  c->add_option(
      "--model", o->model,
      "Weights: .safetensors of seisgrad, a Keras EQTransformer .h5; eqtransformer or phase_classifier for those "
      "that come with seisgrad; sta-lta for none [eqtransformer]");
  c->add_option("--ensemble", o->ensemble, "Another file of the same kind: probabilities are averaged; may be repeated")
      ->allow_extra_args(false);
  c->add_option("input", o->inputs, "Files (miniSEED, SAC), folders or quoted patterns")->required();
  c->add_option("--out", o->out, "Folder for the results")->capture_default_str();
  auto* overlap = c->add_option("--overlap", o->overlap, "Overlap of windows, as a fraction of a window")
                      ->check(number_from(0, 0.99));
  c->add_option("--stride", o->stride, "Seconds from one window to the next [the model file's, or 30; classifier 0.2]")
      ->check(number_from(1e-3, 1e6))
      ->excludes(overlap);
  c->add_option("--stack", o->stack, "How overlapping windows are joined: max or mean")
      ->transform(one_of<StackMode>({{"max", StackMode::max}, {"mean", StackMode::mean}}))
      ->type_name("TEXT")
      ->default_str("max");
  c->add_option("--blind", o->blind, "Seconds at the edges of a window that do not count")
      ->check(number_from(0, 1e6))
      ->capture_default_str();
  c->add_option("--detection-threshold", o->detection_threshold, "[the model file's, or 0.3; classifier 0.95]")
      ->check(number_from(0, 1));
  c->add_option("--p-threshold", o->p_threshold, "[the model file's, or 0.1; classifier 0.95]")
      ->check(number_from(0, 1));
  c->add_option("--s-threshold", o->s_threshold, "[the model file's, or 0.1; classifier 0.95]")
      ->check(number_from(0, 1));
  c->add_flag("--require-detection", o->require_detection, "Pick only inside detections, paired as EQTransformer does");
  c->add_option("--dead-time", o->dead_time,
                "Seconds within which a stronger pick of the same phase silences others [0.5; classifier 10]")
      ->check(number_from(0, 1e6));
  c->add_option("--lowest-rate", o->lowest_rate,
                "Slower streams are left out, Hz [the model file's, 20]; distant earthquakes have little above 2 Hz")
      ->check(number_from(0.1, 1e6));
  c->add_option("--mc-dropout", o->dropout_passes, "Passes with dropout at each pick, for picks_uncertainty.csv")
      ->check(CLI::Range(2, 1000));
  c->add_option("--seed", o->seed, "Of the random numbers of passes and explanations")->capture_default_str();
  c->add_option("--probabilities", o->probabilities, "Also write the probability traces, as mseed or npy")
      ->check(CLI::IsMember({"mseed", "npy"}));
  c->add_option("--explain", o->explain, "Explain the most probable so many picks of each phase, in explain/")
      ->check(CLI::Range(1, 10000));
  c->add_flag("--plots", o->plots, "Also draw each event as SVG");
  c->add_option("--threads", o->threads, "CPU threads [all]")->check(CLI::Range(1, 1024));
  c->add_option("--batch", o->batch, "Windows scored at once, halved where memory is short; no matter to results")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  c->add_option("--device", o->device, "cpu, cuda, cuda:i (GPU number i, from 0) or auto: a GPU where there is one")
      ->capture_default_str();
  c->add_option("--precision", o->precision,
                "Of products on a GPU: strict (float32), or on tensor cores tf32x3 (as exact) or tf32 (to 1e-3)")
      ->capture_default_str();
  c->add_flag("--quiet", o->quiet, "No progress bar, no summary");
  return {{c, [o] { return scan(*o); }}};
}

}  // namespace seisgrad
