#include "apps/train/sources.h"

#include <charconv>
#include <filesystem>
#include <memory>
#include <numeric>
#include <stdexcept>

#include "apps/data/pack.h"
#include "data/synthetic/synthetic.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

const std::string synthetic_prefix = "synthetic:", bulletin_suffix = ":bulletin";

using Dataset = std::shared_ptr<const PackedDataset>;

TraceSource part_of_dataset(const Dataset& data, std::vector<std::int64_t> traces) {
  const auto kept = std::make_shared<const std::vector<std::int64_t>>(std::move(traces));
  return {.name = std::filesystem::path(data->path()).filename().string(),
          .hash = data->hash(),
          .weight = 1,
          .size = static_cast<std::int64_t>(kept->size()),
          .info = [=](std::int64_t i) { return data->info((*kept)[static_cast<std::size_t>(i)]); },
          .read = [=](std::int64_t i) { return data->read((*kept)[static_cast<std::size_t>(i)]); }};
}

struct SyntheticName {
  SyntheticConfig config;
  std::int64_t count = 0;
};

SyntheticName parsed(const std::string& name) {
  std::string rest = name.substr(synthetic_prefix.size());
  const bool as_bulletin = rest.ends_with(bulletin_suffix);
  if (as_bulletin) rest.resize(rest.size() - bulletin_suffix.size());
  const std::size_t first = rest.find(':'), second = rest.find(':', first + 1);
  std::uint64_t numbers[2] = {0, 0};
  bool good = first != std::string::npos && second != std::string::npos;
  const auto read = [&](const std::string& text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    good = good && error == std::errc() && end == text.data() + text.size();
  };
  if (good) read(rest.substr(first + 1, second - first - 1), numbers[0]);
  if (good) read(rest.substr(second + 1), numbers[1]);
  require(good && numbers[1] >= 1 && numbers[1] <= 50'000'000, name,
          ": expected synthetic:KIND:SEED:COUNT or synthetic:KIND:SEED:COUNT:bulletin, e.g. synthetic:local:1:100000");
  SyntheticName parts{synthetic_config(synthetic_kind_named(rest.substr(0, first))),
                      static_cast<std::int64_t>(numbers[1])};
  parts.config.seed = numbers[0];
  parts.config.as_bulletin = as_bulletin;
  return parts;
}

// Traces first..first+count-1 of the generator.
TraceSource synthetic_source(const std::string& name, const SyntheticConfig& config, std::int64_t first,
                             std::int64_t count) {
  return {.name = name, .hash = crc32c(name), .weight = 1, .size = count, .info = {}, .read = [=](std::int64_t i) {
            return synthetic_trace(config, first + i);
          }};
}

Dataset open_dataset(const std::string& path) {
  return std::make_shared<const PackedDataset>(packed_for_training(path));
}

}  // namespace

bool is_synthetic(const std::string& name) { return name.starts_with(synthetic_prefix); }

void check_source(const std::string& name) {
  if (is_synthetic(name)) parsed(name);
  else check_readable(name);
}

TraceSource open_source(const std::string& name, const SplitOptions& split, Part part) {
  if (!is_synthetic(name)) {
    const Dataset data = open_dataset(name);
    return part_of_dataset(data, traces_of(*data, split, part));
  }
  require(split.share == 1 && split.folds == 0, name,
          ": traces that are made while training have no split/share or split/folds; make a data set of them with "
          "seisgrad data synth");
  const SyntheticName s = parsed(name);
  const auto training = static_cast<std::int64_t>(split.training * static_cast<double>(s.count));
  const auto validation = static_cast<std::int64_t>(split.validation * static_cast<double>(s.count));
  const std::int64_t tested = training + validation;
  return part == Part::training     ? synthetic_source(name, s.config, 0, training)
         : part == Part::validation ? synthetic_source(name, s.config, training, validation)
                                    : synthetic_source(name, s.config, tested, s.count - tested);
}

TraceSource open_source(const std::string& name) {
  if (is_synthetic(name)) {
    const SyntheticName s = parsed(name);
    return synthetic_source(name, s.config, 0, s.count);
  }
  const Dataset data = open_dataset(name);
  std::vector<std::int64_t> all(static_cast<std::size_t>(data->size()));
  std::iota(all.begin(), all.end(), 0);
  return part_of_dataset(data, std::move(all));
}

}  // namespace seisgrad
