#include "apps/model/graph.h"

#include <cstdio>
#include <fstream>

#include "apps/model/load.h"
#include "apps/model/pretrained.h"

namespace seisgrad {
namespace {

std::string bytes_text(int64_t values) {
  const double bytes = static_cast<double>(values) * sizeof(real);
  char text[32];
  if (bytes < 1024) std::snprintf(text, sizeof text, "%.0f B", bytes);
  else if (bytes < 1024 * 1024) std::snprintf(text, sizeof text, "%.1f KiB", bytes / 1024);
  else std::snprintf(text, sizeof text, "%.1f MiB", bytes / (1024 * 1024));
  return text;
}

}  // namespace

std::string to_dot(const Tape& tape, const std::map<const Memory*, std::string>& names) {
  std::string out = "digraph seisgrad {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=10];\n";
  std::map<const Memory*, std::string> leaves;
  const auto leaf = [&](const Tensor& t) {
    const Memory* key = t.memory().get();
    const auto [at, is_new] = leaves.try_emplace(key, "leaf" + std::to_string(leaves.size()));
    if (is_new) {
      const auto named = names.find(key);
      out += joined("  ", at->second, " [shape=ellipse, label=\"", named == names.end() ? "constant" : named->second,
                    "\\n", t.shape(), "  ", bytes_text(t.size()), "\"];\n");
    }
    return at->second;
  };
  for (size_t i = 0; i < tape.nodes().size(); ++i) {
    const Tape::Node& node = tape.nodes()[i];
    out += joined("  n", i, " [shape=box, label=\"", node.op, "\\n", node.shape, "  ", bytes_text(node.shape.size()),
                  "\"];\n");
    for (const Tape::Input& input : node.inputs) {
      if (input.node < 0 && !input.leaf) continue;
      const std::string from = input.node >= 0 ? "n" + std::to_string(input.node) : leaf(input.leaf);
      out += joined("  ", from, " -> n", i, ";\n");
    }
  }
  return out + "}\n";
}

int model_graph(const GraphOptions& options) {
  const LoadedModel loaded = load_eqtransformer(model_file(options.file));
  const EQTransformer& model = loaded.model;
  std::map<const Memory*, std::string> names;
  model.visit([&](const std::string& name, const Tensor& t, bool) { names[t.memory().get()] = name; });
  const Tensor x = Tensor::zeros({1, model.config().components, model.config().samples});
  names[x.memory().get()] = "input";

  Tape tape;
  model(x);
  const std::string dot = to_dot(tape, names);
  if (options.out.empty()) {
    std::fputs(dot.c_str(), stdout);
    return 0;
  }
  std::ofstream file(options.out);
  file << dot;
  file.close();
  if (!file) throw std::runtime_error(options.out + ": cannot be written; check that its folder exists and has room");
  return 0;
}

}  // namespace seisgrad
