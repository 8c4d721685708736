#include <doctest/doctest.h>

#include <fstream>
#include <limits>
#include <map>
#include <set>

#include "tests/data/reading.h"
#include "tests/shared.h"

using namespace seisgrad;

namespace {

struct Sums {
  std::int64_t samples = 0;
  Time first_time{std::numeric_limits<std::int64_t>::max()};
  double sum = 0, lowest = std::numeric_limits<double>::infinity(), highest = -lowest, first = 0, rate = 0;
};

void add(Sums& sums, const Piece& piece) {
  if (piece.start < sums.first_time) {
    sums.first_time = piece.start;
    sums.first = piece.samples[0];
    sums.rate = piece.rate;
  }
  sums.samples += static_cast<std::int64_t>(piece.samples.size());
  for (const double x : piece.samples) {
    sums.sum += x;
    sums.lowest = std::min(sums.lowest, x);
    sums.highest = std::max(sums.highest, x);
  }
}

using ByTrace = std::map<std::string, Sums>;  // "NET_STA_LOC_CHA", as libmseed prints it

ByTrace by_trace(const std::vector<Piece>& pieces) {
  ByTrace traces;
  for (const Piece& piece : pieces) {
    const StreamId& id = piece.id;
    add(traces[id.network + "_" + id.station + "_" + id.location + "_" + id.channel], piece);
  }
  return traces;
}

// The rows of expected_libmseed2.csv that have samples, by file; several rows of one trace are added up.
std::map<std::string, ByTrace> expected_by_file(const std::string& csv) {
  std::map<std::string, ByTrace> expected;
  std::ifstream file(csv);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') cells.emplace_back();
      else cells.back() += c;
    }
    ByTrace& traces = expected[cells.at(0).substr(2)];
    if (cells.size() < 17 || cells[10].empty() || cells[10] == "0" || cells[11] == "a") continue;
    Sums& sums = traces[cells[7]];
    const Time start = time_from_iso(cells[8]);
    if (start < sums.first_time) {
      sums.first_time = start;
      sums.first = std::stod(cells[12]);
      sums.rate = std::stod(cells[9]);
    }
    sums.samples += std::stoll(cells[10]);
    sums.lowest = std::min(sums.lowest, std::stod(cells[14]));
    sums.highest = std::max(sums.highest, std::stod(cells[15]));
    sums.sum += std::stod(cells[16]);
  }
  return expected;
}

void compare(const Sums& ours, const Sums& theirs) {
  CHECK(ours.samples == theirs.samples);
  CHECK(ours.sum == doctest::Approx(theirs.sum).epsilon(1e-12));
  CHECK(ours.lowest == theirs.lowest);
  CHECK(ours.highest == theirs.highest);
  CHECK(ours.first == theirs.first);
  CHECK(ours.first_time == theirs.first_time);
  CHECK(ours.rate == doctest::Approx(theirs.rate).epsilon(1e-7));
}

}  // namespace

TEST_CASE("miniSEED: the collected files give what libmseed 2.19 reads from them") {
  const auto folder = shared_path("data/readers");
  if (!folder) return;
  // Refused on purpose: its blockette chains do not advance; libmseed reads on regardless.
  const std::set<std::string> stricter = {"libmseed_test/testdata-invalid-blockette-offsets.mseed2"};
  int compared = 0;
  for (const auto& [file, expected] : expected_by_file(*folder + "/expected_libmseed2.csv")) {
    const std::string name = file;  // clang 14 captures no structured binding
    CAPTURE(name);
    const Reading ours = reading_of(*folder + "/" + name);
    CHECK(accounts_for_every_byte(ours.report));
    if (stricter.contains(name)) {
      CHECK(ours.report.rejected_count > 0);
      continue;
    }
    const ByTrace traces = by_trace(ours.pieces);
    CHECK(traces.size() == expected.size());
    for (const auto& [key, sums] : expected) {
      const std::string trace = key;
      CAPTURE(trace);
      if (traces.contains(trace)) compare(traces.at(trace), sums);
    }
    ++compared;
  }
  CHECK(compared > 190);
}
