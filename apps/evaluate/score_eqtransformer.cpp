#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "apps/device.h"
#include "apps/evaluate/model_score.h"
#include "apps/model/load.h"
#include "apps/model/settings.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/scan/picker.h"
#include "apps/scan/uncertainty.h"
#include "autograd/ops.h"
#include "data/normalise.h"
#include "data/packed.h"
#include "data/window_examples.h"

namespace seisgrad {
namespace {

constexpr float weakest = 0.02f;  // picks that thresholds are tried on

// What a model says of one window, each of its samples; deviations where there were several passes.
struct Traces {
  std::vector<float> value[3];               // detection, P, S
  std::array<std::vector<float>, 3> passes;  // of Monte Carlo dropout
};

struct Example {
  std::string name;
  Window window;
};

class Models {
 public:
  Models(const EvaluateOptions& o, Device device) : options_(o), device_(device) {
    std::vector<std::string> files = {o.model};
    files.insert(files.end(), o.ensemble.begin(), o.ensemble.end());
    for (const std::string& file : files) {
      LoadedModel loaded = load_eqtransformer(file);
      const ScanSettings own = settings_from_json(loaded.preprocessing);
      if (models_.empty()) settings = own;
      require(own.profile == settings.profile &&
                  (models_.empty() || loaded.model.config().samples == models_[0].config().samples),
              "evaluate: ", file, " has another window or preprocessing than ", o.model, "; they make no ensemble");
      move_to(loaded.model, device);
      name += (name.empty() ? "" : "+") + loaded.name;
      models_.push_back(std::move(loaded.model));
    }
    require(o.dropout_passes == 0 || files.size() == 1, "evaluate: Monte Carlo dropout is of one model");
  }

  int64_t samples() const { return models_[0].config().samples; }

  std::vector<Traces> operator()(const std::vector<Example>& examples, uint32_t first) const {
    std::vector<Traces> results(examples.size());
    if (options_.dropout_passes > 0) {
      for (size_t i = 0; i < examples.size(); ++i)
        results[i] = passes_of(examples[i], first + static_cast<uint32_t>(i));
      return results;
    }
    std::vector<real> input;
    for (const Example& e : examples) input.insert(input.end(), e.window.samples.begin(), e.window.samples.end());
    const Tensor x =
        Tensor::from({static_cast<int64_t>(examples.size()), 3, samples()}, std::span<const real>(input), device_);
    for (const EQTransformer& model : models_) {
      const auto y = model(x);
      for (size_t k = 0; k < 3; ++k) {
        const Tensor host = (k == 0 ? y.detection : k == 1 ? y.p : y.s).to(Device::cpu);
        for (size_t i = 0; i < examples.size(); ++i) {
          const auto row = host.values().subspan(i * static_cast<size_t>(samples()), static_cast<size_t>(samples()));
          std::vector<float>& mean = results[i].value[k];
          mean.resize(row.size(), 0.0f);
          for (size_t t = 0; t < row.size(); ++t)
            mean[t] += static_cast<float>(row[t]) / static_cast<float>(models_.size());
        }
      }
    }
    return results;
  }

  std::string name;
  ScanSettings settings;

 private:
  Traces passes_of(const Example& e, uint32_t number) const {
    std::vector<real> copies;
    for (int64_t k = 0; k < options_.dropout_passes; ++k)
      copies.insert(copies.end(), e.window.samples.begin(), e.window.samples.end());
    const Tensor x = Tensor::from({options_.dropout_passes, 3, samples()}, std::span<const real>(copies), device_);
    Traces t;
    t.passes = dropout_passes(models_[0], x, options_.seed, number);
    for (size_t k = 0; k < 3; ++k) {
      t.value[k].assign(static_cast<size_t>(samples()), 0.0f);
      for (size_t i = 0; i < t.passes[k].size(); ++i)
        t.value[k][i % t.value[k].size()] += t.passes[k][i] / static_cast<float>(options_.dropout_passes);
    }
    return t;
  }

