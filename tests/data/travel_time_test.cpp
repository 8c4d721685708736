// Travel times of our own ray tracing beside published tables and closed forms.
#include "data/synthetic/travel_time.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

using namespace seisgrad;

namespace {

// First P, first S, ScP and ScS after ak135, seconds, as obspy.taup 1.5.1 (TauPyModel("ak135"), get_travel_times) gives
// them: P is the least of its phases p, P, Pg, Pn; S likewise. Depth in km, distance in degrees.
struct TableRow {
  double depth, degrees, p, s, scp, scs;
};
constexpr TableRow table[] = {
    {0, 0.5, 9.59, 16.07, 723.74, 935.79},       {0, 2, 35.03, 60.75, 723.97, 936.13},
    {0, 5, 76.27, 134.76, 725.28, 937.98},       {0, 10, 144.90, 257.80, 729.90, 944.57},
    {0, 15, 213.23, 380.08, 737.48, 955.41},     {0, 18, 251.57, 452.92, 743.37, 963.88},
    {0, 20, 274.09, 499.77, 747.84, 970.32},     {0, 22, 295.70, 539.29, 752.71, 977.36},
    {0, 25, 325.42, 590.23, 760.74, 989.03},     {0, 30, 370.26, 669.13, 775.92, 1011.26},
    {0, 45, 497.09, 896.59, 831.90, 1095.76},    {0, 60, 608.32, 1101.87, 896.72, 1200.15},
    {0, 75, 703.19, 1282.05, -1.00, 1316.72},    {0, 90, 781.39, 1435.42, -1.00, 1439.57},
    {0, 95, 804.48, 1480.14, -1.00, 1481.15},    {35, 0.5, 10.64, 18.03, 714.06, 926.12},
    {35, 2, 31.27, 55.06, 714.30, 926.45},       {35, 5, 72.51, 129.06, 715.60, 928.31},
    {35, 10, 141.12, 252.05, 720.23, 934.91},    {35, 15, 209.30, 374.24, 727.82, 945.77},
    {35, 18, 247.33, 447.01, 733.72, 954.26},    {35, 20, 269.48, 492.44, 738.19, 960.70},
    {35, 22, 291.04, 531.83, 743.07, 967.76},    {35, 25, 320.43, 581.98, 751.11, 979.45},
    {35, 30, 365.24, 660.82, 766.30, 1001.71},   {35, 45, 491.92, 888.06, 822.31, 1086.30},
    {35, 60, 602.99, 1093.09, 887.14, 1190.76},  {35, 75, 697.73, 1273.03, -1.00, 1307.38},
    {35, 90, 775.82, 1426.20, -1.00, 1430.26},   {35, 95, 798.90, 1470.86, -1.00, 1471.84},
    {100, 0.5, 15.76, 27.54, 699.58, 911.63},    {100, 2, 32.54, 57.38, 699.81, 911.97},
    {100, 5, 72.67, 129.22, 701.12, 913.83},     {100, 10, 140.62, 250.88, 705.76, 920.46},
    {100, 15, 206.62, 372.11, 713.37, 931.37},   {100, 18, 242.77, 444.00, 719.29, 939.89},
    {100, 20, 264.56, 483.94, 723.77, 946.36},   {100, 22, 285.95, 522.56, 728.66, 953.44},
    {100, 25, 314.39, 570.97, 736.72, 965.17},   {100, 30, 359.07, 649.68, 751.94, 987.50},
    {100, 45, 485.34, 876.36, 808.03, 1072.32},  {100, 60, 595.99, 1080.74, 872.90, 1176.96},
    {100, 75, 690.40, 1260.12, -1.00, 1293.70},  {100, 90, 768.22, 1412.78, -1.00, 1416.63},
    {100, 95, 791.29, 1457.32, -1.00, 1458.22},  {300, 0.5, 38.57, 69.23, 655.61, 867.66},
    {300, 2, 46.73, 83.96, 655.84, 868.00},      {300, 5, 77.48, 139.74, 657.17, 869.89},
    {300, 10, 138.06, 250.79, 661.85, 876.61},   {300, 15, 196.98, 360.51, 669.53, 887.67},
    {300, 18, 229.57, 420.15, 675.50, 896.29},   {300, 20, 250.80, 458.06, 680.02, 902.84},
    {300, 22, 269.89, 490.57, 684.95, 910.01},   {300, 25, 297.04, 538.20, 693.07, 921.88},
    {300, 30, 341.34, 616.67, 708.39, 944.45},   {300, 45, 466.14, 841.40, 764.74, 1030.00},
    {300, 60, 575.43, 1043.69, 829.70, 1135.24}, {300, 75, 668.73, 1221.22, -1.00, 1252.35},
    {300, 90, 745.69, 1372.25, -1.00, 1375.45},  {300, 95, 768.70, 1416.40, -1.00, 1417.06},
    {600, 0.5, 70.33, 127.65, 596.57, 808.63},   {600, 2, 74.21, 134.73, 596.81, 808.97},
    {600, 5, 92.79, 168.65, 598.16, 810.92},     {600, 10, 138.65, 252.51, 602.93, 817.81},
    {600, 15, 188.06, 341.54, 610.74, 829.14},   {600, 18, 215.50, 390.48, 616.80, 837.98},
    {600, 20, 233.62, 422.41, 621.39, 844.68},   {600, 22, 251.54, 453.94, 626.39, 852.01},
    {600, 25, 278.10, 501.06, 634.62, 864.13},   {600, 30, 321.60, 578.64, 650.13, 887.16},
    {600, 45, 443.24, 799.13, 706.95, 974.08},   {600, 60, 549.88, 997.34, 772.10, 1080.41},
    {600, 75, 641.12, 1171.39, -1.00, 1198.20},  {600, 90, 716.56, 1319.37, -1.00, 1321.60},
    {600, 95, 739.44, 1362.94, -1.00, 1363.24},
};

double first_time(const std::vector<Ray>& found) {
  return found.empty() ? std::numeric_limits<double>::quiet_NaN() : found.front().time;
}

}  // namespace

