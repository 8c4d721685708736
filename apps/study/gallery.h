// The gallery of cases (figure 11 of Shen & Wu 2022): of each kind some, the records with class probabilities, picks,
// theory and analysts' picks drawn.
#pragma once
#include <string>
#include <vector>

#include "apps/evaluate/record_source.h"
#include "apps/study/study.h"

namespace seisgrad {

// Of each kind at most `most` cases worth a look (their numbers in study.findings), by kind: those of the highest
// score, or of the largest residual.
std::vector<std::size_t> chosen_cases(const Study& study, std::int64_t most);

// One line: where, when, what was picked, what explains it.
std::string case_title(const Study& study, const Finding& finding);

// A minute and a half about the pick; "" where nothing was recorded there.
std::string case_svg(const Study& study, const Finding& finding, const RecordSource& source,
                     const std::vector<ListedArrival>& analysts);

}  // namespace seisgrad
