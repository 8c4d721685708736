#include "data/synthetic/trace_info.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "data/snr.h"
#include "data/synthetic/visible.h"

namespace seisgrad {
namespace {

// After this sample of the frame a second's power stays below the noise's.
double coda_end(const Scene& scene, double from) {
  const double rate = scene.config.rate, n = static_cast<double>(scene.frame);
  for (double end = from + rate; end <= n; end += rate / 2) {
    double power = 0;
    for (const PlacedEvent& event : scene.events) power += power_between(event.waves, end - rate, end);
    if (power < scene.noise_level * scene.noise_level) return end;
  }
  return n;
}

bool hidden_by_others(const Scene& scene, const PlacedEvent& event, double time) {
  const double rate = scene.config.rate, own = power_between(event.waves, time * rate, (time + 1) * rate);
  double others = 0;
  for (const PlacedEvent& other : scene.events)
    if (&other != &event) others += power_between(other.waves, (time - 0.5) * rate, (time + 0.5) * rate);
  return own < others;
}

struct Seen {
  const Incoming *p, *s;
  double contrast = 0;  // of P or, where that is not in the trace, S
};

bool inside(const Scene& scene, const Incoming* ray) {
  return ray && ray->time >= scene.at(0) && ray->time <= scene.at(scene.config.seconds - 1 / scene.config.rate);
}

// The labelled rays of each event, or nothing for one that is to be taken out: one of which the trace has an arrival
// that cannot be seen, or none that is clear, unless only its coda is in the trace.
Seen look(const Scene& scene, const PlacedEvent& event) {
  bool good = true, clear = false, any = false;
  const Sight p = first_seen(scene, event, Wave::p), s = first_seen(scene, event, Wave::s);
  for (const Sight& sight : {p, s}) {
    if (!inside(scene, sight.ray)) continue;
    any = true;
    clear |= sight.contrast >= clear_contrast;
    good &= sight.contrast >= faint_contrast && !hidden_by_others(scene, event, sight.ray->time);
  }
  if (!any || (good && clear)) return {p.ray, s.ray, inside(scene, p.ray) ? p.contrast : s.contrast};
  return {};
}

// Power of the strongest second that begins with a labelled arrival.
double strength(const Scene& scene, const PlacedEvent& event, const Seen& seen) {
  const double rate = scene.config.rate;
  double most = 0;
  for (const Incoming* ray : {seen.p, seen.s})
    if (inside(scene, ray)) most = std::max(most, power_between(event.waves, ray->time * rate, (ray->time + 1) * rate));
  return most;
}

// The chance that a bulletin lists an event whose arrivals have this contrast, and which has this share of the power of
// the strongest event in the trace: one half at 10 dB, and one half at -22 dB. Of Californian records' events that an
// eye finds, analysts listed about so many.
double chance_of_listing(double contrast, double share) {
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto db = [](double power) { return 10 * std::log10(std::max(power, 1e-9)); };
  return logistic((db(contrast) - 10) / 8) * logistic((db(share) + 22) / 5);
}

void add_arrivals(const Scene& scene, const PlacedEvent& event, const Seen& seen, std::vector<Arrival>& arrivals) {
  const SyntheticConfig& c = scene.config;
  for (const Incoming& ray : event.at.incoming) {
    if (!*ray.phase || !(c.later_phases || &ray == seen.p || &ray == seen.s)) continue;
    const std::string first = ray.wave == Wave::p ? "P" : "S";
    const double sample = (ray.time - scene.at(0)) * c.rate;
    // a P before the trace is listed where its S is inside, for the detection that lasts between them
    const bool under_way = sample < 0 && &ray == seen.p && inside(scene, seen.s);
    if (inside(scene, &ray) || under_way)
      arrivals.push_back({c.phase_names || c.later_phases ? ray.phase : first, sample});
  }
}

// Takes out of the scene what is not seen, and of two events those whose P and S do not come in one order, because
// nobody could tell whose they are. Lists arrivals; events that are listed come first.
void keep_visible(Scene& scene, std::vector<Arrival>& arrivals) {
  struct Candidate {
    std::size_t event;
    Seen seen;
    double strength;
  };
  std::vector<Candidate> candidates;
  double strongest = 0;
  for (std::size_t i = 0; i < scene.events.size(); ++i) {
    const Seen seen = look(scene, scene.events[i]);
    if (!seen.p && !seen.s) continue;
    candidates.push_back({i, seen, strength(scene, scene.events[i], seen)});
    strongest = std::max(strongest, candidates.back().strength);
  }
  Dice dice(scene.config.seed, Purpose::synthetic_event, scene.index, 9);
  std::vector<PlacedEvent> listed, others;
  std::vector<const Candidate*> kept;
  for (const Candidate& c : candidates) {  // the first event is drawn first: it stays where it can
    const auto clash = [&](const Candidate* other) {
      if (!c.seen.p || !c.seen.s || !other->seen.p || !other->seen.s) return true;
      const double p = c.seen.p->time - other->seen.p->time, s = c.seen.s->time - other->seen.s->time;
      return p * s <= 0 || std::min(std::abs(p), std::abs(s)) < 0.5;
    };
    if (std::any_of(kept.begin(), kept.end(), clash)) continue;
    kept.push_back(&c);
    PlacedEvent& event = scene.events[c.event];
    const bool list =
        !scene.config.as_bulletin || dice.chance(chance_of_listing(c.seen.contrast, c.strength / strongest));
    if (list) add_arrivals(scene, event, c.seen, arrivals);
    (list ? listed : others).push_back(std::move(event));
  }
  listed.insert(listed.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  scene.events = std::move(listed);
}

}  // namespace

Place point_at(Place from, double distance, double azimuth) {
  const double d = distance / earth_radius, degree = M_PI / 180, lat = from.latitude * degree;
  const double to = std::asin(std::sin(lat) * std::cos(d) + std::cos(lat) * std::sin(d) * std::cos(azimuth));
  const double turn =
      std::atan2(std::sin(azimuth) * std::sin(d) * std::cos(lat), std::cos(d) - std::sin(lat) * std::sin(to));
  return {to / degree, std::remainder(from.longitude + turn / degree, 360)};
}

TraceInfo describe(Scene& scene) {
  const SyntheticConfig& c = scene.config;
  TraceInfo info;
  const std::string number = std::to_string(c.seed) + "_" + std::to_string(scene.index);
  info.id = "SYN" + number;
  info.stream = {.network = "SY",
                 .station = "S" + std::to_string(scene.index % 10000),
                 .location = "",
                 .channel = scene.sensor.acceleration   ? "HN"
                            : scene.sensor.corner < 0.9 ? "HH"
                                                        : "EH"};
  info.start = plus_seconds(time_from_date(2020, 1, 1), 300. * static_cast<double>(scene.index));
  info.rate = c.rate;
  info.samples = static_cast<std::int64_t>(scene.samples());
  Dice dice(c.seed, Purpose::synthetic_event, scene.index, 8);
  const Place station{dice.uniform(-60, 70), dice.uniform(-180, 180)};
  info.station_latitude = station.latitude, info.station_longitude = station.longitude;
  info.station_elevation = std::round(dice.uniform(0, 2500));

  keep_visible(scene, info.arrivals);
  std::stable_sort(info.arrivals.begin(), info.arrivals.end(),
                   [](const Arrival& a, const Arrival& b) { return a.sample < b.sample; });
  info.noise = info.arrivals.empty();
  if (info.noise) return info;
  info.event = "EV" + number;
  const double ended = coda_end(scene, scene.at(info.arrivals.back().sample / c.rate) * c.rate) - scene.at(0) * c.rate;
  info.coda_end = std::min(std::floor(ended), static_cast<double>(info.samples - 1));
  const PlacedEvent& main = scene.events.front();
  const Place epicentre = point_at(station, main.distance, main.azimuth + M_PI);
  info.latitude = epicentre.latitude, info.longitude = epicentre.longitude;
  info.depth = main.depth, info.magnitude = main.magnitude, info.distance = main.distance;
  info.back_azimuth = std::remainder(main.azimuth * 180 / M_PI, 360) + 180;
  info.origin = plus_seconds(info.start, main.origin - scene.at(0));
  return info;
}

void measure_snr(LabelledTrace& trace) {
  const TraceInfo& info = trace.info;
  if (info.arrivals.empty()) return;
  const auto shown =
      std::find_if(info.arrivals.begin(), info.arrivals.end(), [](const Arrival& a) { return a.sample >= 0; });
  const auto at = static_cast<std::int64_t>(shown->sample), width = static_cast<std::int64_t>(info.rate);
  const std::int64_t from = std::max<std::int64_t>(0, at - width), to = std::min(info.samples, at + width);
  if (at - from < 5 || to - at < 5) return;
  for (int component = 0; component < 3; ++component) {
    const float* x = trace.samples.data() + component * info.samples;
    trace.info.snr_db[component] = snr_db({x + from, x + at}, {x + at, x + to});
  }
}

}  // namespace seisgrad
