// seisgrad: reads the command line, runs one verb, turns an exception into one line and an exit status.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "apps/data/read_traces.h"
#include "apps/experiment/run.h"
#include "apps/model/convert.h"
#include "apps/report/interrupt.h"
#include "apps/verb.h"
#include "apps/version.h"

int main(int argc, char** argv) {
  using namespace seisgrad;
  // child processes of our own, not for people: those that read HDF5, with limits, and those of experiments
  if (argc > 1 && std::string(argv[1]) == run_child_argument) return run_child(argc, argv);
  if (argc > 1 && std::string(argv[1]) == keras_child_argument) return keras_child(argc, argv);
  if (argc > 1 && std::string(argv[1]) == traces_child_argument) return traces_child(argc, argv);

  CLI::App program{"seisgrad: trains, evaluates, explains and scans seismograms with hand-written kernels", "seisgrad"};
  program.set_version_flag("--version", version_text());
  program.require_subcommand(1);
  std::vector<Verb> verbs;
  for (const auto add :
       {scan_verbs, train_verbs, evaluate_verbs, experiment_verbs, data_verbs, model_verbs, gradcheck_verbs})
    for (Verb& verb : add(program)) verbs.push_back(std::move(verb));

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return program.exit(error) == 0 ? 0 : 2; }
  try {
    for (const Verb& verb : verbs)
      if (verb.command->parsed()) return verb.run();
  } catch (const Interrupted& error) {
    std::fprintf(stderr, "seisgrad: %s\n", error.what());
    return 130;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seisgrad: %s\n", error.what());
    return 1;
  }
  return 2;
}
