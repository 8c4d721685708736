#include "data/window_examples.h"

#include <algorithm>
#include <cmath>

#include "data/dice.h"
#include "data/normalise.h"
#include "data/preprocess.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr std::uint16_t cutting = 100;  // the stream of where a window is cut; those below are augmentation's

bool same_rate(double a, double b) { return std::abs(a - b) < 1e-6 * b; }

// Where a window of n begins in a trace of N > n samples: anywhere, but with one event's P and S half a second inside
// if they fit.
std::int64_t cut_at(const TraceInfo& info, const std::vector<EventSamples>& events, std::int64_t n, Dice& dice) {
  const double room = static_cast<double>(info.samples - n), margin = 0.5 * info.rate;
  double low = 0, high = room;
  if (!events.empty()) {
    const EventSamples& e = events[static_cast<std::size_t>(dice.integer(0, static_cast<std::int64_t>(events.size())))];
    const double first = std::isnan(e.p) ? e.s : e.p, last = std::isnan(e.s) ? e.p : e.s;
    high = std::clamp(first - margin, 0.0, room);
    low = std::clamp(last + margin - static_cast<double>(n), 0.0, high);
  }
  return static_cast<std::int64_t>(std::floor(dice.uniform(low, high)));
}

}  // namespace

Window cut_window(LabelledTrace trace, std::int64_t samples, RandomKey random, std::int64_t example) {
  const TraceInfo& info = trace.info;
  Window w;
  w.length = samples;
  w.rate = info.rate;
  w.noise = info.noise;
  w.events = events_of(info);
  w.coda_end = info.coda_end;
  std::copy(info.snr_db, info.snr_db + 3, w.snr_db);
  if (info.samples == samples) {
    w.samples = std::move(trace.samples);
    return w;
  }
  std::int64_t begin = 0;
  if (info.samples > samples) {
    random.stream = cutting;
    Dice dice(random, example);
    begin = cut_at(info, w.events, samples, dice);
  }
  const std::int64_t count = std::min(samples, info.samples - begin);
  w.samples.assign(static_cast<std::size_t>(3 * samples), 0.0f);
  for (std::int64_t c = 0; c < 3; ++c) {
    const auto from = trace.samples.begin() + c * info.samples + begin;
    std::copy(from, from + count, w.samples.begin() + c * samples);
  }
  const double by = static_cast<double>(begin), n = static_cast<double>(samples);
  for (EventSamples& e : w.events) e.p -= by, e.s -= by;
  w.coda_end -= by;
  std::erase_if(w.events, [&](const EventSamples& e) {  // what is over before, or begins after
    const double first = std::isnan(e.p) ? e.s : e.p;
    return first >= n || e.end(w.coda_end, w.rate) <= 0;
  });
  return w;
}

LabelledTrace filtered(const LabelledTrace& trace, const PreprocessingProfile& profile) {
  LabelledTrace result{trace.info, {}};
  for (std::int64_t c = 0; c < 3; ++c) {
    const auto row = trace.samples.begin() + c * trace.info.samples;
    Segment segment{trace.info.stream, trace.info.start, trace.info.rate, {row, row + trace.info.samples}};
    segment = preprocess(std::move(segment), profile);
    result.info.start = segment.start;
    result.info.samples = segment.size();
    result.samples.insert(result.samples.end(), segment.samples.begin(), segment.samples.end());
  }
  result.info.rate = profile.rate;
  const double factor = profile.rate / trace.info.rate;
  const double offset = seconds_between(result.info.start, trace.info.start) * profile.rate;
  for (Arrival& a : result.info.arrivals) a.sample = a.sample * factor + offset;
  result.info.coda_end = result.info.coda_end * factor + offset;
  return result;
}

void reorder_components(std::span<float> window, const std::string& order) {
  if (order == "ENZ") return;
  const std::vector<float> from(window.begin(), window.end());
  const std::size_t n = window.size() / 3;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::size_t row = std::string("ENZ").find(order.at(c));
    require(row < 3, "components: expected an order of E, N and Z, got ", order);
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(row * n), n,
                window.begin() + static_cast<std::ptrdiff_t>(c * n));
  }
}

std::vector<ExampleRef> window_refs(const std::vector<TraceSource>& sources) {
  std::vector<ExampleRef> refs;
  for (std::size_t s = 0; s < sources.size(); ++s)
    for (std::int64_t i = 0; i < sources[s].size; ++i)
      refs.push_back({.source = static_cast<std::int32_t>(s),
                      .category = sources[s].info && sources[s].info(i).noise ? 0 : 1,
                      .trace = i,
                      .arrival = -1});
  return refs;
}

WindowExamples::WindowExamples(const TrainingTraces& traces, const Order& order, WindowExampleOptions options)
    : traces_(traces),
      order_(order),
      options_(std::move(options)),
      copies_(options_.augmentation && options_.augmentation->plain_half ? 2 : 1) {
  if (!options_.augmentation || options_.augmentation->real_noise == 0) return;
  for (const ExampleRef& ref : order.refs())
    if (ref.category == 0) noise_.push_back(ref);
  require(!noise_.empty(), "augmentation: real_noise needs noise traces, and there are none");
}

std::vector<float> WindowExamples::noise_of(std::uint32_t word) const {
  const ExampleRef& ref = noise_[static_cast<std::size_t>(std::uint64_t{word} * noise_.size() >> 32)];
  std::optional<LabelledTrace> trace = traces_.read(ref);
  if (trace && options_.filter) trace = filtered(*trace, options_.profile);
  if (!trace || !same_rate(trace->info.rate, options_.profile.rate)) return {};
  return cut_window(std::move(*trace), options_.samples, {options_.seed, Purpose::augmentation, word}, ref.trace)
      .samples;
}

std::int32_t WindowExamples::make(std::uint32_t epoch, std::int64_t position, std::span<float> input,
                                  std::span<float> target) const {
  const bool validation = !options_.augmentation;
  const RandomKey key{options_.seed, Purpose::augmentation, validation ? 0 : epoch};
  std::int32_t category = 0;
  use_example(traces_, order_, validation ? 0 : epoch, position / copies_,
              [&](const ExampleRef& ref, LabelledTrace trace) -> std::string {
                const PreprocessingProfile& profile = options_.profile;
                if (options_.filter) trace = filtered(trace, profile);
                if (!same_rate(trace.info.rate, profile.rate))
                  return joined("it has ", trace.info.rate, " samples a second, the model ", profile.rate);
                Window window = cut_window(std::move(trace), options_.samples, key, position);
                if (!validation)
                  augment(
                      window, *options_.augmentation, key, position, copies_ == 2 && position % 2 == 0,
                      noise_.empty() ? NoiseOf{} : [this](std::uint32_t word) { return noise_of(word); });
                std::copy(window.samples.begin(), window.samples.end(), input.begin());
                draw_labels(window.events, options_.labels, window.coda_end, window.rate, target);
                category = ref.category;
                return {};
              });
  normalise(input, 3, options_.profile.normalisation);
  reorder_components(input, options_.profile.component_order);
  return category;
}

}  // namespace seisgrad
