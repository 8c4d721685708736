// Proves that each barrier of a kernel is needed, and that the tests would notice its loss.
#pragma once
#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "kernels/simt_options.h"
#include "tests/races.h"

namespace seisgrad {

// Calls compute(), which launches kernels and returns what they computed, once without each barrier that those kernels
// execute, under `seeds` thread orders. Each loss must show: in another result, an error, or a data race.
inline void check_each_barrier_is_needed(const std::function<std::vector<double>()>& compute, uint64_t seeds = 8) {
  simt::options = {};
  simt::forget_barrier_sites();
  const std::vector<double> expected = compute();
  for (const simt::Site& site : simt::barrier_sites()) {
    simt::options.skip = site;
    bool noticed = false;
    for (uint64_t seed = 1; seed <= seeds && !noticed; ++seed) {
      simt::options.seed = seed;
      simt::options.give_up = expected_race_found;
      const ExpectRaces counted;
      try {
        const std::vector<double> got = compute();
        const bool same =
            got.size() == expected.size() && std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)) == 0;
        noticed = !same || expected_race_found();
      } catch (const simt::Error&) { noticed = true; }
    }
    INFO("without the barrier at " << site.file << ":" << site.line << ":" << site.column);
    CHECK(noticed);
  }
  simt::options = {};
}

}  // namespace seisgrad
