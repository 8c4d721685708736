#include "apps/data/build.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "apps/data/archive.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "data/csv.h"
#include "data/geodesy.h"
#include "data/packed.h"
#include "data/stations.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr std::int64_t day_ns = 86'400 * ns_per_second;

Time day_of(Time t) {
  const std::int64_t days = t.ns / day_ns - (t.ns % day_ns < 0);
  return {days * day_ns};
}

class Building {
 public:
  Building(const BuildOptions& options, const std::function<bool()>& stop)
      : o_(options),
        stop_(stop),
        bulletin_(read_bulletin(o_.picks)),
        reasons_(bulletin_.picks.size(), "no record of this station"),
        occupied_(spans_with_events(bulletin_, o_.cut.noise_distance)),
        writer_(o_.out, {.half = o_.half}) {
    if (!o_.stations.empty()) stations_ = read_stations(o_.stations);
    if (o_.profile != "none") profile_ = profile_named(o_.profile);
  }

  BuildResult run() {
    std::optional<Progress> progress;
    const Archive archive(o_.waveforms, [&](std::int64_t files) {
      if (!o_.quiet && !progress) progress.emplace("reading headers", "files", files);
      if (progress) progress->advance();
      return go_on();
    });
    progress.reset();
    if (archive.groups().empty())
      throw std::runtime_error(o_.waveforms[0] + ": no record of miniSEED 2 or SAC that can be read");
    std::int64_t days = 0;
    for (const auto& [group, span] : archive.groups())
      days += (day_of(span.end).ns - day_of(span.begin).ns) / day_ns + 1;
    if (!o_.quiet) progress.emplace("cutting", "station days", days);
    for (const auto& [group, span] : archive.groups()) {
      const std::vector<PickGroup> picks = groups_of(bulletin_, picks_of(group), o_.cut.after);
      for (Time day = day_of(span.begin); day <= span.end; day.ns += day_ns) {
        cut_day(archive, group, picks, day);
        if (progress) progress->advance();
        go_on();
      }
    }
    progress.reset();
    result_.picks = static_cast<std::int64_t>(bulletin_.picks.size());
    result_.unreadable = static_cast<std::int64_t>(bulletin_.unusable.size());
    result_.other_phases = bulletin_.other_phases;
    result_.picks_used = std::count(reasons_.begin(), reasons_.end(), "");
    if (result_.picks_used == 0) throw std::runtime_error("no pick meets a record; the first one: " + reasons_[0]);
    replace_file((std::filesystem::path(o_.out) / "rejected.csv").string(), rejected());
    writer_.finish();
    return result_;
  }

 private:
  bool go_on() const {
    if (stop_()) throw Interrupted("interrupted; nothing of " + o_.out + " is kept");
    return true;
  }

  // Networks and locations that the bulletin leaves empty match all.
  std::vector<std::size_t> picks_of(const Group& group) {
    std::vector<std::size_t> picks;
    for (std::size_t i = 0; i < bulletin_.picks.size(); ++i) {
      const StreamId& id = bulletin_.picks[i].stream;
      if (id.station != group.station || (!id.network.empty() && id.network != group.network) ||
          (!id.location.empty() && id.location != group.location))
        continue;
      picks.push_back(i);
      if (!reasons_[i].empty()) reasons_[i] = "no record at this time";
    }
    return picks;
  }

  // The traces whose first pick, or whose noise, is within the day. Records around it are read along, as far as a trace
  // reaches and the filter remembers.
  void cut_day(const Archive& archive, const Group& group, const std::vector<PickGroup>& groups, Time day) {
    const TimeSpan span{day, {day.ns + day_ns}};
    const double reach = (profile_ ? context_seconds(*profile_) : 0) + block_seconds;
    std::vector<Excluded> excluded;
    const std::vector<ComponentSegment> segments = archive.read(
        group, plus_seconds(span.begin, -o_.cut.before - reach),
        plus_seconds(span.end, o_.cut.before + 3 * o_.cut.after + reach), profile_ ? &*profile_ : nullptr, excluded);
    for (const PickGroup& picks : groups) {
      const Time first = bulletin_.picks[picks.front()].time;
      if (first < span.begin || first >= span.end) continue;
      for (const ComponentSegment& segment : segments)
        if (segment.start <= first && first < segment.end()) add_event(segment, picks);
    }
    for (LabelledTrace& trace : cut_noise(segments, span, occupied_, o_.cut)) add(std::move(trace));
    if (segments.empty() && !excluded.empty())
      for (const PickGroup& picks : groups)
        for (const std::size_t pick : picks)
          if (const Time t = bulletin_.picks[pick].time; t >= span.begin && t < span.end && !reasons_[pick].empty())
            reasons_[pick] = excluded[0].reason;
  }

