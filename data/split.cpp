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
  const std::string& name = split.by_event && !info.event.empty() ? info.event : info.id;
  const double draw = random_word({split.seed, Purpose::split}, hash_of(name)) * 0x1p-32;
  if (draw < split.training) return Part::training;
  return draw < split.training + split.validation ? Part::validation : Part::test;
}

std::vector<std::int64_t> traces_of(const PackedDataset& data, const SplitOptions& split, Part part) {
  std::vector<std::int64_t> traces;
  for (std::int64_t i = 0; i < data.size(); ++i)
    if (part_of(data.info(i), split) == part) traces.push_back(i);
  return traces;
}

}  // namespace seisgrad
