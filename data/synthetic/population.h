// Which events a trace holds: how far, how deep, how strong, when. docs/synthetic.md, "Which events?".
#pragma once
#include "data/synthetic/scene.h"

namespace seisgrad {

// Adds local events: mostly one; with the chance config.more_events several of one sequence, a third of these dense as
// minutes after a large earthquake are. Some began before the trace: their S is in it, or their coda alone.
void add_local_events(Scene& scene, Dice& dice);

// Adds a local event of which the trace has no more than the coda.
void add_coda(Scene& scene, Dice& dice);

// Adds P and its company or S and its company of one far earthquake.
void add_far_event(Scene& scene, Dice& dice);

// Adds a far earthquake of which the trace has no more than the coda of P or S.
void add_far_coda(Scene& scene, Dice& dice);

}  // namespace seisgrad
