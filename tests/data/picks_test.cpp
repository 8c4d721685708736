#include "data/picks.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

#include "tensor/atomic_file.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Time noon = time_from_iso("2026-02-21T12:00:00Z");

}  // namespace

TEST_CASE("picks.csv: header, formats and order are the contract's") {
  std::vector<Pick> picks = {{"XX", "B", "", "HH", "P", noon, 0.5, "m"},
                             {"XX", "A", "00", "HN", "P", noon, 0.25, "m"},
                             {"XX", "A", "00", "HH", "S", plus_seconds(noon, 1.5), 0.98765, "m"},
                             {"XX", "A", "00", "HH", "S", noon, 1, "m"},
                             {"XX", "A", "00", "HH", "P", plus_seconds(noon, 9), 1, "m"},
                             {"XX", "A", "00", "HH", "P", noon, 0.00004, "a,\"b\""}};
  CHECK(picks_csv(picks) ==
        "network,station,location,channel,phase,time,probability,model\n"
        "XX,A,00,HH,P,2026-02-21T12:00:00.000000Z,0.0000,\"a,\"\"b\"\"\"\n"
        "XX,A,00,HH,S,2026-02-21T12:00:00.000000Z,1.0000,m\n"
        "XX,A,00,HH,S,2026-02-21T12:00:01.500000Z,0.9877,m\n"
        "XX,A,00,HH,P,2026-02-21T12:00:09.000000Z,1.0000,m\n"
        "XX,A,00,HN,P,2026-02-21T12:00:00.000000Z,0.2500,m\n"
        "XX,B,,HH,P,2026-02-21T12:00:00.000000Z,0.5000,m\n");
  const std::string once = picks_csv(picks);
  std::reverse(picks.begin(), picks.end());
  CHECK(picks_csv(picks) == once);
}

TEST_CASE("detections.csv and coverage.csv: header, formats and order") {
  CHECK(detections_csv({{"XX", "A", "", plus_seconds(noon, 2), plus_seconds(noon, 3), 0.5},
                        {"XX", "A", "", noon, plus_seconds(noon, 1), 0.75}}) ==
        "network,station,location,start_time,end_time,probability\n"
        "XX,A,,2026-02-21T12:00:00.000000Z,2026-02-21T12:00:01.000000Z,0.7500\n"
        "XX,A,,2026-02-21T12:00:02.000000Z,2026-02-21T12:00:03.000000Z,0.5000\n");
  CHECK(coverage_csv({{"XX", "A", "", noon, plus_seconds(noon, 1), "skipped", "no data"}}) ==
        "network,station,location,start_time,end_time,status,reason\n"
        "XX,A,,2026-02-21T12:00:00.000000Z,2026-02-21T12:00:01.000000Z,skipped,no data\n");
}

TEST_CASE("tables are written into a new folder and replace older ones") {
  const TemporaryFolder folder;
  const std::string out = folder.file("new/deep");
  write_picks(out, {});
  write_picks(out, {{"XX", "A", "", "HH", "P", noon, 0.5, "m"}});
  write_detections(out, {});
  write_coverage(out, {});
  CHECK(content_of(out + "/picks.csv") == picks_csv({{"XX", "A", "", "HH", "P", noon, 0.5, "m"}}));
  CHECK(content_of(out + "/detections.csv") == detections_csv({}));
  CHECK(content_of(out + "/coverage.csv") == coverage_csv({}));
  CHECK(std::distance(std::filesystem::directory_iterator(out), std::filesystem::directory_iterator()) == 3);
}

TEST_CASE("a table that cannot be written leaves the older one, and the message says what to do") {
  const TemporaryFolder folder;
  const auto message_of = [](const std::string& path, std::size_t size) -> std::string {
    try {
      replace_file(path, std::string(size, 'x'));
    } catch (const std::runtime_error& error) { return error.what(); }
    return "";
  };
  const std::string absent = message_of(folder.file("absent/a.txt"), 1);
  CHECK(absent.find(folder.file("absent/a.txt")) != std::string::npos);
  CHECK(absent.find("make the folder first") != std::string::npos);
  folder.write("file", std::string("x"));
  CHECK(message_of(folder.file("file/a.txt"), 1).find("Not a directory") != std::string::npos);
  CHECK_THROWS_AS(write_picks(folder.file("file/deep"), {}), std::runtime_error);

  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  std::filesystem::create_symlink("file", folder.file("link"));
  for (const char* name : {"pipe", "link", ""}) {
    CHECK(message_of(folder.file(name), 1).find("no regular file; choose another name") != std::string::npos);
    CHECK(!std::filesystem::is_regular_file(std::filesystem::symlink_status(folder.file(name))));
  }

  // A limit on file size stands in for a full disk: write() fails half way.
  const std::string path = folder.write("kept.txt", std::string("old"));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{200'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string full = message_of(path, 1'000'000);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  CHECK(full.find("cannot write") == 0);
  CHECK(full.find("kept.txt") != std::string::npos);
  CHECK(content_of(path) == "old");
}
