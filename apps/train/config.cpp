#include "apps/train/config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/model/pretrained.h"
#include "models/config_json.h"
#include "models/weights.h"

namespace seisgrad {
namespace {

using Json = nlohmann::json;

// Every field and where it stands, once for writing and once for reading.
void fields(auto& c, auto&& f) {
  f("/data/paths", c.data.paths);
  f("/data/validation", c.data.validation);
  f("/data/weights", c.data.weights);
  f("/data/filter", c.data.filter);
  f("/data/balance", c.data.balance);
  f("/data/epoch", c.data.epoch);
  f("/data/review", c.data.review);
  f("/data/noise", c.data.noise);
  f("/data/noise_distance", c.data.noise_distance);
  f("/data/noise_beside", c.data.noise_beside);
  f("/split/training", c.split.training);
  f("/split/validation", c.split.validation);
  f("/split/by_event", c.split.by_event);
  f("/split/seed", c.split.seed);
  f("/split/share", c.split.share);
  f("/split/folds", c.split.folds);
  f("/split/fold", c.split.fold);
  f("/augmentation/plain_half", c.augmentation.plain_half);
  f("/augmentation/shift", c.augmentation.shift);
  f("/augmentation/second_event", c.augmentation.second_event);
  f("/augmentation/gaussian_noise", c.augmentation.gaussian_noise);
  f("/augmentation/dropped_channel", c.augmentation.dropped_channel);
  f("/augmentation/gap", c.augmentation.gap);
  f("/augmentation/scale", c.augmentation.scale);
  f("/augmentation/pre_emphasis", c.augmentation.pre_emphasis);
  f("/augmentation/real_noise", c.augmentation.real_noise);
  f("/augmentation/real_noise_low", c.augmentation.real_noise_low);
  f("/augmentation/real_noise_high", c.augmentation.real_noise_high);
  f("/augmentation/clear_db", c.augmentation.clear_db);
  f("/augmentation/window_shift", c.shift);
  f("/augmentation/cut_short", c.cut_short);
  f("/start/init", c.init);
  f("/start/weights", c.weights);
  f("/loss/labels", c.labels);
  f("/loss/detection", c.loss.detection);
  f("/loss/p", c.loss.p);
  f("/loss/s", c.loss.s);
  f("/loss/clipped", c.clipped_loss);
  f("/loss/l2", c.l2);
  f("/loss/l1", c.l1);
  f("/training/seed", c.seed);
  f("/training/epochs", c.epochs);
  f("/training/batch", c.batch);
  f("/training/rate", c.rate);
  f("/training/epsilon", c.epsilon);
  f("/training/clip", c.clip);
  f("/training/schedule", c.schedule);
  f("/training/plateau_factor", c.plateau_factor);
  f("/training/plateau_patience", c.plateau_patience);
  f("/training/lowest_rate", c.lowest_rate);
  f("/training/patience", c.patience);
}

struct Writer {
  Json object = Json::object();

  void operator()(const char* at, const auto& value) { object[Json::json_pointer(at)] = value; }
  void operator()(const char* at, LabelShape value) { object[Json::json_pointer(at)] = to_string(value); }
  void operator()(const char* at, NoiseChoice value) { object[Json::json_pointer(at)] = to_string(value); }
  void operator()(const char* at, Initialisation value) { object[Json::json_pointer(at)] = to_string(value); }
  void operator()(const char* at, const std::vector<RateStep>& steps) {
    Json& list = object[Json::json_pointer(at)] = Json::array();
    for (const RateStep& s : steps) list.push_back({s.epoch, s.factor});
  }
};

// Takes every field out of the object; what is left at the end is unknown.
struct Reader {
  Json object;

