#include "data/synthetic/receiver.h"

#include <algorithm>
#include <cmath>

namespace seisgrad {
namespace {

double vertical_slowness(double v, double p) { return std::sqrt(std::max(0.0, 1 / (v * v) - p * p)); }

double density(double vp) { return 1.74 * std::pow(vp, 0.25); }

}  // namespace

SurfaceMotion surface_motion(Wave wave, double p, double vp, double vs) {
  const double a = vertical_slowness(vp, p), b = vertical_slowness(vs, p), gap = 1 / (vs * vs) - 2 * p * p;
  const double rayleigh = vs * vs * (gap * gap + 4 * p * p * a * b);
  if (wave == Wave::p) return {4 * vp * p * a * b / rayleigh, 2 * vp * a * gap / rayleigh};
  return {2 * vs * b * gap / rayleigh, -4 * vs * p * a * b / rayleigh};
}

double conversion(Wave incident, double p, const Shell& above, const Shell& below) {
  const double vp = (above.vp_bottom + below.vp_top) / 2, vs = (above.vs_bottom + below.vs_top) / 2;
  const double rho1 = density(above.vp_bottom), rho2 = density(below.vp_top);
  const double d_rho = 2 * (rho2 - rho1) / (rho1 + rho2), d_vs = (below.vs_top - above.vs_bottom) / vs;
  const double ci = std::sqrt(std::max(0.01, 1 - vp * vp * p * p)), cj = std::sqrt(std::max(0.01, 1 - vs * vs * p * p));
  const double product = ci / vp * cj / vs, v2 = vs * vs;
  const double p_to_s =
      p * vp / (2 * cj) * ((1 - 2 * v2 * p * p - 2 * v2 * product) * d_rho - 4 * v2 * (p * p + product) * d_vs);
  return incident == Wave::p ? p_to_s : -p_to_s * cj / vp * vs / ci;
}

std::array<double, 3> towards(double radial, double transverse, double vertical, double azimuth) {
  return {radial * std::sin(azimuth) + transverse * std::cos(azimuth),
          radial * std::cos(azimuth) - transverse * std::sin(azimuth), vertical};
}

void add_conversions(const EarthModel& model, const Site& site, const Incoming& ray, double deepest, double p,
                     double amplitude, double azimuth, std::vector<Incoming>& incoming) {
  const Wave other = ray.wave == Wave::p ? Wave::s : Wave::p;
  const Shell& top = model.shells.front();
  double lag = 0;  // of S behind P, from the interface to the surface
  for (std::size_t i = 0; i + 1 < model.shells.size() && i < 5; ++i) {
    const Shell &above = model.shells[i], &below = model.shells[i + 1];
    if (above.bottom >= std::min(deepest, model.moho + 1)) break;
    const double vp = (above.vp_top + above.vp_bottom) / 2, vs = (above.vs_top + above.vs_bottom) / 2;
    lag += (above.bottom - above.top) * (vertical_slowness(vs, p) - vertical_slowness(vp, p));
    // the formula is for small contrasts: beyond a quarter it promises too much
    const double share = std::clamp(site.conversions * conversion(ray.wave, p, above, below), -0.25, 0.25);
    const double made = amplitude * share;
    const SurfaceMotion motion = surface_motion(other, p, top.vp_top, top.vs_top);
    Incoming converted = ray;  // it keeps the spectrum of what it was for most of its way
    converted.time += ray.wave == Wave::p ? lag : -lag;
    converted.level = towards(made * motion.radial, 0, made * motion.vertical, azimuth);
    converted.phase = "";
    converted.scatters = false;
    incoming.push_back(converted);
  }
}

Site random_site(const EarthModel& model, Dice& dice) {
  Site site;
  site.kappa = std::clamp(dice.log_normal(0.02, 0.5), 0.005, 0.07);
  site.kappa_p = site.kappa * dice.uniform(0.4, 0.9);
  site.conversions = dice.uniform(0.2, 1);
  site.scatter_time = dice.log_uniform(0.1, 1);
  site.scatter_strength = dice.log_uniform(0.4, 8);
  site.horizontal = dice.log_normal(0.8, 0.25);
  const auto caught = [&](double thickness, double vp, double vs, double contrast, double quality) {
    const double reflection = (contrast - 1) / (contrast + 1);
    const double p_delay = 2 * thickness / vp, s_delay = 2 * thickness / vs;
    // what a trip costs at the layer's first resonance, 1 / (2 delay): exp(-pi / (2 quality)); `rough` for its uneven
    // bottom and inside, which spoil long trips: no echo of a thick layer looks like another earthquake
    const double rough = std::exp(-dice.uniform(0.1, 0.7) - 1.5 * s_delay),
                 loss = std::exp(-M_PI / (2 * quality)) * rough;
    site.p_layers.push_back({p_delay, 0.7 * reflection * loss});
    site.s_layers.push_back({s_delay, reflection * loss});
  };
  const Shell &top = model.shells[0], &next = model.shells[1];
  caught(top.bottom - top.top, (top.vp_top + top.vp_bottom) / 2, (top.vs_top + top.vs_bottom) / 2,
         next.vs_top * density(next.vp_top) / (top.vs_bottom * density(top.vp_bottom)), dice.uniform(10, 60));
  if (dice.chance(0.85)) {  // soil, too thin for the model of the crust
    const double vs = dice.log_uniform(0.15, 0.9), vp = vs * dice.uniform(1.9, 4);
    caught(dice.log_uniform(0.003, 0.06), vp, vs, dice.uniform(1.5, 6), dice.uniform(8, 40));
  }
  return site;
}

}  // namespace seisgrad
