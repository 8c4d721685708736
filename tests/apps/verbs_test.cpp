// What the command line of the program takes and refuses.
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/messages.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

// What the program says to a command line; its exit status behind.
std::string said(const std::string& line) {
  const TemporaryFolder folder;
  const int status = std::system((KERAS_CHILD " " + line + " >" + folder.file("text") + " 2>&1").c_str());
  return text_of(folder.file("text")) + "exit " + std::to_string(WEXITSTATUS(status));
}

bool refused(const std::string& line, const std::string& why) {
  const std::string text = said(line);
  return mentions(text, why) && mentions(text, "exit 2");
}

}  // namespace

TEST_CASE("verbs: numbers that are none, or out of their range, are refused") {
  for (const char* bad : {"nan", "inf", "-0.1", "1.1", "x"}) {
    CHECK(refused(std::string("evaluate --p-threshold ") + bad, "expected a number from 0 to 1, got"));
    CHECK(refused(std::string("scan x --s-threshold ") + bad, "expected a number from 0 to 1, got"));
  }
  for (const char* line : {"evaluate --tolerance 0.5 nan",
                           "evaluate --tolerance 0",
                           "evaluate --max-per-minute inf",
                           "scan x --stride nan",
                           "scan x --blind nan",
                           "scan x --dead-time nan",
                           "scan x --overlap 1",
                           "train --checkpoint-minutes nan",
                           "data synth --rate nan",
                           "data synth --seconds inf",
                           "data synth --noise-fraction nan",
                           "data synth --more-events nan",
                           "data synth --disturbances nan",
                           "data synth --continuous nan",
                           "data synth --continuous 1e9",
                           "data synth --continuous 1 --events-per-hour nan",
                           "data build --before nan",
                           "data build --after inf",
                           "data build --shortest nan",
                           "data build --noise-distance 59"})
    CHECK(refused(line, "expected a number from"));
  CHECK(mentions(said("train --data a --data-weights nan --print-config"), "data/weights must be a number"));
  CHECK(mentions(said("evaluate --p-threshold 1 --s-threshold 0 --tolerance 0.5 0.1"), "give --picks"));
}

TEST_CASE("verbs: options that would do nothing beside others are refused") {
  CHECK(refused("evaluate --picks a --data b", "excludes"));
  CHECK(refused("evaluate --picks a --model b", "excludes"));
  CHECK(refused("train --resume --dry-run", "excludes"));
  CHECK(mentions(said("train --model phase_classifier --init paper --print-config"), "start/init is EQTransformer's"));
  CHECK(mentions(said("train --model phase_classifier --labels box --print-config"), "loss/labels is EQTransformer's"));
}

TEST_CASE("verbs: train takes small weights of data sets as they are") {
  CHECK(mentions(said("train --data a b --data-weights 1e-7 1 --print-config"), "1e-07"));
}
