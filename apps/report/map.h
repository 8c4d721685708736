// Map: places on a graticule, as SVG text. Equirectangular, true to scale at the middle latitude: distances and
// directions of a region look right. There are no coasts, for which data would be needed.
#pragma once
#include <string>
#include <vector>

#include "data/geodesy.h"

namespace seisgrad {

struct MapLayer {
  std::string name, colour;
  std::vector<Place> places;  // those that are no finite numbers are left out
  bool triangles = false;     // as stations are drawn; else circles
};

struct Map {
  std::string title;
  std::vector<MapLayer> layers;  // later ones above
  int width = 620;               // pixels; the height follows from the region
};

// Shows all places and a margin, across the date line where that makes the map smaller. Of places on one pixel one is
// drawn.
std::string to_svg(const Map& map);

}  // namespace seisgrad
