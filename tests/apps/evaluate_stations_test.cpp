// evaluate --picks: which stations and which time count.
#include <doctest/doctest.h>

#include "apps/evaluate/list_score.h"
#include "apps/evaluate/options.h"
#include "tests/captured.h"
#include "tests/messages.h"

using namespace seisgrad;

namespace {

const std::string header = "network,station,phase,time\n";

std::string row(const std::string& station, const std::string& second) {
  return station + ",P,2020-01-01T00:00:" + second + "\n";
}

ArrivalList list_of(const TemporaryFolder& folder, const std::string& rows) {
  return read_arrivals(folder.write("list.csv", header + rows));
}

}  // namespace

TEST_CASE("evaluate: extra picks of two networks' stations of one name are not the same") {
  const TemporaryFolder folder;
  const ArrivalList bulletin = list_of(folder, row("AA,S001", "10") + row("BB,S001", "10"));
  const ArrivalList a = list_of(folder, row("AA,S001", "30") + row("AA,S001", "40"));
  const ArrivalList b = list_of(folder, row("BB,S001", "30") + row("AA,S001", "40.1"));
  CHECK(score_lists(bulletin, {a, b}, {}).overlaps[0].extra_of_both == 1);
  const ArrivalList no_network =
      read_arrivals(folder.write("list.csv", std::string("station,phase,time\nS001,P,2020-01-01T00:00:30\n")));
  CHECK(score_lists(bulletin, {b, no_network}, {}).overlaps[0].extra_of_both == 1);
}

TEST_CASE("evaluate: spans of one station that overlap are one") {
  const TemporaryFolder folder;
  const ArrivalList bulletin = list_of(folder, row("XX,A", "10"));
  const auto span = [](const char* from, const char* to) {
    return StationSpan{"XX", "A", time_from_iso(std::string("2020-01-01T00:") + from),
                       time_from_iso(std::string("2020-01-01T00:") + to)};
  };
  ListScoreOptions options;
  options.coverage = {span("05:00", "06:00"), span("00:00", "02:00"), span("00:00", "02:00"), span("01:00", "03:00")};
  CHECK(score_lists(bulletin, {bulletin}, options).minutes == doctest::Approx(4));
}

TEST_CASE("evaluate: picks of stations that the bulletin does not have are said") {
  const TemporaryFolder folder;
  EvaluateOptions o;
  o.picks = folder.write("picks.csv", header + row("YY,B", "10") + row("YY,B", "20"));
  o.bulletin = folder.write("bulletin.csv", header + row("XX,A", "10"));
  o.out = folder.file("out");
  const std::string text = printed(1, [&] { CHECK(evaluate(o) == 0); });
  CHECK(mentions(text, "2 of 2 picks are of stations that the bulletin does not have"));
}
