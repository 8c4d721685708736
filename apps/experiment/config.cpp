#include "apps/experiment/config.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/train/config.h"
#include "data/synthetic/synthetic.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::ordered_json;

// Every field and where it stands, once for writing and once for reading; `train` apart.
void fields(auto& c, auto&& f) {
  f("/data/path", c.data.path);
  f("/data/kind", c.data.kind);
  f("/data/seed", c.data.seed);
  f("/data/traces", c.data.traces);
  f("/data/label_errors/wrong_phase", c.data.label_errors.wrong_phase);
  f("/data/label_errors/shifted", c.data.label_errors.shifted);
  f("/data/label_errors/invisible", c.data.label_errors.invisible);
  f("/seed", c.seed);
  f("/rounds", c.rounds);
  f("/depth/depths", c.depths);
  f("/residual/depths", c.residual_depths);
  f("/l2/values", c.l2);
  f("/samples/shares", c.shares);
  f("/construction/samples", c.construction.samples);
  f("/construction/shifts", c.construction.shifts);
  f("/construction/bands", c.construction.bands);
  f("/construction/noise", c.construction.noise);
  f("/construction/noise_distance", c.construction.noise_distance);
  f("/ensemble/models", c.models);
  f("/wash/folds", c.wash.folds);
  f("/wash/seeds", c.wash.seeds);
  f("/wash/probability", c.wash.probability);
  f("/wash/majority", c.wash.majority);
  f("/wash/most", c.wash.most);
  f("/wash/review", c.wash.review);
}

// Takes fields out of the object; what is left at the end is unknown.
void take(Json& object, const char* at, auto& value) {
  const Json::json_pointer place(at);
  if (!object.contains(place)) return;
  try {
    object.at(place).get_to(value);
  } catch (const Json::exception&) {
    throw std::invalid_argument(joined("experiment: ", at + 1, " cannot be ", object.at(place).dump(),
                                       "; --print-config shows what it looks like"));
  }
  object.at(place.parent_pointer()).erase(place.back());
}

// The first field that an object still has; "" where it has none.
std::string left_over(const Json& object) {
  for (const auto& [key, value] : object.items()) {
    if (!value.is_object()) return key;
    if (const std::string inner = left_over(value); !inner.empty()) return key + "/" + inner;
  }
  return "";
}

void check_rising(const char* what, const auto& values, auto least, auto most) {
  require(!values.empty(), "experiment: ", what, " is empty");
  for (size_t i = 0; i < values.size(); ++i)
    require(values[i] >= least && values[i] <= most && (i == 0 || values[i] > values[i - 1]), "experiment: ", what,
            " must rise, from ", least, " to ", most);
}

void check_ranges(const ExperimentConfig& c) {
  synthetic_kind_named(c.data.kind);
  require(c.data.traces >= 1 && c.data.traces <= 10'000'000, "experiment: data/traces must be 1 to 10000000");
  const LabelErrorShares& e = c.data.label_errors;
  for (const double share : {e.wrong_phase, e.shifted, e.invisible, e.wrong_phase + e.shifted})
    require(share >= 0 && share <= 1, "experiment: data/label_errors are shares from 0 to 1");
  require(c.rounds >= 1 && c.rounds <= 1000, "experiment: rounds must be 1 to 1000");
  check_rising("depth/depths", c.depths, int64_t{1}, int64_t{8});
  check_rising("residual/depths", c.residual_depths, int64_t{1}, int64_t{4});
  check_rising("l2/values", c.l2, 0.0, 10.0);
  check_rising("samples/shares", c.shares, 1e-6, 1.0);
  check_rising("construction/samples", c.construction.samples, int64_t{256}, int64_t{1} << 16);
  check_rising("construction/shifts", c.construction.shifts, int64_t{0}, int64_t{100});
  for (const auto& band : c.construction.bands)
    require(band.size() == 2 && band[0] > 0 && band[0] < band[1], "experiment: construction/bands are [low, high], Hz");
  for (const std::string& noise : c.construction.noise) noise_choice_named(noise);
  require(c.construction.noise_distance >= 0, "experiment: construction/noise_distance must be 0 or more");
  require(c.models >= 2 && c.models <= 100, "experiment: ensemble/models must be 2 to 100");
  require(c.wash.folds >= 2 && c.wash.folds <= 100 && c.wash.seeds >= 1 && c.wash.seeds <= 100,
          "experiment: wash/folds must be 2 or more, wash/seeds 1 or more, both 100 at the most");
  for (const double share : {c.wash.probability, c.wash.majority, c.wash.most})
    require(share >= 0 && share <= 1, "experiment: wash/probability, majority and most are from 0 to 1");
  require(read_config(c.train).is_classifier(), "experiment: train/model must be phase_classifier");
}

}  // namespace

std::string to_json(const ExperimentConfig& config, int indent) {
  Json object;
  fields(config, [&](const char* at, const auto& value) { object[Json::json_pointer(at)] = value; });
  object["train"] = Json::parse(config.train);
  return object.dump(indent);
}

ExperimentConfig read_experiment_config(const std::string& text) {
  ExperimentConfig c;
  Json object = Json::object();
  try {
    if (!text.empty()) object = Json::parse(text);
  } catch (const Json::parse_error& error) { throw std::invalid_argument(joined("experiment: ", error.what())); }
  require(object.is_object(), "experiment: expected a JSON object");
  Json train = Json::parse(c.train);
  if (object.contains("train")) {
    train.merge_patch(object["train"]);
    object.erase("train");
  }
  c.train = train.dump();
  fields(c, [&](const char* at, auto& value) { take(object, at, value); });
  const std::string unknown_field = left_over(object);
  require(unknown_field.empty(), "experiment: unknown field ", unknown_field);
  check_ranges(c);
  return c;
}

}  // namespace seisgrad
