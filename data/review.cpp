#include "data/review.h"

#include <algorithm>

#include "data/csv.h"
#include "tensor/require.h"

namespace seisgrad {

std::string window_id(const TraceInfo& info, std::int32_t arrival) {
  return info.id + ":" + (arrival < 0 ? "noise" : std::to_string(arrival));
}

Review read_review(const std::string& path, const std::vector<std::string>& classes) {
  CsvReader table(path);
  for (const char* column : {"id", "action", "class"})
    require(table.has(column), path, ": no column \"", column, "\"; a review has id, action and class");
  Review review;
  while (table.next()) {
    const std::string &id = table.cell("id"), &action = table.cell("action"), &name = table.cell("class");
    Decision decision;
    if (action == "drop") decision.action = Decision::Action::drop;
    else if (action == "relabel") decision.action = Decision::Action::relabel;
    else require(action == "keep", path, ", line ", table.line(), ": action \"", action, "\"; keep, drop or relabel");
    if (decision.action == Decision::Action::relabel) {
      const auto found = std::find(classes.begin(), classes.end(), name);
      require(found != classes.end(), path, ", line ", table.line(), ": class \"", name, "\" is none of the model's");
      decision.category = static_cast<std::int32_t>(found - classes.begin());
    }
    require(review.emplace(id, decision).second, path, ", line ", table.line(), ": ", id, " is decided on twice");
  }
  return review;
}

void apply(const Review& review, const std::vector<TraceSource>& sources, std::vector<ExampleRef>& windows) {
  std::vector<ExampleRef> kept;
  for (ExampleRef window : windows) {
    const std::string id =
        window_id(sources[static_cast<std::size_t>(window.source)].info(window.trace), window.arrival);
    const auto found = review.find(id);
    if (found != review.end()) {
      if (found->second.action == Decision::Action::drop) continue;
      if (found->second.action == Decision::Action::relabel) {
        require(window.arrival >= 0 || window.category == found->second.category, "review: ", id,
                " is a window of noise, which begins at no arrival; drop it instead of naming a phase");
        window.category = found->second.category;
      }
    }
    kept.push_back(window);
  }
  windows = std::move(kept);
}

}  // namespace seisgrad
