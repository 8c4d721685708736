#include "bench/case.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace SEISGRAD {

static Verdict judge(const Output& output) {
  const std::vector<double>& expected = output.expected;
  if (output.got->size() != expected.size() || expected.empty()) return {0, output.name + ": of another size"};
  const auto [low, high] = std::minmax_element(expected.begin(), expected.end());
  const double largest = std::max(std::abs(*low), std::abs(*high));
  if (expected.size() > 1 && !(*high - *low > 100 * output.tolerance * largest))
    return {0, output.name + ": what is expected does not vary, so the check means nothing"};
  double error = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double value = static_cast<double>((*output.got)[i]);
    if (!std::isfinite(value)) return {0, output.name + ": not written, or not finite, at " + std::to_string(i)};
    error = std::max(error, std::abs(value - expected[i]));
  }
  const double share = error / largest;
  if (error <= output.tolerance * largest) return {share, ""};
  return {share, output.name + ": differs from float64 by " + std::to_string(share) + " of the largest value"};
}

void poison(const Case& c, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) fill_nan(*output.got);
  c.upload();
}

Verdict judge(const Case& c, const std::vector<Output>& outputs) {
  c.download();
  Verdict worst;
  for (const Output& output : outputs) {
    const Verdict verdict = judge(output);
    if (!verdict.wrong.empty()) return verdict;
    worst.error = std::max(worst.error, verdict.error);
  }
  return worst;
}

void fill_random(std::vector<real>& values, uint64_t seed, const std::string& name, double low, double high) {
  uint64_t key = 1469598103934665603u ^ seed;  // FNV-1a of the name
  for (const char letter : name) key = (key ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  for (size_t i = 0; i < values.size(); ++i) {
    uint64_t z = key + (i + 1) * 0x9E3779B97F4A7C15u;  // splitmix64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    values[i] = static_cast<real>(low + (high - low) * static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53);
  }
}

std::vector<double> widened(const std::vector<real>& values) { return {values.begin(), values.end()}; }

void fill_nan(std::vector<real>& values) {
  std::fill(values.begin(), values.end(), std::numeric_limits<real>::quiet_NaN());
}

}  // namespace SEISGRAD
