#include "apps/data/info.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "apps/report/chart.h"
#include "apps/report/folder.h"
#include "apps/report/html.h"
#include "data/labels.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

double mean_snr(const TraceInfo& info) {
  double sum = 0;
  int known = 0;
  for (const double snr : info.snr_db)
    if (std::isfinite(snr)) sum += snr, ++known;
  return known == 0 ? unknown : sum / known;
}

// Seconds from the first P to the first S after it.
double s_minus_p_of(const TraceInfo& info) {
  const double p = info.first('P');
  for (const Arrival& a : info.arrivals)
    if (a.phase[0] == 'S' && a.sample > p) return (a.sample - p) / info.rate;
  return unknown;
}

// Least, quartiles, most.
std::vector<double> quantiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<double> found;
  for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0})
    found.push_back(values[static_cast<std::size_t>(std::lround(part * static_cast<double>(values.size() - 1)))]);
  return found;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string list(const std::map<std::string, std::int64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) text += (text.empty() ? "" : ", ") + joined(name, " ", count);
  return text.empty() ? "none" : text;
}

// What is counted, as rows of a table.
std::vector<std::vector<std::string>> counts_of(const DataSummary& s) {
  std::vector<std::vector<std::string>> rows = {
      {"traces", std::to_string(s.traces)},
      {"with arrivals", joined(s.events, ", of ", s.sources, " known events")},
      {"noise", std::to_string(s.noise)}};
  if (s.unlabelled > 0) rows.push_back({"unlabelled", std::to_string(s.unlabelled)});
  rows.push_back({"stations", std::to_string(s.station_count)});
  for (const auto& [rate, length] : s.samples)
    rows.push_back({joined("at ", rate, " Hz"),
                    length.least == length.most
                        ? joined(length.traces, " of ", length.most, " samples")
                        : joined(length.traces, " of ", length.least, " to ", length.most, " samples")});
  rows.push_back({"components", list(s.components)});
  rows.push_back({"phases", list(s.phases)});
  return rows;
}

std::vector<std::vector<std::string>> quantiles_of(const DataSummary& s) {
  std::vector<std::vector<std::string>> rows;
  for (const Distribution& d : s.distributions) {
    std::vector<std::string> row = {d.unit.empty() ? d.name : d.name + " (" + d.unit + ")",
                                    std::to_string(d.values.size())};
    if (!d.values.empty())
      for (const double q : quantiles(d.values)) row.push_back(number(q));
    row.resize(7, "-");
    rows.push_back(row);
  }
  return rows;
}

const std::vector<std::string> quantile_header = {"", "known", "least", "25 %", "median", "75 %", "most"};

void print_table(const std::vector<std::vector<std::string>>& rows) {
  for (const auto& row : rows) {
    std::printf("  %-16s", row[0].c_str());
    for (std::size_t i = 1; i < row.size(); ++i) std::printf(row.size() > 2 ? "%10s" : "%s", row[i].c_str());
    std::printf("\n");
  }
}

nlohmann::json json_of(const DataSummary& s) {
  nlohmann::json json = {{"traces", s.traces},         {"with_arrivals", s.events}, {"noise", s.noise},
                         {"unlabelled", s.unlabelled}, {"events", s.sources},       {"stations", s.station_count},
                         {"components", s.components}, {"phases", s.phases}};
  for (const auto& [rate, length] : s.samples)
    json["samples"].push_back(
        {{"rate", rate}, {"traces", length.traces}, {"least", length.least}, {"most", length.most}});
  for (const Distribution& d : s.distributions) {
    nlohmann::json& entry = json["distributions"][d.name] = {{"unit", d.unit}, {"known", d.values.size()}};
    if (d.values.empty()) continue;
    const std::vector<double> q = quantiles(d.values);
    entry["least"] = q[0], entry["quartile_1"] = q[1], entry["median"] = q[2], entry["quartile_3"] = q[3];
    entry["most"] = q[4];
  }
  return json;
}

std::string histogram_of(const Distribution& d) {
  const auto [low, high] = std::minmax_element(d.values.begin(), d.values.end());
  const double width = *high > *low ? *high - *low : 1;
  Chart chart{.title = d.name, .x = {.label = d.unit}, .y = {.label = "traces"}, .series = {}};
  chart.series.push_back(histogram("", series_colour(1), d.values, *low, *low + width * (1 + 1e-9), 30));
  return to_svg(chart);
}

