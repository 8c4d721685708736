// Scores of picks: matching, counts, residuals, curves, the dialects of pick lists, the files that evaluate writes, and
// agreement with the shared scorer.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "apps/evaluate/list_report.h"
#include "apps/evaluate/options.h"
#include "data/picks.h"
#include "kernels/philox.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

// 0 .. below - 1
int64_t random_below(uint64_t element, int64_t below) {
  return random_word({11, Purpose::toy_record}, element) % below;
}

// The rule as it is said, tried on every pair.
std::vector<Match> match_plainly(const std::vector<int64_t>& picks, const std::vector<int64_t>& references,
                                 int64_t tolerance) {
  std::vector<Match> matches;
  std::vector<bool> pick_used(picks.size()), reference_used(references.size());
  for (;;) {
    int64_t least = tolerance + 1;
    Match best{};
    for (size_t i = 0; i < picks.size(); ++i)
      for (size_t j = 0; j < references.size(); ++j)
        if (!pick_used[i] && !reference_used[j] && std::abs(picks[i] - references[j]) < least)
          least = std::abs(picks[i] - references[j]), best = {i, j};
    if (least > tolerance) return matches;
    pick_used[best.pick] = reference_used[best.reference] = true;
    matches.push_back(best);
  }
}

ArrivalList list_of(const TemporaryFolder& folder, const std::string& text) {
  return read_arrivals(folder.write("list.csv", text));
}

std::string failure_of(const TemporaryFolder& folder, const std::string& text) {
  try {
    list_of(folder, text);
  } catch (const std::runtime_error& error) { return std::string(error.what()).substr(folder.file("list.csv").size()); }
  return "no failure";
}

}  // namespace

TEST_CASE("evaluate: closest pairs first, one to one") {
  CHECK(match_closest(std::vector<int64_t>{10, 14}, std::vector<int64_t>{13}, 5) == std::vector<Match>{{1, 0}});
  CHECK(match_closest(std::vector<int64_t>{10}, std::vector<int64_t>{15}, 5) == std::vector<Match>{{0, 0}});
  CHECK(match_closest(std::vector<int64_t>{10}, std::vector<int64_t>{16}, 5).empty());
  uint64_t element = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<int64_t> picks(random_below(element++, 12)), references(random_below(element++, 12));
    for (auto* list : {&picks, &references})
      for (int64_t& t : *list) t = random_below(element++, 60);
    CAPTURE(trial);
    CHECK(match_closest(picks, references, 7) == match_plainly(picks, references, 7));
  }
}

TEST_CASE("evaluate: statistics of residuals, intervals") {
  const ResidualStatistics s = statistics_of(std::vector<double>{-1, 0, 2, 3});
  CHECK(s.mean == doctest::Approx(1));
  CHECK(s.deviation == doctest::Approx(std::sqrt(2.5)));
  CHECK(s.mean_absolute == doctest::Approx(1.5));
  CHECK(s.median == doctest::Approx(1));
  CHECK(s.median_deviation == doctest::Approx(1.5));
  CHECK(statistics_of({}).count == 0);
  const Counts c{.found = 6, .extra = 2, .missed = 4};
  CHECK(c.precision() == 0.75);
  CHECK(c.recall() == 0.6);
  CHECK(c.f1() == doctest::Approx(2 * 0.75 * 0.6 / 1.35));
  CHECK(Counts{}.f1() == 0);
  CHECK(wilson(8, 10).low == doctest::Approx(0.4902).epsilon(1e-3));  // Wilson 1927, as tabulated
  CHECK(wilson(8, 10).high == doctest::Approx(0.9433).epsilon(1e-3));
}

TEST_CASE("evaluate: curves, reliability, confusion") {
  // by hand: of the four pairs of a positive and a negative, three are in order
  const RankedCurve curve = ranked_curve({{0.9, true}, {0.8, false}, {0.7, true}, {0.1, false}});
  CHECK(curve.roc_area() == 0.75);
  CHECK(curve.average_precision() == doctest::Approx(0.5 * 1 + 0.5 * 2 / 3));
  CHECK(ranked_curve({{0.5, true}, {0.5, false}}).roc_area() == 0.5);
  CHECK(ranked_curve({{0.5, true}, {0.5, false}}).points.size() == 1);
  CHECK(ranked_curve({}).roc_area() == 0.5);
  const Reliability r = reliability_of({{0.95, true}, {1.0, true}, {0.05, true}, {0.01, false}});
  CHECK(r.bins.front().count == 2);
  CHECK(r.bins.front().share_true == 0.5);
  CHECK(r.bins.back().mean_score == doctest::Approx(0.975));
  CHECK(r.expected_error() == doctest::Approx(0.5 * (0.5 - 0.03) + 0.5 * 0.025));
  Confusion confusion({"noise", "P"});
  confusion.add(0, 0);
  confusion.add(1, 0);
  confusion.add(1, 1);
  CHECK(confusion.at(1, 0) == 1);
  CHECK(confusion.accuracy() == doctest::Approx(2.0 / 3));
}

