#include "bench/cuda/report.h"

#include <fstream>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace SEISGRAD {
namespace {

std::string quoted(const std::string& text) {
  std::ostringstream out;
  out << '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out << '\\' << c;
    else if (static_cast<unsigned char>(c) < 0x20) out << ' ';
    else out << c;
  }
  out << '"';
  return out.str();
}

void write_row(std::ostream& out, const Row& row) {
  out << R"({"contest": )" << quoted(row.contest) << R"(, "precision": )" << quoted(row.precision) << R"(, "entrant": )"
      << quoted(row.entrant) << R"(, "label": )" << quoted(row.label);
  if (!row.wrong.empty()) out << R"(, "failed": )" << quoted(row.wrong);
  if (!row.absent.empty()) out << R"(, "absent": )" << quoted(row.absent);
  out << R"(, "error": )" << row.error << R"(, "flops": )" << row.work.flops << R"(, "bytes": )" << row.work.bytes
      << R"(, "share of roof": )" << row.share << R"(, "limit": )" << quoted(row.limit) << R"(, "seconds": {)";
  const char* comma = "";
  for (const auto& [way, t] : row.times) {
    out << comma << quoted(way) << R"(: {"p20": )" << t.p20 << R"(, "median": )" << t.median << R"(, "p80": )" << t.p80
        << R"(, "samples": )" << t.samples << '}';
    comma = ", ";
  }
  out << "}}";
}

}  // namespace

void write_json(const std::string& path, const Context& context, const std::vector<Row>& rows) {
  std::ofstream out(path);
  out << std::setprecision(6) << "{\"context\": {";
  for (size_t i = 0; i < context.size(); ++i)
    out << (i ? ", " : "") << quoted(context[i].first) << ": " << quoted(context[i].second);
  out << "},\n\"rows\": [";
  for (size_t i = 0; i < rows.size(); ++i) {
    out << (i ? ",\n" : "\n");
    write_row(out, rows[i]);
  }
  out << "\n]}\n";
  if (!out.flush()) throw std::runtime_error(path + ": cannot write");
}

void print(std::ostream& out, const Row& row) {
  out << std::left << std::setw(40) << row.contest << std::setw(7) << row.precision << std::setw(26) << row.entrant
      << std::right << std::fixed << std::setprecision(1);
  if (!row.wrong.empty() || !row.absent.empty()) {
    out << (row.wrong.empty() ? "absent: " + row.absent : "FAILED: " + row.wrong) << std::endl;
    return;
  }
  for (const char* way : {"flushed", "hot", "graph"}) {
    const auto t = row.times.find(way);
    t == row.times.end() ? out << std::setw(11) << "-" : out << std::setw(11) << 1e6 * t->second.median;
  }
  out << std::setw(7) << 100 * row.share << " %" << std::setprecision(1) << std::scientific << std::setw(9) << row.error
      << std::defaultfloat << "  " << row.label << std::endl;
}

}  // namespace SEISGRAD
