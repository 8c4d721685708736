// CsvReader: a table written as comma-separated text (RFC 4180), row by row, so that tables of any length can be read.
// Cells with commas, quotes or line breaks are quoted; lines end in LF or CR LF; blank lines are skipped.
#pragma once
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace seisgrad {

class CsvReader {
 public:
  // Reads the first line, the names of the columns. Throws std::runtime_error naming the file where there is none.
  explicit CsvReader(std::string path);

  const std::vector<std::string>& columns() const { return columns_; }
  bool has(std::string_view column) const;
  // The first of these names that a column has; "" where none has.
  std::string first_of(std::initializer_list<const char*> names) const;

  // Goes to the next row; false at the end. Throws std::runtime_error naming file and line for a row with another
  // number of cells than columns, an open quote or a row over 1 MiB; the one after it can be read all the same.
  bool next();
  // Of the row: `column`'s, "" where there is no such column; or all, in the order of the columns.
  const std::string& cell(std::string_view column) const;
  const std::vector<std::string>& cells() const { return cells_; }
  std::int64_t line() const { return row_line_; }  // where the row begins, from 1

 private:
  enum class Row { good, end, too_long, open_quote };
  Row read_row(std::vector<std::string>& cells);

  std::string path_;
  std::ifstream file_;
  std::vector<std::string> columns_, cells_;
  std::int64_t line_ = 1, row_line_ = 1;
};

// The text as a cell: quoted where it has a comma, a quote or a line break.
std::string csv_cell(const std::string& text);

}  // namespace seisgrad
