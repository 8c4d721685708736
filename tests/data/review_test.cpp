#include "data/review.h"

#include <doctest/doctest.h>

#include <string_view>

#include "tests/messages.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

const std::vector<std::string> classes = {"noise", "P", "S"};

// Three traces; each has two arrivals.
TraceSource source() {
  return {.name = "set",
          .size = 3,
          .info =
              [](std::int64_t i) {
                TraceInfo info;
                info.id = "t" + std::to_string(i);
                info.arrivals = {{"P", 10}, {"S", 20}};
                return info;
              },
          .read = {}};
}

std::string refusal(const TemporaryFolder& folder, std::string_view table) {
  const std::string path = folder.write("review.csv", table);
  return message_of([&] { read_review(path, classes); });
}

}  // namespace

TEST_CASE("review: drops, relabels and keeps windows by their id; others stay as they are") {
  const TemporaryFolder folder;
  const std::string path = folder.write("review.csv", std::string_view("id,action,class,note\n"
                                                                       "t0:0,drop,,wrong\n"
                                                                       "t1:1,relabel,P,\n"
                                                                       "t2:0,keep,,fine\n"
                                                                       "t9:0,drop,,of other data\n"));
  std::vector<ExampleRef> windows;
  for (std::int64_t t = 0; t < 3; ++t)
    for (std::int32_t a = 0; a < 2; ++a) windows.push_back({.source = 0, .category = a + 1, .trace = t, .arrival = a});
  windows.push_back({.source = 0, .category = 0, .trace = 0, .arrival = -1});
  apply(read_review(path, classes), {source()}, windows);
  REQUIRE(windows.size() == 6);
  CHECK(windows[0].arrival == 1);  // t0:0 is gone
  CHECK(windows[2].trace == 1);
  CHECK(windows[2].category == 1);  // t1:1 was an S
  CHECK(windows[3].category == 1);
  CHECK(windows[5].arrival == -1);
}

TEST_CASE("review: what cannot be meant is refused by file and line") {
  const TemporaryFolder folder;
  CHECK(mentions(refusal(folder, "id,action\nt0:0,drop\n"), "no column \"class\""));
  CHECK(mentions(refusal(folder, "id,action,class\nt0:0,delete,\n"), "review.csv, line 2: action \"delete\""));
  CHECK(mentions(refusal(folder, "id,action,class\nt0:0,drop,\nt0:1,relabel,Pn\n"), "line 3: class \"Pn\""));
  CHECK(mentions(refusal(folder, "id,action,class\nt0:0,drop,\nt0:0,keep,\n"), "decided on twice"));

  const std::string path = folder.write("noise.csv", std::string_view("id,action,class\nt0:noise,relabel,P\n"));
  std::vector<ExampleRef> windows = {{.source = 0, .category = 0, .trace = 0, .arrival = -1}};
  CHECK(mentions(message_of([&] { apply(read_review(path, classes), {source()}, windows); }), "drop it instead"));
}
