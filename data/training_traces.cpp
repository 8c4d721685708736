#include "data/training_traces.h"

#include <algorithm>
#include <stdexcept>

#include "data/packed.h"
#include "tensor/require.h"

namespace seisgrad {

std::optional<LabelledTrace> TrainingTraces::read(const ExampleRef& example) const {
  const TraceSource& source = sources_[static_cast<std::size_t>(example.source)];
  try {
    LabelledTrace trace = source.read(example.trace);
    const std::string why = why_unusable(trace);
    if (why.empty()) return trace;
    note(joined(source.name, ": ", trace.info.id), why);
  } catch (const std::runtime_error& error) { note(joined(source.name, ": trace ", example.trace), error.what()); }
  return {};
}

void TrainingTraces::note(const std::string& trace, const std::string& why) const {
  const std::lock_guard lock(mutex_);
  bad_.emplace(trace, why);
}

std::map<std::string, std::string> TrainingTraces::bad() const {
  const std::lock_guard lock(mutex_);
  return bad_;
}

void use_example(const TrainingTraces& traces, const Order& order, std::uint32_t epoch, std::int64_t position,
                 const UseTrace& use) {
  const std::int64_t most = std::min<std::int64_t>(100, order.size());
  for (std::int64_t i = 0; i < most; ++i) {
    const ExampleRef& example = order.at(epoch, (position + i) % order.size());
    std::optional<LabelledTrace> trace = traces.read(example);
    if (!trace) continue;
    const std::string name = trace->info.id, why = use(example, std::move(*trace));
    if (why.empty()) return;
    traces.note(joined(traces.sources()[static_cast<std::size_t>(example.source)].name, ": ", name), why);
  }
  const auto bad = traces.bad();
  throw std::runtime_error(joined("training: ", most, " traces in a row cannot be used, the first being ",
                                  bad.empty() ? "" : bad.begin()->first + ": " + bad.begin()->second));
}

}  // namespace seisgrad