// info.html, and each figure as a file of its own.
void write_page(const std::string& folder, const DataSummary& s, const std::string& title) {
  make_folder(folder);
  std::vector<std::string> figures;
  const auto keep = [&](std::string name, std::string svg) {
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    replace_file((std::filesystem::path(folder) / (name + ".svg")).string(), svg);
    figures.push_back(std::move(svg));
  };
  for (const Distribution& d : s.distributions)
    if (!d.values.empty()) keep(d.name, histogram_of(d));
  if (!s.epicentres.empty() || !s.stations.empty())
    keep("map",
         to_svg(Map{.title = "Epicentres and stations",
                    .layers = {{"events", "#d55e00", s.epicentres}, {"stations", "#0072b2", s.stations, true}}}));
  HtmlPage page(title);
  page.table({.header = {"", ""}, .rows = counts_of(s), .text_columns = 2});
  page.table({.header = quantile_header, .rows = quantiles_of(s)});
  page.figures(figures);
  replace_file((std::filesystem::path(folder) / "info.html").string(), page.text());
}

}  // namespace

DataSummary summary_of(const std::vector<PackedDataset>& data) {
  DataSummary s;
  std::set<std::string> sources, stations;
  std::set<std::pair<double, double>> epicentres, station_places;
  Distribution snr{"SNR", "dB", {}}, distance{"distance", "km", {}}, s_minus_p{"S-P", "s", {}},
      magnitude{"magnitude", "", {}}, depth{"depth", "km", {}};
  const auto add = [](Distribution& to, double value) {
    if (std::isfinite(value)) to.values.push_back(value);
  };
  for (const PackedDataset& set : data)
    for (std::int64_t i = 0; i < set.size(); ++i) {
      const TraceInfo info = set.info(i);
      ++s.traces;
      ++(info.noise ? s.noise : events_of(info).empty() ? s.unlabelled : s.events);
      std::set<std::string> phases;
      for (const Arrival& a : info.arrivals) phases.insert(a.phase);
      for (const std::string& phase : phases) ++s.phases[phase];
      ++s.components[info.components];
      DataSummary::Length& length = s.samples[info.rate];
      length.least = length.traces == 0 ? info.samples : std::min(length.least, info.samples);
      length.most = std::max(length.most, info.samples);
      ++length.traces;
      if (!info.event.empty()) sources.insert(info.event);
      if (!info.stream.station.empty()) stations.insert(info.stream.network + "." + info.stream.station);
      if (std::isfinite(info.latitude)) epicentres.insert({info.latitude, info.longitude});
      if (std::isfinite(info.station_latitude)) station_places.insert({info.station_latitude, info.station_longitude});
      add(snr, mean_snr(info));
      add(distance, info.distance);
      add(s_minus_p, s_minus_p_of(info));
      add(magnitude, info.magnitude);
      add(depth, info.depth);
    }
  s.sources = sources.size(), s.station_count = stations.size();
  for (const auto& place : epicentres) s.epicentres.push_back({place.first, place.second});
  for (const auto& place : station_places) s.stations.push_back({place.first, place.second});
  s.distributions = {snr, distance, s_minus_p, magnitude, depth};
  return s;
}

int data_info(const DataInfoOptions& options) {
  std::vector<PackedDataset> data;
  for (const std::string& path : options.paths) data.push_back(packed_for_training(path, options.cache));
  const DataSummary s = summary_of(data);
  std::string title;
  for (const std::string& path : options.paths) title += (title.empty() ? "" : ", ") + path;
  if (!options.out.empty()) write_page(options.out, s, title);
  if (options.json) {
    std::printf("%s\n", json_of(s).dump(2, ' ', true, nlohmann::json::error_handler_t::replace).c_str());
    return 0;
  }
  std::printf("%s\n", title.c_str());
  print_table(counts_of(s));
  std::printf("\n");
  print_table({quantile_header});
  print_table(quantiles_of(s));
  if (!options.out.empty()) std::printf("\nfigures in %s/info.html\n", options.out.c_str());
  return 0;
}

}  // namespace seisgrad
