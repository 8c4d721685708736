// Picks by the phase classifier, or by the mean of several: a window every 0.2 s, a score for its anchor.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "apps/model/load.h"
#include "apps/scan/finder.h"
#include "apps/scan/inference.h"
#include "apps/scan/local_phases.h"
#include "apps/scan/picker.h"
#include "apps/scan/triggers.h"
#include "autograd/ops.h"
#include "data/normalise.h"
#include "data/phase_examples.h"
#include "data/window_examples.h"
#include "kernels/parallel.h"
#include "models/weights.h"

namespace seisgrad {
namespace {

struct Ensemble {
  std::vector<PhaseClassifier> models;
  std::string name;
  ScanSettings settings;
  int64_t length, stride, anchor;  // samples
  int64_t least;                   // of a window, that must have been recorded

  const std::vector<std::string>& classes() const { return models[0].config().classes; }
};

std::shared_ptr<const Ensemble> load(const ScanOptions& options, Device device) {
  auto e = std::make_shared<Ensemble>();
  for (const std::string& file : model_files(options)) {
    Loaded<PhaseClassifier> loaded = read_phase_classifier(file);
    const ScanSettings settings = settings_from_json(loaded.notes.preprocessing);
    if (e->models.empty()) e->settings = settings;
    const PhaseClassifierConfig &config = loaded.model.config(),
                                &first = (e->models.empty() ? loaded.model : e->models[0]).config();
    require(
        config.samples == first.samples && config.classes == first.classes && settings.profile == e->settings.profile,
        "scan: ", file, " has another window, classes or preprocessing than ", options.model,
        "; they make no ensemble");
    require(config.components == 3, "scan: the model takes ", config.components, " components, not 3");
    move_to(loaded.model, device);
    e->name += (e->name.empty() ? "" : "+") + model_name(file);
    e->models.push_back(std::move(loaded.model));
  }
  require(!options.overlap, "scan: --overlap is EQTransformer's; the classifier has --stride");
  const double rate = e->settings.profile.rate;
  e->length = e->models[0].config().samples;
  e->stride = std::llround(options.stride.value_or(e->settings.stride_seconds) * rate);
  e->anchor = PhaseExampleOptions().anchor;
  const double longest = 2;  // s: training shifts windows by as much, so nothing is passed over
  require(e->stride >= 1 && static_cast<double>(e->stride) <= longest * rate, "scan: a stride of ",
          static_cast<double>(e->stride) / rate, " s; the classifier's may be a sample to ", longest, " s");
  require(e->anchor < e->length, "scan: the model's window of ", e->length, " samples ends before its anchor");
  e->least = least_samples(e->settings.profile, e->anchor, e->length);
  return e;
}

// log(1 - p_k) of each class of one row of logits: log-sum-exp of the others minus that of all.
void add_complements(std::span<const real> logits, std::span<double> sums, bool first) {
  const double most = *std::max_element(logits.begin(), logits.end());
  double all = 0;
  for (const real l : logits) all += std::exp(l - most);
  for (size_t k = 0; k < logits.size(); ++k) {
    double others_most = -INFINITY, others = 0;
    for (size_t j = 0; j < logits.size(); ++j)
      if (j != k) others_most = std::max(others_most, static_cast<double>(logits[j]));
    for (size_t j = 0; j < logits.size(); ++j)
      if (j != k) others += std::exp(logits[j] - others_most);
    const double complement = others_most + std::log(others) - most - std::log(all);
    // log of the sum of probabilities, without leaving the logarithm
    const double a = first ? complement : std::max(sums[k], complement), b = first ? 0 : std::min(sums[k], complement);
    sums[k] = first ? complement : a + std::log1p(std::exp(b - a));
  }
}

// Scores at the anchors of the windows: (places,classes) of p and of g = -log10(1 - p); NaN where no window may be.
struct Scores {
  std::vector<float> p, g;
};

// How many windows a segment of so many samples has: as many as are recorded from begin to `e.least`.
int64_t window_count(int64_t samples, const Ensemble& e) {
  return samples < e.least ? 0 : (samples - e.least) / e.stride + 1;
}

// Whether all that was recorded ends with the segment, as training's windows end: a taper's last sample is 0. Where a
// segment ends because one component is absent from there on, the others do not.
bool ends_with_record(const ComponentSegment& segment, const PreprocessingProfile& profile) {
  return profile.taper_seconds == 0 || std::all_of(segment.channels.begin(), segment.channels.end(),
                                                   [](const auto& channel) { return channel.back() == 0; });
}

// Which windows of the segment hold only what was recorded, and zeros behind its end.
std::vector<int64_t> recorded_windows(const ComponentSegment& segment, const Ensemble& e) {
  const int64_t least = ends_with_record(segment, e.settings.profile) ? e.least : e.length;
  std::vector<int64_t> starts;
  for (int64_t start = 0; start + least <= segment.size(); start += e.stride) {
    const auto lacks = [&](const ComponentSegment::Zeros& z) {
      const bool ending = z.end == segment.size() && z.begin >= start + least;  // a component that ends earlier
      return z.begin < start + e.length && start < z.end && !ending;
    };
    if (std::none_of(segment.zeros.begin(), segment.zeros.end(), lacks)) starts.push_back(start);
  }
  return starts;
}

void fill_windows(std::span<real> values, const ComponentSegment& segment, std::span<const int64_t> starts,
                  const Ensemble& e) {
  parallel_for(static_cast<int64_t>(starts.size()), [&](int64_t w) {
    std::vector<float> window(static_cast<size_t>(3 * e.length), 0.0f);
    for (size_t c = 0; c < 3; ++c)
      std::copy_n(segment.channels[c].begin() + starts[w], std::min(e.length, segment.size() - starts[w]),
                  window.begin() + static_cast<int64_t>(c) * e.length);
    normalise(window, 3, e.settings.profile.normalisation);
    reorder_components(window, e.settings.profile.component_order);
    std::copy(window.begin(), window.end(), values.begin() + w * 3 * e.length);
  });
}

bool score_windows(Inference& network, const ComponentSegment& segment, const std::vector<int64_t>& starts,
                   const Ensemble& e, const WindowsDone& done, Scores& scores) {
  const size_t classes = e.classes().size(), models = e.models.size();
  network.forget_started();
  std::vector<double> complements(classes);
  for (std::span<const int64_t> left(starts); !left.empty();) {
    const auto next = left.first(std::min(left.size(), static_cast<size_t>(network.batch())));
    std::vector<std::span<const real>> logits;
    try {
      fill_windows(network.input(static_cast<int64_t>(next.size())), segment, next, e);
      network.start();
      logits = network.finish();
    } catch (const std::bad_alloc& error) {
      network.forget_started();
      network.halve_batch(error);
      continue;
    }
    for (size_t w = 0; w < next.size(); ++w) {
      for (size_t m = 0; m < models; ++m) add_complements(logits[m].subspan(w * classes, classes), complements, m == 0);
      const size_t place = static_cast<size_t>(next[w] / e.stride) * classes;
      for (size_t k = 0; k < classes; ++k) {
        const double complement = std::min(0.0, complements[k] - std::log(static_cast<double>(models)));
        if (std::isnan(complement)) throw std::domain_error("the network's output is not a number");
        scores.p[place + k] = static_cast<float>(-std::expm1(complement));
        scores.g[place + k] = static_cast<float>(-complement / std::numbers::ln10);
      }
    }
    left = left.subspan(next.size());
    if (!done(static_cast<int64_t>(next.size()))) return false;
  }
  return true;
}

// A value a place, spread over the samples from its anchor to the next one.
std::vector<float> on_samples(std::span<const float> places, const Ensemble& e, int64_t samples) {
  std::vector<float> trace(static_cast<size_t>(samples), 0.0f);
  for (int64_t i = e.anchor; i < samples; ++i) {
    const int64_t place = (i - e.anchor) / e.stride;
    if (place < static_cast<int64_t>(places.size()) && !std::isnan(places[place])) trace[i] = places[place];
  }
  return trace;
}

// The spans without a score: what lies before the first anchor and after the last, and about what is missing.
std::vector<UnscoredSpan> unscored_spans(const Ensemble& e, const std::vector<int64_t>& starts, int64_t samples) {
  std::vector<UnscoredSpan> spans;
  int64_t at = 0;
  for (const int64_t start : starts) {
    if (start + e.anchor > at) spans.push_back({at, start + e.anchor, "no window about it"});
    at = std::max(at, start + e.anchor + e.stride);
  }
  if (at < samples) spans.push_back({at, samples, "no window about it"});
  return spans;
}

std::vector<float> class_of(const std::vector<float>& all, size_t k, size_t classes) {
  std::vector<float> one;
  for (size_t i = k; i < all.size(); i += classes) one.push_back(all[i]);
  return one;
}

ScoredSegment pick(const Scores& scores, const std::vector<int64_t>& starts, const Ensemble& e,
                   const ScanOptions& options, int64_t samples) {
  const size_t classes = e.classes().size();
  const double rate = e.settings.profile.rate, places = rate / static_cast<double>(e.stride);  // a second
  ScoredSegment scored{.detection = {}, .runs = {}, .phases = {}};
  scored.unscored = unscored_spans(e, starts, samples);
  std::vector<float> any(scores.p.size() / classes, 0.0f);  // of any phase: one minus noise
  for (size_t k = 0; k < classes; ++k) {
    const std::vector<float> p = class_of(scores.p, k, classes), g = class_of(scores.g, k, classes);
    if (e.classes()[k] == "noise") {
      for (size_t i = 0; i < p.size(); ++i) any[i] = 1 - p[i];
      continue;
    }
    const bool s = e.classes()[k][0] == 'S';
    const float on =
        s ? options.s_threshold.value_or(e.settings.s_threshold) : options.p_threshold.value_or(e.settings.p_threshold);
    const TriggerOptions trigger{.on = on,
                                 .off = std::max(on - 0.25f, on / 2),
                                 .join = std::llround(2 * places),
                                 .dead = std::llround(options.dead_time.value_or(10) * places)};
    PhaseTrace trace{.phase = e.classes()[k], .probability = on_samples(p, e, samples), .picks = {}};
    for (const Trigger& t : find_triggers(p, g, trigger)) {
      const auto sample_of = [&](double place) {
        return e.anchor + std::llround(place * static_cast<double>(e.stride));
      };
      trace.picks.push_back({sample_of(t.centre), t.probability});
      scored.triggers.push_back({trace.phase, sample_of(t.centre), sample_of(static_cast<double>(t.strongest)), t.score,
                                 static_cast<double>(t.off - t.on + 1) / places});
    }
    scored.phases.push_back(std::move(trace));
  }
  scored.detection = on_samples(any, e, samples);
  scored.runs = find_runs(scored.detection, options.detection_threshold.value_or(e.settings.detection_threshold));
  return scored;
}

// The picks with PgSg resolved into its phases, which keep its probability.
std::vector<NamedPick> named_picks(const ComponentSegment& segment, const ScoredSegment& scored) {
  std::vector<NamedPick> named;
  for (const PhaseTrace& trace : scored.phases) {
    if (trace.phase != "PgSg") {
      for (const Peak& peak : trace.picks) named.push_back({trace.phase, peak});
      continue;
    }
    const std::vector<LocalPhases> local = local_phases(segment, trace.picks);
    for (size_t i = 0; i < local.size(); ++i) {
      const float probability = trace.picks[i].probability;
      named.push_back({"Pg", {local[i].pg, probability}});
      if (local[i].sg) named.push_back({"Sg", {*local[i].sg, probability}});
    }
  }
  return named;
}

}  // namespace

Finder classifier_finder(const ScanOptions& options, Device device) {
  require(options.dropout_passes == 0, "scan: Monte Carlo dropout is EQTransformer's; the classifier has an ensemble");
  require(!options.require_detection, "scan: --require-detection is EQTransformer's");
  const std::shared_ptr<const Ensemble> ensemble = load(options, device);
  const std::vector<int64_t> widths(ensemble->models.size(), static_cast<int64_t>(ensemble->classes().size()));
  Pass pass;
  pass.precision = choose_precision(options.precision, device);
  const auto network = [ensemble, pass](const Tensor& x) {
    Inference::Outputs logits;
    for (const PhaseClassifier& model : ensemble->models) logits.push_back(model(x, pass));
    return logits;
  };
  // a window is a sixth of EQTransformer's and its network a fiftieth: more of them at once take no more memory
  const auto inference = std::make_shared<Inference>(network, ensemble->length, widths, 16 * options.batch, device);
  Finder finder{
      .name = ensemble->name, .settings = ensemble->settings, .window = 0, .windows = {}, .find = {}, .batch = {}};
  finder.windows = [ensemble](int64_t samples) { return window_count(samples, *ensemble); };
  finder.find = [=](const ComponentSegment& segment, const WindowsDone& done) -> std::optional<ScoredSegment> {
    if (segment.size() < ensemble->least) throw std::domain_error("shorter than what the classifier needs of a window");
    const std::vector<int64_t> starts = recorded_windows(segment, *ensemble);
    const auto places = static_cast<size_t>(window_count(segment.size(), *ensemble));
    Scores scores;
    scores.p.assign(places * ensemble->classes().size(), NAN);
    scores.g = scores.p;
    if (!score_windows(*inference, segment, starts, *ensemble, done, scores)) return std::nullopt;
    ScoredSegment scored = pick(scores, starts, *ensemble, options, segment.size());
    scored.named = named_picks(segment, scored);
    return scored;
  };
  finder.batch = [inference] { return inference->batch(); };
  return finder;
}

}  // namespace seisgrad
