#include "data/segments.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <random>

using namespace seisgrad;

namespace {

const StreamId z{"XX", "TEST", "", "HHZ"};
const StreamId n{"XX", "TEST", "", "HHN"};
const Time day = time_from_date(2026, 2, 21);

std::vector<double> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> samples(count);
  for (double& x : samples) x = static_cast<double>(random() % 20001) - 10000;
  return samples;
}

Piece piece_of(const Piece& whole, std::int64_t begin, std::int64_t end) {
  return {whole.id, time_of_sample(whole.start, whole.rate, begin), whole.rate,
          std::vector<double>(whole.samples.begin() + begin, whole.samples.begin() + end)};
}

void check_equal(const std::vector<Segment>& a, const std::vector<Segment>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].id == b[i].id);
    CHECK(a[i].start == b[i].start);
    CHECK(a[i].rate == b[i].rate);
    CHECK(a[i].samples == b[i].samples);
  }
}

}  // namespace

TEST_CASE("segments: cut, doubled, overlapping and shuffled pieces give the uncut segment") {
  std::mt19937 random(7);
  for (const double rate : {100.0, 40.0, 20.0002213, 125.0, 200.0})
    for (int trial = 0; trial < 20; ++trial) {
      const std::vector<Piece> whole = {{z, plus_seconds(day, 0.003), rate, noise(5000, random())},
                                        {n, plus_seconds(day, 0.001), rate, noise(4000, random())},
                                        {z, plus_seconds(day, 700), rate, noise(300, random())}};
      std::vector<Piece> pieces;
      for (const Piece& part : whole) {
        const auto size = static_cast<std::int64_t>(part.samples.size());
        for (std::int64_t at = 0; at < size;) {
          const std::int64_t length = 1 + random() % 400, back = random() % 3 == 0 ? random() % 50 : 0;
          const std::int64_t begin = std::max<std::int64_t>(0, at - back);
          Piece piece = piece_of(part, begin, std::min(size, at + length));
          if (begin > 0) piece.start.ns += static_cast<std::int64_t>(random() % 1001) - 500;  // rounded to microseconds
          at += length;
          if (random() % 5 == 0) pieces.push_back(piece);
          pieces.push_back(std::move(piece));
        }
      }
      std::shuffle(pieces.begin(), pieces.end(), random);
      MergeReport cut_report, whole_report;
      check_equal(merge_pieces(pieces, cut_report), merge_pieces(whole, whole_report));
      CHECK(cut_report.contradictions.empty());
      CHECK(cut_report.samples_merged > 0);
      CHECK(whole_report.samples_merged == 0);
    }
}

TEST_CASE("segments: a gap splits, half a sample does not, and the grid forgets jitter") {
  const std::vector<double> hundred = noise(100, 1);
  const auto merged = [&](double offset_in_samples) {
    MergeReport report;
    return merge_pieces({{z, day, 100, hundred}, {z, plus_seconds(day, 1 + offset_in_samples / 100), 100, hundred}},
                        report);
  };
  CHECK(merged(0).size() == 1);
  CHECK(merged(0.49).size() == 1);
  CHECK(merged(0.49)[0].time_of(150) == plus_seconds(day, 1.5));
  CHECK(merged(-0.49).size() == 1);
  CHECK(merged(-0.49)[0].size() == 200);
  CHECK(merged(0.51).size() == 2);
  const auto split = merged(250);
  REQUIRE(split.size() == 2);
  const auto gaps = gaps_of(split, {{z, plus_seconds(day, 2), plus_seconds(day, 2.1), "not finite"}});
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].start == plus_seconds(day, 1));
  CHECK(gaps[0].end == plus_seconds(day, 3.5));
  CHECK(gaps[0].reason == "not finite");
  CHECK(gaps_of(split, {{n, plus_seconds(day, 2), plus_seconds(day, 2.1), "not finite"}}).at(1).reason == "no data");
  CHECK(gaps_of(split, {{z, plus_seconds(day, 3.5), plus_seconds(day, 4), "later"}}).at(0).reason == "no data");
  // Refused records before and after all data, doubled ones, and a stream of which nothing is left.
  const Time end = plus_seconds(day, 4.5), late = plus_seconds(day, 7);
  const auto outer = gaps_of(split, {{z, plus_seconds(day, 4), plus_seconds(day, 5), "bad"},
                                     {z, plus_seconds(day, 5), plus_seconds(day, 6), "bad"},
                                     {z, plus_seconds(day, 5.5), late, "worse"},
                                     {n, day, end, "bad"},
                                     {n, day, end, "bad"}});
  REQUIRE(outer.size() == 4);
  CHECK(outer[0] == Excluded{n, day, end, "bad"});
  CHECK(outer[1].reason == "no data");
  CHECK(outer[2] == Excluded{z, end, plus_seconds(day, 6), "bad"});
  CHECK(outer[3] == Excluded{z, plus_seconds(day, 6), late, "worse"});
}

