#include "apps/study/study.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "apps/report/folder.h"
#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "apps/study/gallery.h"
#include "apps/study/options.h"
#include "apps/study/report.h"
#include "data/csv.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// A row of triggers.csv: what picks.csv has no room for.
struct TriggerValue {
  double score, seconds;
};
std::map<std::string, TriggerValue> read_triggers(const std::string& path) {
  std::map<std::string, TriggerValue> values;
  if (path.empty()) return values;
  CsvReader csv(path);
  for (const char* name : {"network", "station", "time", "phase", "score", "seconds"})
    require(csv.has(name), path, ": no column ", name, "; --triggers wants the triggers.csv of a scan");
  while (csv.next()) {
    const std::string& score = csv.cell("score");
    char* end = nullptr;
    const double value = std::strtod(score.c_str(), &end);
    require(!score.empty() && *end == 0 && value >= 0, path, ":", csv.line(), ": \"", score, "\" is no score");
    values[csv.cell("network") + "." + csv.cell("station") + " " + csv.cell("phase") + " " + csv.cell("time")] = {
        value, std::strtod(csv.cell("seconds").c_str(), nullptr)};
  }
  return values;
}

// Lists have four decimals: more than that nobody knows of a p of 1.
double score_of(double probability) { return -std::log10(std::max(5e-5, 1 - probability)); }

void take_picks(const ArrivalList& list, const std::string& triggers_path, Study& study) {
  const std::map<std::string, TriggerValue> triggers = read_triggers(triggers_path);
  for (const ListedArrival& a : list.arrivals) {
    const auto found = std::find_if(study.stations.begin(), study.stations.end(),
                                    [&](const StudyStation& s) { return is_of(a, s) && s.scanned(a.time); });
    if (found == study.stations.end()) {
      ++study.elsewhere;
      continue;
    }
    StudyPick pick{.station = static_cast<std::size_t>(found - study.stations.begin()),
                   .phase = a.phase_name,
                   .time = a.time,
                   .probability = a.probability,
                   .score = score_of(a.probability)};
    const auto trigger = triggers.find(a.network + "." + a.station + " " + a.phase_name + " " + to_iso(a.time));
    if (trigger != triggers.end()) pick.score = trigger->second.score, pick.seconds = trigger->second.seconds;
    study.picks.push_back(std::move(pick));
  }
  std::stable_sort(study.picks.begin(), study.picks.end(),
                   [](const StudyPick& a, const StudyPick& b) { return a.time < b.time; });
}

// What the archive holds, where no coverage.csv says what was scanned.
std::vector<StationSpan> recorded(const RecordSource& source) {
  std::vector<StationSpan> spans;
  for (const auto& entry : source.archive().groups())
    spans.push_back({entry.first.network, entry.first.station, entry.second.begin, entry.second.end});
  return spans;
}

std::vector<DrawnCase> draw(const Study& study, const RecordSource* source, const StudyOptions& o,
                            const std::vector<ListedArrival>& analysts, const InterruptGuard& guard) {
  std::vector<DrawnCase> cases;
  const std::vector<std::size_t> chosen = chosen_cases(study, o.cases);
  std::unique_ptr<Progress> progress;
  if (source && !o.quiet) progress = std::make_unique<Progress>("drawing", "cases", std::ssize(chosen));
  std::map<Kind, int> count;
  for (const std::size_t i : chosen) {
    if (guard.interrupted()) throw Interrupted("interrupted; nothing was written");
    const Finding& f = study.findings[i];
    std::string name = name_of(f.kind);
    std::replace(name.begin(), name.end(), ' ', '-');
    cases.push_back(
        {i, joined(name, "-", ++count[f.kind]), source ? case_svg(study, f, *source, analysts) : std::string()});
    if (progress) progress->advance();
  }
  return cases;
}

}  // namespace

int study(const StudyOptions& o) {
  require(!o.stations.empty(), "evaluate: --catalogue needs --stations, to know how far away the earthquakes are");
  require(!o.coverage.empty() || !o.waveforms.empty(),
          "evaluate: --catalogue needs --coverage or --waveforms: what was not recorded cannot be missed");
  require(o.probabilities.empty() || !o.waveforms.empty(), "evaluate: --probabilities are drawn below --waveforms");
  const EarthModel& model = earth_model_named(o.earth_model);
  Study result;
  result.catalogue = read_catalogue(o.catalogue, result.unplaced);
  const auto places = read_stations(o.stations);
  const ArrivalList list = read_arrivals(o.picks);
  std::vector<ListedArrival> analysts;
  if (!o.bulletin.empty()) analysts = read_arrivals(o.bulletin).arrivals;
  make_folder(o.out);
  const InterruptGuard guard;
  std::unique_ptr<RecordSource> source;
  PreprocessingProfile drawn = profile_named("phase_classifier");
  drawn.lowest_input_rate = 0;  // whatever was scanned may be looked at
  if (!o.waveforms.empty()) source = std::make_unique<RecordSource>(o.waveforms, o.probabilities, drawn);
  result.stations = study_stations(places, o.coverage.empty() ? recorded(*source) : read_coverage(o.coverage));
  require(!result.stations.empty(), o.stations, ": none of its ", places.size(),
          " stations is among those that were recorded; are the codes the same?");
  expect(result.stations, result.catalogue, model, o.far_magnitude);
  result.analysts_used = prefer_analysts(result.stations, analysts);
  take_picks(list, o.triggers, result);
  result.classes = classes_of(result.picks);
  result.findings = judge(result.picks, result.stations, analysts, result.classes);
  result.counts = counts_of(result.picks, result.stations, result.classes, result.findings, 0);
  result.thresholds = sweep_thresholds(result.picks, result.stations, analysts);
  write_study(o.out, result, draw(result, source.get(), o, analysts, guard));
  if (o.quiet) return 0;
  std::printf("%s", summary_of(result).c_str());
  if (std::all_of(result.stations.begin(), result.stations.end(), [](const auto& s) { return s.expected.empty(); }))
    std::printf("no event of %s sends a wave into what was scanned; are its times right?\n", o.catalogue.c_str());
  if (result.elsewhere > 0)
    std::printf("%lld picks are of stations without a place, or outside what was scanned; they do not count\n",
                static_cast<long long>(result.elsewhere));
  std::printf("%s/study.html has tables and figures, gallery.html the cases\n", o.out.c_str());
  return 0;
}

}  // namespace seisgrad
