#include "apps/verb.h"

#include <memory>

#include "apps/data/build.h"
#include "apps/data/info.h"
#include "apps/data/synth.h"

namespace seisgrad {
namespace {

Verb pack_verb(CLI::App& data) {
  auto o = std::make_shared<PackOptions>();
  CLI::App* c = data.add_subcommand("pack", "HDF5 data sets (STEAD, SeisBench) to the packed one that training reads");
  c->footer(
      "An input is an .hdf5 file, the .csv table of one, a folder of them, or a packed data set.\n"
      "Traces that cannot be used are listed in FOLDER/rejected.csv.\n\n"
      "Examples:\n"
      "  seisgrad data pack --out stead merge.hdf5\n"
      "  seisgrad data pack --half --out all chunk1.hdf5 chunk2.csv seisbench/ethz");
  c->add_option("input", o->inputs, "Data sets")->required();
  c->add_option("--out", o->out, "Folder to make")->required();
  c->add_flag("--half", o->half, "float16 samples: half the size, within 2^-11 of each value");
  c->add_flag("--unlabelled", o->unlabelled, "Also traces without arrivals that nobody calls noise");
  c->add_flag("--quiet", o->quiet, "No progress bar");
  return {c, [o] { return data_pack(*o); }};
}

Verb build_verb(CLI::App& data) {
  auto o = std::make_shared<BuildOptions>();
  CLI::App* c = data.add_subcommand("build", "A labelled data set from your own archive and bulletin");
  c->footer(
      "Picks: QuakeML, or a table with network,station,phase,time or network,station,p_time,s_time, and event,\n"
      "latitude, longitude, depth, magnitude where known (docs/datasets.md). Picks without a record are listed in\n"
      "FOLDER/rejected.csv.\n\n"
      "Examples:\n"
      "  seisgrad data build --waveforms archive --picks bulletin.xml --stations inventory.xml --out ours\n"
      "  seisgrad data build --waveforms 'day/*.mseed' --picks picks.csv --out ours --profile none");
  c->add_option("--waveforms", o->waveforms, "Files (miniSEED, SAC), folders or quoted patterns")->required();
  c->add_option("--picks", o->picks, "The analysts' picks: QuakeML or CSV")->required();
  c->add_option("--stations", o->stations, "StationXML, for distances and the map");
  c->add_option("--out", o->out, "Folder to make")->required();
  c->add_option("--profile", o->profile, "What is done to the records: the profile of the model to train, or none")
      ->capture_default_str();
  c->add_option("--before", o->cut.before, "Seconds of a trace ahead of its first pick")
      ->check(number_from(1, 86400))
      ->capture_default_str();
  c->add_option("--after", o->cut.after, "Seconds of a trace behind its last pick")
      ->check(number_from(1, 86400))
      ->capture_default_str();
  c->add_option("--shortest", o->cut.shortest, "Shorter traces, cut by gaps, are left out (seconds)")
      ->check(number_from(0.1, 86400))
      ->capture_default_str();
  c->add_option("--noise-distance", o->cut.noise_distance, "Seconds from noise to any pick, at least 60")
      ->check(number_from(60, 86400))
      ->capture_default_str();
  c->add_option("--noise-per-day", o->cut.noise_per_day, "Windows of noise from each station and day")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  c->add_flag("--half", o->half, "float16 samples");
  c->add_flag("--quiet", o->quiet, "No progress bar");
  return {c, [o] { return data_build(*o); }};
}

Verb info_verb(CLI::App& data) {
  auto o = std::make_shared<DataInfoOptions>();
  CLI::App* c = data.add_subcommand("info", "Counts, distributions and a map of data sets");
  c->footer(
      "HDF5 data sets are packed first, into the cache (docs/datasets.md).\n\n"
      "Examples:\n"
      "  seisgrad data info stead\n"
      "  seisgrad data info --out report stead seisbench/ethz");
  c->add_option("path", o->paths, "Data sets, of any layout")->required();
  c->add_option("--out", o->out, "Folder for info.html and its figures as SVG");
  c->add_flag("--json", o->json, "As JSON");
  return {c, [o] { return data_info(*o); }};
}

Verb synth_verb(CLI::App& data) {
  auto o = std::make_shared<SynthOptions>();
  CLI::App* c = data.add_subcommand("synth", "Make synthetic seismograms: labelled traces, or continuous days");
  c->footer(
      "docs/synthetic.md has the physics. The same options give the same bytes.\n\n"
      "Examples:\n"
      "  seisgrad data synth --out training --count 100000 --seed 1\n"
      "  seisgrad data synth --out phases --kind mixed --count 20000\n"
      "  seisgrad data synth --out day --continuous 24 --stations 3\n"
      "  seisgrad data synth --out day --continuous 24 --kind mixed --far-events-per-hour 2\n"
      "  seisgrad data synth --gallery gallery.svg --count 8");
  c->add_option(
      "--out", o->out,
      "Folder to make: a packed data set, or miniSEED with stations.csv, catalogue.csv, arrivals.csv, unlisted.csv");
  c->add_option("--count", o->count, "Traces")->check(CLI::Range(1, 100000000))->capture_default_str();
  c->add_option("--first", o->first, "Number of the first trace: 0, or where another run ended")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c->add_option("--seed", o->seed, "Everything random follows from it")->capture_default_str();
  c->add_option("--kind", o->kind,
                "local (EQTransformer), teleseismic or mixed (the classifier); of continuous records, too")
      ->check(CLI::IsMember({"local", "teleseismic", "mixed"}))
      ->capture_default_str();
  c->add_option("--rate", o->rate, "Samples a second [100; teleseismic, mixed: 20]")->check(number_from(5, 1000));
  c->add_option("--seconds", o->seconds, "Length of a trace [60; teleseismic, mixed: 120]")
      ->check(number_from(5, 3600));
  c->add_option("--noise-fraction", o->noise_fraction, "Traces without an event [0.2]")->check(number_from(0, 1));
  c->add_option("--more-events", o->more_events, "Traces with further events [0.3; teleseismic, mixed: 0.5]")
      ->check(number_from(0, 1));
  c->add_option("--least-snr", o->least_snr, "Least signal-to-noise ratio of local events, dB [3; mixed: -20]")
      ->check(number_from(-60, 60));
  c->add_option("--disturbances", o->disturbances, "Scales the chances of bursts, spikes, gaps, dead channels [1]")
      ->check(number_from(0, 1000));
  c->add_flag("--bulletin", o->as_bulletin,
              "Label what a bulletin would list: seldom the weak ones (docs/synthetic.md)");
  c->add_flag("--raw", o->raw, "The recorder's counts, without a band-pass");
  c->add_flag("--later-phases", o->later_phases, "List all phases that were modelled, not the first P and S");
  c->add_flag("--half", o->half, "float16 samples");
  CLI::Option* continuous =
      c->add_option("--continuous", o->continuous_hours, "Hours of continuous records of a network, instead of traces")
          ->check(number_from(0.001, 744));
  for (const char* of_traces : {"--count", "--first", "--seconds", "--noise-fraction", "--more-events", "--least-snr",
                                "--bulletin", "--raw", "--later-phases", "--half"})
    continuous->excludes(c->get_option(of_traces));
  c->add_option("--stations", o->stations, "Of the network")
      ->needs(continuous)
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  c->add_option("--events-per-hour", o->events_per_hour, "In and around the network")
      ->needs(continuous)
      ->check(number_from(0, 1000))
      ->capture_default_str();
  c->add_option("--far-events-per-hour", o->far_events_per_hour,
                "Of M 5.5 and more, 20 to 95 degrees away; of kind teleseismic and mixed")
      ->needs(continuous)
      ->check(number_from(0, 20))
      ->capture_default_str();
  c->add_option("--gallery", o->gallery, "Only draw the first traces, at most 8, into this SVG file")
      ->excludes(continuous)
      ->excludes(c->get_option("--out"))
      ->excludes(c->get_option("--half"));
  c->add_option("--threads", o->threads, "CPU threads [all]")->check(CLI::Range(1, 1024));
  c->add_flag("--quiet", o->quiet, "No progress bar, no summary");
  return {c, [o] { return data_synth(*o); }};
}

}  // namespace

std::vector<Verb> data_verbs(CLI::App& program) {
  CLI::App* data = program.add_subcommand("data", "Make, pack and look into labelled data sets");
  data->require_subcommand(1);
  return {build_verb(*data), info_verb(*data), pack_verb(*data), synth_verb(*data)};
}

}  // namespace seisgrad
