// `seisgrad model graph`: what the tape recorded in one forward pass, as Graphviz DOT.
#pragma once
#include <map>
#include <string>

#include "autograd/tape.h"

namespace seisgrad {

struct GraphOptions {
  std::string file, out;  // out empty: standard output
};
int model_graph(const GraphOptions& options);

// A box a recorded result (operator, shape, bytes), an ellipse a parameter or input, named by `names` where its memory
// is known there. Edges carry nothing; the backward pass walks them from the bottom up.
std::string to_dot(const Tape& tape, const std::map<const Memory*, std::string>& names);

}  // namespace seisgrad
