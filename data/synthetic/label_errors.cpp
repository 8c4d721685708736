#include "data/synthetic/label_errors.h"

#include "data/dice.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr std::uint16_t label_errors = 10;  // of the users of Purpose::synthetic_event

void confuse_phases(TraceInfo& info) {
  for (Arrival& a : info.arrivals) {
    if (a.phase == "Pg" || a.phase == "Sg") {
      a.phase.pop_back();
      info.distance = unknown;
    } else if (a.phase == "P" || a.phase == "S") {
      a.phase = a.phase == "P" ? "S" : "P";
    }
  }
}

// False where they would leave the trace either way; then they stay.
bool shift_arrivals(TraceInfo& info, Dice& dice) {
  double seconds = dice.uniform(8, 20);
  if (dice.chance(0.5)) seconds = -seconds;
  const double end = static_cast<double>(info.samples - 1);
  for (const double by : {seconds * info.rate, -seconds * info.rate}) {
    if (info.arrivals.front().sample + by < 0 || info.arrivals.back().sample + by > end) continue;
    for (Arrival& a : info.arrivals) a.sample += by;
    info.coda_end = unknown;
    return true;
  }
  return false;
}

void label_noise(TraceInfo& info, Dice& dice, std::int64_t index) {
  const double first = dice.uniform(8, 0.4 * static_cast<double>(info.samples) / info.rate) * info.rate;
  info.noise = false;
  info.event = joined("invisible-", index);
  if (dice.chance(0.1)) {  // near events are most of a bulletin
    info.arrivals = {{dice.chance(0.5) ? "P" : "S", first}};
  } else {
    info.distance = dice.uniform(20, 200);
    info.arrivals = {{"Pg", first}, {"Sg", first + info.distance / 8.0 * info.rate}};  // S - P: 1 s for 8 km
  }
}

}  // namespace

std::string to_string(LabelError error) {
  constexpr const char* names[] = {"none", "wrong_phase", "shifted", "invisible"};
  return names[static_cast<int>(error)];
}

LabelError plant_label_error(TraceInfo& info, const LabelErrorShares& shares, std::uint64_t seed, std::int64_t index) {
  require(shares.wrong_phase >= 0 && shares.shifted >= 0 && shares.wrong_phase + shares.shifted <= 1 &&
              shares.invisible >= 0 && shares.invisible <= 1,
          "label errors: shares are from 0 to 1, those of traces with arrivals in all");
  Dice dice(seed, Purpose::synthetic_event, index, label_errors);
  const double draw = dice.uniform();
  if (info.noise) {
    if (draw >= shares.invisible) return LabelError::none;
    label_noise(info, dice, index);
    return LabelError::invisible;
  }
  if (info.arrivals.empty() || draw >= shares.wrong_phase + shares.shifted) return LabelError::none;
  if (draw < shares.wrong_phase) {
    confuse_phases(info);
    return LabelError::wrong_phase;
  }
  return shift_arrivals(info, dice) ? LabelError::shifted : LabelError::none;
}

}  // namespace seisgrad
