#include "apps/verb.h"

#include <memory>

#include "apps/evaluate/options.h"

namespace seisgrad {

namespace {

void add_list_options(CLI::App& c, EvaluateOptions& o) {
  const char* group = "Lists of picks";
  c.add_option("--picks", o.picks, "Any picker's list: picks.csv, or SeisBench's, PhaseNet's, EQTransformer's")
      ->group(group);
  c.add_option("--bulletin", o.bulletin,
               "The analysts' arrivals: QuakeML, or CSV: station, phase, time or p_time, s_time")
      ->group(group);
  c.add_option("--versus", o.versus, "Another list to compare with; may be repeated")
      ->allow_extra_args(false)
      ->group(group);
  c.add_option("--unlisted", o.unlisted,
               "Arrivals that the bulletin leaves out as too weak: picks of them are neither found nor extra")
      ->group(group);
  c.add_option("--coverage", o.coverage, "coverage.csv of the scan: only what was scored can be missed")->group(group);
  c.add_option("--waveforms", o.waveforms, "Records (files, folders, patterns): draws days, an event, examples, cases")
      ->allow_extra_args(false)
      ->group(group);
  c.add_option("--probabilities", o.probabilities, "What scan --probabilities mseed wrote: drawn below the records")
      ->group(group);
  c.add_option("--max-per-minute", o.most_per_minute, "Only the most probable picks, so many a minute and phase")
      ->check(number_from(1e-6, 1e6))
      ->group(group);
  c.add_option("--tolerance", o.tolerances, "Seconds; residuals and lists are of the first")
      ->check(number_from(1e-6, 1e6))
      ->capture_default_str()
      ->group(group);
  c.add_option("--p-threshold", o.p_threshold, "Weaker P picks do not count")->check(number_from(0, 1))->group(group);
  c.add_option("--s-threshold", o.s_threshold, "Weaker S picks do not count")->check(number_from(0, 1))->group(group);
}

void add_study_options(CLI::App& c, EvaluateOptions& o) {
  const char* group = "A list against a catalogue of events (docs/scanning_studies.md)";
  CLI::Option* catalogue =
      c.add_option("--catalogue", o.catalogue, "Events: QuakeML, or CSV: event, time, latitude, longitude, depth_km")
          ->needs("--picks")
          ->group(group);
  const auto add = [&](CLI::Option* option) { return option->needs(catalogue)->group(group); };
  add(c.add_option("--stations", o.stations, "Their places: StationXML, or CSV: network,station,latitude,longitude"));
  add(c.add_option("--triggers", o.triggers, "triggers.csv of the scan: scores finer than picks.csv has them"));
  add(c.add_option("--earth-model", o.earth_model, "Travel times after ak135 or iasp91"))
      ->check(CLI::IsMember({"ak135", "iasp91"}))
      ->capture_default_str();
  add(c.add_option("--far-magnitude", o.far_magnitude, "Weaker far earthquakes are not expected to be seen"))
      ->check(number_from(-5, 10))
      ->capture_default_str();
  add(c.add_option("--cases", o.cases, "Figures of each kind in the gallery"))
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
}

void add_model_options(CLI::App& c, EvaluateOptions& o) {
  const char* group = "A model on labelled traces";
  CLI::Option* picks = c.get_option("--picks");
  c.add_option("--model", o.model, "Weights, to be tried on --data: a file, or the name of shipped ones")
      ->excludes(picks)
      ->group(group);
  c.add_option("--ensemble", o.ensemble, "Another file of the same kind: probabilities are averaged; may be repeated")
      ->allow_extra_args(false)
      ->group(group);
  c.add_option("--data", o.data, "A data set, or synthetic:KIND:SEED:COUNT")->excludes(picks)->group(group);
  c.add_option("--split", o.part, "Which part of a data set, as training split it")
      ->check(CLI::IsMember({"training", "validation", "test", "all"}))
      ->capture_default_str()
      ->group(group);
  c.add_flag("--split-by-trace,!--split-by-event", o.by_trace, "How it was split [as the model file says]")
      ->group(group);
  c.add_option("--split-seed", o.split_seed, "[the model file's]")->group(group);
  c.add_flag("--filter", o.filter, "EQTransformer: traces are as recorded, so filter them as a scan does")
      ->group(group);
  c.add_flag("--filtered", o.filtered, "Classifier: traces are filtered already")->group(group);
  c.add_option("--mc-dropout", o.dropout_passes, "Pick on the mean of so many passes with dropout; adds their spread")
      ->check(CLI::Range(2, 1000))
      ->group(group);
  c.add_option("--seed", o.seed, "Of dropout, and of where long traces are cut")->capture_default_str()->group(group);
  c.add_option("--detection-threshold", o.detection_threshold, "[the model file's]")
      ->check(number_from(0, 1))
      ->group(group);
  c.add_option("--batch", o.batch, "Windows at once")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str()
      ->group(group);
  c.add_option("--threads", o.threads, "CPU threads [all]")->check(CLI::Range(1, 1024))->group(group);
  c.add_option("--device", o.device, "cpu, cuda, cuda:i or auto")->capture_default_str()->group(group);
}

}  // namespace

std::vector<Verb> evaluate_verbs(CLI::App& program) {
  auto o = std::make_shared<EvaluateOptions>();
  CLI::App* c = program.add_subcommand("evaluate",
                                       "Score picks against a bulletin or a catalogue, or a model on labelled traces");
  c->footer(
      "Writes into --out: report.html and evaluation.json; of lists also scores.csv, residuals.csv, thresholds.csv,\n"
      "stations.csv, arrivals.csv, and figures/*.svg with --waveforms; of a model curves.csv, bad_traces.csv and the\n"
      "tables of its kind (docs/evaluation.md); against a catalogue study.html, gallery.html, study.json, "
      "arrivals.csv,\n"
      "cases.csv, thresholds.csv.\n\n"
      "Examples:\n"
      "  seisgrad evaluate --picks results/picks.csv --bulletin analysts.csv\n"
      "  seisgrad evaluate --picks results/picks.csv --bulletin analysts.csv --waveforms archive/2019\n"
      "  seisgrad evaluate --picks a/picks.csv --versus phasenet.csv --bulletin analysts.csv --coverage "
      "a/coverage.csv\n"
      "  seisgrad evaluate --picks a/picks.csv --triggers a/triggers.csv --catalogue events.xml --stations "
      "inventory.xml \\\n"
      "      --coverage a/coverage.csv --waveforms archive/2019 --probabilities a/probabilities");
  add_list_options(*c, *o);
  add_study_options(*c, *o);
  add_model_options(*c, *o);
  c->add_option("--out", o->out, "Folder for the results")->capture_default_str();
  c->add_flag("--quiet", o->quiet, "No summary");
  return {{c, [o] { return evaluate(*o); }}};
}

}  // namespace seisgrad
