#include "apps/data/hdf5_traces.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "apps/model/hdf5.h"
#include "data/csv.h"
#include "data/trace_row.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

struct Layout {
  std::string dimensions = "WC", components = "ENZ";  // of STEAD
  double rate = 100;
};

struct Part {
  std::int64_t begin = 0, end = -1;  // end -1: all; begin == end: this index, and the axis goes
  bool index = false;
};

[[noreturn]] void fail(const auto&... what) { throw std::runtime_error(joined(what...)); }

std::int64_t whole_number(const std::string& text, const std::string& name) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    fail("\"", name, "\" names no part of a block: \"", text, "\" is not a number");
  return value;
}

// "12,:3,:6000" after the name of a block.
std::vector<Part> parts_of(const std::string& text, const std::string& name) {
  std::vector<Part> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string item = text.substr(begin, end - begin);
    const std::size_t colon = item.find(':');
    Part part;
    if (colon == std::string::npos) {
      part.begin = whole_number(item, name), part.end = part.begin + 1, part.index = true;
    } else {
      if (colon > 0) part.begin = whole_number(item.substr(0, colon), name);
      if (colon + 1 < item.size()) part.end = whole_number(item.substr(colon + 1), name);
    }
    parts.push_back(part);
    begin = end + 1;
  }
  return parts;
}

class Waveforms {
 public:
  explicit Waveforms(const std::string& path) : file_(path) {
    if (!file_.has("/data"))
      fail(path, ": there is no group \"data\"; this is no data set of STEAD's or SeisBench's layout");
    if (!file_.has("/data_format")) return;
    const auto value = [&](const std::string& name, const std::string& otherwise) {
      return file_.has("/data_format/" + name) ? file_.scalar("/data_format/" + name) : otherwise;
    };
    layout_.dimensions = value("dimension_order", "CW");
    layout_.components = value("component_order", "ZNE");
    layout_.rate = info_of({{"sampling_rate", value("sampling_rate", "100")}}, 100).rate;
  }

  std::vector<std::string> names() const { return file_.members("/data"); }

  LabelledTrace read(TraceRow row) {
    const std::string name = row["trace_name"];
    if (name.empty() || name.find('/') != std::string::npos) fail("trace_name is \"", name, "\"");
    const std::size_t dollar = name.find('$');
    const std::string block = "/data/" + name.substr(0, dollar);
    if (block != opened_name_) opened_ = std::make_unique<Hdf5Array>(file_, block), opened_name_ = block;
    if (dollar == std::string::npos)
      for (const auto& [attribute, value] : file_.attributes(block))
        if (!says_nothing(value)) row[attribute] = value;
    row["trace_name"] = name;
    LabelledTrace trace;
    trace.info = info_of(row, layout_.rate);
    const std::string dimensions = own(row, "trace_dimension_order", layout_.dimensions);
    const std::string components = own(row, "trace_component_order", layout_.components);
    place(trace, dimensions, components,
          dollar == std::string::npos ? std::vector<Part>() : parts_of(name.substr(dollar + 1), name));
    return trace;
  }

 private:
  static std::string own(const TraceRow& row, const char* column, const std::string& otherwise) {
    const auto found = row.find(column);
    return found == row.end() || says_nothing(found->second) ? otherwise : found->second;
  }

  // Reads the part of the open array into the rows E, N, Z. A component without a sample that is not 0 is absent.
  void place(LabelledTrace& trace, std::string dimensions, const std::string& components, std::vector<Part> parts) {
    const std::vector<std::int64_t>& shape = opened_->shape();
    parts.resize(std::max(parts.size(), shape.size()));
    if (parts.size() > shape.size()) fail("the name has ", parts.size(), " parts, its block ", shape.size(), " axes");
    std::vector<std::int64_t> begin, extent, kept;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      const std::int64_t end = parts[axis].end < 0 ? shape[axis] : parts[axis].end;
      if (end < parts[axis].begin || end > shape[axis])
        fail("its samples ", parts[axis].begin, " to ", end, " lie outside the ", shape[axis], " of its block");
      begin.push_back(parts[axis].begin);
      extent.push_back(end - parts[axis].begin);
      if (!parts[axis].index) kept.push_back(extent.back());
    }
    dimensions.erase(std::remove(dimensions.begin(), dimensions.end(), 'N'), dimensions.end());
    if (dimensions != "CW" && dimensions != "WC") fail("the order of dimensions is \"", dimensions, "\", not CW or WC");
    const bool by_channel = dimensions == "CW";
    const auto width = static_cast<std::int64_t>(components.size());
    if (kept.size() != 2 || kept[by_channel ? 0 : 1] != width) {
      std::string text;
      for (const std::int64_t size : kept) text += (text.empty() ? "" : ", ") + std::to_string(size);
      fail("its shape is (", text, "), expected ",
           by_channel ? joined("(", width, ", samples)") : joined("(samples, ", width, ")"), " for components ",
           components);
    }
    const std::int64_t samples = kept[by_channel ? 1 : 0];
    const std::vector<float> values = opened_->block(begin, extent);
    trace.info.samples = samples;
    trace.info.components.clear();
    trace.samples.assign(static_cast<std::size_t>(3 * samples), 0);
    for (std::size_t row = 0; row < 3; ++row) {
      const std::size_t channel = components.find_first_of(std::string{"ENZ"[row], "12Z"[row]});
      if (channel == std::string::npos) continue;
      bool any = false;
      for (std::int64_t i = 0; i < samples; ++i) {
        const auto c = static_cast<std::int64_t>(channel);
        const float x = values[static_cast<std::size_t>(by_channel ? c * samples + i : i * width + c)];
        trace.samples[row * static_cast<std::size_t>(samples) + static_cast<std::size_t>(i)] = x;
        any = any || x != 0;
      }
      if (any) trace.info.components += "ENZ"[row];
    }
    if (trace.info.components.empty()) fail("all its samples are zero");
  }

  Hdf5File file_;
  Layout layout_;
  std::unique_ptr<Hdf5Array> opened_;
  std::string opened_name_;
};

std::int64_t lines_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

void read_one(Waveforms& waveforms, const TraceRow& row, const TraceSink& sink) {
  LabelledTrace trace;
  try {
    trace = waveforms.read(row);
  } catch (const std::exception& error) {
    sink.bad(row.at("trace_name"), error.what());
    return;
  }
  sink.trace(std::move(trace));
}

}  // namespace

void read_hdf5_traces(const std::string& path, const std::string& table, std::int64_t first, const TraceSink& sink) {
  Waveforms waveforms(path);
  if (table.empty()) {
    const std::vector<std::string> names = waveforms.names();
    sink.total(static_cast<std::int64_t>(names.size()));
    for (std::size_t i = static_cast<std::size_t>(first); i < names.size(); ++i)
      read_one(waveforms, {{"trace_name", names[i]}}, sink);
    return;
  }
  sink.total(lines_in(table) - 1);
  CsvReader csv(table);
  if (!csv.has("trace_name"))
    fail(table, ": there is no column trace_name; this is no table of STEAD's or SeisBench's layout");
  for (std::int64_t i = 0;; ++i) {
    TraceRow row;
    try {
      if (!csv.next()) return;
    } catch (const std::runtime_error& error) {
      if (i >= first) sink.bad("", error.what());
      continue;
    }
    if (i < first) continue;
    for (std::size_t c = 0; c < csv.columns().size(); ++c) row[csv.columns()[c]] = csv.cells()[c];
    read_one(waveforms, row, sink);
  }
}

}  // namespace seisgrad
