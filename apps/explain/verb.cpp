#include "apps/verb.h"

#include <memory>

#include "apps/explain/options.h"

namespace seisgrad {
namespace {

void add_common(CLI::App* c, ExplainOptions& o, const char* usual) {
  c->add_option("--model", o.model,
                std::string("Weights: a file, or the shipped eqtransformer or phase_classifier [") + usual + "]");
  c->add_option("--out", o.out, "Folder for index.html, figures, tables and explain.json")->capture_default_str();
  c->add_option("--threads", o.threads, "CPU threads [all]")->check(CLI::Range(1, 1024));
  c->add_option("--device", o.device, "cpu, cuda, cuda:i or auto")->capture_default_str();
  c->add_flag("--quiet", o.quiet, "No progress bar, no summary");
}

void add_maps(CLI::App* c, MapOptions& o) {
  c->add_option("--layer", o.layer,
                "Of the maps, e.g. blocks.2 or encoder.3 [blocks.1, or the encoder's last convolution]");
  c->add_option("--alpha", o.alpha,
                "Formula of the map: local (LayerCAM), paper (Grad-CAM++), port (Grad-CAM++ as programs have it)")
      ->transform(one_of<CamAlpha>({{"paper", CamAlpha::paper}, {"port", CamAlpha::port}, {"local", CamAlpha::local}}))
      ->type_name("TEXT")
      ->default_str("local");
  c->add_option("--copies", o.copies, "Noisy copies of a window; 1 with --noise 0: the window alone")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  c->add_option("--noise", o.noise, "Their noise, of the window's range")
      ->check(number_from(0, 10))
      ->capture_default_str();
  c->add_option("--seed", o.seed, "Everything random follows from it")->capture_default_str();
}

Verb window_verb(CLI::App& explain) {
  auto o = std::make_shared<ExplainWindowOptions>();
  CLI::App* c = explain.add_subcommand("window", "Why a window got its score: maps, gradients, attention");
  c->footer(
      "Examples:\n"
      "  seisgrad explain window --data synthetic:local:1:100 --trace 3\n"
      "  seisgrad explain window --model phase_classifier --data phases --filtered --trace 12 --target P --target S\n"
      "  seisgrad explain window --time 2019-07-06T03:19:53 'day/*.mseed'");
  add_common(c, o->common, "eqtransformer");
  c->add_option("input", o->files, "Files (miniSEED, SAC), folders or quoted patterns");
  c->add_option("--time", o->times, "Of the window: its middle; the classifier's arrival. May be repeated")
      ->allow_extra_args(false);
  c->add_option("--data", o->data, "A data set, or synthetic:KIND:SEED:COUNT");
  c->add_option("--trace", o->traces, "Of the data set: a number from 0, or a name. May be repeated")
      ->allow_extra_args(false);
  c->add_flag("--filter", o->filter, "EQTransformer: the traces are as recorded, apply the model's filter");
  c->add_flag("--filtered", o->filtered, "Classifier: the traces are filtered already");
  c->add_option("--target", o->targets,
                "What is explained: a class, or detection, P, S; may be repeated [the likeliest class; all three]")
      ->allow_extra_args(false);
  add_maps(c, o->maps);
  return {c, [o] { return explain_window(*o); }};
}

Verb class_verb(CLI::App& explain) {
  auto o = std::make_shared<ExplainClassOptions>();
  CLI::App* c = explain.add_subcommand("class", "What the phase classifier takes for the very image of a class");
  c->footer(
      "Examples:\n"
      "  seisgrad explain class\n"
      "  seisgrad explain class --model classifier.safetensors --class P --steps 500");
  add_common(c, o->common, "phase_classifier");
  c->add_option("--class", o->classes, "Which; may be repeated [all]")->allow_extra_args(false);
  c->add_option("--steps", o->ascent.steps, "Of gradient ascent")->check(CLI::Range(1, 1000000))->capture_default_str();
  c->add_option("--l2", o->ascent.l2, "Weight of sum x^2")->check(number_from(0, 1e6))->capture_default_str();
  c->add_option("--variation", o->ascent.variation, "Weight of the sum of squared differences of neighbours")
      ->check(number_from(0, 1e6))
      ->capture_default_str();
  c->add_option("--shift", o->ascent.shift, "Random shift of a step, at most so many samples")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  c->add_option("--seed", o->ascent.seed, "Of the shifts")->capture_default_str();
  return {c, [o] { return explain_class(*o); }};
}

Verb check_verb(CLI::App& explain) {
  auto o = std::make_shared<ExplainCheckOptions>();
  CLI::App* c =
      explain.add_subcommand("check", "Whether the classifier's explanations can be trusted, on labelled windows");
  c->footer(
      "Deletion: what the maps mark, masked, costs more probability than as much elsewhere. Random weights: maps of a\n"
      "network whose weights are replaced from the top down are no longer the maps. Completeness of integrated "
      "gradients.\n\n"
      "Examples:\n"
      "  seisgrad explain check --data phases_test --split all --filtered --windows 200\n"
      "  seisgrad explain check --data synthetic:mixed:7:300 --filtered --windows 50");
  add_common(c, o->common, "phase_classifier");
  c->add_option("--data", o->data, "A data set, or synthetic:KIND:SEED:COUNT")->required();
  c->add_option("--split", o->part, "Part of the data set")
      ->check(CLI::IsMember({"training", "validation", "test", "all"}))
      ->capture_default_str();
  c->add_flag("--filtered", o->filtered, "The traces are filtered already");
  c->add_option("--windows", o->windows, "At most so many windows that the classifier gets right")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  add_maps(c, o->maps);
  return {c, [o] { return explain_check(*o); }};
}

}  // namespace

std::vector<Verb> explain_verbs(CLI::App& program) {
  CLI::App* explain = program.add_subcommand("explain", "Why a network says what it says");
  explain->require_subcommand(1);
  return {window_verb(*explain), class_verb(*explain), check_verb(*explain)};
}

}  // namespace seisgrad