  void add_event(const ComponentSegment& segment, const PickGroup& picks) {
    std::string why;
    LabelledTrace trace = cut_event(segment, bulletin_, picks, o_.cut, why);
    for (const std::size_t pick : picks) {
      const bool beyond = why.empty() && bulletin_.picks[pick].time >= segment.end();
      const std::string reason = beyond ? "the record ends before it" : why;
      if (!reasons_[pick].empty()) reasons_[pick] = reason;
    }
    if (why.empty()) add(std::move(trace));
  }

  void add(LabelledTrace trace) {
    TraceInfo& info = trace.info;
    const auto place = stations_.find(info.stream.network + "." + info.stream.station);
    if (place != stations_.end()) {
      info.station_latitude = place->second.latitude, info.station_longitude = place->second.longitude;
      info.station_elevation = place->second.elevation;
      info.distance = distance_km(info.station_latitude, info.station_longitude, info.latitude, info.longitude);
      info.back_azimuth = azimuth_degrees(info.station_latitude, info.station_longitude, info.latitude, info.longitude);
    }
    if (const std::string why = why_unusable(trace); !why.empty())
      throw std::logic_error(joined("data build made an unusable trace, ", info.id, ": ", why));
    ++(info.noise ? result_.noise : result_.events);
    writer_.add(trace);
  }

  std::string rejected() const {
    std::string table = "station,phase,time,reason\n";
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
      const BulletinPick& pick = bulletin_.picks[i];
      if (!reasons_[i].empty())
        table += joined(csv_cell(pick.stream.network + "." + pick.stream.station), ",", csv_cell(pick.phase), ",",
                        to_iso(pick.time), ",", csv_cell(reasons_[i]), "\n");
    }
    for (const std::string& line : bulletin_.unusable) table += ",,," + csv_cell(line) + "\n";
    return table;
  }

  const BuildOptions& o_;
  const std::function<bool()>& stop_;
  Bulletin bulletin_;
  std::vector<std::string> reasons_;  // of each pick why it was not used; "" if it was
  std::vector<TimeSpan> occupied_;
  std::map<std::string, StationPlace> stations_;
  std::optional<PreprocessingProfile> profile_;
  PackedWriter writer_;
  BuildResult result_;
};

}  // namespace

BuildResult build(const BuildOptions& options, const std::function<bool()>& stop) {
  require(!options.waveforms.empty(), "build: no waveforms are named");
  const CutOptions& cut = options.cut;
  require(cut.before >= 1 && cut.after >= 1 && cut.shortest > 0 && cut.noise_distance >= 60 && cut.noise_per_day >= 0,
          "build: before and after must be at least 1 s, noise at least 60 s from every pick");
  return Building(options, stop).run();
}

std::string summary_of(const BuildResult& r, const std::string& out) {
  std::string text = joined(out, ": ", r.events, " traces of events, ", r.noise, " of noise; ", r.picks_used, " of ",
                            r.picks, " picks used\n");
  if (r.other_phases > 0) text += joined(r.other_phases, " picks are of neither P nor S\n");
  if (r.unreadable > 0) text += joined(r.unreadable, " rows or picks of the bulletin cannot be read\n");
  if (r.picks_used < r.picks || r.unreadable > 0)
    text += joined("what was not used is listed with the reason in ", out, "/rejected.csv\n");
  return text;
}

int data_build(const BuildOptions& options) {
  const InterruptGuard guard;
  const BuildResult result = build(options, [&] { return guard.interrupted(); });
  std::fputs(summary_of(result, options.out).c_str(), stdout);
  return 0;
}

}  // namespace seisgrad