TEST_CASE("evaluate: the dialects of pick lists") {
  const TemporaryFolder folder;
  const auto check = [&](const char* text, const std::string& network, char phase, double probability) {
    CAPTURE(text);
    const ArrivalList list = list_of(folder, text);
    REQUIRE(list.arrivals.size() >= 1);
    const ListedArrival& a = list.arrivals[0];
    CHECK(a.network == network);
    CHECK(a.station == "B916");
    CHECK(a.phase == phase);
    CHECK(to_iso(a.time) == "2019-07-07T08:00:01.250000Z");
    CHECK(a.probability == doctest::Approx(probability));
  };
  check(
      "network,station,location,channel,phase,time,probability,model\n"
      "PB,B916,,EH,S,2019-07-07T08:00:01.250000Z,0.5,m\n",
      "PB", 'S', 0.5);
  check("station,time,probability,phase\nPB.B916.00,2019-07-07T08:00:01.25,0.25,Pg\n", "PB", 'P', 0.25);
  check(
      "station_id,begin_time,phase_index,phase_time,phase_score,phase_type\r\n"
      "PB.B916..EH,x,3,2019-07-07T08:00:01.250,0.75,S\r\n",
      "PB", 'S', 0.75);
  check("id,timestamp,prob,type\nPB.B916.,2019-07-07T08:00:01.25,0.5,p\n", "PB", 'P', 0.5);
  check(
      "file_name,network,station,p_arrival_time,p_probability,s_arrival_time,s_probability\n"
      "x,PB,\"B916  \",2019-07-07 08:00:01.25,0.4,,\n",
      "PB", 'P', 0.4);
  check("evid,station,predicted_P,predicted_S\n7,B916,2019-07-07T08:00:01.25+00:00,2019-07-07T08:00:03\n", "", 'P', 1);

  const ArrivalList list = list_of(folder, "station,phase,time\nA,pP,2020-01-01T00:00:00\nA,PKP,2020-01-01T00:00:00\n");
  CHECK(list.other_phases == 1);
  CHECK(list.arrivals.size() == 1);

  CHECK(failure_of(folder, "") == ": no first line with the names of columns");
  CHECK(failure_of(folder, "a,b\n1,2\n").find(":1: the header must name a station") == 0);
  CHECK(failure_of(folder, "station,phase,time\nA,P\n") == ":2: 2 cells for 3 columns");
  CHECK(failure_of(folder, "station,phase,time\nA,P,yesterday\n").find(":2: ") == 0);
  CHECK(failure_of(folder, "station,phase,time,prob\nA,P,2020-01-01T00:00:00,1.5\n") ==
        ":2: a probability must be between 0 and 1, got \"1.5\"");
  CHECK(failure_of(folder, "station,phase,time\nA,\"P,2020\n") == ":2: a quote that is never closed");
  CHECK_THROWS_AS(read_arrivals(folder.file("absent.csv")), std::runtime_error);
}

TEST_CASE("evaluate: a QuakeML bulletin") {
  TemporaryFolder folder;
  const std::string pick = R"(<pick publicID="p1"><time><value>2019-07-07T00:00:01.5Z</value></time>
    <waveformID networkCode="PB" stationCode="B916"/><phaseHint>Pg</phaseHint></pick>)";
  const std::string head = "<quakeml><eventParameters><event publicID=\"e1\">",
                    tail = "</event></eventParameters></quakeml>";
  const ArrivalList list = read_arrivals(folder.write("b.xml", head + pick + tail));
  REQUIRE(list.arrivals.size() == 1);
  CHECK(list.rows == 1);
  CHECK(list.arrivals[0].station == "B916");
  CHECK(list.arrivals[0].network == "PB");
  CHECK(list.arrivals[0].phase == 'P');
  CHECK(list.arrivals[0].event == "e1");
  CHECK(to_iso(list.arrivals[0].time) == "2019-07-07T00:00:01.500000Z");
  CHECK_THROWS_AS(read_arrivals(folder.write("c.xml", head + "<pick publicID=\"p2\"/>" + pick + tail)),
                  std::runtime_error);
}

