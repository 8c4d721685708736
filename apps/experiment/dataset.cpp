#include "apps/experiment/dataset.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "data/csv.h"
#include "data/packed.h"
#include "data/synthetic/synthetic.h"
#include "kernels/parallel.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace fs = std::filesystem;

// Traces and, beside them, what was planted.
void make_data(const ExperimentConfig& config, const std::string& folder, const std::string& planted, bool quiet) {
  SyntheticConfig synthetic = synthetic_config(synthetic_kind_named(config.data.kind));
  synthetic.seed = config.data.seed;
  synthetic.phase_names = true;
  const InterruptGuard guard;
  PackedWriter writer(folder, {.half = true});
  std::unique_ptr<Progress> progress;
  if (!quiet) progress = std::make_unique<Progress>("making", "traces", config.data.traces);
  std::string table = "trace,error\n";
  constexpr int64_t batch = 64;
  for (int64_t begin = 0; begin < config.data.traces; begin += batch) {
    std::vector<LabelledTrace> traces(static_cast<size_t>(std::min(batch, config.data.traces - begin)));
    std::vector<LabelError> errors(traces.size());
    parallel_for(static_cast<int64_t>(traces.size()), [&](int64_t i) {
      LabelledTrace& trace = traces[static_cast<size_t>(i)];
      trace = synthetic_trace(synthetic, begin + i);
      errors[static_cast<size_t>(i)] =
          plant_label_error(trace.info, config.data.label_errors, synthetic.seed, begin + i);
    });
    for (size_t i = 0; i < traces.size(); ++i) {
      writer.add(traces[i]);
      if (errors[i] != LabelError::none) table += csv_cell(traces[i].info.id) + "," + to_string(errors[i]) + "\n";
    }
    if (progress) progress->advance(static_cast<int64_t>(traces.size()));
    if (guard.interrupted()) throw Interrupted("interrupted, no data set is left");
  }
  replace_file(planted, table);
  writer.finish();
}

}  // namespace

std::string prepare_data(const ExperimentConfig& config, const std::string& out, const std::string& work, bool quiet) {
  if (!config.data.path.empty()) {
    require(is_packed(config.data.path), config.data.path,
            ": no packed data set; make one with seisgrad data pack, build or synth");
    return config.data.path;
  }
  const std::string folder = work + "/data", recipe_file = work + "/data.json", planted = work + "/planted.csv";
  const std::string recipe = nlohmann::json::parse(to_json(config))["data"].dump();
  std::string made_for;
  std::ifstream made(recipe_file);
  std::getline(made, made_for);
  require(made_for.empty() || made_for == recipe, recipe_file,
          ": the data set there is of another configuration; choose another --work");
  if (!is_packed(folder)) {
    replace_file(recipe_file, recipe + "\n");
    make_data(config, folder, planted, quiet);
  }
  std::ifstream table(planted, std::ios::binary);
  replace_file(out + "/planted.csv", std::string(std::istreambuf_iterator<char>(table), {}));
  return folder;
}

std::map<std::string, std::string> planted_errors(const ExperimentConfig& config, const std::string& out) {
  std::map<std::string, std::string> errors;
  if (!config.data.path.empty() || !fs::exists(out + "/planted.csv")) return errors;
  CsvReader table(out + "/planted.csv");
  while (table.next()) errors[table.cell("trace")] = table.cell("error");
  return errors;
}

}  // namespace seisgrad
