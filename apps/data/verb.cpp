#include "apps/verb.h"

#include <memory>

#include "apps/data/info.h"

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

}  // namespace

std::vector<Verb> data_verbs(CLI::App& program) {
  CLI::App* data = program.add_subcommand("data", "Make, pack and look into labelled data sets");
  data->require_subcommand(1);
  return {pack_verb(*data), info_verb(*data)};
}

}  // namespace seisgrad
