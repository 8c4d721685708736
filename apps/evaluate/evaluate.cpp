#include <cstdio>

#include "apps/evaluate/list_report.h"
#include "apps/evaluate/options.h"
#include "apps/evaluate/score_tables.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

int evaluate_lists(const EvaluateOptions& o) {
  require(!o.bulletin.empty(), "evaluate: --picks needs a --bulletin to be compared with");
  ListScoreOptions options{.tolerances = o.tolerances,
                           .p_threshold = o.p_threshold,
                           .s_threshold = o.s_threshold,
                           .most_per_minute = o.most_per_minute,
                           .coverage = {}};
  if (!o.coverage.empty()) options.coverage = read_coverage(o.coverage);
  const ArrivalList bulletin = read_arrivals(o.bulletin);
  std::vector<ArrivalList> lists = {read_arrivals(o.picks)};
  for (const std::string& path : o.versus) lists.push_back(read_arrivals(path));
  const ListEvaluation evaluation = score_lists(bulletin, lists, options);
  write_list_report(o.out, evaluation, bulletin, lists, options);
  if (o.quiet) return 0;
  PickerScores scores;
  for (const ListScore& p : evaluation.pickers) scores.push_back(&p.score);
  print_scores(scores, o.tolerances);
  std::printf("%s/report.html has tables and figures\n", o.out.c_str());
  return 0;
}

}  // namespace

int evaluate(const EvaluateOptions& options) {
  require(!options.picks.empty(), "evaluate: give --picks and --bulletin");
  return evaluate_lists(options);
}

}  // namespace seisgrad
