#include <cstdio>

#include "apps/evaluate/list_report.h"
#include "apps/evaluate/model_score.h"
#include "apps/evaluate/options.h"
#include "apps/evaluate/score_tables.h"
#include "apps/model/load.h"
#include "apps/model/pretrained.h"
#include "apps/report/folder.h"
#include "apps/study/options.h"
#include "kernels/parallel.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

int evaluate_lists(const EvaluateOptions& o) {
  require(!o.bulletin.empty(), "evaluate: --picks needs a --bulletin to be compared with");
  require(o.probabilities.empty() || !o.waveforms.empty(), "evaluate: --probabilities are drawn below --waveforms");
  ListScoreOptions options{.tolerances = o.tolerances,
                           .p_threshold = o.p_threshold.value_or(0),
                           .s_threshold = o.s_threshold.value_or(0),
                           .most_per_minute = o.most_per_minute,
                           .coverage = {}};
  if (!o.coverage.empty()) options.coverage = read_coverage(o.coverage);
  if (!o.unlisted.empty()) options.unlisted = read_arrivals(o.unlisted).arrivals;
  const ArrivalList bulletin = read_arrivals(o.bulletin);
  std::vector<ArrivalList> lists = {read_arrivals(o.picks)};
  for (const std::string& path : o.versus) lists.push_back(read_arrivals(path));
  const ListEvaluation evaluation = score_lists(bulletin, lists, options);
  RecordFigures figures;
  if (!o.waveforms.empty()) figures = draw_records(evaluation.pickers[0], o.waveforms, o.probabilities);
  write_list_report(o.out, evaluation, bulletin, lists, options, figures);
  if (o.quiet) return 0;
  PickerScores scores;
  for (const ListScore& p : evaluation.pickers) scores.push_back(&p.score);
  print_scores(scores, o.tolerances);
  for (const ListScore& p : evaluation.pickers)
    if (p.other_stations > 0)
      std::printf("%-24s %lld of %lld picks are of stations that the bulletin does not have; they do not count\n",
                  p.score.name.c_str(), static_cast<long long>(p.other_stations), static_cast<long long>(p.read));
  if (evaluation.minutes > 0)
    for (const ListScore& p : evaluation.pickers) {
      const std::int64_t extra = p.score.phases[0].at[0].extra + p.score.phases[1].at[0].extra;
      std::printf("%-24s %.2f extra picks an hour, in %.1f hours of record\n", p.score.name.c_str(),
                  60 * static_cast<double>(extra) / evaluation.minutes, evaluation.minutes / 60);
      if (!o.unlisted.empty())
        std::printf("%-24s %lld more picks are of arrivals that the bulletin leaves out; they do not count\n",
                    p.score.name.c_str(), static_cast<long long>(p.unlisted));
    }
  std::printf("%s/report.html has tables and figures\n", o.out.c_str());
  return 0;
}

int evaluate_events(const EvaluateOptions& o) {
  require(o.versus.empty() && !o.most_per_minute && !o.p_threshold && !o.s_threshold,
          "evaluate: --versus, --max-per-minute, --p-threshold and --s-threshold are of lists against a --bulletin, "
          "without a --catalogue");
  return study({.picks = o.picks,
                .triggers = o.triggers,
                .catalogue = o.catalogue,
                .stations = o.stations,
                .bulletin = o.bulletin,
                .coverage = o.coverage,
                .waveforms = o.waveforms,
                .probabilities = o.probabilities,
                .earth_model = o.earth_model,
                .far_magnitude = o.far_magnitude,
                .cases = o.cases,
                .out = o.out,
                .quiet = o.quiet});
}

int evaluate_model(EvaluateOptions o) {
  o.model = model_file(o.model);
  for (std::string& model : o.ensemble) model = model_file(model);
  if (o.threads > 0) set_thread_count(o.threads);
  require(!o.data.empty(), "evaluate: --model needs labelled traces: give --data");
  make_folder(o.out);
  if (kind_of_model(o.model) == "phase_classifier") {
    const ClassifierScore score = score_classifier(o);
    write_report(o, score);
    if (!o.quiet)
      std::printf("%s: accuracy %.4f of %lld windows\n", score.name.c_str(), score.confusion.accuracy(),
                  static_cast<long long>(score.confusion.total()));
  } else {
    const EqtransformerScore score = score_eqtransformer(o);
    write_report(o, score);
    if (!o.quiet) {
      const Counts& d = score.detection;
      std::printf("%lld traces; detection: precision %.3f recall %.3f F1 %.3f\n", static_cast<long long>(score.traces),
                  d.precision(), d.recall(), d.f1());
      print_scores({&score.picks}, o.tolerances);
    }
  }
  if (!o.quiet) std::printf("%s/report.html has tables and figures\n", o.out.c_str());
  return 0;
}

}  // namespace

int evaluate(const EvaluateOptions& options) {
  require(options.picks.empty() != options.model.empty(),
          "evaluate: give --picks and --bulletin, --picks and --catalogue, or --model and --data");
  if (!options.model.empty()) return evaluate_model(options);
  return options.catalogue.empty() ? evaluate_lists(options) : evaluate_events(options);
}

}  // namespace seisgrad