TEST_CASE("evaluate: lists against a bulletin: found, missed, extra, not recorded, and who found what") {
  const TemporaryFolder folder;
  const auto row = [](const char* station, const char* phase, const char* second, const char* p) {
    return "XX," + std::string(station) + "," + phase + ",2020-01-01T00:00:" + second + "," + p + "\n";
  };
  const std::string header = "network,station,phase,time,probability\n";
  const ArrivalList bulletin = list_of(folder,
                                       "network,station,phase,time,event\n"
                                       "XX,A,P,2020-01-01T00:00:10,1\nXX,A,S,2020-01-01T00:00:14,1\n"
                                       "XX,B,P,2020-01-01T00:00:20,1\nXX,B,P,2020-01-01T00:00:50,2\n");
  const ArrivalList a = list_of(folder, header + row("A", "P", "10.1", "0.9") + row("A", "P", "10.2", "0.8") +
                                            row("A", "S", "14.3", "0.7") + row("B", "P", "30", "0.6") +
                                            row("B", "P", "45", "0.6") + row("C", "P", "10", "0.6"));
  const ArrivalList b = list_of(folder, header + row("B", "P", "19.8", "0.9") + row("B", "P", "30.1", "0.9"));
  ListScoreOptions options;
  options.coverage =
      std::vector<StationSpan>{{"XX", "A", time_from_iso("2020-01-01T00:00:00"), time_from_iso("2020-01-01T00:01:00")},
                               {"XX", "B", time_from_iso("2020-01-01T00:00:00"), time_from_iso("2020-01-01T00:00:40")}};
  const ListEvaluation e = score_lists(bulletin, {a, b}, options);
  CHECK(e.stations == std::vector<std::string>{"XX.A", "XX.B"});
  CHECK(e.not_recorded == 1);  // B at 50 s
  CHECK(e.minutes == doctest::Approx(100.0 / 60));
  const ListScore& first = e.pickers[0];
  CHECK(first.score.phases[0].at[0] == Counts{.found = 1, .extra = 2, .missed = 1});
  CHECK(first.score.phases[0].at[2] == Counts{.found = 1, .extra = 2, .missed = 1});  // 0.1 s is within 0.1 s
  CHECK(first.score.phases[1].at[2] == Counts{.found = 0, .extra = 1, .missed = 1});
  CHECK(first.score.phases[0].residual.mean == doctest::Approx(0.1));
  CHECK(first.outside == 1);
  CHECK(first.other_stations == 1);
  CHECK(first.stations_used == 2);
  CHECK(first.score.s_minus_p_count == 1);
  CHECK(first.score.s_minus_p_percent == doctest::Approx(5));  // 4.2 s instead of 4 s
  REQUIRE(e.overlaps.size() == 2);
  CHECK(e.overlaps[0].only_first == 1);
  CHECK(e.overlaps[0].only_other == 1);
  CHECK(e.overlaps[0].both + e.overlaps[0].neither == 0);
  CHECK(e.overlaps[0].extra_of_both == 1);

  options.p_threshold = 0.85;
  CHECK(score_lists(bulletin, {a}, options).pickers[0].weak == 2);  // the third is outside, the fourth elsewhere
  options = {};
  CHECK(score_lists(bulletin, {a}, options).pickers[0].score.phases[0].at[0].extra == 3);
  options.most_per_minute = 1;
  CHECK_THROWS_AS(score_lists(bulletin, {a}, options), std::invalid_argument);
  CHECK_THROWS_AS(score_lists(list_of(folder, "station,phase,time\n"), {a}, {}), std::invalid_argument);
}

