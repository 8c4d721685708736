#include "apps/verb.h"

#include <memory>

#include "apps/model/convert.h"
#include "apps/model/graph.h"
#include "apps/model/info.h"

namespace seisgrad {

std::vector<Verb> model_verbs(CLI::App& program) {
  CLI::App* model = program.add_subcommand("model", "Look into weight files and convert them");
  model->require_subcommand(1);

  auto info = std::make_shared<InfoOptions>();
  CLI::App* i = model->add_subcommand("info", "Layers, shapes, parameters, arithmetic of a weight file");
  i->footer("Examples:\n  seisgrad model info eqtransformer\n  seisgrad model info --json eqt.safetensors");
  i->add_option("file", info->file, "Weight file, or eqtransformer, phase_classifier: those that come with seisgrad")
      ->required();
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

}  // namespace seisgrad
