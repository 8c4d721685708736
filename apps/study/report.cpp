#include "apps/study/report.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "apps/evaluate/score_tables.h"
#include "apps/report/folder.h"
#include "apps/study/gallery.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

std::string arrivals_csv(const Study& study) {
  std::string out =
      "network,station,event,phase,class,distance_km,outcome,theory_time,analyst_time,pick_time,residual,probability,"
      "score\n";
  std::map<std::pair<std::size_t, std::size_t>, const StudyPick*> found;
  for (const Finding& f : study.findings)
    if (f.found) found[{study.pick_of(f).station, *f.expected}] = &study.pick_of(f);
  for (std::size_t s = 0; s < study.stations.size(); ++s)
    for (std::size_t k = 0; k < study.stations[s].expected.size(); ++k) {
      const StudyStation& station = study.stations[s];
      const Expected& e = station.expected[k];
      if (!study.classes.wanted(e)) continue;
      const auto pick = found.find({s, k});
      out += joined(csv_cell(station.network), ",", csv_cell(station.station), ",",
                    csv_cell(study.catalogue[e.event].id), ",", e.phase, ",", study.classes.of(e), ",",
                    decimals(e.distance, 1), ",", pick == found.end() ? "missed" : "found", ",", to_iso(e.theory), ",",
                    e.analyst ? to_iso(*e.analyst) : "", ",");
      if (pick == found.end()) out += ",,,\n";
      else
        out += joined(to_iso(pick->second->time), ",", decimals(seconds_between(e.time(), pick->second->time), 4), ",",
                      decimals(pick->second->probability, 4), ",", decimals(pick->second->score, 4), "\n");
    }
  return out;
}

std::string cases_csv(const Study& study, const std::vector<DrawnCase>& cases) {
  std::map<std::size_t, std::string> figures;
  for (const DrawnCase& c : cases)
    if (!c.svg.empty()) figures[c.finding] = "figures/" + c.name + ".svg";
  std::string out =
      "kind,network,station,phase,time,probability,score,seconds,event,explained_by,residual,note,figure\n";
  for (const Kind kind : kinds)
    for (std::size_t i = 0; i < study.findings.size(); ++i) {
      const Finding& f = study.findings[i];
      if (f.kind != kind || kind == Kind::found) continue;
      const StudyPick& p = study.pick_of(f);
      const StudyStation& station = study.station_of(f);
      out += joined(name_of(kind), ",", csv_cell(station.network), ",", csv_cell(station.station), ",",
                    csv_cell(p.phase), ",", to_iso(p.time), ",", decimals(p.probability, 4), ",", decimals(p.score, 4),
                    ",", p.seconds > 0 ? decimals(p.seconds, 2) : "", ",");
      if (const Expected* e = study.expected_of(f))
        out += joined(csv_cell(study.catalogue[e->event].id), ",", e->phase, ",",
                      decimals(seconds_between(e->time(), p.time), 4));
      else out += ",,";
      out += joined(",", csv_cell(f.note), ",", figures.count(i) > 0 ? figures[i] : "", "\n");
    }
  return out;
}

std::string thresholds_csv(const Study& study) {
  std::string out =
      "score,probability,class,expected,found,unmatched,false,false_per_day,median,median_absolute_deviation\n";
  for (const ThresholdRow& r : study.thresholds) {
    out += joined(decimals(r.score, 2), ",", decimals(r.probability(), 5), ",", r.name, ",", r.expected, ",", r.found,
                  ",", r.unmatched, ",", r.false_ones, ",", decimals(r.false_per_day(), 3), ",");
    if (r.residual.count > 0) out += decimals(r.residual.median, 4) + "," + decimals(r.residual.median_deviation, 4);
    else out += ",";
    out += "\n";
  }
  return out;
}

std::map<Kind, std::int64_t> kind_counts(const Study& study) {
  std::map<Kind, std::int64_t> counts;
  for (const Kind kind : kinds) counts[kind] = 0;
  for (const Finding& f : study.findings) ++counts[f.kind];
  return counts;
}

Json json_of(const Study& study) {
  double days = 0;
  for (const StudyStation& s : study.stations) days += s.days();
  Json json = {{"stations", study.stations.size()},
               {"station_days", days},
               {"events", study.catalogue.size()},
               {"events_without_time_or_place", study.unplaced},
               {"picks", study.picks.size()},
               {"picks_elsewhere", study.elsewhere},
               {"analysts_picks_used", study.analysts_used},
               {"classes", Json::array()},
               {"kinds", Json::object()}};
  for (const ThresholdRow& r : study.counts)
    json["classes"].push_back({{"class", r.name},
                               {"expected", r.expected},
                               {"found", r.found},
                               {"unmatched", r.unmatched},
                               {"false", r.false_ones},
                               {"false_per_day", r.false_per_day()},
                               {"residual",
                                {{"count", r.residual.count},
                                 {"mean", r.residual.mean},
                                 {"standard_deviation", r.residual.deviation},
                                 {"mean_absolute", r.residual.mean_absolute},
                                 {"median", r.residual.median},
                                 {"median_absolute_deviation", r.residual.median_deviation}}}});
  for (const auto& entry : kind_counts(study)) json["kinds"][name_of(entry.first)] = entry.second;
  return json;
}

