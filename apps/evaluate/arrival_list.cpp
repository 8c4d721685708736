#include "apps/evaluate/arrival_list.h"

#include <charconv>
#include <set>
#include <stdexcept>

#include "data/bulletin.h"
#include "data/csv.h"
#include "data/pick_columns.h"
#include "data/xml.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace columns = pick_columns;

// A table of which columns are known by several names.
class Table {
 public:
  explicit Table(const std::string& path) : path_(path), reader_(path) {}

  bool next() { return reader_.next(); }
  const char* column(std::span<const char* const> names) const { return reader_.column(names); }
  bool has(const char* column) const { return reader_.has(column); }
  std::string text(const char* column) const { return column ? reader_.cell(column) : std::string(); }

  Time time(const char* column) const {
    try {
      return time_from_iso(text(column));
    } catch (const std::invalid_argument& error) { fail(error.what()); }
  }

  double probability(const char* column) const {
    const std::string number = text(column);
    if (number.empty()) return 1;
    double p = -1;
    const auto end = std::from_chars(number.data(), number.data() + number.size(), p).ptr;
    if (end != number.data() + number.size() || !(p >= 0 && p <= 1))
      fail("a probability must be between 0 and 1, got \"" + number + "\"");
    return p;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(joined(path_, ":", reader_.line(), ": ", what));
  }

 private:
  std::string path_;
  CsvReader reader_;
};

// 'P', 'S' or, of another phase, 0.
char phase_letter(const std::string& phase) {
  if (phase.empty()) return 0;
  if (phase == "p" || phase == "s") return phase == "p" ? 'P' : 'S';
  return phase[0] == 'P' || phase[0] == 'S' ? phase[0] : char{0};
}

// Names as other programs pad or join them: "CI  ", "PB.B916.00.EH".
void set_station(const std::string& network, std::string station, auto& row) {
  const auto trimmed = [](std::string text) {
    const size_t begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
  };
  row.network = trimmed(network);
  station = trimmed(station);
  const size_t dot = station.find('.');
  if (dot != std::string::npos) {
    row.network = station.substr(0, dot);
    station = station.substr(dot + 1);
    station = station.substr(0, station.find('.'));
  }
  row.station = station;
}

ArrivalList arrivals_of_quakeml(const std::string& path) {
  const Bulletin bulletin = read_bulletin(path);
  if (!bulletin.unusable.empty()) throw std::runtime_error(joined(path, ": ", bulletin.unusable[0]));
  ArrivalList list{.path = path, .model = "", .arrivals = {}, .spans = {}};
  list.rows = static_cast<std::int64_t>(bulletin.picks.size()) + bulletin.other_phases;
  list.other_phases = bulletin.other_phases;
  for (const BulletinPick& pick : bulletin.picks) {
    ListedArrival row;
    set_station(pick.stream.network, pick.stream.station, row);
    row.phase = phase_letter(pick.phase);
    row.phase_name = pick.phase;
    row.time = pick.time;
    if (pick.event >= 0) row.event = bulletin.events[static_cast<size_t>(pick.event)].id;
    if (row.phase == 0) ++list.other_phases;
    else list.arrivals.push_back(row);
  }
  return list;
}

}  // namespace

ArrivalList read_arrivals(const std::string& path) {
  if (is_xml(path)) return arrivals_of_quakeml(path);
  Table table(path);
  const char *network = table.column(columns::network), *station = table.column(columns::station);
  const char *phase = table.column(columns::phase), *time = table.column(columns::time);
  const char *probability = table.column(columns::probability), *event = table.column(columns::event);
  const char* both_times[2] = {table.column(columns::p_time), table.column(columns::s_time)};
  const char* both_probabilities[2] = {table.column(columns::p_probability), table.column(columns::s_probability)};
  const auto ours = [&](const char* name) { return table.has(name) ? name : nullptr; };
  const char *start = ours("start"), *end = ours("end"), *model = ours("model");
  const bool one_a_row = phase && time;
  if (!station || !(one_a_row || both_times[0] || both_times[1]))
    table.fail("the header must name a station, and a phase and a time or p_time and s_time; see docs/evaluation.md");

  ArrivalList list{.path = path, .model = "", .arrivals = {}, .spans = {}};
  std::set<std::string> models;
  while (table.next()) {
    ++list.rows;
    models.insert(table.text(model));
    ListedArrival row;
    set_station(table.text(network), table.text(station), row);
    row.event = table.text(event);
    if (!table.text(start).empty() && !table.text(end).empty())
      list.spans.push_back({row.network, row.station, table.time(start), table.time(end)});
    if (one_a_row) {
      row.phase = phase_letter(table.text(phase));
      row.phase_name = table.text(phase);
      row.time = table.time(time);
      row.probability = table.probability(probability);
      if (row.phase == 0) ++list.other_phases;
      else list.arrivals.push_back(row);
      continue;
    }
    if (row.event.empty()) row.event = joined("row ", list.rows);
    for (size_t k = 0; k < 2; ++k) {
      if (table.text(both_times[k]).empty()) continue;
      row.phase = k == 0 ? 'P' : 'S';
      row.phase_name = row.phase;
      row.time = table.time(both_times[k]);
      row.probability = table.probability(both_probabilities[k]);
      list.arrivals.push_back(row);
    }
  }
  if (models.size() == 1) list.model = *models.begin();
  return list;
}

std::vector<StationSpan> read_coverage(const std::string& path) {
  Table table(path);
  for (const char* name : {"network", "station", "status", "start_time", "end_time"})
    if (!table.has(name))
      table.fail("expected the coverage.csv of a scan: network,station,...,start_time,end_time,status");
  std::vector<StationSpan> spans;
  while (table.next())
    if (table.text("status") == "scored")
      spans.push_back({table.text("network"), table.text("station"), table.time("start_time"), table.time("end_time")});
  return spans;
}

}  // namespace seisgrad
