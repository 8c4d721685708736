#include "data/picks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <tuple>

#include "data/csv.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {

namespace {

std::string cell(const std::string& text) { return csv_cell(text); }

std::string cell(Time time) { return to_iso(time); }

std::string cell(double probability) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4f", probability);
  return text.data();
}

void add_row(std::string& table, const auto& first, const auto&... rest) {
  table += cell(first);
  ((table += "," + cell(rest)), ...);
  table += "\n";
}

template <class Row>
void sort_by(std::vector<Row>& rows, auto key) {
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
}

void write_table(const std::string& folder, const char* name, const std::string& table) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw std::runtime_error(joined(folder, ": cannot make the folder: ", error.message(),
                                    "; choose another one or change the permissions of its parent"));
  replace_file((std::filesystem::path(folder) / name).string(), table);
}

}  // namespace

std::string picks_csv(std::vector<Pick> picks) {
  sort_by(picks, [](const Pick& p) {
    return std::tie(p.network, p.station, p.location, p.channel, p.time, p.phase, p.model, p.probability);
  });
  std::string table = "network,station,location,channel,phase,time,probability,model\n";
  for (const Pick& p : picks)
    add_row(table, p.network, p.station, p.location, p.channel, p.phase, p.time, p.probability, p.model);
  return table;
}

std::string detections_csv(std::vector<Detection> detections) {
  sort_by(detections,
          [](const Detection& d) { return std::tie(d.network, d.station, d.location, d.start, d.end, d.probability); });
  std::string table = "network,station,location,start_time,end_time,probability\n";
  for (const Detection& d : detections) add_row(table, d.network, d.station, d.location, d.start, d.end, d.probability);
  return table;
}

std::string coverage_csv(std::vector<Coverage> coverage) {
  sort_by(coverage, [](const Coverage& c) {
    return std::tie(c.network, c.station, c.location, c.start, c.end, c.status, c.reason);
  });
  std::string table = "network,station,location,start_time,end_time,status,reason\n";
  for (const Coverage& c : coverage)
    add_row(table, c.network, c.station, c.location, c.start, c.end, c.status, c.reason);
  return table;
}

void write_picks(const std::string& folder, std::vector<Pick> picks) {
  write_table(folder, "picks.csv", picks_csv(std::move(picks)));
}

void write_detections(const std::string& folder, std::vector<Detection> detections) {
  write_table(folder, "detections.csv", detections_csv(std::move(detections)));
}

void write_coverage(const std::string& folder, std::vector<Coverage> coverage) {
  write_table(folder, "coverage.csv", coverage_csv(std::move(coverage)));
}

}  // namespace seisgrad