  const EvaluateOptions& options_;
  Device device_;
  std::vector<EQTransformer> models_;
};

// Windows as validation has them; nothing, with the reason noted, of a trace that is of no use.
std::optional<Example> example_of(const TraceSource& source, int64_t i, const EvaluateOptions& o,
                                  const PreprocessingProfile& profile, int64_t samples, EqtransformerScore& score) {
  std::string name = joined("trace ", i);
  try {
    LabelledTrace trace = source.read(i);
    name = trace.info.id;
    const std::string why = why_unusable(trace);
    if (!why.empty()) throw std::runtime_error(why);
    if (o.filter) trace = filtered(trace, profile);
    if (std::abs(trace.info.rate - profile.rate) > 1e-6 * profile.rate)
      throw std::runtime_error(joined("it has ", trace.info.rate, " samples a second, the model ", profile.rate));
    Example e{name, cut_window(std::move(trace), samples, {o.seed, Purpose::augmentation}, i)};
    normalise(e.window.samples, 3, profile.normalisation);
    reorder_components(e.window.samples, profile.component_order);
    return e;
  } catch (const std::exception& error) {
    score.bad[name] = error.what();
    return std::nullopt;
  }
}

// Two kinds of groups: picks that count, and all picks that thresholds are tried on.
struct Groups {
  std::vector<PickGroup> counted[2], all[2];
};

void score_detection(const Traces& t, const Window& w, float threshold, EqtransformerScore& score) {
  const std::vector<Run> runs = find_runs(t.value[0], threshold);
  const double largest = *std::max_element(t.value[0].begin(), t.value[0].end());
  score.detection_cases.push_back({largest, !w.events.empty()});
  if (w.events.empty()) score.detection.extra += !runs.empty();
  for (const EventSamples& e : w.events) {
    const double begin = std::isnan(e.p) ? e.s : e.p, end = e.end(w.coda_end, w.rate);
    const bool hit = std::any_of(runs.begin(), runs.end(), [&](const Run& r) {
      return static_cast<double>(r.off) >= begin && static_cast<double>(r.on) <= end;
    });
    ++(hit ? score.detection.found : score.detection.missed);
  }
}

void add_picks(const Traces& t, const Window& w, float threshold, size_t k, Groups& groups) {
  const auto ns = [&](double sample) { return std::llround(sample / w.rate * static_cast<double>(ns_per_second)); };
  PickGroup counted, all;
  for (const Peak& p : find_peaks(t.value[k + 1], std::min(weakest, threshold), std::llround(0.5 * w.rate))) {
    const PickGroup::Pick pick{ns(static_cast<double>(p.sample)), p.probability};
    all.picks.push_back(pick);
    if (p.probability >= threshold) counted.picks.push_back(pick);
  }
  for (const EventSamples& e : w.events) {
    const double arrival = k == 0 ? e.p : e.s;
    if (arrival >= 0 && arrival < static_cast<double>(w.length)) counted.references.push_back(ns(arrival));
  }
  all.references = counted.references;
  groups.counted[k].push_back(std::move(counted));
  groups.all[k].push_back(std::move(all));
}

// The time from P to S of events of which both were found in one trace, the first of each.
void add_s_minus_p(const std::vector<TraceOutcome>& outcomes, size_t begin, const Window& w, PickerScore& score) {
  const auto found = [&](const char* phase, double sample) -> const TraceOutcome* {
    for (size_t i = begin; i < outcomes.size(); ++i)
      if (outcomes[i].phase == phase && !std::isnan(outcomes[i].pick) &&
          std::abs(outcomes[i].reference - sample / w.rate) < 1e-6)
        return &outcomes[i];
    return nullptr;
  };
  for (const EventSamples& e : w.events) {
    const TraceOutcome *p = found("P", e.p), *s = found("S", e.s);
    if (!p || !s || !(s->reference > p->reference)) continue;
    const double truth = s->reference - p->reference, error = std::abs(s->pick - p->pick - truth);
    score.s_minus_p_percent =
        (score.s_minus_p_percent * static_cast<double>(score.s_minus_p_count) + 100 * error / truth) /
        static_cast<double>(score.s_minus_p_count + 1);
    ++score.s_minus_p_count;
  }
}

// Of the group that was added last; matched anew, group by group, because deviations are not kept.
void add_outcomes(const Example& e, const Traces& t, const PickGroup& group, size_t k, double tolerance,
                  std::vector<TraceOutcome>& outcomes) {
  const auto seconds = [](int64_t ns) { return static_cast<double>(ns) / static_cast<double>(ns_per_second); };
  std::vector<int64_t> times;
  for (const PickGroup::Pick& p : group.picks) times.push_back(p.time);
  std::vector<double> reference_of(times.size(), unknown);
  std::vector<bool> found(group.references.size());
  for (const Match& m : match_closest(times, group.references, std::llround(tolerance * 1e9)))
    reference_of[m.pick] = seconds(group.references[m.reference]), found[m.reference] = true;
  for (size_t i = 0; i < times.size(); ++i) {
    TraceOutcome row{e.name, k == 0 ? "P" : "S", reference_of[i], seconds(times[i]), group.picks[i].probability,
                     unknown};
    const auto sample = static_cast<int64_t>(std::llround(row.pick * e.window.rate));
    if (!t.passes[0].empty())
      row.deviation = spread_at(t.passes[k + 1], e.window.length, sample, e.window.rate).probability_deviation;
    outcomes.push_back(row);
  }
  for (size_t i = 0; i < found.size(); ++i)
    if (!found[i]) outcomes.push_back({e.name, k == 0 ? "P" : "S", seconds(group.references[i]), unknown, 0, unknown});
}

}  // namespace

EqtransformerScore score_eqtransformer(const EvaluateOptions& o) {
  const Models models(o, choose_device(o.device).device);
  const TraceSource source = evaluated_source(o);
  require(source.size > 0, o.data, ": no trace in its part \"", o.part, "\"");
  EqtransformerScore score{
      .picks = {}, .thresholds = {}, .detection = {}, .detection_cases = {}, .outcomes = {}, .bad = {}};
  score.picks.name = models.name;
  score.thresholds[0] = o.detection_threshold.value_or(models.settings.detection_threshold);
  score.thresholds[1] = static_cast<float>(o.p_threshold.value_or(models.settings.p_threshold));
  score.thresholds[2] = static_cast<float>(o.s_threshold.value_or(models.settings.s_threshold));

  const InterruptGuard guard;
  std::optional<Progress> progress;
  if (!o.quiet) progress.emplace("evaluating", "traces", source.size);
  Groups groups;
  for (int64_t at = 0; at < source.size; at += o.batch) {
    if (guard.interrupted()) throw Interrupted("interrupted; nothing is written");
    std::vector<Example> examples;
    for (int64_t i = at; i < std::min(at + o.batch, source.size); ++i)
      if (auto e = example_of(source, i, o, models.settings.profile, models.samples(), score))
        examples.push_back(std::move(*e));
    if (examples.empty()) continue;
    const std::vector<Traces> traces = models(examples, static_cast<uint32_t>(score.traces));
    for (size_t i = 0; i < examples.size(); ++i) {
      score_detection(traces[i], examples[i].window, score.thresholds[0], score);
      const size_t begin = score.outcomes.size();
      for (size_t k = 0; k < 2; ++k) {
        add_picks(traces[i], examples[i].window, score.thresholds[k + 1], k, groups);
        add_outcomes(examples[i], traces[i], groups.counted[k].back(), k, o.tolerances[0], score.outcomes);
      }
      add_s_minus_p(score.outcomes, begin, examples[i].window, score.picks);
    }
    score.traces += static_cast<int64_t>(examples.size());
    if (progress) progress->advance(o.batch);
  }
  require(score.traces > 0, o.data,
          ": none of its traces can be used; the first: ", score.bad.empty() ? "" : score.bad.begin()->second);
  for (size_t k = 0; k < 2; ++k) {
    PhaseScore phase = score_phase(k == 0 ? "P" : "S", groups.counted[k], o.tolerances);
    PhaseScore all = score_phase(phase.phase, groups.all[k], o.tolerances);
    phase.sweep = std::move(all.sweep);
    phase.reliability = std::move(all.reliability);
    score.picks.phases.push_back(std::move(phase));
  }
  return score;
}

}  // namespace seisgrad