  static void check(bool holds, const char* at, const char* expected, const Json& value) {
    require(holds, "configuration: ", at + 1, " must be ", expected, ", got ", value.dump());
  }
  Json take(const char* at) {
    const Json::json_pointer place(at);
    Json value = object.at(place);
    object.at(place.parent_pointer()).erase(place.back());
    return value;
  }
  void operator()(const char* at, int64_t& value) { value = whole(at, take(at)); }
  void operator()(const char* at, uint64_t& value) { value = static_cast<uint64_t>(whole(at, take(at))); }
  static int64_t whole(const char* at, const Json& v) {
    check(v.is_number_unsigned() && v.get<uint64_t>() < (uint64_t{1} << 62), at, "a whole number, 0 or more", v);
    return v.get<int64_t>();
  }
  void operator()(const char* at, double& value) { value = number(at, take(at)); }
  static double number(const char* at, const Json& v) {
    const bool decibels = std::string(at).find("real_noise_") != std::string::npos;
    check(v.is_number() && (decibels || v.get<double>() >= 0), at, "a number, 0 or more", v);
    return v.get<double>();
  }
  void operator()(const char* at, bool& value) {
    const Json v = take(at);
    check(v.is_boolean(), at, "true or false", v);
    value = v.get<bool>();
  }
  void operator()(const char* at, std::string& value) { value = text(at, take(at)); }
  static std::string text(const char* at, const Json& v) {
    check(v.is_string(), at, "a text", v);
    return v.get<std::string>();
  }
  void operator()(const char* at, LabelShape& value) { value = label_shape_named(text(at, take(at))); }
  void operator()(const char* at, NoiseChoice& value) { value = noise_choice_named(text(at, take(at))); }
  void operator()(const char* at, Initialisation& value) { value = initialisation_named(text(at, take(at))); }
  Json list(const char* at) {
    const Json v = take(at);
    check(v.is_array(), at, "a list", v);
    return v;
  }
  void operator()(const char* at, std::vector<std::string>& values) {
    values.clear();
    for (const Json& v : list(at)) values.push_back(text(at, v));
  }
  void operator()(const char* at, std::vector<double>& values) {
    values.clear();
    for (const Json& v : list(at)) values.push_back(number(at, v));
  }
  void operator()(const char* at, std::vector<RateStep>& steps) {
    steps.clear();
    for (const Json& v : list(at)) {
      check(v.is_array() && v.size() == 2, at, "a list of [epoch, factor]", v);
      steps.push_back({whole(at, v[0]), number(at, v[1])});
    }
    const auto later = [](const RateStep& a, const RateStep& b) { return a.epoch < b.epoch; };
    require(std::is_sorted(steps.begin(), steps.end(), later), "configuration: ", at + 1, " must rise in its epochs");
  }
};

constexpr int64_t most_examples = 100'000'000;  // of an epoch: each needs some bytes of memory

void check_ranges(const TrainConfig& c) {
  const AugmentOptions& a = c.augmentation;
  for (const double p : {a.shift, a.second_event, a.gaussian_noise, a.dropped_channel, a.gap, a.scale, a.pre_emphasis,
                         a.real_noise, c.cut_short})
    require(p <= 1, "configuration: a probability of augmentation is ", p, ", over 1");
  require(c.cut_short == 0 || c.preprocessing.profile.least_recorded > 0,
          "configuration: augmentation/cut_short needs preprocessing/least_recorded, the seconds that are left");
  require(a.real_noise_low <= a.real_noise_high, "configuration: augmentation/real_noise_low is above real_noise_high");
  require(c.split.training + c.split.validation <= 1, "configuration: split/training and split/validation are over 1");
  require(c.split.share > 0 && c.split.share <= 1, "configuration: split/share must be over 0 and at most 1");
  require(c.split.folds == 0 || (c.split.folds >= 2 && c.split.fold < c.split.folds),
          "configuration: split/folds must be 0, or 2 and more with split/fold below it");
  require(c.epochs >= 1 && c.batch >= 1, "configuration: training/epochs and training/batch must be 1 or more");
  require(c.rate > 0 && c.epsilon > 0, "configuration: training/rate and training/epsilon must be above 0");
  require(c.data.epoch <= most_examples, "configuration: data/epoch is ", c.data.epoch, ", at most ", most_examples);
  require(c.data.weights.empty() || c.data.weights.size() == c.data.paths.size(),
          "configuration: ", c.data.weights.size(), " data/weights for ", c.data.paths.size(),
          " data/paths; one each, or none");
}

Json parsed(const std::string& text) {
  if (text.empty()) return Json::object();
  try {
    Json object = Json::parse(text);
    require(object.is_object(), "configuration: expected a JSON object");
    return object;
  } catch (const Json::parse_error& error) { throw std::invalid_argument(joined("configuration: ", error.what())); }
}

void apply(Json& object, const std::string& setting) {
  const size_t equals = setting.find('=');
  require(equals != std::string::npos && equals > 0, "setting: expected group/field=value, got ", setting);
  const std::string text = setting.substr(equals + 1);
  const Json value = Json::parse(text, nullptr, false);
  object[Json::json_pointer("/" + setting.substr(0, equals))] = value.is_discarded() ? Json(text) : value;
}

// The network and the preprocessing of the weight file that training starts from.
void start_from_file(TrainConfig& c) {
  const Safetensors file = read_safetensors(model_file(c.weights));
  const std::string kind = model_kind(file, c.weights);
  require(kind == c.model, c.weights, ": holds a model of kind ", kind, "; --model says ", c.model);
  const std::string network = file.metadata.at("seisgrad.config"), notes = file.metadata.at("seisgrad.preprocessing");
  if (c.is_classifier()) c.classifier = phase_classifier_config(network);
  else c.eqtransformer = eqtransformer_config(network);
  if (notes != "{}") c.preprocessing = settings_from_json(notes);
}

std::string network_json(const TrainConfig& c) {
  return c.is_classifier() ? to_json(c.classifier) : to_json(c.eqtransformer);
}

}  // namespace

TrainConfig default_config(const std::string& model) {
  TrainConfig c;
  c.model = model;
  if (model == "eqtransformer") return c;
  require(model == "phase_classifier", "model: eqtransformer or phase_classifier, got \"", model, "\"");
  c.preprocessing = settings_named("phase_classifier");
  c.data.balance = c.data.filter = true;
  c.split = {.training = 0.8, .validation = 0.1, .by_event = true, .seed = 1};
  c.l2 = 1e-4, c.l1 = 0;
  c.epochs = 60, c.batch = 64, c.epsilon = 1e-8;
  c.schedule.clear();
  c.plateau_factor = 0.5, c.plateau_patience = 5;
  return c;
}

std::string to_json(const TrainConfig& config, int indent) {
  Writer writer;
  fields(config, writer);
  writer.object["model"] = config.model;
  writer.object["network"] = Json::parse(network_json(config));
  writer.object["preprocessing"] = Json::parse(to_json(config.preprocessing));
  return writer.object.dump(indent);
}

TrainConfig read_config(const std::string& text, const std::vector<std::string>& settings, bool complete) {
  Json changes = parsed(text);
  try {
    for (const std::string& setting : settings) apply(changes, setting);
    TrainConfig c = default_config(changes.value("model", "eqtransformer"));
    if (changes.contains("/start/weights"_json_pointer))
      c.weights = Reader::text("/start/weights", changes["start"]["weights"]);
    if (!c.weights.empty() && !complete) start_from_file(c);
    Json all = Json::parse(to_json(c));
    // a profile's name stands for the profile's values
    if (changes.contains("/preprocessing/profile"_json_pointer)) all["preprocessing"] = Json::object();
    all.merge_patch(changes);
    c.preprocessing = settings_from_json(all["preprocessing"].dump());
    if (c.is_classifier()) c.classifier = phase_classifier_config(all["network"].dump());
    else c.eqtransformer = eqtransformer_config(all["network"].dump());
    for (const char* done : {"model", "network", "preprocessing"}) all.erase(done);
    Reader reader{std::move(all)};
    fields(c, reader);
    for (const auto& [group, left] : reader.object.items()) {
      if (left.is_object() && left.empty()) continue;
      const std::string field = left.is_object() ? left.begin().key() : "";
      throw std::invalid_argument(joined("configuration: unknown field ", group, field.empty() ? "" : "/", field));
    }
    check_ranges(c);
    return c;
  } catch (const Json::exception& error) { throw std::invalid_argument(joined("configuration: ", error.what())); }
}

SplitOptions split_of(const std::string& model, const std::string& provenance) {
  Json changes = {{"model", model}};
  const Json notes = Json::parse(provenance, nullptr, false);
  const Json::json_pointer place("/configuration/split");
  if (notes.is_object() && notes.contains(place)) changes["split"] = notes[place];
  return read_config(changes.dump()).split;
}

double rate_of(const TrainConfig& config, int64_t epoch, int64_t plateaus) {
  double rate = config.rate;
  for (const RateStep& step : config.schedule)
    if (epoch >= step.epoch) rate = config.rate * step.factor;
  if (plateaus == 0) return rate;
  return std::max(std::min(rate, config.lowest_rate), rate * std::pow(config.plateau_factor, double(plateaus)));
}

}  // namespace seisgrad
