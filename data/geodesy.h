// Distances on a sphere of the Earth's mean radius, within 0.6 % of those on the ellipsoid.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

namespace seisgrad {

inline constexpr double earth_radius = 6371;  // km
inline constexpr double km_per_degree = earth_radius * std::numbers::pi / 180;

struct Place {
  double latitude = 0, longitude = 0;  // degrees
};

// Epicentral distance in km between points in degrees: the haversine formula, exact for near points, too.
inline double distance_km(double latitude1, double longitude1, double latitude2, double longitude2) {
  const double degree = std::numbers::pi / 180;
  const double a = std::sin((latitude2 - latitude1) * degree / 2), b = std::sin((longitude2 - longitude1) * degree / 2);
  const double h = a * a + std::cos(latitude1 * degree) * std::cos(latitude2 * degree) * b * b;
  return 2 * earth_radius * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

// The direction from point 1 to point 2, degrees from north over east, 0 to 360. From a station to a source it is the
// back azimuth.
inline double azimuth_degrees(double latitude1, double longitude1, double latitude2, double longitude2) {
  const double degree = std::numbers::pi / 180, d = (longitude2 - longitude1) * degree;
  const double y = std::sin(d) * std::cos(latitude2 * degree);
  const double x = std::cos(latitude1 * degree) * std::sin(latitude2 * degree) -
                   std::sin(latitude1 * degree) * std::cos(latitude2 * degree) * std::cos(d);
  const double angle = std::atan2(y, x) / degree;
  return angle < 0 ? angle + 360 : angle;
}

}  // namespace seisgrad
