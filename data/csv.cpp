#include "data/csv.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "tensor/require.h"

namespace seisgrad {

static constexpr std::size_t longest_row = 1 << 20;

CsvReader::CsvReader(std::string path) : path_(std::move(path)), file_(path_, std::ios::binary) {
  std::error_code error;
  if (std::filesystem::is_directory(path_, error)) throw std::runtime_error(path_ + ": a folder, not a table");
  if (!file_) throw std::runtime_error(path_ + ": cannot open; is it there, and readable?");
  if (read_row(columns_) != Row::good) throw std::runtime_error(path_ + ": no first line with the names of columns");
  if (columns_[0].rfind("\xEF\xBB\xBF", 0) == 0) columns_[0].erase(0, 3);  // the byte-order mark of some editors
}

bool CsvReader::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::string CsvReader::first_of(std::initializer_list<const char*> names) const {
  for (const char* name : names)
    if (has(name)) return name;
  return "";
}

const std::string& CsvReader::cell(std::string_view column) const {
  static const std::string none;
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  const auto index = static_cast<std::size_t>(found - columns_.begin());
  return index < cells_.size() ? cells_[index] : none;
}

bool CsvReader::next() {
  const auto fail = [&](const auto&... what) {
    throw std::runtime_error(joined(path_, ":", row_line_, ": ", what...));
  };
  const Row row = read_row(cells_);
  if (row == Row::end) return false;
  if (row == Row::too_long) fail("a row of more than ", longest_row, " bytes; is this a table?");
  if (row == Row::open_quote) fail("a quote that is never closed");
  if (cells_.size() != columns_.size()) fail(cells_.size(), " cells for ", columns_.size(), " columns");
  return true;
}

// Whatever the row is like, it is read to its end.
CsvReader::Row CsvReader::read_row(std::vector<std::string>& cells) {
  std::streambuf& bytes = *file_.rdbuf();
  constexpr int end = std::char_traits<char>::eof();
  while (bytes.sgetc() == '\n' || bytes.sgetc() == '\r') line_ += bytes.sbumpc() == '\n';
  row_line_ = line_;
  cells.clear();
  if (bytes.sgetc() == end) return Row::end;
  cells.emplace_back();
  bool quoted = false;
  std::size_t size = 0;
  for (int c = bytes.sbumpc(); c != end; c = bytes.sbumpc()) {
    line_ += c == '\n';
    if (!quoted && c == '\n') break;
    if (++size > longest_row) {
      quoted = quoted && size < 2 * longest_row;  // an open quote must not swallow the rest of the file
      continue;
    }
    if (c == '"' && quoted && bytes.sgetc() == '"') cells.back() += static_cast<char>(bytes.sbumpc());
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) cells.emplace_back();
    else if (c != '\r' || quoted || bytes.sgetc() != '\n') cells.back() += static_cast<char>(c);
  }
  if (size > longest_row) return Row::too_long;
  return quoted ? Row::open_quote : Row::good;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace seisgrad
