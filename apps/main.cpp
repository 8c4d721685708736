// seisgrad: reads the command line, runs one verb, turns an exception into one line and an exit status.
// 0 done, 1 failed, 2 wrong usage, 130 interrupted.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apps/gradcheck/gradcheck.h"
#include "apps/model/convert.h"
#include "apps/model/graph.h"
#include "apps/model/info.h"
#include "apps/scan/options.h"
#include "apps/version.h"

namespace {

using namespace seisgrad;

// A verb: its options are filled by CLI11, then run() gives the exit status.
struct Verb {
  CLI::App* command;
  std::function<int()> run;
};

Verb scan_verb(CLI::App& program) {
  auto o = std::make_shared<ScanOptions>();
  CLI::App* c = program.add_subcommand("scan", "Score continuous seismograms; write picks, detections, coverage");
  c->footer(
      "Writes into --out: picks.csv, detections.csv, coverage.csv (every sample scored, or why not), scan.json.\n\n"
      "Examples:\n"
      "  seisgrad scan --model eqt.safetensors day.mseed\n"
      "  seisgrad scan --model eqt.safetensors --out results --plots archive/2019/PB/B916\n"
      "  seisgrad scan --model keras_model.h5 --stride 18 --p-threshold 0.2 'data/*.mseed' more.sac");
  c->add_option("--model", o->model, "Weights: .safetensors of seisgrad, or a Keras EQTransformer .h5")->required();
  c->add_option("input", o->inputs, "Files (miniSEED, SAC), folders or quoted patterns")->required();
  c->add_option("--out", o->out, "Folder for the results")->capture_default_str();
  auto* overlap = c->add_option("--overlap", o->overlap, "Overlap of windows, as a fraction of a window")
                      ->check(CLI::Range(0.0, 0.99));
  c->add_option("--stride", o->stride, "Seconds from one window to the next [the model file's, or 30]")
      ->check(CLI::PositiveNumber)
      ->excludes(overlap);
  c->add_option("--stack", o->stack, "How overlapping windows are joined: max or mean")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, StackMode>{{"max", StackMode::max}, {"mean", StackMode::mean}}))
      ->default_str("max");
  c->add_option("--blind", o->blind, "Seconds at the edges of a window that do not count")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c->add_option("--detection-threshold", o->detection_threshold, "[the model file's, or 0.3]")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--p-threshold", o->p_threshold, "[the model file's, or 0.1]")->check(CLI::Range(0.0, 1.0));
  c->add_option("--s-threshold", o->s_threshold, "[the model file's, or 0.1]")->check(CLI::Range(0.0, 1.0));
  c->add_flag("--require-detection", o->require_detection, "Pick only inside detections, paired as EQTransformer does");
  c->add_option("--dead-time", o->dead_time, "Seconds within which a stronger pick of the same phase silences others")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c->add_option("--probabilities", o->probabilities, "Also write the probability traces, as mseed or npy")
      ->check(CLI::IsMember({"mseed", "npy"}));
  c->add_flag("--plots", o->plots, "Also draw each event as SVG");
  c->add_option("--threads", o->threads, "CPU threads [all]")->check(CLI::Range(1, 1024));
  c->add_option("--batch", o->batch, "Windows scored at once, halved where memory is short; no matter to results")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  c->add_option("--device", o->device, "cpu, cuda, cuda:i (GPU number i, from 0) or auto: a GPU where there is one")
      ->capture_default_str();
  c->add_flag("--quiet", o->quiet, "No progress bar, no summary");
  return {c, [o] { return scan(*o); }};
}

std::vector<Verb> model_verbs(CLI::App& program) {
  CLI::App* model = program.add_subcommand("model", "Look into weight files and convert them");
  model->require_subcommand(1);

  auto info = std::make_shared<InfoOptions>();
  CLI::App* i = model->add_subcommand("info", "Layers, shapes, parameters, arithmetic of a weight file");
  i->footer("Examples:\n  seisgrad model info eqt.safetensors\n  seisgrad model info --json eqt.safetensors");
  i->add_option("file", info->file, "Weight file")->required();
  i->add_flag("--json", info->json, "As JSON");

  auto convert = std::make_shared<ConvertOptions>();
  CLI::App* v = model->add_subcommand("convert", "A Keras EQTransformer .h5 to seisgrad's safetensors");
  v->footer(
      "Examples:\n  seisgrad model convert EqT_original_model.h5 eqt.safetensors\n"
      "  seisgrad model convert --golden activations.h5 model.h5 eqt.safetensors");
  v->add_option("in", convert->in, "Keras file")->required();
  v->add_option("out", convert->out, "Weight file to write")->required();
  v->add_option("--golden", convert->golden, "HDF5 of known activations: writes a parity certificate beside OUT");

  auto graph = std::make_shared<GraphOptions>();
  CLI::App* g =
      model->add_subcommand("graph", "The recorded graph of one forward pass, as Graphviz DOT with shapes and bytes");
  g->footer("Example:\n  seisgrad model graph eqt.safetensors > eqt.dot && dot -Tsvg eqt.dot > eqt.svg");
  g->add_option("file", graph->file, "Weight file")->required();
  g->add_option("--out", graph->out, "File to write [standard output]");

  return {{i, [info] { return model_info(*info); }},
          {v, [convert] { return model_convert(*convert); }},
          {g, [graph] { return model_graph(*graph); }}};
}

Verb gradcheck_verb(CLI::App& program) {
  auto o = std::make_shared<GradcheckOptions>();
  CLI::App* c = program.add_subcommand("gradcheck", "Compare gradients with finite differences, in double");
  c->footer("Examples:\n  seisgrad gradcheck\n  seisgrad gradcheck lstm\n  seisgrad gradcheck eqtransformer");
  c->add_option("what", o->what, "An operator or a model [everything]");
  c->add_option("--cases", o->cases, "Random cases of each")->check(CLI::Range(1, 100000))->capture_default_str();
  c->add_flag("--list", o->list, "Only list what can be checked");
  return {c, [o] { return gradcheck_command(*o); }};
}

}  // namespace

int main(int argc, char** argv) {
  // the limited child process that reads HDF5 for us; not for people
  if (argc > 1 && std::string(argv[1]) == keras_child_argument) return keras_child(argc, argv);

  CLI::App program{"seisgrad: trains, evaluates, explains and scans seismograms with hand-written kernels", "seisgrad"};
  program.set_version_flag("--version", version_text());
  program.require_subcommand(1);
  std::vector<Verb> verbs = model_verbs(program);
  verbs.push_back(scan_verb(program));
  verbs.push_back(gradcheck_verb(program));

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return program.exit(error) == 0 ? 0 : 2; }
  try {
    for (const Verb& verb : verbs)
      if (verb.command->parsed()) return verb.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seisgrad: %s\n", error.what());
    return 1;
  }
  return 2;
}
