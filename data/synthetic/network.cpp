#include "data/synthetic/network.h"

#include <algorithm>
#include <cmath>

#include "data/synthetic/disturbances.h"
#include "data/synthetic/visible.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr Place centre{38, 15};

// Epicentral distance (km) and azimuth (radians) from one place to another.
void between(Place from, Place to, double& distance, double& azimuth) {
  const double degree = M_PI / 180, a = from.latitude * degree, b = to.latitude * degree;
  const double turn = (to.longitude - from.longitude) * degree;
  const double east = std::cos(b) * std::sin(turn),
               north = std::cos(a) * std::sin(b) - std::sin(a) * std::cos(b) * std::cos(turn);
  distance = earth_radius * std::atan2(std::hypot(east, north),
                                       std::sin(a) * std::sin(b) + std::cos(a) * std::cos(b) * std::cos(turn));
  azimuth = std::atan2(east, north);
}

double random_magnitude(double least, Dice& dice) { return std::min(5.5, least + dice.exponential(1 / std::log(10.))); }

// Noise of any length: frames that overlap by `fade` samples, faded so that their power stays the same.
void add_long_noise(const Scene& scene, double unsteady, const std::function<void()>& pause, Wavetrain& out) {
  const std::size_t n = out.x[0].size(), frame = std::min<std::size_t>(1u << 16, power_of_two(n)), fade = frame / 16;
  for (std::size_t begin = 0, number = 0; begin < n; begin += frame - fade, ++number) {
    pause();
    Wavetrain piece(frame);
    const RandomKey key{.seed = scene.config.seed,
                        .purpose = Purpose::synthetic_noise,
                        .step = static_cast<std::uint32_t>(scene.index),
                        .stream = static_cast<std::uint16_t>(1000 + 4 * number)};
    add_noise(scene.noise, scene.sensor, scene.config.rate, scene.gain, unsteady, 0.2, 1, key, piece);
    for (std::size_t i = 0; i < frame && begin + i < n; ++i) {
      double in = 1;
      if (i < fade && begin > 0) in = std::sin(M_PI / 2 * (static_cast<double>(i) + 0.5) / static_cast<double>(fade));
      else if (i >= frame - fade)
        in = std::cos(M_PI / 2 * (static_cast<double>(i - (frame - fade)) + 0.5) / static_cast<double>(fade));
      for (int c = 0; c < 3; ++c) out.x[c][begin + i] += static_cast<float>(in) * piece.x[c][i];
    }
  }
}

void add_minutes_of_disturbances(const Scene& scene, double likely, const std::function<void()>& pause, Dice& dice,
                                 Wavetrain& out) {
  const auto minute = static_cast<std::size_t>(60 * scene.config.rate);
  for (std::size_t begin = 0; begin + minute <= out.x[0].size(); begin += minute) {
    pause();
    Wavetrain piece(minute);
    add_disturbances(scene.noise_level, scene.config.rate, likely, dice, piece);
    for (int c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < minute; ++i) out.x[c][begin + i] += piece.x[c][i];
  }
}

// Mean square of the differences of neighbours, because the microseism is slow.
double power_of_changes(const std::vector<float>& x, double from, double to) {
  const auto n = static_cast<double>(x.size());
  const auto begin = static_cast<std::size_t>(std::clamp(from, 1.0, n)),
             end = static_cast<std::size_t>(std::clamp(to, 1.0, n));
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += std::pow(static_cast<double>(x[i]) - x[i - 1], 2);
  return sum / std::max<double>(1, static_cast<double>(end - begin));
}

// Earthquakes of which at least P comes while the network records; none so near that its crust would matter.
void add_far_events(Network& network) {
  const NetworkConfig& c = network.config;
  Dice dice(c.seed, Purpose::synthetic_event, 0, 3);
  const auto total = static_cast<int>(std::llround(c.far_events_per_hour * c.hours));
  for (int i = 0; i < total; ++i) {
    NetworkEvent e;
    e.far = true;
    e.origin = plus_seconds(c.start, dice.uniform(-300, c.hours * 3600));
    e.epicentre = point_at(centre, km_per_degree * dice.uniform(20, 95), dice.uniform(0, 2 * M_PI));
    e.quake = random_quake(dice);
    e.depth = e.quake.depth = dice.chance(0.7) ? dice.uniform(5, 50) : dice.log_uniform(50, 650);
    e.magnitude = e.quake.magnitude = std::min(8.0, 5.5 + dice.exponential(1 / std::log(10.)));
    network.events.push_back(e);
  }
}

// A first P or S, whether its strongest moment stands out, and the power of its event alone in the second after it.
struct Arrived {
  NetworkArrival arrival;
  bool clear = false, far = false;
  double sample = 0, after[3]{};
};

