#include "data/synthetic/earth_model.h"

#include <algorithm>
#include <cmath>

#include "tensor/require.h"

namespace seisgrad {

const Shell& EarthModel::shell_at(double depth) const {
  const auto below =
      std::upper_bound(shells.begin(), shells.end(), depth, [](double d, const Shell& s) { return d < s.top; });
  return *(below == shells.begin() ? below : below - 1);
}

double EarthModel::speed(Wave wave, double depth) const {
  const Shell& s = shell_at(depth);
  const double v1 = s.at_top(wave), v2 = s.at_bottom(wave), r1 = earth_radius - s.top, r2 = earth_radius - s.bottom;
  return v1 * std::pow((earth_radius - depth) / r1, std::log(v1 / v2) / std::log(r1 / r2));
}

namespace {
struct Row {
  double depth, vp, vs;
};
constexpr Row ak135_rows[] = {
    {0, 5.8000, 3.4600},        {20, 5.8000, 3.4600},       {20, 6.5000, 3.8500},      {35, 6.5000, 3.8500},
    {35, 8.0400, 4.4800},       {77.5, 8.0450, 4.4900},     {120, 8.0500, 4.5000},     {165, 8.1750, 4.5090},
    {210, 8.3000, 4.5180},      {210, 8.3000, 4.5230},      {260, 8.4825, 4.6090},     {310, 8.6650, 4.6960},
    {360, 8.8475, 4.7830},      {410, 9.0300, 4.8700},      {410, 9.3600, 5.0800},     {460, 9.5280, 5.1860},
    {510, 9.6960, 5.2920},      {560, 9.8640, 5.3980},      {610, 10.0320, 5.5040},    {660, 10.2000, 5.6100},
    {660, 10.7900, 5.9600},     {710, 10.9229, 6.0897},     {760, 11.0558, 6.2095},    {809.5, 11.1353, 6.2426},
    {859, 11.2221, 6.2798},     {908.5, 11.3068, 6.3160},   {958, 11.3896, 6.3512},    {1007.5, 11.4705, 6.3854},
    {1057, 11.5495, 6.4187},    {1106.5, 11.6269, 6.4510},  {1156, 11.7026, 6.4828},   {1205.5, 11.7766, 6.5138},
    {1255, 11.8491, 6.5439},    {1304.5, 11.9200, 6.5727},  {1354, 11.9895, 6.6008},   {1403.5, 12.0577, 6.6285},
    {1453, 12.1245, 6.6555},    {1502.5, 12.1912, 6.6815},  {1552, 12.2550, 6.7073},   {1601.5, 12.3185, 6.7326},
    {1651, 12.3819, 6.7573},    {1700.5, 12.4426, 6.7815},  {1750, 12.5031, 6.8052},   {1799.5, 12.5631, 6.8286},
    {1849, 12.6221, 6.8515},    {1898.5, 12.6804, 6.8742},  {1948, 12.7382, 6.8972},   {1997.5, 12.7956, 6.9194},
    {2047, 12.8526, 6.9418},    {2096.5, 12.9096, 6.9627},  {2146, 12.9668, 6.9855},   {2195.5, 13.0222, 7.0063},
    {2245, 13.0783, 7.0281},    {2294.5, 13.1336, 7.0500},  {2344, 13.1894, 7.0720},   {2393.5, 13.2465, 7.0931},
    {2443, 13.3018, 7.1144},    {2492.5, 13.3585, 7.1369},  {2542, 13.4156, 7.1586},   {2591.5, 13.4741, 7.1807},
    {2640, 13.5312, 7.2031},    {2690, 13.5900, 7.2258},    {2740, 13.6494, 7.2490},   {2740, 13.6494, 7.2490},
    {2789.67, 13.6530, 7.2597}, {2839.33, 13.6566, 7.2704}, {2891.5, 13.6602, 7.2811},
};
}  // namespace

const EarthModel& ak135() {
  static const EarthModel model = [] {
    EarthModel m;
    for (std::size_t i = 1; i < std::size(ak135_rows); ++i) {
      const Row &a = ak135_rows[i - 1], &b = ak135_rows[i];
      if (b.depth > a.depth) m.shells.push_back({a.depth, b.depth, a.vp, b.vp, a.vs, b.vs});
    }
    return m;
  }();
  return model;
}

namespace {
// Speeds between two depths as polynomials of r / earth_radius.
struct Polynomials {
  double top, bottom, vp[4], vs[4];
};
constexpr Polynomials iasp91_layers[] = {
    {0, 20, {5.8}, {3.36}},
    {20, 35, {6.5}, {3.75}},
    {35, 120, {8.78541, -0.74953}, {6.706231, -2.248585}},
    {120, 210, {25.41389, -17.69722}, {5.75020, -1.27420}},
    {210, 410, {30.78765, -23.25415}, {15.24213, -11.08552}},
    {410, 660, {29.38896, -21.40656}, {17.70732, -13.50652}},
    {660, 760, {25.96984, -16.93412}, {20.76890, -16.53147}},
    {760, 2740, {25.1486, -41.1538, 51.9932, -26.6083}, {12.9303, -21.2590, 27.8988, -14.1080}},
    {2740, 2889, {14.49470, -1.47089}, {8.16616, -1.58206}},
};
double value(const double (&c)[4], double depth) {
  const double x = (earth_radius - depth) / earth_radius;
  return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
}
}  // namespace

const EarthModel& iasp91() {
  static const EarthModel model = [] {
    EarthModel m;
    for (const Polynomials& layer : iasp91_layers) {
      const int parts = static_cast<int>(std::ceil((layer.bottom - layer.top) / 50));
      for (int i = 0; i < parts; ++i) {
        const double step = (layer.bottom - layer.top) / parts, a = layer.top + i * step, b = a + step;
        m.shells.push_back({a, i + 1 < parts ? b : layer.bottom, value(layer.vp, a), value(layer.vp, b),
                            value(layer.vs, a), value(layer.vs, b)});
      }
    }
    for (std::size_t i = 1; i < m.shells.size(); ++i) m.shells[i].top = m.shells[i - 1].bottom;
    return m;
  }();
  return model;
}

const EarthModel& earth_model_named(const std::string& name) {
  require(name == "ak135" || name == "iasp91", "an Earth model is ak135 or iasp91, got \"", name, "\"");
  return name == "ak135" ? ak135() : iasp91();
}

EarthModel random_crust(Dice& dice) {
  EarthModel m;
  m.moho = dice.uniform(22, 50);
  const double basement_ratio = dice.uniform(1.68, 1.80);  // vp/vs of sound rock: Poisson's ratio 0.23 to 0.28
  double depth = 0;
  const auto add = [&](double thickness, double vp, double ratio, double growth) {
    const double end = vp * (1 + growth);
    m.shells.push_back({depth, depth + thickness, vp, end, vp / ratio, end / ratio});
    depth += thickness;
  };
  double vp = dice.uniform(1.8, 4.5);
  if (dice.chance(0.75)) {  // slow ground
    const double thickness = dice.log_uniform(0.1, 4);
    const double ratio = std::max(basement_ratio, 3.3 - 0.35 * vp + dice.uniform(-0.2, 0.2));
    add(thickness, vp, ratio, 0.1 * thickness);
    vp = m.shells.back().vp_bottom;
  }
  vp = std::max(vp * dice.uniform(1.05, 1.3), dice.uniform(4.5, 6.1));
  const int layers = 2 + dice.below(4);
  const double deepest = std::max(vp, dice.uniform(6.2, 7.2));  // vp above the Moho
  for (int i = 0; i < layers; ++i) {
    const double left = m.moho - depth;
    const double thickness = i + 1 == layers ? left : left * dice.uniform(0.1, 2.0 / (layers - i));
    add(thickness, vp, basement_ratio, dice.uniform(0, 0.02));
    const double reached = m.shells.back().vp_bottom;
    vp = std::max(reached, reached + (deepest - reached) * dice.uniform(0.5, 1.5) / (layers - i));
    vp = std::min(vp, std::max(reached, 7.3));
  }
  const double mantle = std::max(dice.uniform(7.7, 8.3), 1.05 * vp), mantle_ratio = dice.uniform(1.72, 1.82);
  add(300 - depth, mantle, mantle_ratio, dice.uniform(0.01, 0.05));
  return m;
}

}  // namespace seisgrad
