#include "apps/report/map.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "apps/report/svg.h"
#include "apps/report/svg_text.h"

namespace seisgrad {
namespace {

constexpr double left = 52, right = 16, top = 34, bottom = 30;

bool known(const Place& p) { return std::isfinite(p.latitude) && std::isfinite(p.longitude); }

struct Region {
  double south = -90, north = 90, west = -180, east = 180;
};

// West of the narrowest span of longitudes that holds all: the other side of their widest gap.
Region region_of(const Map& map) {
  std::vector<double> latitudes, longitudes;
  for (const MapLayer& layer : map.layers)
    for (const Place& p : layer.places)
      if (known(p)) latitudes.push_back(p.latitude), longitudes.push_back(std::fmod(p.longitude + 540, 360) - 180);
  if (latitudes.empty()) return {};
  std::sort(longitudes.begin(), longitudes.end());
  double widest = longitudes.front() + 360 - longitudes.back(), west = longitudes.front();
  for (std::size_t i = 1; i < longitudes.size(); ++i)
    if (longitudes[i] - longitudes[i - 1] > widest) widest = longitudes[i] - longitudes[i - 1], west = longitudes[i];
  const auto [south, north] = std::minmax_element(latitudes.begin(), latitudes.end());
  const double tall = *north - *south, wide = 360 - widest, margin = std::max(0.05 * std::max(tall, wide), 0.05);
  Region region{std::max(*south - margin, -90.0), std::min(*north + margin, 90.0), west - margin, west + wide + margin};
  if (wide > 270) region.west = -180, region.east = 180;
  return region;
}

class Projection {
 public:
  Projection(Region region, int width) : region_(region) {
    const double shrink = std::max(std::cos((region.south + region.north) / 2 * std::numbers::pi / 180), 0.1);
    x_scale_ = (width - left - right) / (region.east - region.west);
    y_scale_ = x_scale_ / shrink;
    const double most = 1.2 * width;  // of a region that reaches far from south to north
    if (y_scale_ * (region.north - region.south) > most) {
      y_scale_ = most / (region.north - region.south);
      x_scale_ = y_scale_ * shrink;
    }
  }
  double x(double longitude) const {
    double from_west = std::fmod(longitude - region_.west, 360);
    if (from_west < 0) from_west += 360;
    return left + x_scale_ * from_west;
  }
  double y(double latitude) const { return top + y_scale_ * (region_.north - latitude); }
  double width() const { return x_scale_ * (region_.east - region_.west); }
  double height() const { return y_scale_ * (region_.north - region_.south); }

 private:
  Region region_;
  double x_scale_, y_scale_;
};

void draw_graticule(std::string& out, const Region& region, const Projection& at) {
  const double right_edge = left + at.width(), low_edge = top + at.height();
  for (const double latitude : ticks(region.south, region.north, 6)) {
    if (latitude < region.south || latitude > region.north) continue;
    print(out, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#ddd'/>\n", left, at.y(latitude), right_edge,
          at.y(latitude));
    write_text(out, left - 6, at.y(latitude) + 4, "end", tick_text(latitude) + "\xC2\xB0");
  }
  for (const double longitude : ticks(region.west, region.east, 6)) {
    if (longitude < region.west || longitude > region.east) continue;
    const double x = left + (longitude - region.west) / (region.east - region.west) * at.width();
    print(out, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#ddd'/>\n", x, top, x, low_edge);
    const double folded = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
    write_text(out, x, low_edge + 16, "middle", tick_text(folded) + "\xC2\xB0");
  }
  print(out, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='none' stroke='#888'/>\n", left, top, at.width(),
        at.height());
}

void draw_mark(std::string& out, double x, double y, const MapLayer& layer) {
  const char* colour = layer.colour.c_str();
  if (layer.triangles)
    print(out, "<path d='M%.1f %.1fl-5 9h10z' fill='%s' stroke='#fff' stroke-width='0.7'/>\n", x, y - 5, colour);
  else print(out, "<circle cx='%.1f' cy='%.1f' r='2.6' fill='%s' fill-opacity='0.6'/>\n", x, y, colour);
}

void draw_layer(std::string& out, const MapLayer& layer, const Projection& at) {
  std::set<std::pair<long, long>> drawn;
  for (const Place& p : layer.places) {
    if (!known(p)) continue;
    const double x = at.x(p.longitude), y = at.y(p.latitude);
    if (drawn.insert({std::lround(x), std::lround(y)}).second) draw_mark(out, x, y, layer);
  }
}

}  // namespace

std::string to_svg(const Map& map) {
  const Region region = region_of(map);
  const Projection at(region, map.width);
  std::string out;
  print(out,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f' font-family='sans-serif' font-size='12'>\n"
        "<rect width='100%%' height='100%%' fill='#fff'/>\n",
        left + at.width() + right, top + at.height() + bottom);
  write_text(out, left, 20, "start", map.title, "font-size='14' font-weight='bold'");
  draw_graticule(out, region, at);
  for (const MapLayer& layer : map.layers) draw_layer(out, layer, at);
  double x = left + at.width();
  for (std::size_t i = map.layers.size(); i-- > 0;) {  // the legend, from the right
    const MapLayer& layer = map.layers[i];
    write_text(out, x, 20, "end", layer.name);
    x -= 7.0 * static_cast<double>(layer.name.size()) + 8;
    draw_mark(out, x, 16, layer);
    x -= 18;
  }
  return out + "</svg>\n";
}

}  // namespace seisgrad
