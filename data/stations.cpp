#include "data/stations.h"

#include <cmath>
#include <stdexcept>

#include "data/bulletin_cells.h"
#include "data/csv.h"
#include "data/pick_columns.h"
#include "data/xml.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace columns = pick_columns;

std::map<std::string, StationPlace> of_station_xml(const std::string& path) {
  const XmlNode root = read_xml(path);
  std::map<std::string, StationPlace> places;
  for (const XmlNode& network : root.children)
    for (const XmlNode& station : network.children)
      if (network.name == "Network" && station.name == "Station")
        places[network.attribute("code") + "." + station.attribute("code")] = {
            number_of(station.at("Latitude")), number_of(station.at("Longitude")), number_of(station.at("Elevation"))};
  if (places.empty()) throw std::runtime_error(path + ": no Station in a Network; this is no FDSN StationXML");
  return places;
}

std::map<std::string, StationPlace> of_table(const std::string& path) {
  CsvReader csv(path);
  if (!csv.column(columns::station) || !csv.column(columns::station_latitude) ||
      !csv.column(columns::station_longitude))
    throw std::runtime_error(path + ": expected StationXML, or columns network,station,latitude,longitude");
  std::map<std::string, StationPlace> places;
  while (csv.next()) try {
      const std::string &latitude = csv.cell(columns::station_latitude),
                        &longitude = csv.cell(columns::station_longitude);
      const StationPlace place{number_of(latitude), number_of(longitude), number_of(csv.cell(columns::elevation))};
      if (!(std::abs(place.latitude) <= 90 && std::abs(place.longitude) <= 360))
        throw std::runtime_error(joined("no place: ", latitude, ", ", longitude));
      places[csv.cell(columns::network) + "." + csv.cell(columns::station)] = place;
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(joined(path, ":", csv.line(), ": ", error.what()));
    }
  if (places.empty()) throw std::runtime_error(path + ": no station");
  return places;
}

}  // namespace

std::map<std::string, StationPlace> read_stations(const std::string& path) {
  return is_xml(path) ? of_station_xml(path) : of_table(path);
}

}  // namespace seisgrad
