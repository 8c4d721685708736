#include "apps/data/synth.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string_view>
#include <vector>

#include "apps/data/synth_gallery.h"
#include "apps/report/folder.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "data/miniseed_write.h"
#include "data/packed.h"
#include "data/synthetic/network.h"
#include "data/synthetic/synthetic.h"
#include "kernels/parallel.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

SyntheticConfig config_of(const SynthOptions& o) {
  SyntheticConfig c = synthetic_config(synthetic_kind_named(o.kind));
  c.seed = o.seed;
  if (o.rate > 0) c.rate = o.rate;
  if (o.seconds > 0) c.seconds = o.seconds;
  if (o.noise_fraction >= 0) c.noise_fraction = o.noise_fraction;
  if (o.more_events >= 0) c.more_events = o.more_events;
  require(!o.least_snr || c.kind != SyntheticKind::teleseismic,
          "data synth: --least-snr is of local events, and kind teleseismic has none");
  if (o.least_snr) c.least_snr = *o.least_snr;
  if (o.disturbances >= 0) c.disturbances = o.disturbances;
  c.later_phases = o.later_phases;
  c.as_bulletin = o.as_bulletin;
  c.band_pass = !o.raw;
  return c;
}

int write_gallery(const SynthOptions& o) {
  std::vector<LabelledTrace> traces;
  const SyntheticConfig config = config_of(o);
  for (std::int64_t i = 0; i < std::min<std::int64_t>(o.count, 8); ++i)
    traces.push_back(synthetic_trace(config, o.first + i));
  replace_file(o.gallery, gallery_svg(traces));
  return 0;
}

int write_traces(const SynthOptions& o, const std::function<void()>& pause) {
  const SyntheticConfig config = config_of(o);
  PackedWriter writer(o.out, {.half = o.half});
  std::unique_ptr<Progress> progress;
  if (!o.quiet) progress = std::make_unique<Progress>("making", "traces", o.count);
  constexpr std::int64_t batch = 64;
  std::int64_t noise = 0;
  for (std::int64_t begin = 0; begin < o.count; begin += batch) {
    std::vector<LabelledTrace> traces(static_cast<std::size_t>(std::min(batch, o.count - begin)));
    parallel_for(static_cast<std::int64_t>(traces.size()), [&](std::int64_t i) {
      pause();
      traces[static_cast<std::size_t>(i)] = synthetic_trace(config, o.first + begin + i);
    });
    for (const LabelledTrace& trace : traces) writer.add(trace), noise += trace.info.noise;
    if (progress) progress->advance(static_cast<std::int64_t>(traces.size()));
  }
  writer.finish();
  progress.reset();
  if (!o.quiet)
    std::printf("%s: %lld traces, %lld of them noise\n", o.out.c_str(), static_cast<long long>(o.count),
                static_cast<long long>(noise));
  return 0;
}

std::string catalogue_csv(const Network& network) {
  std::ostringstream text;
  text << "event,time,latitude,longitude,depth_km,magnitude\n";
  char line[160];
  for (const NetworkEvent& e : network.events) {
    std::snprintf(line, sizeof line, "%s,%s,%.5f,%.5f,%.3f,%.2f\n", e.id.c_str(), to_iso(e.origin).c_str(),
                  e.epicentre.latitude, e.epicentre.longitude, e.depth, e.magnitude);
    text << line;
  }
  return text.str();
}

std::string stations_csv(const Network& network) {
  std::ostringstream text;
  text << "network,station,latitude,longitude\n";
  char line[80];
  for (const NetworkStation& s : network.stations) {
    std::snprintf(line, sizeof line, "SY,%s,%.5f,%.5f\n", s.code.c_str(), s.place.latitude, s.place.longitude);
    text << line;
  }
  return text.str();
}

