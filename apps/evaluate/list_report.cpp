#include "apps/evaluate/list_report.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "apps/evaluate/score_tables.h"
#include "apps/report/folder.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

PickerScores scores_of(const ListEvaluation& e) {
  PickerScores scores;
  for (const ListScore& p : e.pickers) scores.push_back(&p.score);
  return scores;
}

// Of one station and phase.
struct StationCounts {
  std::int64_t references = 0, found = 0, extra = 0;
};
std::map<std::pair<std::string, char>, StationCounts> station_counts(const ListScore& picker) {
  std::map<std::pair<std::string, char>, StationCounts> counts;
  for (const Outcome& o : picker.outcomes) {
    StationCounts& c = counts[{o.network.empty() ? o.station : o.network + "." + o.station, o.phase}];
    c.references += o.reference.has_value();
    c.found += o.reference && o.pick;
    c.extra += !o.reference;
  }
  return counts;
}

std::string stations_csv(const ListEvaluation& e) {
  std::string out = "picker,station,phase,references,found,extra\n";
  for (const ListScore& p : e.pickers)
    for (const auto& entry : station_counts(p))
      out += joined(csv_cell(p.score.name), ",", csv_cell(entry.first.first), ",", entry.first.second, ",",
                    entry.second.references, ",", entry.second.found, ",", entry.second.extra, "\n");
  return out;
}

std::string arrivals_csv(const ListEvaluation& e) {
  std::string out = "picker,network,station,phase,event,outcome,reference_time,pick_time,residual,probability\n";
  for (const ListScore& p : e.pickers)
    for (const Outcome& o : p.outcomes) {
      out += joined(csv_cell(p.score.name), ",", csv_cell(o.network), ",", csv_cell(o.station), ",", o.phase, ",",
                    csv_cell(o.event), ",", outcome_name(o), ",", o.reference ? to_iso(*o.reference) : "", ",",
                    o.pick ? to_iso(*o.pick) : "", ",");
      if (o.reference && o.pick) out += decimals(seconds_between(*o.reference, *o.pick), 4);
      out += "," + (o.pick ? decimals(o.probability, 4) : std::string()) + "\n";
    }
  return out;
}

Json json_of(const ListEvaluation& e, const ArrivalList& bulletin, const std::vector<ArrivalList>& lists,
             const ListScoreOptions& options) {
  Json json = {
      {"bulletin", {{"file", bulletin.path}, {"rows", bulletin.rows}, {"other_phases", bulletin.other_phases}}},
      {"tolerances", options.tolerances},
      {"thresholds", {{"P", options.p_threshold}, {"S", options.s_threshold}}},
      {"references", {{"P", e.references[0]}, {"S", e.references[1]}, {"not_recorded", e.not_recorded}}},
      {"stations", e.stations},
      {"minutes", e.minutes},
      {"pickers", Json::array()},
      {"overlaps", Json::array()}};
  for (size_t i = 0; i < e.pickers.size(); ++i) {
    const ListScore& p = e.pickers[i];
    Json one = scores_json(p.score, options.tolerances);
    one["file"] = lists[i].path;
    one["picks"] = {{"read", p.read},         {"other_phases", lists[i].other_phases},
                    {"weak", p.weak},         {"outside_spans", p.outside},
                    {"unlisted", p.unlisted}, {"other_stations", p.other_stations}};
    one["stations_used"] = p.stations_used;
    json["pickers"].push_back(std::move(one));
  }
  for (const Overlap& o : e.overlaps)
    json["overlaps"].push_back({{"phase", o.phase},
                                {"other", o.other},
                                {"both", o.both},
                                {"only_first", o.only_first},
                                {"only_other", o.only_other},
                                {"neither", o.neither},
                                {"extra_of_both", o.extra_of_both}});
  return json;
}

void add_lists(HtmlPage& page, const ListEvaluation& e) {
  HtmlTable table{.header = {"picker", "picks read", "too weak", "outside the record", "unlisted", "other stations",
                             "stations used"},
                  .rows = {},
                  .text_columns = 1};
  if (e.minutes > 0) table.header.insert(table.header.end(), {"extra P a minute", "extra S a minute"});
  for (const ListScore& p : e.pickers) {
    table.rows.push_back({p.score.name, joined(p.read), joined(p.weak), joined(p.outside), joined(p.unlisted),
                          joined(p.other_stations), joined(p.stations_used, " of ", e.stations.size())});
    if (e.minutes > 0)
      for (const PhaseScore& s : p.score.phases)
        table.rows.back().push_back(decimals(static_cast<double>(s.at[0].extra) / e.minutes, 3));
  }
  page.table(table);
}

void add_overlaps(HtmlPage& page, const ListEvaluation& e) {
  if (e.overlaps.empty()) return;
  page.heading("Who found what");
  const std::string& first = e.pickers[0].score.name;
  HtmlTable table{
      .header = {"compared with", "phase", "both", "only " + first, "only the other", "neither", "extra in both"},
      .rows = {},
      .text_columns = 2};
  for (const Overlap& o : e.overlaps)
    table.rows.push_back({o.other, o.phase, joined(o.both), joined(o.only_first), joined(o.only_other),
                          joined(o.neither), joined(o.extra_of_both)});
  page.table(table);
  page.paragraph(
      "Extra in both: picks that two pickers agree on and the bulletin has not. It may lack an earthquake "
      "there.");
}

