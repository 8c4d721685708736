#include "data/catalogue.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "data/bulletin_cells.h"
#include "data/csv.h"
#include "data/pick_columns.h"
#include "data/quakeml.h"
#include "data/xml.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace columns = pick_columns;

std::vector<BulletinEvent> of_table(const std::string& path) {
  CsvReader csv(path);
  if (!csv.column(columns::catalogue_time) || !csv.column(columns::latitude) || !csv.column(columns::longitude))
    throw std::runtime_error(path + ": expected QuakeML, or columns event,time,latitude,longitude,depth_km,magnitude");
  std::vector<BulletinEvent> events;
  while (csv.next()) try {
      const std::string& time = csv.cell(columns::catalogue_time);
      events.push_back({csv.column(columns::catalogue_event) ? csv.cell(columns::catalogue_event) : time, time_of(time),
                        number_of(csv.cell(columns::latitude)), number_of(csv.cell(columns::longitude)),
                        number_of(csv.cell(columns::depth)), number_of(csv.cell(columns::magnitude))});
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(joined(path, ":", csv.line(), ": ", error.what()));
    }
  return events;
}

std::vector<BulletinEvent> of_quakeml(const std::string& path) {
  Bulletin bulletin;
  read_quakeml(path, bulletin);
  return bulletin.events;
}

bool placed(const BulletinEvent& e) {
  return std::abs(e.latitude) <= 90 && std::abs(e.longitude) <= 360 && e.origin != Time{};
}

}  // namespace

std::vector<BulletinEvent> read_catalogue(const std::string& path, std::int64_t& left_out) {
  std::vector<BulletinEvent> events;
  std::set<std::string> known;
  left_out = 0;
  for (BulletinEvent& e : is_xml(path) ? of_quakeml(path) : of_table(path)) {
    if (!placed(e)) ++left_out;
    else if (known.insert(e.id).second) events.push_back(std::move(e));  // a table may have a row a station
  }
  if (events.empty()) throw std::runtime_error(path + ": no event with a time and a place");
  for (BulletinEvent& e : events) e.depth = e.depth > 0 ? e.depth : 0;
  std::stable_sort(events.begin(), events.end(),
                   [](const BulletinEvent& a, const BulletinEvent& b) { return a.origin < b.origin; });
  return events;
}

}  // namespace seisgrad
