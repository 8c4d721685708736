#include "apps/experiment/plan.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/train/config.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

using Json = nlohmann::json;

// What made the data set: of the user's own its path, whose content the rows' column `data` tells apart.
std::string identity_of_data(const ExperimentConfig& c) {
  if (!c.data.path.empty()) return "path:" + c.data.path;
  const LabelErrorShares& e = c.data.label_errors;
  return joined("synthetic:", c.data.kind, ":", c.data.seed, ":", c.data.traces, ":", e.wrong_phase, ":", e.shifted,
                ":", e.invisible);
}

void add_new(std::vector<Point>& points, const std::vector<Point>& more) {
  for (const Point& p : more)
    if (std::find(points.begin(), points.end(), p) == points.end()) points.push_back(p);
}

std::vector<Point> first_round(const ExperimentConfig& c, const std::string& sweep) {
  std::vector<Point> points;
  if (sweep == "depth") {
    add_new(points, depth_points(c, false));
    add_new(points, depth_points(c, true));
  } else if (sweep == "residual") {
    add_new(points, residual_points(c, false));
    add_new(points, residual_points(c, true));
  } else if (sweep == "l2") {
    points = l2_points(c);
  } else if (sweep == "samples") {
    points = share_points(c);
  } else if (sweep == "wash") {
    points = {base_point(c), base_point(c)};
    points[1].washed = true;
  } else if (sweep == "construction") {
    for (const ConstructionChange& change : construction_changes(c)) add_new(points, change.points);
  }
  return points;
}

}  // namespace

Point base_point(const ExperimentConfig& c) {
  const TrainConfig t = read_config(c.train);
  return {.depth = t.classifier.depth,
          .residual = t.classifier.residual,
          .l2 = t.l2,
          .share = t.split.share,
          .samples = t.classifier.samples,
          .shift = t.shift,
          .band_low = t.preprocessing.profile.band_low,
          .band_high = t.preprocessing.profile.band_high,
          .noise = to_string(t.data.noise),
          .noise_distance = t.data.noise_distance};
}

std::string describe(const ExperimentConfig& config, const Point& p) {
  const Point base = base_point(config);
  std::string text = joined("depth ", p.depth);
  if (p.residual) text += " residual";
  if (p.l2 != base.l2) text += joined(" l2 ", p.l2);
  if (p.share != base.share) text += joined(" share ", p.share);
  if (p.samples != base.samples) text += joined(" window ", p.samples);
  if (p.shift != base.shift) text += joined(" shift ", p.shift);
  if (p.band_low != base.band_low || p.band_high != base.band_high)
    text += joined(" band ", p.band_low, "-", p.band_high, " Hz");
  if (p.noise != base.noise || p.noise_distance != base.noise_distance) text += " noise " + p.noise;
  if (p.washed) text += " washed";
  if (p.folds > 0) text += joined(" without fold ", p.fold);
  return text + joined(", round ", p.round);
}

std::string train_json(const ExperimentConfig& c, const Point& p, const std::string& data, const std::string& review) {
  const Point base = base_point(c);
  Json j = Json::parse(to_json(read_config(c.train)));
  j["data"]["paths"] = {data};
  j["data"]["review"] = p.washed ? review : "";
  j["data"]["noise"] = p.noise;
  j["data"]["noise_distance"] = p.noise_distance;
  j["network"]["depth"] = p.depth;
  j["network"]["residual"] = p.residual;
  j["network"]["samples"] = p.samples;
  j["loss"]["l2"] = p.l2;
  j["split"]["share"] = p.share;
  j["split"]["folds"] = p.folds;
  j["split"]["fold"] = p.fold;
  j["augmentation"]["window_shift"] = p.shift;
  if (p.band_low != base.band_low || p.band_high != base.band_high) {
    j["preprocessing"]["band_low"] = p.band_low;
    j["preprocessing"]["band_high"] = p.band_high;
    j["data"]["filter"] = true;  // synthetic traces have the base's band already, which holds the other
  }
  j["training"]["seed"] = c.seed + static_cast<uint64_t>(p.round);
  return to_json(read_config(j.dump()));
}

std::string digest(const std::string& text) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
  return digits;
}

std::string key_of(const ExperimentConfig& config, const Point& point, const std::string& review) {
  // what differs from the defaults, so that a field that training gets later changes no key
  const Json run = Json::parse(train_json(config, point, identity_of_data(config), review));
  return digest(Json::diff(Json::parse(to_json(default_config("phase_classifier"))), run).dump());
}

