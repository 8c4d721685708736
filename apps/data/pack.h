// seisgrad data pack: data sets of any layout to a packed one, which training reads.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "apps/data/read_traces.h"
#include "data/packed.h"

namespace seisgrad {

struct PackOptions {
  std::vector<std::string> inputs;
  std::string out;
  bool half = false;
  bool unlabelled = false;  // also traces without arrivals that nobody calls noise
  bool quiet = false;
  TracesChild child;
};

struct RejectedTrace {
  std::string source, id, reason;
};

struct PackResult {
  std::int64_t events = 0, noise = 0, unlabelled = 0;  // traces
  std::vector<RejectedTrace> rejected;
};

// Packs into options.out, with a table rejected.csv of the traces that cannot be used. Throws std::runtime_error where
// an input cannot be read at all or none of its traces can be used, Interrupted (apps/report/interrupt.h) where `stop`
// said so; nothing is left of the data set then.
PackResult pack(const PackOptions& options, const std::function<bool()>& stop);

// The verb: pack(), and lines on what was done. Ctrl-C stops it.
int data_pack(const PackOptions& options);

// The data set at `path` for training: opened where it is packed. Otherwise packed on first use, into a folder of
// `cache` whose name has the path, the size and the time of change of every file; older packings are left alone.
// Throws as pack(); Ctrl-C stops it, so no other InterruptGuard may live.
struct CacheOptions {
  std::string cache;  // "": $SEISGRAD_CACHE, or seisgrad/ in $XDG_CACHE_HOME or ~/.cache
  bool quiet = false;
  TracesChild child;
};
PackedDataset packed_for_training(const std::string& path, const CacheOptions& options = {});

}  // namespace seisgrad