// The files of a run in its folder: removed again unless it comes to its end. From any thread.
class Files {
 public:
  explicit Files(std::string folder) : folder_(std::move(folder)) { make_folder(folder_); }
  ~Files() {
    std::error_code ignored;
    for (const std::string& path : paths_) std::filesystem::remove(path, ignored);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  void write(const std::string& name, std::string_view bytes) {
    const std::string path = folder_ + "/" + name;
    replace_file(path, bytes);
    const std::lock_guard lock(mutex_);
    paths_.push_back(path);
  }
  void keep() { paths_.clear(); }

 private:
  std::string folder_;
  std::vector<std::string> paths_;
  std::mutex mutex_;
};

// One file a channel and day, so that a month does not need a month's memory twice.
void write_days(const Network& network, const NetworkStation& station, StationRecord& record, Files& files,
                const std::function<void()>& pause) {
  const NetworkConfig& c = network.config;
  const auto day = static_cast<std::size_t>(86400 * c.rate);
  for (int component = 0; component < 3; ++component) {
    const StreamId id{
        .network = "SY", .station = station.code, .location = "", .channel = std::string("HH") + "ENZ"[component]};
    std::vector<std::int32_t>& counts = record.counts[component];
    for (std::size_t begin = 0; begin < counts.size(); begin += day) {
      pause();
      const std::size_t end = std::min(counts.size(), begin + day);
      const Time start = time_of_sample(c.start, c.rate, static_cast<std::int64_t>(begin));
      const std::vector<std::uint8_t> bytes =
          miniseed_records(id, start, c.rate,
                           std::vector<std::int32_t>(counts.begin() + static_cast<std::ptrdiff_t>(begin),
                                                     counts.begin() + static_cast<std::ptrdiff_t>(end)));
      files.write(to_string(id) + "." + to_iso(start).substr(0, 10) + ".mseed",
                  {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    counts = {};
  }
}

using ArrivalsByStation = std::vector<std::vector<NetworkArrival>>;

std::string arrivals_csv(const ArrivalsByStation& stations) {
  std::string text = "network,station,phase,time,event\n";
  for (const auto& list : stations)
    for (const NetworkArrival& a : list)
      text += "SY," + a.station + "," + a.phase + "," + to_iso(a.time) + "," + a.event + "\n";
  return text;
}

std::size_t count(const ArrivalsByStation& stations) {
  std::size_t sum = 0;
  for (const auto& list : stations) sum += list.size();
  return sum;
}

int write_network(const SynthOptions& o, const std::function<void()>& pause) {
  NetworkConfig c;
  c.seed = o.seed, c.hours = o.continuous_hours, c.stations = o.stations, c.events_per_hour = o.events_per_hour;
  c.broadband = synthetic_kind_named(o.kind) != SyntheticKind::local;
  if (c.broadband) c.far_events_per_hour = o.far_events_per_hour;
  if (o.kind == "teleseismic") c.events_per_hour = 0;
  if (o.rate > 0) c.rate = o.rate;
  if (o.disturbances >= 0) c.disturbances = o.disturbances;
  const Network network(c);
  Files files(o.out);
  ArrivalsByStation arrivals(network.stations.size()), unlisted(arrivals);
  std::unique_ptr<Progress> progress;
  if (!o.quiet) progress = std::make_unique<Progress>("making", "stations", c.stations);
  const auto at_once = static_cast<std::size_t>(std::clamp(thread_count(), 1, 4));  // a day of one station is 200 MB
  for (std::size_t begin = 0; begin < network.stations.size(); begin += at_once) {
    const std::size_t some = std::min(at_once, network.stations.size() - begin);
    parallel_for(static_cast<std::int64_t>(some), [&](std::int64_t i) {
      const std::size_t s = begin + static_cast<std::size_t>(i);
      StationRecord record = network.record(static_cast<int>(s), pause);
      write_days(network, network.stations[s], record, files, pause);
      arrivals[s] = std::move(record.arrivals), unlisted[s] = std::move(record.unlisted);
    });
    if (progress) progress->advance(static_cast<std::int64_t>(some));
  }
  files.write("catalogue.csv", catalogue_csv(network));
  files.write("stations.csv", stations_csv(network));
  files.write("arrivals.csv", arrivals_csv(arrivals));
  files.write("unlisted.csv", arrivals_csv(unlisted));
  files.keep();
  progress.reset();
  if (!o.quiet)
    std::printf("%s: %d stations, %zu events, %zu arrivals, %zu too weak to be listed\n", o.out.c_str(), c.stations,
                network.events.size(), count(arrivals), count(unlisted));
  return 0;
}

}  // namespace

int data_synth(const SynthOptions& options) {
  if (options.threads > 0) set_thread_count(options.threads);
  if (!options.gallery.empty()) return write_gallery(options);
  require(!options.out.empty(), "data synth: --out FOLDER or --gallery FILE is needed");
  const InterruptGuard guard;
  const auto pause = [&] {
    if (guard.interrupted()) throw Interrupted("interrupted, nothing is left in " + options.out);
  };
  return options.continuous_hours > 0 ? write_network(options, pause) : write_traces(options, pause);
}

}  // namespace seisgrad
