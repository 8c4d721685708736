#include "apps/scan/results.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>

#include "apps/report/folder.h"
#include "apps/scan/probabilities.h"
#include "tensor/atomic_file.h"

namespace seisgrad {
namespace {

constexpr const char* no_data = "no data";  // what data/segments.h calls a gap without a better reason

// "PB.B916.00.EH_20190707T080000": safe as a file name.
std::string file_stem(const ComponentSegment& segment, Time time) {
  std::string stem = to_string(segment.group) + "_";
  for (const char c : to_iso(time).substr(0, 19))
    if (c != '-' && c != ':') stem += c;
  return stem;
}

std::string remarks(const ComponentSegment& segment, int64_t window) {
  constexpr const char* letters[] = {"E", "N", "Z"};
  std::string text;
  const auto add = [&](const std::string& remark) { text += (text.empty() ? "" : "; ") + remark; };
  for (size_t c = 0; c < 3; ++c)
    if (!segment.present[c]) add(joined("component ", letters[c], " missing, zeros"));
  for (const auto& zeros : segment.zeros)
    add(joined(letters[zeros.component], " missing for ", static_cast<double>(zeros.end - zeros.begin) / segment.rate,
               " s from ", to_iso(segment.time_of(zeros.begin)), ", zeros"));
  if (segment.size() < window) add("shorter than a window, padded with zeros");
  return text;
}

bool same_station(const Coverage& a, const Coverage& b) {
  return a.network == b.network && a.station == b.station && a.location == b.location;
}

// ",0.1234,0.5000"
std::string decimals(auto... values) {
  std::string text;
  char cell[32];
  ((std::snprintf(cell, sizeof cell, ",%.4f", static_cast<double>(values)), text += cell), ...);
  return text;
}

// A table of rows that begin with what they are sorted by.
std::string table(const std::string& header, std::vector<std::string> rows) {
  std::sort(rows.begin(), rows.end());
  std::string text = header + "\n";
  for (const std::string& row : rows) text += row + "\n";
  return text;
}

// What of a gap no segment of its station covers (another component may have gone on recording).
std::vector<Coverage> uncovered(const Coverage& gap, const std::vector<Coverage>& segments) {
  std::vector<Coverage> rest;
  Coverage open = gap;
  for (const Coverage& s : segments) {  // sorted by start
    if (!same_station(s, gap) || s.end <= open.start || s.start >= open.end) continue;
    if (s.start > open.start) {
      Coverage before = open;
      before.end = s.start;
      rest.push_back(before);
    }
    open.start = s.end;
    if (open.start >= open.end) return rest;
  }
  rest.push_back(open);
  return rest;
}

}  // namespace

Results::Results(std::string folder, std::string model, bool spreads)
    : folder_(std::move(folder)), model_(std::move(model)), spreads_(spreads) {
  make_folder(folder_);
}

void Results::skipped(const Excluded& span) {
  const StreamId& id = span.id;
  const bool gap = span.reason == no_data;
  const std::string reason = gap ? span.reason : id.channel + ": " + span.reason;
  (gap ? gaps_ : left_out_).push_back({id.network, id.station, id.location, span.start, span.end, "skipped", reason});
}

void Results::unscored(const ComponentSegment& segment, const std::string& reason) {
  const Group& g = segment.group;
  segments_.push_back({g.network, g.station, g.location, segment.start, segment.end(), "skipped", reason});
}

void Results::scored(const ComponentSegment& segment, const ScoredSegment& scored, int64_t window,
                     const std::vector<std::vector<PickSpread>>& spreads) {
  const Group& g = segment.group;
  const std::string stream = joined(g.network, ",", g.station, ",", g.location, ",", g.band, ",");
  for (size_t k = 0; k < scored.phases.size(); ++k)
    for (size_t i = 0; i < scored.phases[k].picks.size(); ++i) {
      const Peak& peak = scored.phases[k].picks[i];
      const std::string& phase = scored.phases[k].phase;
      const Time time = segment.time_of(peak.sample);
      picks_.push_back({g.network, g.station, g.location, g.band, phase, time, peak.probability, model_});
      if (spreads.empty()) continue;
      const PickSpread& spread = spreads[k][i];
      spread_rows_.push_back(stream + to_iso(time) + "," + phase +
                             decimals(spread.probability, spread.probability_deviation, spread.time_deviation));
    }
  for (const NamedPick& n : scored.named)
    named_.push_back({g.network, g.station, g.location, g.band, n.phase, segment.time_of(n.peak.sample),
                      n.peak.probability, model_});
  for (const TriggerRow& t : scored.triggers)
    trigger_rows_.push_back(stream + to_iso(segment.time_of(t.pick)) + "," + t.phase + "," +
                            to_iso(segment.time_of(t.strongest)) + decimals(t.score, t.seconds));
  for (const Run& run : scored.runs)
    detections_.push_back(
        {g.network, g.station, g.location, segment.time_of(run.on), segment.time_of(run.off), run.probability});

  const auto add = [&](int64_t begin, int64_t end, const char* status, const std::string& reason) {
    if (begin < end)
      segments_.push_back(
          {g.network, g.station, g.location, segment.time_of(begin), segment.time_of(end), status, reason});
  };
  int64_t at = 0;
  for (const UnscoredSpan& span : scored.unscored) {
    add(at, span.begin, "scored", remarks(segment, window));
    add(span.begin, span.end, "skipped", span.reason);
    at = span.end;
  }
  add(at, segment.size(), "scored", remarks(segment, window));
}

void Results::plot(const ComponentSegment& segment, const ScoredSegment& scored) {
  std::filesystem::create_directories(path("events"));
  const int64_t join = std::llround(10 * segment.rate), margin = std::llround(15 * segment.rate);
  for (const EventSpan& span : event_spans(scored, segment.size(), join, margin)) {
    const std::string file = path("events/" + file_stem(segment, segment.time_of(span.begin)) + ".svg");
    replace_file(file, event_svg(segment, scored, span));
    ++plots_;
  }
}

void Results::write_probabilities(const ComponentSegment& segment, const ScoredSegment& scored,
                                  const std::string& format) {
  std::filesystem::create_directories(path("probabilities"));
  const std::string file = path("probabilities/" + file_stem(segment, segment.start) + "." + format);
  replace_file(file, format == "npy" ? probabilities_npy(scored) : probabilities_miniseed(segment, scored));
}

std::vector<Coverage> Results::coverage() const {
  std::vector<Coverage> sorted = segments_;
  std::sort(sorted.begin(), sorted.end(), [](const Coverage& a, const Coverage& b) { return a.start < b.start; });
  std::vector<Coverage> rows = sorted;
  rows.insert(rows.end(), left_out_.begin(), left_out_.end());
  std::vector<Coverage> gaps;
  for (const Coverage& gap : gaps_)
    for (const Coverage& part : uncovered(gap, sorted)) {
      // the same hole in all three components is one hole
      const auto same = [&](const Coverage& g) {
        return same_station(g, part) && g.start == part.start && g.end == part.end;
      };
      if (std::none_of(gaps.begin(), gaps.end(), same)) gaps.push_back(part);
    }
  rows.insert(rows.end(), gaps.begin(), gaps.end());
  return rows;
}

void Results::write() {
  seisgrad::write_picks(folder_, picks_);
  write_detections(folder_, detections_);
  write_coverage(folder_, coverage());
  const std::string stream = "network,station,location,channel,time,phase,";
  if (spreads_)
    replace_file(path("picks_uncertainty.csv"),
                 table(stream + "probability_mean,probability_deviation,time_deviation", spread_rows_));
  if (!named_.empty()) replace_file(path("phases.csv"), picks_csv(named_));
  if (!trigger_rows_.empty())
    replace_file(path("triggers.csv"), table(stream + "strongest_time,score,seconds", trigger_rows_));
}

void Results::print_summary(const ScanSummary& s) const {
  std::map<std::string, size_t> count;  // of picks, by phase
  for (const char* phase : {"P", "S"}) count[phase] = 0;
  for (const Pick& p : picks_) ++count[p.phase];
  double scored = 0, left_out = 0;
  for (const Coverage& c : segments_) (c.status == "scored" ? scored : left_out) += seconds_between(c.start, c.end);
  std::printf("%lld files, %lld samples read; %.1f minutes of three-component record scored in %lld windows\n",
              static_cast<long long>(s.read.files), static_cast<long long>(s.read.samples), scored / 60,
              static_cast<long long>(s.windows));
  if (s.read.bytes_rejected + s.read.samples_not_finite + s.merge.samples_contradicted > 0 || !left_out_.empty() ||
      left_out > 0)
    std::printf(
        "not used: %lld bytes of %lld unreadable places, %lld samples not finite, %lld contradicting another, "
        "%zu spans left out; see coverage.csv and scan.json\n",
        static_cast<long long>(s.read.bytes_rejected), static_cast<long long>(s.read.rejected_count),
        static_cast<long long>(s.read.samples_not_finite), static_cast<long long>(s.merge.samples_contradicted),
        left_out_.size());
  for (const auto& of_phase : count) std::printf("%zu %s picks, ", of_phase.second, of_phase.first.c_str());
  std::printf("%zu detections in %s/", detections_.size(), folder_.c_str());
  if (plots_ > 0) std::printf("; %lld figures in events/", static_cast<long long>(plots_));
  std::printf("\n%s%.1f s, %.0f windows a second\n", s.interrupted ? "interrupted after " : "", s.seconds,
              static_cast<double>(s.windows) / std::max(s.seconds, 1e-9));
}

}  // namespace seisgrad
