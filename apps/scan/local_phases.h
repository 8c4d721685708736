// Pg and Sg of the classifier's PgSg: the network says that there is a local earthquake and about when, a classic
// picker says when exactly ("CNN + classic picker" of Shen & Wu 2022).
//
// The window from 15 s before the pick to 45 s after it is filtered forward, 1 to 8 Hz, below which a teleseism or the
// microseism would hide a small earthquake. Pg: the first STA/LTA trigger of the vertical within 4 s of the pick,
// refined by AIC; without a trigger AIC within 3 s of it. Sg: the strongest trigger of the horizontals after Pg that
// outdoes what came since Pg, refined by AIC; without one AIC between Pg and their largest motion, if that is larger
// than Pg's. At most 40 s later and before the next PgSg; there may be none.
#pragma once
#include <optional>
#include <vector>

#include "apps/scan/picker.h"
#include "data/components.h"

namespace seisgrad {

struct LocalPhases {
  int64_t pg;  // samples of the segment
  std::optional<int64_t> sg;
};

// One for each pick, which are sorted.
std::vector<LocalPhases> local_phases(const ComponentSegment& segment, const std::vector<Peak>& picks);

}  // namespace seisgrad