// Whether its begin can be seen: the second after it is clearly stronger than all there is in the second before.
bool begins_visibly(const Arrived& a, const Wavetrain& all, double rate) {
  if (a.far) return true;  // too slow to show in the changes of a second; what hides one is seldom there
  for (int c = 0; c < 3; ++c)
    if (a.after[c] > clear_contrast * power_of_changes(all.x[c], a.sample - rate, a.sample)) return true;
  return false;
}

}  // namespace

Network::Network(const NetworkConfig& c) : config(c) {
  require(c.hours > 0 && c.hours <= 24 * 31, "synthetic: 0 to 744 hours of continuous data, got ", c.hours);
  require(c.stations >= 1 && c.stations <= 999, "synthetic: 1 to 999 stations, got ", c.stations);
  require(c.rate >= 20 && c.rate <= 500, "synthetic: continuous data need 20 to 500 samples a second, got ", c.rate);
  require(c.events_per_hour >= 0 && c.events_per_hour <= 1000, "synthetic: 0 to 1000 events an hour, got ",
          c.events_per_hour);
  require(c.far_events_per_hour >= 0 && c.far_events_per_hour <= 20, "synthetic: 0 to 20 far events an hour, got ",
          c.far_events_per_hour);
  Dice ground(c.seed, Purpose::synthetic_path, 0, 1), dice(c.seed, Purpose::synthetic_event, 0, 1);
  crust = random_crust(ground);
  region = random_region(ground);
  for (int i = 0; i < c.stations; ++i) {
    const std::string number = std::to_string(i + 1);
    stations.push_back({"S" + std::string(3 - std::min<std::size_t>(3, number.size()), '0') + number,
                        point_at(centre, 45 * std::sqrt(ground.uniform()), ground.uniform(0, 2 * M_PI))});
  }
  const double seconds = c.hours * 3600;
  const auto total = static_cast<int>(std::llround(c.events_per_hour * c.hours));
  const Place cluster = point_at(centre, 20 * std::sqrt(dice.uniform()), dice.uniform(0, 2 * M_PI));
  const double cluster_depth = dice.uniform(4, 12), main_time = 0.1 * seconds;
  for (int i = 0; i < total; ++i) {
    NetworkEvent e;
    double at = dice.uniform(0, seconds);
    const bool aftershock = dice.chance(0.5);
    if (aftershock)
      at = main_time + 30 * (std::pow(1 + (seconds - main_time) / 30, dice.uniform()) - 1);  // Omori, c = 30 s
    e.epicentre = aftershock ? point_at(cluster, std::abs(3 * dice.normal()), dice.uniform(0, 2 * M_PI))
                             : point_at(centre, 80 * std::sqrt(dice.uniform()), dice.uniform(0, 2 * M_PI));
    e.depth = aftershock ? std::clamp(cluster_depth + 2 * dice.normal(), 0.5, 25.0)
                         : std::clamp(dice.log_normal(7, 0.6), 0.5, 25.0);
    e.magnitude = random_magnitude(0.8, dice);
    if (i == 0 && total > 4) at = main_time, e.epicentre = cluster, e.depth = cluster_depth, e.magnitude = 4.8;
    e.quake = random_quake(dice);
    e.quake.magnitude = e.magnitude, e.quake.depth = e.depth;
    e.origin = plus_seconds(c.start, at);
    events.push_back(e);
  }
  add_far_events(*this);
  std::sort(events.begin(), events.end(),
            [](const NetworkEvent& a, const NetworkEvent& b) { return a.origin < b.origin; });
  for (std::size_t i = 0; i < events.size(); ++i) events[i].id = "EV" + std::to_string(i + 1);
}

namespace {

// The waves of one station's events, added up; what of them can be seen.
class Recording {
 public:
  Recording(const Network& network, const NetworkStation& station, Scene& scene, std::size_t samples)
      : all(samples), network_(network), station_(station), scene_(scene) {}

  void add_event(const NetworkEvent& e) {
    const NetworkConfig& c = network_.config;
    Dice path(c.seed, Purpose::synthetic_event, scene_.index, 2);
    double distance, azimuth;
    between(e.epicentre, station_.place, distance, azimuth);
    if (!e.far) {
      const auto at = local_path(network_.crust, scene_.site, network_.region, e.quake, distance, azimuth, path);
      return add_waves(e, at, distance, azimuth, {Wave::p, Wave::s}, 0);
    }
    for (const Wave wave : {Wave::p, Wave::s}) {
      const auto at =
          far_path(wave == Wave::p ? 'P' : 'S', network_.crust, scene_.site, e.quake, distance, azimuth, path);
      add_waves(e, at, distance, azimuth, {wave}, wave == Wave::s);
    }
  }

  Wavetrain all;
  std::vector<Arrived> arrived;