TEST_CASE("segments: a clock that drifts begins a new segment once it is off by half a sample") {
  std::vector<Piece> pieces;
  const double true_rate = 100 / (1 + 2e-5);  // 20 ppm slow: half a sample after 250 s
  for (int second = 0; second < 1000; ++second)
    pieces.push_back({z, plus_seconds(day, second * 100 / true_rate), 100, noise(100, 1)});
  MergeReport report;
  const auto segments = merge_pieces(pieces, report);
  CHECK(segments.size() == 4);
  std::int64_t samples = 0;
  for (const Segment& segment : segments) samples += segment.size();
  CHECK(samples == 100'000);
}

TEST_CASE("segments: where overlapping data differ, what began first stays, in any order of pieces") {
  const Piece first{z, day, 100, noise(100, 1)}, second{z, plus_seconds(day, 0.5), 100, noise(100, 2)};
  const Piece third{z, plus_seconds(day, 0.5), 100, noise(100, 3)};
  std::vector<Piece> pieces = {first, second, third};
  std::vector<std::vector<Segment>> results;
  std::vector<int> order = {0, 1, 2};
  do {
    MergeReport report;
    results.push_back(
        merge_pieces({pieces[static_cast<std::size_t>(order[0])], pieces[static_cast<std::size_t>(order[1])],
                      pieces[static_cast<std::size_t>(order[2])]},
                     report));
    CHECK(report.contradictions.size() == 2);
    CHECK(report.samples_contradicted >= 140);
    CHECK(report.samples_contradicted + report.samples_merged == 150);
  } while (std::next_permutation(order.begin(), order.end()));
  for (const auto& result : results) check_equal(result, results[0]);
  REQUIRE(results[0].size() == 1);
  CHECK(results[0][0].size() == 150);
  CHECK(std::equal(first.samples.begin(), first.samples.end(), results[0][0].samples.begin()));
}

TEST_CASE("segments: of two that begin together the longer stays") {
  MergeReport report;
  const std::vector<double> longer = noise(100, 1);
  const auto segments = merge_pieces({{z, day, 100, noise(50, 2)}, {z, day, 100, longer}}, report);
  REQUIRE(segments.size() == 1);
  CHECK(segments[0].samples == longer);
  CHECK(report.contradictions.size() == 1);
}

TEST_CASE("segments: another sampling rate begins a new segment, nominal jitter of the rate does not") {
  MergeReport report;
  const auto jitter = merge_pieces(
      {{z, day, 20.0002213, noise(200, 1)}, {z, time_of_sample(day, 20.0002213, 200), 20.0002215, noise(200, 2)}},
      report);
  CHECK(jitter.size() == 1);
  const auto change =
      merge_pieces({{z, day, 100, noise(200, 1)}, {z, plus_seconds(day, 2), 50, noise(200, 2)}}, report);
  REQUIRE(change.size() == 2);
  CHECK(change[1].rate == 50);
  CHECK(report.contradictions.empty());
  const auto both = merge_pieces({{z, day, 100, noise(1000, 1)},
                                  {z, plus_seconds(day, 5), 50, noise(500, 2)},
                                  {z, plus_seconds(day, 6), 50, noise(600, 3)},
                                  {z, plus_seconds(day, 7), 100, noise(2000, 3)}},
                                 report);
  for (std::size_t i = 1; i < both.size(); ++i) CHECK(both[i].start >= both[i - 1].end());
  CHECK(both.back().end() == plus_seconds(day, 27));
  CHECK(report.contradictions.size() == 4);
  // Each sample of the second and third piece is in the segment where it was recorded.
  CHECK(both.at(1).start == plus_seconds(day, 10));
  CHECK(both.at(1).end() == plus_seconds(day, 18));
  CHECK(both.at(1).samples[0] == noise(500, 2)[250]);
  CHECK(both.at(1).samples.back() == noise(600, 3).back());
}

TEST_CASE("segments: five thousand fragments of a day take near-linear time") {
  const Piece whole{z, day, 100, noise(8'640'000, 1)};
  std::vector<Piece> pieces;
  for (std::int64_t at = 0; at < 8'640'000; at += 1728)
    pieces.push_back(piece_of(whole, at, at + (at / 1728 % 3 == 0 ? 1728 : 1700)));
  std::shuffle(pieces.begin(), pieces.end(), std::mt19937(3));
  const auto begin = std::chrono::steady_clock::now();
  MergeReport report;
  const auto segments = merge_pieces(std::move(pieces), report);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  CHECK(segments.size() > 1);
  CHECK(seconds < 5);  // 0.1 s on an idle core: quadratic time would be minutes
}
