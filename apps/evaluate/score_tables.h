// The scores of pickers as tables for machines and for people. Both kinds of evaluation, of lists of picks and of a
// model on a data set, write them.
//
//     scores.csv      picker,phase,tolerance,picks,references,found,extra,missed,precision,recall,f1
//     residuals.csv   picker,phase,count,mean,standard_deviation,mean_absolute,median,median_absolute_deviation
//     thresholds.csv  picker,phase,threshold,found,extra,missed,precision,recall,f1
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "apps/evaluate/phase_score.h"
#include "apps/report/html.h"
#include "data/csv.h"

namespace seisgrad {

using PickerScores = std::vector<const PickerScore*>;

std::string scores_csv(const PickerScores& pickers, const std::vector<double>& tolerances);
std::string residuals_csv(const PickerScores& pickers);
std::string thresholds_csv(const PickerScores& pickers);

nlohmann::ordered_json scores_json(const PickerScore& picker, const std::vector<double>& tolerances);

// Tables of scores and residuals, then figures: residuals, precision against recall, F1 against threshold, reliability.
void add_scores(HtmlPage& page, const PickerScores& pickers, const std::vector<double>& tolerances);

// The first lines of what people see on the terminal.
void print_scores(const PickerScores& pickers, const std::vector<double>& tolerances);

// Fixed decimals; "-" where `known` is false.
std::string decimals(double value, int digits, bool known = true);

}  // namespace seisgrad