TEST_CASE("travel_time: ak135's tables, 0 to 95 degrees, to 0.05 s") {
  double worst = 0;
  for (const TableRow& row : table) {
    CAPTURE(row.depth);
    CAPTURE(row.degrees);
    const double km = row.degrees * km_per_degree;
    const double p = first_time(rays(ak135(), Wave::p, row.depth, km));
    const double s = first_time(rays(ak135(), Wave::s, row.depth, km));
    const double scp = first_time(floor_reflections(ak135(), Wave::s, Wave::p, row.depth, km));
    const double scs = first_time(floor_reflections(ak135(), Wave::s, Wave::s, row.depth, km));
    // the tables say linear speeds between their depths, we r^b: worth a few hundredths
    CHECK(std::abs(p - row.p) < 0.05);
    CHECK(std::abs(s - row.s) < 0.05);
    if (row.scp > 0) CHECK(std::abs(scp - row.scp) < 0.05);
    if (row.scs > 0) CHECK(std::abs(scs - row.scs) < 0.05);
    for (const double error : {p - row.p, s - row.s, row.scs > 0 ? scs - row.scs : 0})
      worst = std::max(worst, std::abs(error));
  }
  MESSAGE("largest difference: ", worst, " s");
}

TEST_CASE("travel_time: a uniform ball has straight rays") {
  EarthModel ball;
  ball.shells = {{0, 3000, 8, 8, 4, 4}};
  const double depth = 100, distance = 900, r = earth_radius - depth, angle = distance / earth_radius;
  const double chord = std::sqrt(earth_radius * earth_radius + r * r - 2 * earth_radius * r * std::cos(angle));
  const std::vector<Ray> found = rays(ball, Wave::p, depth, distance);
  REQUIRE(found.size() == 1);
  CHECK(found[0].time == doctest::Approx(chord / 8).epsilon(1e-4));
  CHECK(found[0].p == doctest::Approx(earth_radius * r * std::sin(angle) / chord / 8).epsilon(1e-3));
}

TEST_CASE("travel_time: direct, refracted and reflected rays of one layer over a mantle") {
  EarthModel crust;
  crust.moho = 30;
  crust.shells = {{0, 30, 6, 6, 3.5, 3.5}, {30, 300, 8, 8.2, 4.6, 4.7}};
  for (const double distance : {50.0, 100.0, 200.0, 300.0}) {
    CAPTURE(distance);
    const std::vector<Ray> found = rays(crust, Wave::p, 10, distance);
    const double direct = std::hypot(distance, 10) / 6;
    const double head = distance / 8 + (30 + 20) * std::sqrt(1 / 36. - 1 / 64.);  // of flat layers
    const auto has = [&](const char* name, double time, double within) {
      return std::any_of(found.begin(), found.end(), [&](const Ray& ray) {
        return std::string(phase_name(crust, Wave::p, ray)) == name && std::abs(ray.time - time) < within;
      });
    };
    CHECK(has("Pg", direct, 0.05));
    if (distance > 150) CHECK(has("Pn", head, 0.4));  // the sphere is faster than flat layers by this much at 300 km
    if (distance > 150) CHECK(found.front().time == doctest::Approx(std::min(direct, head)).epsilon(0.02));
  }
  CHECK(rays(crust, Wave::p, 10, 50).size() >= 1);
}

TEST_CASE("travel_time: random crusts: P before S, times grow with distance") {
  for (int index = 0; index < 50; ++index) {
    CAPTURE(index);
    Dice dice(5, Purpose::synthetic_path, index);
    const EarthModel crust = random_crust(dice);
    const double depth = dice.uniform(0.5, 35);
    double before = 0;
    for (const double distance : {1., 3., 10., 20., 40., 80., 120., 200., 300.}) {
      CAPTURE(distance);
      const std::vector<Ray> p = rays(crust, Wave::p, depth, distance), s = rays(crust, Wave::s, depth, distance);
      REQUIRE(!p.empty());
      REQUIRE(!s.empty());
      CHECK(p.front().time > before);
      const double ratio = s.front().time / p.front().time;
      CHECK(ratio > 1.6);
      CHECK(ratio < 3.5);
      CHECK(p.front().p <= (earth_radius / crust.shells[0].vp_top));
      before = p.front().time;
    }
  }
}
