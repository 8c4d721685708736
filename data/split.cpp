#include "data/split.h"

#include "kernels/philox.h"
#include "tensor/require.h"

namespace seisgrad {

// FNV-1a
static std::uint64_t hash_of(const std::string& name) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

Part part_of(const TraceInfo& info, const SplitOptions& split) {
  require(split.training >= 0 && split.validation >= 0 && split.training + split.validation <= 1 + 1e-9,
          "split: shares must be positive and at most 1 in all, got ", split.training, " and ", split.validation);
  require(split.share > 0 && split.share <= 1, "split: the share of training events must be over 0 and at most 1, got ",
          split.share);
  require(split.folds == 0 || (split.folds >= 2 && split.fold >= 0 && split.fold < split.folds), "split: fold ",
          split.fold, " of ", split.folds, "; give 2 folds or more, and one of 0, 1 ...");
  const std::string& name = split.by_event && !info.event.empty() ? info.event : info.id;
  const std::uint64_t hash = hash_of(name);
  const auto draw = [&](std::uint16_t stream) {
    return random_word({.seed = split.seed, .purpose = Purpose::split, .stream = stream}, hash) * 0x1p-32;
  };
  const double part = draw(0);
  if (part >= split.training) return part < split.training + split.validation ? Part::validation : Part::test;
  if (split.folds > 0 && static_cast<std::int64_t>(draw(1) * static_cast<double>(split.folds)) == split.fold)
    return Part::held_out;
  return draw(2) < split.share ? Part::training : Part::unused;
}

std::vector<std::int64_t> traces_of(const PackedDataset& data, const SplitOptions& split, Part part) {
  std::vector<std::int64_t> traces;
  for (std::int64_t i = 0; i < data.size(); ++i)
    if (part_of(data.info(i), split) == part) traces.push_back(i);
  return traces;
}

}  // namespace seisgrad
