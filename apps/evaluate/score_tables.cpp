#include "apps/evaluate/score_tables.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "tensor/require.h"

namespace seisgrad {

using Json = nlohmann::ordered_json;

std::string decimals(double value, int digits, bool known) {
  if (!known) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  std::string result = text;
  return result.find_first_not_of("-0.") == std::string::npos && result[0] == '-' ? result.substr(1) : result;
}

static std::string counts_cells(const Counts& c) {
  return joined(c.found, ",", c.extra, ",", c.missed, ",", decimals(c.precision(), 4), ",", decimals(c.recall(), 4),
                ",", decimals(c.f1(), 4), "\n");
}

std::string scores_csv(const PickerScores& pickers, const std::vector<double>& tolerances) {
  std::string out = "picker,phase,tolerance,picks,references,found,extra,missed,precision,recall,f1\n";
  for (const PickerScore* p : pickers)
    for (const PhaseScore& s : p->phases)
      for (size_t t = 0; t < tolerances.size(); ++t)
        out += joined(csv_cell(p->name), ",", s.phase, ",", tolerances[t], ",", s.picks, ",", s.references, ",") +
               counts_cells(s.at[t]);
  return out;
}

std::string residuals_csv(const PickerScores& pickers) {
  std::string out = "picker,phase,count,mean,standard_deviation,mean_absolute,median,median_absolute_deviation\n";
  for (const PickerScore* p : pickers)
    for (const PhaseScore& s : p->phases) {
      const ResidualStatistics& r = s.residual;
      out += joined(csv_cell(p->name), ",", s.phase, ",", r.count);
      for (const double v : {r.mean, r.deviation, r.mean_absolute, r.median, r.median_deviation})
        out += "," + decimals(v, 4);
      out += "\n";
    }
  return out;
}

std::string thresholds_csv(const PickerScores& pickers) {
  std::string out = "picker,phase,threshold,found,extra,missed,precision,recall,f1\n";
  for (const PickerScore* p : pickers)
    for (const PhaseScore& s : p->phases)
      for (const SweepPoint& point : s.sweep)
        out += joined(csv_cell(p->name), ",", s.phase, ",", decimals(point.threshold, 2), ",") +
               counts_cells(point.counts);
  return out;
}

static Json json_of(const Counts& c) {
  const Interval precision = wilson(c.found, c.found + c.extra), recall = wilson(c.found, c.found + c.missed);
  return {{"found", c.found},
          {"extra", c.extra},
          {"missed", c.missed},
          {"precision", c.precision()},
          {"recall", c.recall()},
          {"f1", c.f1()},
          {"precision_95", {precision.low, precision.high}},
          {"recall_95", {recall.low, recall.high}}};
}

Json scores_json(const PickerScore& picker, const std::vector<double>& tolerances) {
  Json json = {{"name", picker.name}};
  for (const PhaseScore& s : picker.phases) {
    Json phase = {{"picks", s.picks}, {"references", s.references}, {"within", Json::array()}};
    for (size_t t = 0; t < tolerances.size(); ++t) {
      Json counts = json_of(s.at[t]);
      counts["tolerance"] = tolerances[t];
      phase["within"].push_back(std::move(counts));
    }
    const ResidualStatistics& r = s.residual;
    phase["residual"] = {{"count", r.count},
                         {"mean", r.mean},
                         {"standard_deviation", r.deviation},
                         {"mean_absolute", r.mean_absolute},
                         {"median", r.median},
                         {"median_absolute_deviation", r.median_deviation}};
    phase["best_threshold"] = {{"threshold", s.best().threshold}, {"f1", s.best().counts.f1()}};
    Json bins = Json::array();
    for (const auto& bin : s.reliability.bins)
      bins.push_back({{"count", bin.count}, {"mean_probability", bin.mean_score}, {"share_found", bin.share_true}});
    phase["reliability"] = {{"expected_error", s.reliability.expected_error()}, {"bins", std::move(bins)}};
    json[s.phase] = std::move(phase);
  }
  json["s_minus_p"] = {{"count", picker.s_minus_p_count}, {"mape_percent", picker.s_minus_p_percent}};
  return json;
}

void print_scores(const PickerScores& pickers, const std::vector<double>& tolerances) {
  for (const PickerScore* p : pickers)
    for (const PhaseScore& s : p->phases) {
      const Counts& c = s.at[0];
      std::printf(
          "%-24s %-4s found %lld of %lld, %lld missed, %lld extra; within %g s: precision %.3f recall %.3f F1 %.3f",
          p->name.c_str(), s.phase.c_str(), static_cast<long long>(c.found), static_cast<long long>(s.references),
          static_cast<long long>(c.missed), static_cast<long long>(c.extra), tolerances[0], c.precision(), c.recall(),
          c.f1());
      if (s.residual.count > 0)
        std::printf("; residual %+.3f s, deviation %.3f s, MAE %.3f s", s.residual.mean, s.residual.deviation,
                    s.residual.mean_absolute);
      std::printf("\n");
    }
}

}  // namespace seisgrad
