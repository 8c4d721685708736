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

TEST_CASE("evaluate: picks of arrivals that the bulletin leaves out are neither found nor extra") {
  const TemporaryFolder folder;
  const ArrivalList bulletin = list_of(folder, row("XX,A", "10") + row("XX,A", "40.1")),
                    weak = list_of(folder,
                                   row("XX,A", "20") + row("XX,A", "40.5") + row("XX,A", "50") + row("XX,B", "01"));
  // found, of a weak arrival, extra, found though a weak one is near
  const ArrivalList picks =
      list_of(folder, row("XX,A", "10.1") + row("XX,A", "20.4") + row("XX,A", "30") + row("XX,A", "40.2"));
  ListScoreOptions options;
  CHECK(score_lists(bulletin, {picks}, options).pickers[0].score.phases[0].at[0].extra == 2);
  options.unlisted = weak.arrivals;
  const ListScore score = score_lists(bulletin, {picks}, options).pickers[0];
  CHECK(score.unlisted == 1);
  CHECK(score.score.phases[0].at[0].extra == 1);
  CHECK(score.score.phases[0].at[0].found == 2);
  CHECK(score.outcomes.size() == 3);

  EvaluateOptions o;
  o.picks = folder.write("picks.csv", header + row("XX,A", "20"));
  o.bulletin = folder.write("bulletin.csv", header + row("XX,A", "10"));
  o.unlisted = o.picks;
  o.out = folder.file("out");
  o.coverage = folder.write("coverage.csv", std::string("network,station,start_time,end_time,status\n"
                                                        "XX,A,2020-01-01T00:00:00,2020-01-01T01:00:00,scored\n"));
  const std::string text = printed(1, [&] { CHECK(evaluate(o) == 0); });
  CHECK(mentions(text, "0.00 extra picks an hour"));
  CHECK(mentions(text, "1 more picks are of arrivals that the bulletin leaves out"));
}
