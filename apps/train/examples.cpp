#include "apps/train/examples.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <sstream>

#include "apps/train/sources.h"
#include "data/phase_examples.h"
#include "data/review.h"
#include "data/window_examples.h"

namespace seisgrad {
namespace {

WindowExampleOptions window_options(const TrainConfig& c, bool training) {
  WindowExampleOptions options{.seed = c.seed,
                               .samples = c.eqtransformer.samples,
                               .labels = c.labels,
                               .augmentation = {},
                               .profile = c.preprocessing.profile,
                               .filter = c.data.filter};
  if (training) options.augmentation = c.augmentation;
  return options;
}

void require_every_class(const TrainConfig& c, const std::vector<int64_t>& counts) {
  std::string missing;
  for (size_t k = 0; k < counts.size(); ++k)
    if (counts[k] == 0) missing += (missing.empty() ? "" : ", ") + c.classifier.classes[k];
  require(missing.empty(), "training: no example of ", missing,
          "; the classifier needs data of each of its classes, and network/classes can be others, e.g. "
          "--set 'network/classes=[\"noise\",\"P\",\"S\"]'");
}

// With its traces there: what is made of them, in which order.
void finish(Examples::Subset& s, const TrainConfig& c, std::vector<ExampleRef> refs, const Order::Options& order,
            bool training) {
  s.order = std::make_unique<const Order>(std::move(refs), order);
  const auto take = [&](auto examples) {
    const auto made = std::make_shared<const decltype(examples)>(std::move(examples));
    s.shape = made->shape();
    s.positions = made->positions();
    s.make = [made](auto... arguments) { return made->make(arguments...); };
  };
  if (c.is_classifier()) take(PhaseExamples(*s.traces, *s.order, phase_options(c, training)));
  else take(WindowExamples(*s.traces, *s.order, window_options(c, training)));
}

// Makes an example of each data set, or throws saying why none of its first hundred can be made: validation would show
// it after the first epoch only, and beside a good data set it would never show.
void try_each(const TrainConfig& c, const std::vector<TraceSource>& sources, const std::vector<ExampleRef>& refs) {
  constexpr size_t tried = 100;
  std::vector<std::vector<ExampleRef>> of_source(sources.size());
  for (const ExampleRef& ref : refs)
    if (auto& some = of_source[static_cast<size_t>(ref.source)]; some.size() < tried) some.push_back(ref);
  for (std::vector<ExampleRef>& some : of_source) {
    if (some.empty()) continue;
    Examples::Subset one;
    one.traces = std::make_unique<const TrainingTraces>(sources);
    finish(one, c, std::move(some), {.seed = c.seed, .weights = {}}, false);
    std::vector<float> input(static_cast<size_t>(one.shape.input)), target(static_cast<size_t>(one.shape.target));
    one.make(0, 0, input, target);
  }
}

Examples::Subset subset_of(const TrainConfig& c, std::vector<TraceSource> sources, bool training) {
  Examples::Subset s;
  s.traces = std::make_unique<const TrainingTraces>(std::move(sources));
  std::vector<ExampleRef> refs = c.is_classifier() ? phase_refs(s.traces->sources(), phase_options(c, training))
                                                   : window_refs(s.traces->sources());
  if (training && !c.data.review.empty())
    apply(read_review(c.data.review, c.classifier.classes), s.traces->sources(), refs);
  require(!refs.empty(), training ? "training: no trace gives an example" : "training: nothing to validate with",
          training ? "" : "; raise split/validation or name data with --validation");
  s.categories.assign(category_names(c).size(), 0);
  for (const ExampleRef& ref : refs) ++s.categories[static_cast<size_t>(ref.category)];
  if (training && c.is_classifier()) require_every_class(c, s.categories);
  try_each(c, s.traces->sources(), refs);
  Order::Options order{.seed = c.seed, .weights = {}};
  if (training) order = {c.seed, c.data.weights, c.data.balance, c.data.epoch};
  finish(s, c, std::move(refs), order, training);
  return s;
}

}  // namespace

PhaseExampleOptions phase_options(const TrainConfig& c, bool training) {
  PreprocessingProfile profile = c.preprocessing.profile;
  if (!c.data.filter) profile.band_pass = false, profile.taper_seconds = 0;
  return {.seed = c.seed,
          .classes = c.classifier.classes,
          .samples = c.classifier.samples,
          .shift = c.shift,
          .noise = c.data.noise,
          .noise_distance = c.data.noise_distance,
          .noise_beside = c.data.noise_beside,
          .cut_short = c.cut_short,
          .cut_taper = c.preprocessing.profile.taper_seconds,
          .profile = profile,
          .training = training};
}

std::vector<std::string> category_names(const TrainConfig& c) {
  return c.is_classifier() ? c.classifier.classes : std::vector<std::string>{"noise", "events"};
}

Examples open_examples(const TrainConfig& c) {
  require(!c.data.paths.empty(), "training: no data; give --data PATH, or data/paths in the configuration");
  for (const auto* names : {&c.data.paths, &c.data.validation})
    for (const std::string& name : *names) check_source(name);
  Examples examples;
  std::vector<TraceSource> training, validation;
  const auto hash_of = [](const TraceSource& source) { return joined(std::hex, source.hash); };
  for (const std::string& path : c.data.paths) {
    if (c.data.validation.empty()) {
      training.push_back(open_source(path, c.split, Part::training));
      validation.push_back(open_source(path, c.split, Part::validation));
    } else {
      training.push_back(open_source(path));
    }
    examples.hash += (examples.hash.empty() ? "" : " ") + hash_of(training.back());
  }
  for (const std::string& path : c.data.validation) {
    validation.push_back(open_source(path));
    examples.hash += " / " + hash_of(validation.back());
  }
  examples.training = subset_of(c, std::move(training), true);
  require(examples.training.positions >= c.batch, "training: ", examples.training.positions,
          " examples make no batch of ", c.batch, "; give a smaller --batch");
  examples.validation = subset_of(c, std::move(validation), false);
  return examples;
}

std::string bad_traces_csv(const Examples& examples, const std::string& before) {
  std::map<std::string, std::string> bad = examples.training.traces->bad();
  bad.merge(examples.validation.traces->bad());
  const std::string header = "trace,reason\n";
  std::set<std::string> lines;
  if (before.starts_with(header)) {
    std::istringstream rows(before.substr(header.size()));
    for (std::string line; std::getline(rows, line);) lines.insert(line + "\n");
  }
  const auto quoted = [](std::string field) {
    std::replace(field.begin(), field.end(), '\n', ' ');
    for (size_t at = 0; (at = field.find('"', at)) != std::string::npos; at += 2) field.insert(at, 1, '"');
    return '"' + field + '"';
  };
  for (const auto& [trace, why] : bad) lines.insert(quoted(trace) + "," + quoted(why) + "\n");
  return std::accumulate(lines.begin(), lines.end(), header);
}

}  // namespace seisgrad
