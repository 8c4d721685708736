// TrainingTraces: the traces of one training, read where they are wanted. One that cannot be used (it does not read, or
// data/packed.h says why_unusable) is noted once, for the list at the end, and given as nothing.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "data/order.h"
#include "data/trace_source.h"

namespace seisgrad {

class TrainingTraces {
 public:
  explicit TrainingTraces(std::vector<TraceSource> sources) : sources_(std::move(sources)) {}

  const std::vector<TraceSource>& sources() const { return sources_; }
  // From any thread.
  std::optional<LabelledTrace> read(const ExampleRef& example) const;
  void note(const std::string& trace, const std::string& why) const;
  // Name of the trace, what is wrong with it.
  std::map<std::string, std::string> bad() const;

 private:
  std::vector<TraceSource> sources_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::string> bad_;
};

// Reads the example at a position or, where it cannot be used, the first after it that can. `use` makes of it what it
// wants and says "" or why the trace is of no use. Throws std::runtime_error when a hundred in a row, or all, are of no
// use.
using UseTrace = std::function<std::string(const ExampleRef& example, LabelledTrace trace)>;
void use_example(const TrainingTraces& traces, const Order& order, std::uint32_t epoch, std::int64_t position,
                 const UseTrace& use);

}  // namespace seisgrad
