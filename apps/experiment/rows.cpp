#include "apps/experiment/rows.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "data/csv.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// Columns and where they stand, once for writing and once for reading.
void columns(auto& row, auto&& f) requires requires { row.point; }
{
  f("key", row.key);
  f("depth", row.point.depth);
  f("residual", row.point.residual);
  f("l2", row.point.l2);
  f("washed", row.point.washed);
  f("share", row.point.share);
  f("samples", row.point.samples);
  f("shift", row.point.shift);
  f("band_low", row.point.band_low);
  f("band_high", row.point.band_high);
  f("noise", row.point.noise);
  f("noise_distance", row.point.noise_distance);
  f("folds", row.point.folds);
  f("fold", row.point.fold);
  f("round", row.point.round);
  f("seed", row.seed);
  f("epochs", row.epochs);
  f("best_epoch", row.best_epoch);
  f("train_accuracy", row.train_accuracy);
  f("val_accuracy", row.val_accuracy);
  f("val_loss", row.val_loss);
  f("penalty", row.penalty);
  f("mean_square_weight", row.mean_square_weight);
  f("test_windows", row.test.windows);
  f("test_accuracy", row.test.accuracy);
  f("test_loss", row.test.loss);
  f("washed_test_windows", row.washed_test.windows);
  f("washed_test_accuracy", row.washed_test.accuracy);
  f("washed_test_loss", row.washed_test.loss);
  f("shifted_accuracy", row.shifted_accuracy);
  f("parameters", row.parameters);
  f("train_windows", row.train_windows);
  f("seconds", row.seconds);
  f("review", row.review);
  f("data", row.data);
  f("config", row.config);
}

void columns(auto& row, auto&& f) requires requires { row.epoch; }
{
  f("key", row.key);
  f("round", row.round);
  f("epoch", row.epoch);
  f("rate", row.rate);
  f("train_accuracy", row.train_accuracy);
  f("train_loss", row.train_loss);
  f("val_accuracy", row.val_accuracy);
  f("val_loss", row.val_loss);
  f("penalty", row.penalty);
  f("mean_square_weight", row.mean_square_weight);
}

std::string cell(const std::string& text) { return csv_cell(text); }
std::string cell(bool value) { return value ? "1" : "0"; }
std::string cell(int64_t value) { return std::to_string(value); }
std::string cell(uint64_t value) { return std::to_string(value); }
std::string cell(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

template <class Row>
std::string header() {
  Row row;
  std::string line;
  columns(row, [&](const char* name, const auto&) { line += (line.empty() ? "" : ",") + std::string(name); });
  return line + "\n";
}

std::string line_of(const auto& row) {
  std::string line;
  columns(row, [&](const char*, const auto& value) { line += (line.empty() ? "" : ",") + cell(value); });
  return line + "\n";
}

struct Parser {
  const CsvReader& table;
  const std::string& path;

  void operator()(const char* column, std::string& value) const { value = table.cell(column); }
  void operator()(const char* column, bool& value) const {
    int64_t number = 0;
    (*this)(column, number);
    value = number != 0;
  }
  void operator()(const char* column, auto& value) const {
    const std::string& text = table.cell(column);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      throw std::runtime_error(joined(path, ", line ", table.line(), ": ", column, " is \"", text,
                                      "\"; move the damaged table away, and its runs are made again"));
  }
};

template <class Row>
std::vector<Row> read_table(const std::string& path) {
  std::vector<Row> rows;
  if (!std::filesystem::exists(path)) return rows;
  CsvReader table(path);
  while (table.next()) columns(rows.emplace_back(), Parser{table, path});
  return rows;
}

}  // namespace

Rows Rows::read(const std::string& out) {
  Rows rows;
  for (RunRow& row : read_table<RunRow>(out + "/runs.csv")) rows.runs_[row.key] = row;
  for (EpochRow& row : read_table<EpochRow>(out + "/history.csv"))
    if (rows.runs_.contains(row.key)) rows.epochs_[row.key].push_back(row);
  return rows;
}

void Rows::write(const std::string& out) const {
  std::string runs = header<RunRow>(), history = header<EpochRow>();
  for (const auto& entry : runs_) runs += line_of(entry.second);
  for (const auto& entry : epochs_)
    for (const EpochRow& row : entry.second) history += line_of(row);
  replace_file(out + "/history.csv", history);  // first: a run counts as done by its row in runs.csv
  replace_file(out + "/runs.csv", runs);
}

void Rows::add(RunRow row, const std::vector<EpochRow>& epochs) {
  epochs_[row.key] = epochs;
  runs_[row.key] = std::move(row);
}

const RunRow* Rows::find(const std::string& key) const {
  const auto found = runs_.find(key);
  return found == runs_.end() ? nullptr : &found->second;
}

std::vector<EpochRow> Rows::epochs_of(const std::string& key) const {
  const auto found = epochs_.find(key);
  return found == epochs_.end() ? std::vector<EpochRow>() : found->second;
}

}  // namespace seisgrad
