// What `seisgrad evaluate --catalogue` writes:
//
//     arrivals.csv network,station,event,phase,class,distance_km,outcome,theory_time,analyst_time,pick_time,residual,
//                     probability,score: every arrival that should be picked, "found" or "missed"
//     cases.csv kind,network,station,phase,time,probability,score,seconds,event,explained_by,residual,note,figure:
//                     every pick that is not simply found
//     thresholds.csv  score,probability,class,expected,found,unmatched,false,false_per_day,median,
//                     median_absolute_deviation
//     study.json      counts and statistics
//     study.html      tables and charts (figure 8); gallery.html: the cases (figure 11); figures/*.svg: both's
#pragma once
#include <string>
#include <vector>

#include "apps/study/study.h"

namespace seisgrad {

// One of the gallery: its number in study.findings and what is drawn; no svg where nothing was recorded.
struct DrawnCase {
  std::size_t finding;
  std::string name, svg;
};

// Makes the folder. Throws std::runtime_error naming what cannot be written.
void write_study(const std::string& folder, const Study& study, const std::vector<DrawnCase>& cases);

// For the terminal.
std::string summary_of(const Study& study);

// Charts of figure 8 with the names of their files: residual against score, residuals, counts and residual against
// threshold.
struct NamedChart {
  std::string name, svg;
};
std::vector<NamedChart> study_charts(const Study& study);

}  // namespace seisgrad
