#include "apps/model/settings.h"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "tensor/require.h"

namespace seisgrad {

using Json = nlohmann::ordered_json;

ScanSettings settings_named(const std::string& profile) {
  ScanSettings settings;
  settings.profile = profile_named(profile);
  if (profile != "phase_classifier") return settings;
  settings.stride_seconds = 0.2;
  settings.detection_threshold = settings.p_threshold = settings.s_threshold = 0.95f;
  return settings;
}

ScanSettings settings_from_json(const std::string& text) {
  ScanSettings settings;
  PreprocessingProfile& p = settings.profile;
  std::string field = "profile";
  try {
    const Json json = Json::parse(text);
    require(json.is_object(), "preprocessing: expected a JSON object");
    if (json.contains("profile")) settings = settings_named(json["profile"].get<std::string>());
    const std::map<std::string, std::function<void(const Json&)>> readers = {
        {"profile", [](const Json&) {}},
        {"rate", [&](const Json& v) { p.rate = v.get<double>(); }},
        {"lowest_input_rate", [&](const Json& v) { p.lowest_input_rate = v.get<double>(); }},
        {"band_pass", [&](const Json& v) { p.band_pass = v.get<bool>(); }},
        {"band_low", [&](const Json& v) { p.band_low = v.get<double>(); }},
        {"band_high", [&](const Json& v) { p.band_high = v.get<double>(); }},
        {"corners", [&](const Json& v) { p.corners = v.get<int>(); }},
        {"zero_phase", [&](const Json& v) { p.zero_phase = v.get<bool>(); }},
        {"taper_seconds", [&](const Json& v) { p.taper_seconds = v.get<double>(); }},
        {"component_order", [&](const Json& v) { p.component_order = v.get<std::string>(); }},
        {"normalisation", [&](const Json& v) { p.normalisation = normalisation_named(v.get<std::string>()); }},
        {"window_taper_samples", [&](const Json& v) { p.window_taper_samples = v.get<int>(); }},
        {"least_recorded", [&](const Json& v) { p.least_recorded = v.get<double>(); }},
        {"stride_seconds", [&](const Json& v) { settings.stride_seconds = v.get<double>(); }},
        {"thresholds",
         [&](const Json& v) {
           settings.detection_threshold = v.value("detection", settings.detection_threshold);
           settings.p_threshold = v.value("p", settings.p_threshold);
           settings.s_threshold = v.value("s", settings.s_threshold);
         }},
    };
    for (const auto& [key, value] : json.items()) {
      field = key;
      const auto reader = readers.find(key);
      require(reader != readers.end(), "preprocessing: unknown field \"", key, "\"");
      reader->second(value);
    }
  } catch (const Json::exception& error) {
    throw std::invalid_argument("preprocessing: field \"" + field + "\": " + error.what());
  }
  require(p.least_recorded == 0 || (p.least_recorded >= 0.1 && p.least_recorded <= 3600),
          "preprocessing: least_recorded must be 0 or from 0.1 to 3600 s, got ", p.least_recorded);
  return settings;
}

std::string to_json(const ScanSettings& settings) {
  const PreprocessingProfile& p = settings.profile;
  // decimal texts, as people write them: a float's exact value would print as 0.30000001192092896
  const auto decimal = [](float v) { return Json::parse(joined(v)); };
  return Json{{"profile", p.name},
              {"rate", p.rate},
              {"lowest_input_rate", p.lowest_input_rate},
              {"band_pass", p.band_pass},
              {"band_low", p.band_low},
              {"band_high", p.band_high},
              {"corners", p.corners},
              {"zero_phase", p.zero_phase},
              {"taper_seconds", p.taper_seconds},
              {"component_order", p.component_order},
              {"normalisation", to_string(p.normalisation)},
              {"window_taper_samples", p.window_taper_samples},
              {"least_recorded", p.least_recorded},
              {"stride_seconds", settings.stride_seconds},
              {"thresholds",
               {{"detection", decimal(settings.detection_threshold)},
                {"p", decimal(settings.p_threshold)},
                {"s", decimal(settings.s_threshold)}}}}
      .dump();
}

}  // namespace seisgrad
