#include "apps/experiment/suspects_page.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "apps/report/html.h"
#include "apps/report/svg.h"
#include "data/csv.h"
#include "data/packed.h"
#include "data/phase_examples.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// Where each trace stands in the data set.
std::map<std::string, int64_t> places_of(const PackedDataset& data) {
  std::map<std::string, int64_t> places;
  for (int64_t i = 0; i < data.size(); ++i) places[data.info(i).id] = i;
  return places;
}

// Least and largest of every few samples: a page may have a thousand waveforms.
std::vector<float> thinned(const std::vector<float>& row) {
  constexpr size_t block = 5;
  std::vector<float> thin;
  for (size_t i = 0; i < row.size(); i += block) {
    const auto end = row.begin() + static_cast<std::ptrdiff_t>(std::min(i + block, row.size()));
    const auto [least, most] = std::minmax_element(row.begin() + static_cast<std::ptrdiff_t>(i), end);
    thin.push_back(*least);
    thin.push_back(*most);
  }
  return thin;
}

// The window of the table's row, or all of the trace where it is about noise: three panels, one scale.
std::string waveform_svg(const LabelledTrace& trace, const std::string& window, const std::string& title,
                         const std::string& note) {
  const PhaseExampleOptions options;  // for the window's place beside the arrival
  const double scale = trace.info.rate / options.profile.rate;
  int64_t begin = 0, length = trace.info.samples;
  double arrival = -1;
  if (window != "noise") {
    const size_t number = std::stoul(window);
    require(number < trace.info.arrivals.size(), trace.info.id, ": no arrival ", number);
    const double at = trace.info.arrivals[number].sample;
    begin = std::max<int64_t>(0, std::llround(at - static_cast<double>(options.anchor) * scale));
    length = std::min<int64_t>(length - begin, std::llround(static_cast<double>(options.samples) * scale));
    arrival = (at - static_cast<double>(begin)) / trace.info.rate;
  }
  Figure figure{.title = title,
                .x_label = note,
                .x_end = static_cast<double>(length) / trace.info.rate,
                .panels = {},
                .width = 510};
  std::vector<std::vector<float>> rows;
  float most = 0;
  for (int64_t c = 0; c < 3; ++c) {
    const auto first = trace.samples.begin() + c * trace.info.samples + begin;
    rows.emplace_back(first, first + length);
    double mean = 0;
    for (const float v : rows.back()) mean += double(v) / double(length);
    for (float& v : rows.back()) v -= static_cast<float>(mean), most = std::max(most, std::abs(v));
  }
  for (size_t c = 0; c < 3; ++c) {
    for (float& v : rows[c]) v /= most > 0 ? most : 1;
    rows[c] = thinned(rows[c]);
    Panel panel{.label = std::string(1, "ENZ"[c]),
                .lines = {{rows[c], "#334", ""}},
                .markers = {},
                .shades = {},
                .low = -1,
                .high = 1,
                .height = 52};
    if (arrival >= 0) panel.markers.push_back({arrival, "#c0392b", "", true});
    figure.panels.push_back(std::move(panel));
  }
  return to_svg(figure);
}

}  // namespace

std::string suspects_page(const std::string& path, const std::string& folder) {
  const PackedDataset data(folder);
  const std::map<std::string, int64_t> places = places_of(data);
  CsvReader table(path);
  HtmlPage page("Suspect windows");
  page.paragraph(
      "Windows whose label models doubt that were trained without them, the surest first; the dashed line is the "
      "arrival "
      "that the label is about, 5 s into its window. Of noise the whole trace is drawn. To decide about them, write a "
      "table "
      "with the columns id, action (keep, drop or relabel) and class, and name it as wash/review in the experiment's "
      "configuration; what it does not name is dropped.");
  std::vector<std::string> figures;
  while (table.next()) {
    const std::string& id = table.cell("id");
    const size_t colon = id.rfind(':');
    const auto place = places.find(id.substr(0, colon));
    if (place == places.end()) continue;
    const std::string title = joined(id, ": ", table.cell("label"), "? rather ", table.cell("predicted"));
    std::string note = joined("seconds; ", table.cell("part"), ";");
    for (const std::string& column : table.columns())
      if (column.starts_with("p_") && column != "p_label")
        note += joined(" ", column.substr(2), " ", table.cell(column).substr(0, 4));
    figures.push_back(waveform_svg(data.read(place->second), id.substr(colon + 1), title, note));
  }
  page.paragraph(joined(figures.size(), " suspects."));
  page.figures(figures);
  return page.text();
}

}  // namespace seisgrad
