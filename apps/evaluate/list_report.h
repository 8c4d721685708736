// What `seisgrad evaluate --picks` writes, beside the tables of apps/evaluate/score_tables.h:
//
//     stations.csv    picker,station,phase,references,found,extra
//     arrivals.csv    picker,network,station,phase,event,outcome,reference_time,pick_time,residual,probability
//     evaluation.json all of it but arrivals.csv
//     report.html     for people
//     figures/*.svg   those of the report that show records
#pragma once
#include <string>

#include "apps/evaluate/list_score.h"
#include "apps/evaluate/record_figures.h"

namespace seisgrad {

// Makes the folder. Throws std::runtime_error naming what cannot be written.
void write_list_report(const std::string& folder, const ListEvaluation& evaluation, const ArrivalList& bulletin,
                       const std::vector<ArrivalList>& lists, const ListScoreOptions& options,
                       const RecordFigures& figures = {});

// outcome of arrivals.csv: "found", "missed" or "extra".
std::string outcome_name(const Outcome& outcome);

}  // namespace seisgrad
