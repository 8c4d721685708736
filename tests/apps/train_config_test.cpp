#include <doctest/doctest.h>

#include "apps/train/config.h"

using namespace seisgrad;

TEST_CASE("train: configuration as JSON comes back as it was; a profile's name brings its values") {
  for (const char* model : {"eqtransformer", "phase_classifier"}) {
    const TrainConfig config = default_config(model);
    CHECK(to_json(read_config(to_json(config))) == to_json(config));
  }
  const TrainConfig c = read_config(R"({"preprocessing":{"profile":"seisbench"},"training":{"schedule":[[2,0.5]]}})");
  CHECK(c.preprocessing.profile == profile_named("seisbench"));
  CHECK(rate_of(c, 1, 0) == 1e-3);
  CHECK(rate_of(c, 2, 0) == 5e-4);
}

TEST_CASE("train: rates by epoch are the trainer's; plateaus lower the classifier's") {
  const TrainConfig c = default_config("eqtransformer");
  for (const auto& [epoch, rate] : std::vector<std::pair<int64_t, double>>{
           {0, 1e-3}, {20, 1e-3}, {21, 1e-4}, {40, 1e-4}, {41, 1e-5}, {60, 1e-5}, {61, 1e-6}, {90, 1e-6}, {91, 5e-7}})
    CHECK(rate_of(c, epoch, 0) == doctest::Approx(rate).epsilon(1e-12));
  const TrainConfig k = default_config("phase_classifier");
  CHECK(rate_of(k, 30, 2) == doctest::Approx(2.5e-4));
  CHECK(rate_of(k, 30, 40) == 5e-7);
}

TEST_CASE("train: windows cut short need what must be left of them, and a share is at most 1") {
  const auto read = [](const std::string& fields) {
    return read_config(R"({"model":"phase_classifier","augmentation":{"cut_short":)" + fields);
  };
  const TrainConfig c = read(R"(0.25},"preprocessing":{"least_recorded":15}})");
  CHECK(c.cut_short == 0.25);
  CHECK(settings_from_json(to_json(c.preprocessing)).profile.least_recorded == 15);
  CHECK_THROWS_WITH_AS(read("0.25}}"), doctest::Contains("preprocessing/least_recorded"), std::invalid_argument);
  CHECK_THROWS_AS(settings_from_json(R"({"profile":"phase_classifier","least_recorded":-1})"), std::invalid_argument);
  CHECK_THROWS_AS(settings_from_json(R"({"least_recorded":1e18})"), std::invalid_argument);
  CHECK_THROWS_AS(read(R"(1.5},"preprocessing":{"least_recorded":15}})"), std::invalid_argument);
}