std::vector<Point> depth_points(const ExperimentConfig& c, bool washed) {
  std::vector<Point> points;
  for (const int64_t depth : c.depths) {
    points.push_back(base_point(c));
    points.back().depth = depth;
    points.back().washed = washed;
  }
  return points;
}

std::vector<Point> residual_points(const ExperimentConfig& c, bool residual) {
  std::vector<Point> points;
  for (const int64_t depth : c.residual_depths) {
    points.push_back(base_point(c));
    points.back().residual = residual;
    points.back().depth = residual ? depth : 2 * depth;
  }
  return points;
}

std::vector<Point> l2_points(const ExperimentConfig& c) {
  std::vector<Point> points;
  for (const double l2 : c.l2) {
    points.push_back(base_point(c));
    points.back().l2 = l2;
  }
  return points;
}

std::vector<Point> share_points(const ExperimentConfig& c) {
  std::vector<Point> points;
  for (const double share : c.shares) {
    points.push_back(base_point(c));
    points.back().share = share;
  }
  return points;
}

std::vector<ConstructionChange> construction_changes(const ExperimentConfig& c) {
  const auto& of = c.construction;
  std::vector<ConstructionChange> changes = {{"window", "samples at 20 Hz", {}, {}},
                                             {"shift", "samples", {}, {}},
                                             {"band", "Hz", {}, {}},
                                             {"noise", "", {}, {}}};
  const auto add = [&](size_t change, const std::string& value, const auto& set) {
    changes[change].values.push_back(value);
    changes[change].points.push_back(base_point(c));
    set(changes[change].points.back());
  };
  for (const int64_t n : of.samples) add(0, joined(n), [&](Point& p) { p.samples = n; });
  for (const int64_t n : of.shifts) add(1, joined(n), [&](Point& p) { p.shift = n; });
  for (const auto& band : of.bands)
    add(2, joined(band[0], "-", band[1]), [&](Point& p) { p.band_low = band[0], p.band_high = band[1]; });
  for (const std::string& noise : of.noise)
    add(3, noise, [&](Point& p) {
      p.noise = noise;
      if (noise != "traces") p.noise_distance = of.noise_distance;  // noise traces hold no arrival
    });
  return changes;
}

std::vector<Point> ensemble_points(const ExperimentConfig& c) {
  std::vector<Point> points(static_cast<size_t>(c.models), base_point(c));
  for (size_t i = 0; i < points.size(); ++i) points[i].round = static_cast<int64_t>(i) + 1;
  return points;
}

std::vector<ComparedPair> compared_pairs(const ExperimentConfig& c) {
  const Point base = base_point(c);
  const auto with = [&](const char* name, const auto& change) {
    ComparedPair pair{name, base, base};
    change(pair.second);
    return pair;
  };
  return {with("another seed", [](Point& p) { p.round = 2; }),
          with("another model",
               [](Point& p) {
                 p.residual = !p.residual, p.depth = p.residual ? (p.depth + 1) / 2 : std::min<int64_t>(8, 2 * p.depth);
               }),
          with("fewer training events", [&](Point& p) { p.share = c.shares.front(); }),
          with("another lambda", [&](Point& p) { p.l2 = p.l2 == c.l2.back() ? c.l2.front() : c.l2.back(); })};
}

std::vector<Point> fold_points(const ExperimentConfig& c) {
  std::vector<Point> points;
  for (int64_t seed = 1; seed <= c.wash.seeds; ++seed)
    for (int64_t fold = 0; fold < c.wash.folds; ++fold) {
      points.push_back(base_point(c));
      points.back().folds = c.wash.folds, points.back().fold = fold, points.back().round = seed;
    }
  return points;
}

std::vector<Point> points_of(const ExperimentConfig& c, const std::string& sweep) {
  const bool all = sweep == "all";
  std::vector<Point> first, points;
  for (const char* each : {"wash", "depth", "l2", "residual", "samples", "construction"})
    if (all || sweep == each) add_new(first, first_round(c, each));
  require(!first.empty() || sweep == "ensemble", "experiment: unknown sweep ", sweep);
  for (int64_t round = 1; round <= c.rounds; ++round)
    for (Point p : first) {
      p.round = round;
      points.push_back(p);
    }
  if (!all && sweep != "ensemble") return points;
  add_new(points, ensemble_points(c));
  for (const ComparedPair& pair : compared_pairs(c)) add_new(points, {pair.first, pair.second});
  return points;
}

}  // namespace seisgrad
