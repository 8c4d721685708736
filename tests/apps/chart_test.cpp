// Charts: what stands beside an axis, and where the legend goes.
#include "apps/report/chart.h"

#include <doctest/doctest.h>

using namespace seisgrad;

namespace {

bool has_label(const std::string& svg, const std::string& text) {
  return svg.find(">" + text + "<") != std::string::npos;
}

Chart over(double low, double high) {
  return {.title = "",
          .x = {.label = "x", .logarithmic = true},
          .y = {.label = "y"},
          .series = {{.name = "", .colour = "black", .x = {low, high}, .y = {3, 4}}}};
}

}  // namespace

TEST_CASE("chart: a logarithmic axis has powers of ten, or 1, 2 and 5 where it is short") {
  const std::string narrow = to_svg(over(0.125, 1));
  for (const char* mark : {"0.2", "0.5", "1"}) CHECK(has_label(narrow, mark));
  CHECK_FALSE(has_label(narrow, "0.1"));
  const std::string wide = to_svg(over(0.01, 100));
  for (const char* mark : {"0.01", "0.1", "1", "10", "100"}) CHECK(has_label(wide, mark));
  CHECK_FALSE(has_label(wide, "0.2"));
}

TEST_CASE("chart: the legend keeps off a line that has no point where it passes") {
  const auto legend_x = [](std::vector<double> x, std::vector<double> y) {
    const Chart chart{.title = "",
                      .x = {.label = "", .low = 0, .high = 10},
                      .y = {.label = "", .low = 0, .high = 10},
                      .series = {{.name = "a", .colour = "black", .x = std::move(x), .y = std::move(y)}}};
    const std::string svg = to_svg(chart);
    const size_t at = svg.find("fill-opacity='0.85'");
    REQUIRE(at != std::string::npos);
    const size_t rect = svg.rfind("<rect x='", at);
    return std::stod(svg.substr(rect + 9));
  };
  CHECK(legend_x({1, 2}, {5, 5}) > 200);                  // nothing in the way: on the right
  CHECK(legend_x({5, 9.5, 9.5}, {9.9, 9.9, 0.1}) < 200);  // down the right side, points at its ends alone
}