HtmlTable class_table(const Study& study) {
  HtmlTable table{.header = {"class", "expected", "found", "recall (95 %)", "unmatched", "false", "false a day",
                             "median residual", "MAD", "mean", "deviation"},
                  .rows = {}};
  for (const ThresholdRow& r : study.counts) {
    const Interval i = wilson(r.found, r.expected);
    const bool any = r.residual.count > 0;
    table.rows.push_back({r.name, joined(r.expected), joined(r.found),
                          r.expected > 0 ? decimals(static_cast<double>(r.found) / static_cast<double>(r.expected), 3) +
                                               " (" + decimals(i.low, 2) + "-" + decimals(i.high, 2) + ")"
                                         : "-",
                          joined(r.unmatched), joined(r.false_ones), decimals(r.false_per_day(), 1),
                          decimals(r.residual.median, 2, any), decimals(r.residual.median_deviation, 2, any),
                          decimals(r.residual.mean, 2, any), decimals(r.residual.deviation, 2, any)});
  }
  return table;
}

HtmlTable kind_table(const Study& study) {
  HtmlTable table{.header = {"kind", "picks"}, .rows = {}};
  for (const auto& entry : kind_counts(study)) table.rows.push_back({name_of(entry.first), joined(entry.second)});
  return table;
}

std::string study_page(const Study& study, const std::vector<NamedChart>& charts) {
  HtmlPage page("Picks against a catalogue");
  page.paragraph(joined(study.picks.size(), " picks at ", study.stations.size(),
                        study.stations.size() == 1 ? " station; " : " stations; ", study.catalogue.size(),
                        " events in the catalogue. An arrival is expected where theory puts it into a scanned span; a "
                        "pick stands for it if it is of its class and within 30 s (far) or 10 s (local). Residuals are "
                        "pick minus analyst's pick, or theory where there is none. "
                        "gallery.html shows cases of each kind; cases.csv lists them all."));
  page.table(class_table(study));
  page.heading("Residuals and scores");
  std::vector<std::string> of_classes, of_thresholds;
  for (const NamedChart& c : charts)
    (c.name.rfind("scatter", 0) == 0 || c.name.rfind("residuals", 0) == 0 ? of_classes : of_thresholds)
        .push_back(c.svg);
  page.figures(of_classes);
  page.heading("Against the threshold");
  page.figures(of_thresholds);
  page.heading("What the picks are");
  page.table(kind_table(study));
  return page.text();
}

std::string gallery_page(const Study& study, const std::vector<DrawnCase>& cases) {
  HtmlPage page("Gallery of cases");
  page.paragraph(
      "Records as the classifier sees them (0.05 to 8 Hz, 20 Hz); below them the probability of each class. Dashed "
      "black: theory. Solid: picks, P red, S blue, local violet. Dashed green: analysts. The pick that the title names "
      "is 25 s from the left.");
  page.table(kind_table(study));
  std::set<Kind> begun;
  for (const DrawnCase& c : cases) {
    const Finding& finding = study.findings[c.finding];
    if (begun.insert(finding.kind).second) page.heading(name_of(finding.kind));
    if (c.svg.empty()) page.paragraph(case_title(study, finding) + " (not drawn: no record)");
    else page.figures({c.svg});
  }
  return page.text();
}

}  // namespace

void write_study(const std::string& folder, const Study& study, const std::vector<DrawnCase>& cases) {
  make_folder(folder + "/figures");
  const auto path = [&](const std::string& name) { return folder + "/" + name; };
  const std::vector<NamedChart> charts = study_charts(study);
  for (const NamedChart& c : charts) replace_file(path("figures/" + c.name + ".svg"), c.svg);
  for (const DrawnCase& c : cases)
    if (!c.svg.empty()) replace_file(path("figures/" + c.name + ".svg"), c.svg);
  replace_file(path("arrivals.csv"), arrivals_csv(study));
  replace_file(path("cases.csv"), cases_csv(study, cases));
  replace_file(path("thresholds.csv"), thresholds_csv(study));
  replace_file(path("study.json"), json_of(study).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  replace_file(path("study.html"), study_page(study, charts));
  replace_file(path("gallery.html"), gallery_page(study, cases));
}

std::string summary_of(const Study& study) {
  std::string text;
  for (const ThresholdRow& r : study.counts)
    text += joined(r.name, ": ", r.found, " of ", r.expected, " expected found, median residual ",
                   decimals(r.residual.median, 2, r.residual.count > 0), " s, MAD ",
                   decimals(r.residual.median_deviation, 2, r.residual.count > 0), " s; ", r.false_ones, " of ",
                   r.unmatched, " others unexplained, ", decimals(r.false_per_day(), 1), " a station and day\n");
  return text;
}

}  // namespace seisgrad
