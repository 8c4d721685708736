// Review: what somebody decided about windows of the phase classifier, as a table
//
//     id,action,class
//     synthetic-1-00042:0,drop,
//     synthetic-1-00077:1,relabel,S
//
// Action: keep, drop or relabel (to the class). A window's id is its trace's and the number of its arrival in the
// trace, or "noise". What the table does not name is kept; ids that no window has are passed over, since a table may be
// about more data than are used. A reviewer's further columns are ignored.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/order.h"
#include "data/trace_source.h"

namespace seisgrad {

std::string window_id(const TraceInfo& info, std::int32_t arrival);

struct Decision {
  enum class Action { keep, drop, relabel } action = Action::keep;
  std::int32_t category = 0;  // the new class of relabel
};
using Review = std::map<std::string, Decision>;

// Throws std::runtime_error where the file does not read, std::invalid_argument naming file and line for another
// action, a class that is none of `classes`, or a window that is decided on twice.
Review read_review(const std::string& path, const std::vector<std::string>& classes);

// Takes out what is dropped and gives what is relabelled its class. Throws std::invalid_argument where a window of
// noise shall be a phase: it does not begin at an arrival.
void apply(const Review& review, const std::vector<TraceSource>& sources, std::vector<ExampleRef>& windows);

}  // namespace seisgrad