TEST_CASE("evaluate: the files it writes") {
  const TemporaryFolder folder;
  EvaluateOptions o;
  o.picks = folder.write("picks.csv", std::string("network,station,location,channel,phase,time,probability,model\n"
                                                  "XX,A<B,,HH,P,2020-01-01T00:00:10.100000Z,0.5000,\"net,1\"\n"
                                                  "XX,A<B,,HH,S,2020-01-01T00:00:30.000000Z,0.5000,\"net,1\"\n"));
  o.bulletin = folder.write("bulletin.csv", std::string("network,station,phase,time\nXX,A<B,P,2020-01-01T00:00:10\n"
                                                        "XX,A<B,S,2020-01-01T00:00:14\n"));
  o.versus = {o.picks};
  o.out = folder.file("out/deep");
  o.quiet = true;
  REQUIRE(evaluate(o) == 0);
  const auto text = [&](const char* name) { return text_of(o.out + "/" + name); };
  CHECK(text("scores.csv")
            .find("picker,phase,tolerance,picks,references,found,extra,missed,precision,recall,f1\n"
                  "\"net,1\",P,0.5,1,1,1,0,0,1.0000,1.0000,1.0000\n") == 0);
  CHECK(text("residuals.csv").find("\"net,1\",P,1,0.1000,0.0000,0.1000,0.1000,0.0000\n") != std::string::npos);
  CHECK(text("arrivals.csv").find("\"net,1\",XX,A<B,S,,missed,2020-01-01T00:00:14.000000Z,,,\n") != std::string::npos);
  CHECK(text("arrivals.csv").find("\"net,1\",XX,A<B,S,,extra,,2020-01-01T00:00:30.000000Z,,0.5000\n") !=
        std::string::npos);
  CHECK(text("stations.csv").find("\"net,1\",XX.A<B,P,1,1,0\n") != std::string::npos);
  const auto json = nlohmann::json::parse(text("evaluation.json"));
  CHECK(json["pickers"][0]["P"]["within"][0]["f1"] == 1.0);
  CHECK(json["pickers"][1]["name"] == o.picks);  // two lists of one name are told apart
  const std::string page = text("report.html");
  CHECK(page.find("</html>") != std::string::npos);
  CHECK(page.find("A&lt;B") != std::string::npos);
  for (const char* wrong : {"A<B", "nan", "inf", "http://www.w3.org/1999", "<script", "src="})
    CHECK_MESSAGE(page.find(wrong) == std::string::npos, wrong);

  o.bulletin.clear();
  CHECK_THROWS_AS(evaluate(o), std::invalid_argument);
}

// Picks made of the truth: some shifted, some left out, some doubled, some from nowhere.
TEST_CASE("evaluate: agrees with the shared scorer") {
  const auto scorer = shared_path("score/score_picks.py");
  const auto truth = shared_path("data/labelled_local/ncedc_public.truth.csv");
  if (!scorer || !truth) return;
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    std::cout << "SKIPPED: agreement with the shared scorer (python3-numpy is not installed)" << std::endl;
    return;
  }
  const TemporaryFolder folder;
  std::vector<Pick> picks;
  uint64_t element = 1000;
  for (const ListedArrival& a : read_arrivals(*truth).arrivals)
    for (int64_t copy = random_below(element++, 4); copy > 0; --copy) {
      const double shift = static_cast<double>(random_below(element++, 1'400'000) - 700'000) * 1e-6;
      const double probability = static_cast<double>(random_below(element++, 9999)) * 1e-4;
      picks.push_back({a.network, a.station, "", "HH", std::string(1, a.phase),
                       plus_seconds(a.time, random_below(element++, 5) == 0 ? 5 + shift : shift), probability, "x"});
    }
  write_picks(folder.file("picks"), picks);
  const std::string file = folder.file("picks/picks.csv"), out = folder.file("score");
  REQUIRE(std::system(("/usr/bin/python3 " + *scorer + " --quiet --truth ncedc " + file + " > " + out).c_str()) == 0);
  const auto theirs = nlohmann::json::parse(text_of(out));
  const ListEvaluation e = score_lists(read_arrivals(*truth), {read_arrivals(file)}, {.tolerances = {0.5, 0.3, 0.1}});
  for (const PhaseScore& ours : e.pickers[0].score.phases) {
    const auto& phase = theirs[ours.phase];
    const char* names[] = {"tol0.5", "tol0.3", "tol0.1"};
    for (size_t t = 0; t < 3; ++t)
      CHECK(ours.at[t] ==
            Counts{.found = phase[names[t]]["TP"], .extra = phase[names[t]]["FP"], .missed = phase[names[t]]["FN"]});
    CHECK(ours.residual.mean == doctest::Approx(phase["residual"]["mean"].get<double>()).epsilon(2e-4));
    CHECK(std::abs(ours.residual.deviation - phase["residual"]["std"].get<double>()) < 1e-4);
    CHECK(std::abs(ours.residual.mean_absolute - phase["residual"]["mae"].get<double>()) < 1e-4);
    CHECK(std::abs(ours.residual.median - phase["residual"]["median"].get<double>()) < 1e-4);
    CHECK(std::abs(ours.residual.median_deviation - phase["residual"]["mad"].get<double>()) < 1e-4);
    CHECK(std::abs(ours.best().counts.f1() - phase["sweep"]["F1"].get<double>()) < 1e-4);
    CHECK(ours.best().threshold == doctest::Approx(phase["sweep"]["threshold"].get<double>()));
  }
  CHECK(std::abs(e.pickers[0].score.s_minus_p_percent - theirs["S_minus_P"]["mape_percent"].get<double>()) < 0.01);
}