 private:
  // `waves`: those whose first arrival is listed, the first of them placed; `part` tells the parts of one event apart.
  void add_waves(const NetworkEvent& e, EventAtStation at, double distance, double azimuth,
                 std::initializer_list<Wave> waves, std::uint16_t part) {
    if (at.incoming.empty()) return;
    const double rate = network_.config.rate, origin = seconds_between(network_.config.start, e.origin);
    const auto n = static_cast<std::int64_t>(all.x[0].size());
    const Wave anchor = *waves.begin();
    double first = 1e9, last = 0, placed = 1e9;
    for (const Incoming& ray : at.incoming) {
      first = std::min(first, ray.time), last = std::max(last, ray.time);
      if (ray.wave == anchor && *ray.phase) placed = std::min(placed, ray.time);
    }
    const auto begin = static_cast<std::int64_t>(std::floor((origin + first - 3) * rate));
    // from 3 s before its first wave to 40 s, for large events three minutes, after its last
    const double seconds = last - first + (e.magnitude > 3 ? 180 : 40);
    if (begin >= n || static_cast<double>(begin) + seconds * rate < 0) return;
    scene_.frame = power_of_two(static_cast<std::size_t>(seconds * rate));
    const PlacedEvent event = place(scene_, e.quake, std::move(at), distance, azimuth, anchor,
                                    origin + placed - static_cast<double>(begin) / rate, part);
    for (int c = 0; c < 3; ++c)
      for (std::size_t k = 0; k < scene_.frame; ++k) {
        const std::int64_t to = begin + static_cast<std::int64_t>(k);
        if (to >= 0 && to < n) all.x[c][static_cast<std::size_t>(to)] += event.waves.x[c][k];
      }
    for (const Wave wave : waves) list(e, event, wave, begin);
  }

  void list(const NetworkEvent& e, const PlacedEvent& event, Wave wave, std::int64_t begin) {
    const NetworkConfig& c = network_.config;
    const Sight sight = first_seen(scene_, event, wave);
    if (!sight.ray) return;
    const double own = sight.ray->time * c.rate, sample = static_cast<double>(begin) + own;
    if (sample < 0 || sample >= static_cast<double>(all.x[0].size())) return;
    const char* phase = c.broadband ? sight.ray->phase : wave == Wave::p ? "P" : "S";
    Arrived a{.arrival = {station_.code, phase, e.id, plus_seconds(c.start, sample / c.rate)},
              .clear = sight.contrast >= clear_contrast,
              .far = e.far,
              .sample = sample};
    for (int k = 0; k < 3; ++k) a.after[k] = power_of_changes(event.waves.x[k], own, own + c.rate);
    arrived.push_back(std::move(a));
  }

  const Network& network_;
  const NetworkStation& station_;
  Scene& scene_;
};

SyntheticConfig scene_config(const NetworkConfig& c) {
  SyntheticConfig trace = synthetic_config(c.broadband ? SyntheticKind::mixed : SyntheticKind::local);
  trace.seed = c.seed, trace.rate = c.rate, trace.seconds = 60;
  return trace;
}

}  // namespace

StationRecord Network::record(int number, const std::function<void()>& pause) const {
  const NetworkStation& station = stations.at(static_cast<std::size_t>(number));
  const SyntheticConfig trace = scene_config(config);
  constexpr std::int64_t apart = 1 << 20;  // indices of one station's events
  Scene scene(trace, apart * (number + 1));
  Dice ground(config.seed, Purpose::synthetic_path, scene.index, 2),
      wear(config.seed, Purpose::synthetic_noise, scene.index, 2);
  scene.crust = crust, scene.region = region;
  for (double& height : scene.noise.height) height *= 0.5;  // networks choose quiet places
  if (config.broadband) scene.sensor = {.corner = wear.log_uniform(0.008, 0.03)};
  scene.measure_noise();
  scene.site = random_site(crust, ground);
  const auto n = static_cast<std::size_t>(std::llround(config.hours * 3600 * config.rate));
  Recording recording(*this, station, scene, n);
  add_long_noise(scene, 0.15, pause, recording.all);
  scene.begin = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    pause();
    scene.index = apart * (number + 1) + static_cast<std::int64_t>(i) + 1;
    recording.add_event(events[i]);
  }
  add_minutes_of_disturbances(scene, 0.5 * config.disturbances, pause, wear, recording.all);
  StationRecord out;
  for (Arrived& a : recording.arrived)
    (a.clear && begins_visibly(a, recording.all, config.rate) ? out.arrivals : out.unlisted)
        .push_back(std::move(a.arrival));
  for (auto* list : {&out.arrivals, &out.unlisted})
    std::stable_sort(list->begin(), list->end(),
                     [](const NetworkArrival& a, const NetworkArrival& b) { return a.time < b.time; });
  // of a broadband record most of the noise is microseism, far below which a small earthquake still shows
  const double count = (config.broadband ? 0.0005 : 0.02) * scene.noise_level;
  for (int c = 0; c < 3; ++c) {
    pause();
    out.counts[c].resize(n);
    for (std::size_t i = 0; i < n; ++i)
      out.counts[c][i] =
          static_cast<std::int32_t>(std::clamp(std::nearbyint(recording.all.x[c][i] / count), -2e8, 2e8));
  }
  return out;
}

}  // namespace seisgrad
