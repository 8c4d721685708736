// explain window: windows of files or of a data set.
#include <charconv>
#include <cstdio>

#include "apps/device.h"
#include "apps/explain/explanation_report.h"
#include "apps/explain/options.h"
#include "apps/model/pretrained.h"
#include "apps/report/folder.h"
#include "apps/train/sources.h"
#include "kernels/parallel.h"

namespace seisgrad {
namespace {

// A trace by its number or its name.
int64_t trace_named(const TraceSource& source, const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    require(number >= 0 && number < source.size, "explain: ", source.name, " has traces 0 to ", source.size - 1,
            ", no trace ", number);
    return number;
  }
  for (int64_t i = 0; i < source.size; ++i)
    if ((source.info ? source.info(i) : source.read(i).info).id == text) return i;
  throw std::invalid_argument(joined("explain: ", source.name, " has no trace named \"", text,
                                     "\"; give a number from 0 to ", source.size - 1,
                                     " or a name that `seisgrad data info` knows"));
}

std::vector<Case> chosen_cases(const ExplainWindowOptions& o, const ExplainedModel& model, const Finder& finder) {
  std::vector<Case> cases;
  const auto take = [&](std::vector<Case> more) {
    for (Case& c : more) cases.push_back(std::move(c));
  };
  for (const std::string& time : o.times) take(cases_at_time(model, finder, o.files, time_from_iso(time)));
  if (o.data.empty()) return cases;
  const TraceSource source = open_source(o.data);
  const bool raw = model.classifies ? !o.filtered : o.filter;
  for (const std::string& trace : o.traces) {
    const int64_t i = trace_named(source, trace);
    const LabelledTrace read = source.read(i);
    take(cases_of_trace(model, finder, joined("trace ", i, " ", read.info.id), read, raw));
  }
  return cases;
}

void check_options(const ExplainWindowOptions& o, const ExplainedModel& model) {
  require(o.data.empty() != o.files.empty(), "explain window: give waveform files and --time, or --data and --trace");
  require(o.files.empty() || !o.times.empty(),
          "explain window: when in the files? Give --time, as 2019-07-06T03:19:53");
  require(o.data.empty() || !o.traces.empty(), "explain window: which of the traces? Give --trace NUMBER or NAME");
  require(!(model.classifies ? o.filter : o.filtered), "explain window: ",
          model.classifies ? "--filter is EQTransformer's; the classifier's traces are filtered unless --filtered"
                           : "--filtered is the classifier's; EQTransformer's traces are not filtered unless --filter");
}

}  // namespace

int explain_window(const ExplainWindowOptions& o) {
  if (o.common.threads > 0) set_thread_count(o.common.threads);
  const std::string file = model_file(o.common.model.empty() ? default_model : o.common.model);
  const Device device = choose_device(o.common.device).device;
  const ExplainedModel model = load_explained(file, device);
  check_options(o, model);
  ScanOptions scan;  // at the model's own stride and thresholds
  scan.model = file;
  const Finder finder = make_finder(scan, {.device = device, .line = ""});
  make_folder(o.common.out);
  const std::vector<Case> cases = chosen_cases(o, model, finder);
  const InterruptGuard guard;
  const size_t done = explain_cases(model, cases, o.targets, o.maps, o.common.out, o.common.quiet, guard);
  if (!o.common.quiet)
    std::printf("%zu of %zu windows explained; look at %s/index.html\n", done, cases.size(), o.common.out.c_str());
  return done < cases.size() ? 130 : 0;
}

}  // namespace seisgrad
