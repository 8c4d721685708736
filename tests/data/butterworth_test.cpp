#include "data/butterworth.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

using namespace seisgrad;

TEST_CASE("butterworth: the response is the formula's") {
  struct Design {
    int corners;
    double low, high, rate;
  };
  for (const Design& d : {Design{1, 1, 45, 100}, Design{2, 1, 45, 100}, Design{3, 0.5, 20, 100}, Design{4, 2, 8, 40},
                          Design{2, 0.1, 1, 20}, Design{5, 1, 45, 100}}) {
    const auto sections = butterworth_band_pass(d.corners, d.low, d.high, d.rate);
    CHECK(sections.size() == static_cast<std::size_t>(d.corners));
    const auto warp = [&](double f) { return 2 * d.rate * std::tan(std::numbers::pi * f / d.rate); };
    const double w1 = warp(d.low), w2 = warp(d.high);
    for (const double part : {0.001, 0.01, 0.05, 0.1, 0.25, 0.4, 0.49}) {
      const double w = warp(part * d.rate), u = (w * w - w1 * w2) / (w * (w2 - w1));
      CHECK(std::norm(response(sections, part * d.rate, d.rate)) ==
            doctest::Approx(1 / (1 + std::pow(u, 2 * d.corners))).epsilon(1e-8));
    }
    CHECK(std::norm(response(sections, d.low, d.rate)) == doctest::Approx(0.5).epsilon(1e-9));
    CHECK(std::norm(response(sections, d.high, d.rate)) == doctest::Approx(0.5).epsilon(1e-9));
    CHECK(std::norm(response(sections, 0, d.rate)) == 0);
  }
}

TEST_CASE("butterworth: zero-phase filtering gives what SciPy 1.10 gives") {
  // butter(corners, [low, high], 'bandpass', fs=rate, output='sos'); sosfilt, reversed, sosfilt, reversed
  struct Oracle {
    int corners;
    double low, high, rate, y[5];  // at samples 0, 1, 777, 1500, 1999
  };
  const Oracle oracles[] = {
      {2,
       1,
       45,
       100,
       {-44.32094295885094, -48.78735163615596, 10.505295304088303, -17.945253568802986, 11.199861203805478}},
      {1,
       1,
       45,
       100,
       {-42.79151159887837, -46.8251717809541, 8.459770875578757, -18.513704376095934, 7.45973345016923}},
      {3,
       0.5,
       20,
       100,
       {-35.16996485569039, -48.607739156678825, 4.894186593754587, 11.09933325850566, -0.09040284690933652}},
      {4,
       2,
       8,
       40,
       {-13.792133132255827, -26.609685759815623, 6.602392131760922, -0.9495355044404672, 0.25308276241835626}}};
  for (const Oracle& oracle : oracles) {
    std::vector<double> x;
    for (int n = 0; n < 2000; ++n) x.push_back(n * n % 101 - 50.0 + 0.02 * n);
    filter_zero_phase(butterworth_band_pass(oracle.corners, oracle.low, oracle.high, oracle.rate), x);
    const std::size_t at[] = {0, 1, 777, 1500, 1999};
    for (std::size_t i = 0; i < 5; ++i) CHECK(x[at[i]] == doctest::Approx(oracle.y[i]).epsilon(1e-9));
  }
}

TEST_CASE("butterworth: impossible corners are the caller's mistake") {
  CHECK_THROWS_AS(butterworth_band_pass(2, 1, 50, 100), std::invalid_argument);
  CHECK_THROWS_AS(butterworth_band_pass(2, 0, 45, 100), std::invalid_argument);
  CHECK_THROWS_AS(butterworth_band_pass(2, 10, 5, 100), std::invalid_argument);
  CHECK_THROWS_AS(butterworth_band_pass(0, 1, 45, 100), std::invalid_argument);
}
