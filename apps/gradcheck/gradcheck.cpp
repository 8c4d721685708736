#include "apps/gradcheck/gradcheck.h"

#include <cstdio>
#include <string>

#include "apps/gradcheck/cases.h"

namespace seisgrad {
namespace {

constexpr double allowed = 1e-6;

struct Outcome {
  GradientComparison worst;
  std::string description;  // of the worst case
  int64_t compared = 0;
};

Outcome check(const NamedCase& named, int cases) {
  Outcome outcome;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<uint64_t>(i));
    const GradcheckCase c = named.make(random);
    const GradientComparison result = gradcheck(c.f, c.inputs);
    outcome.compared += result.compared;
    if (i == 0 || !(result.error <= outcome.worst.error)) outcome.worst = result, outcome.description = c.description;
  }
  return outcome;
}

void explain(const Outcome& o) {
  std::printf(
      "    case: %s\n    input %d, element %lld: the tape says %.10g, (f(x+h) - f(x-h)) / 2h says %.10g\n"
      "    |difference| / max(1, |either|) = %.2e is over %.0e: the backward kernel or closure is wrong there,\n"
      "    or the input lies on a kink\n",
      o.description.c_str(), o.worst.input, static_cast<long long>(o.worst.element), o.worst.analytic, o.worst.numeric,
      o.worst.error, allowed);
}

}  // namespace

int gradcheck_command(const GradcheckOptions& options) {
  bool known = options.what.empty();
  int failures = 0;
  for (const NamedCase& named : gradcheck_cases()) {
    if (!options.what.empty() && options.what != named.op) continue;
    known = true;
    if (options.list) {
      std::printf("%s\n", named.op);
      continue;
    }
    const Outcome o = check(named, options.cases);
    const bool good = o.worst.error <= allowed;
    std::printf("%-24s %4d cases %6lld derivatives  largest error %.1e  %s\n", named.op, options.cases,
                static_cast<long long>(o.compared), o.worst.error, good ? "ok" : "WRONG");
    if (!good) explain(o);
    failures += !good;
  }
  require(known, "gradcheck: no operator or model is called \"", options.what, "\"; see seisgrad gradcheck --list");
  return failures == 0 ? 0 : 1;
}

}  // namespace seisgrad
