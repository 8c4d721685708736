#include "data/csv.h"

#include <doctest/doctest.h>

#include "tests/temporary.h"

using namespace seisgrad;

TEST_CASE("csv: quotes, line ends, blank lines, a byte-order mark") {
  const TemporaryFolder folder;
  CsvReader csv(
      folder.write("a.csv", std::string("\xEF\xBB\xBFname,b,c\r\n\n\"bucket0$1,:3,:60\",\"say \"\"x\"\"\",\r\n"
                                        "\"two\nlines\",2,3\n,,\nlast,2,3")));
  CHECK(csv.columns() == std::vector<std::string>{"name", "b", "c"});
  CHECK(csv.has("c"));
  CHECK(!csv.has("d"));
  REQUIRE(csv.next());
  CHECK(csv.line() == 3);
  CHECK(csv.cell("name") == "bucket0$1,:3,:60");
  CHECK(csv.cell("b") == "say \"x\"");
  CHECK(csv.cell("c") == "");
  CHECK(csv.cell("no such column") == "");
  REQUIRE(csv.next());
  CHECK(csv.cell("name") == "two\nlines");
  REQUIRE(csv.next());
  CHECK(csv.cells() == std::vector<std::string>{"", "", ""});
  CHECK(csv.line() == 6);
  REQUIRE(csv.next());
  CHECK(csv.cell("c") == "3");
  CHECK(!csv.next());
}

TEST_CASE("csv: a bad row is named and the next one is read") {
  const TemporaryFolder folder;
  const auto message = [](CsvReader& csv) {
    try {
      csv.next();
    } catch (const std::runtime_error& error) { return std::string(error.what()); }
    return std::string();
  };
  CsvReader csv(folder.write("b.csv", "x,y\n1,2,3\n4,5\n" + std::string(2 << 20, 'a') + "\n6,7\n8,\"9\n"));
  CHECK(message(csv).find("b.csv:2: 3 cells for 2 columns") != std::string::npos);
  REQUIRE(csv.next());
  CHECK(csv.cell("y") == "5");
  CHECK(message(csv).find("b.csv:4: a row of more than") != std::string::npos);
  REQUIRE(csv.next());
  CHECK(csv.cell("x") == "6");
  CHECK(message(csv).find("b.csv:6: a quote") != std::string::npos);
  CHECK(!csv.next());
  CHECK_THROWS_AS(CsvReader(folder.file("none.csv")), std::runtime_error);
  CHECK_THROWS_WITH(CsvReader(folder.file("")), doctest::Contains("a folder, not a table"));
  CHECK_THROWS_AS(CsvReader(folder.write("empty.csv", std::string())), std::runtime_error);
}
