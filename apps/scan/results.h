// What a scan found and what became of every sample, gathered segment by segment and written at the end, each file
// whole or not at all.
#pragma once
#include <string>
#include <vector>

#include "apps/model/settings.h"
#include "apps/scan/event_plot.h"
#include "apps/scan/finder.h"
#include "apps/scan/options.h"
#include "data/picks.h"
#include "data/waveform.h"

namespace seisgrad {

struct ScanSummary {
  ReadReport read;
  MergeReport merge;
  std::string device;  // that of DeviceChoice::line
  int64_t batch = 0;   // windows at once, at the end
  int64_t windows = 0;
  double seconds = 0;
  bool interrupted = false;
};

class Results {
 public:
  // Makes the folder. Throws std::runtime_error if it cannot be written. spreads: picks_uncertainty.csv is asked for.
  Results(std::string folder, std::string model, bool spreads);

  // A span of one stream that is in no component segment: a gap, or samples left out.
  void skipped(const Excluded& span);
  void unscored(const ComponentSegment& segment, const std::string& reason);
  // Rows of picks.csv, detections.csv, coverage.csv. window: samples; a shorter segment was padded and says so.
  // spreads: one a pick where they were asked for, in the order of the phases and their picks.
  void scored(const ComponentSegment& segment, const ScoredSegment& scored, int64_t window,
              const std::vector<std::vector<PickSpread>>& spreads);

  // Files of one segment: events/*.svg; probabilities/*.npy or *.mseed.
  void plot(const ComponentSegment& segment, const ScoredSegment& scored);
  void write_probabilities(const ComponentSegment& segment, const ScoredSegment& scored, const std::string& format);

  // picks.csv, detections.csv, coverage.csv; picks_uncertainty.csv, triggers.csv and phases.csv where there is
  // something for them.
  void write();
  void write_summary(const ScanOptions& options, const ScanSettings& settings, const ScanSummary& summary) const;
  void print_summary(const ScanSummary& summary) const;  // to standard output

 private:
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<Coverage> coverage() const;

  std::string folder_, model_;
  bool spreads_;
  std::vector<std::string> spread_rows_, trigger_rows_;  // of tables, without line ends
  std::vector<Pick> picks_, named_;
  std::vector<Detection> detections_;
  std::vector<Coverage> segments_;  // scored or not
  std::vector<Coverage> left_out_;  // samples in no segment
  std::vector<Coverage> gaps_;      // no samples
  int64_t plots_ = 0;
};

}  // namespace seisgrad