void add_stations(HtmlPage& page, const ListEvaluation& e) {
  constexpr size_t most = 200;  // rows: a page should stay readable; the CSV has all
  page.heading("Stations");
  HtmlTable table{.header = {"station", "phase", "references"}, .rows = {}, .text_columns = 2};
  std::vector<std::map<std::pair<std::string, char>, StationCounts>> counts;
  std::map<std::pair<std::string, char>, std::int64_t> keys;
  for (const ListScore& p : e.pickers) {
    table.header.insert(table.header.end(), {p.score.name + ": found", "extra"});
    counts.push_back(station_counts(p));
    for (const auto& entry : counts.back()) keys[entry.first] = entry.second.references;
  }
  for (const auto& key : keys) {
    if (table.rows.size() == most) break;
    table.rows.push_back({key.first.first, std::string(1, key.first.second), joined(key.second)});
    for (auto& of_picker : counts)
      for (const auto value : {of_picker[key.first].found, of_picker[key.first].extra})
        table.rows.back().push_back(joined(value));
  }
  page.table(table);
  if (keys.size() > most)
    page.paragraph(joined("The first ", most, " of ", keys.size(), " rows; stations.csv has all."));
}

void add_records(HtmlPage& page, const RecordFigures& figures) {
  const auto add = [&](const std::vector<RecordFigures::Named>& list, const char* heading, const char* text) {
    if (list.empty()) return;
    page.heading(heading);
    page.paragraph(text);
    std::vector<std::string> svg;
    for (const RecordFigures::Named& figure : list) svg.push_back(figure.svg);
    page.figures(svg);
  };
  add(figures.event, "One event",
      "Vertical components, 1 to 45 Hz. Solid lines are picks, dashed ones the arrivals of the bulletin.");
  add(figures.examples, "Found, missed, extra",
      "Found: one of average and one of low probability. Missed: two, apart in time. Extra: the two most probable. "
      "Picks "
      "are solid, P red and S blue, arrivals of the bulletin dashed; below, what the network gave.");
  add(figures.days, "The record",
      "Vertical components, 1 to 45 Hz, cut at the 90 % quantile of their size; at most the first day of the three "
      "stations with most arrivals and picks.");
}

// What is worth a look: the strongest extra picks and the largest residuals of the first picker.
void add_cases(HtmlPage& page, const ListScore& picker) {
  constexpr size_t most = 10;
  std::vector<const Outcome*> extra, late;
  for (const Outcome& o : picker.outcomes) {
    if (!o.reference) extra.push_back(&o);
    if (o.reference && o.pick) late.push_back(&o);
  }
  const auto residual = [](const Outcome* o) { return seconds_between(*o->reference, *o->pick); };
  std::stable_sort(extra.begin(), extra.end(), [](auto* a, auto* b) { return a->probability > b->probability; });
  std::stable_sort(late.begin(), late.end(),
                   [&](auto* a, auto* b) { return std::abs(residual(a)) > std::abs(residual(b)); });
  page.heading("Worth a look: " + picker.score.name);
  HtmlTable table{
      .header = {"what", "station", "phase", "pick", "residual", "probability"}, .rows = {}, .text_columns = 4};
  for (size_t i = 0; i < std::min(most, extra.size()); ++i)
    table.rows.push_back({"extra", extra[i]->network + "." + extra[i]->station, std::string(1, extra[i]->phase),
                          to_iso(*extra[i]->pick), "", decimals(extra[i]->probability, 3)});
  for (size_t i = 0; i < std::min(most, late.size()); ++i)
    table.rows.push_back({"large residual", late[i]->network + "." + late[i]->station, std::string(1, late[i]->phase),
                          to_iso(*late[i]->pick), decimals(residual(late[i]), 3) + " s",
                          decimals(late[i]->probability, 3)});
  page.table(table);
  page.paragraph(
      "The strongest extra picks are either mistakes or earthquakes that the bulletin lacks. arrivals.csv has "
      "every reference and every pick.");
}

}  // namespace

std::string outcome_name(const Outcome& outcome) {
  return !outcome.reference ? "extra" : outcome.pick ? "found" : "missed";
}

void write_list_report(const std::string& folder, const ListEvaluation& e, const ArrivalList& bulletin,
                       const std::vector<ArrivalList>& lists, const ListScoreOptions& options,
                       const RecordFigures& figures) {
  make_folder(folder);
  const auto write = [&](const char* name, const std::string& text) { replace_file(folder + "/" + name, text); };
  const PickerScores scores = scores_of(e);
  write("scores.csv", scores_csv(scores, options.tolerances));
  write("residuals.csv", residuals_csv(scores));
  write("thresholds.csv", thresholds_csv(scores));
  write("stations.csv", stations_csv(e));
  write("arrivals.csv", arrivals_csv(e));
  write("evaluation.json",
        json_of(e, bulletin, lists, options).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");

  HtmlPage page("Picks against " + std::filesystem::path(bulletin.path).filename().string());
  page.paragraph(joined(e.references[0], " P and ", e.references[1], " S arrivals at ", e.stations.size(), " stations",
                        e.minutes > 0 ? ", " + decimals(e.minutes, 1) + " minutes of record" : "",
                        e.not_recorded > 0 ? joined("; ", e.not_recorded, " more lie where nothing was recorded") : "",
                        "."));
  add_lists(page, e);
  add_scores(page, scores, options.tolerances);
  add_records(page, figures);
  for (const auto* list : {&figures.event, &figures.days, &figures.examples})
    for (const RecordFigures::Named& figure : *list) {
      make_folder(folder + "/figures");
      replace_file(folder + "/figures/" + figure.name + ".svg", figure.svg);
    }
  add_overlaps(page, e);
  add_stations(page, e);
  add_cases(page, e.pickers[0]);
  write("report.html", page.text());
}

}  // namespace seisgrad
