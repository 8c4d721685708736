// scan.json: what a scan did, for machines.
#include <nlohmann/json.hpp>

#include "apps/scan/results.h"
#include "tensor/atomic_file.h"

namespace seisgrad {

using Json = nlohmann::ordered_json;

static Json places(const std::vector<Rejected>& rejected) {
  Json list = Json::array();
  for (const Rejected& r : rejected)
    list.push_back({{"file", r.path}, {"offset", r.offset}, {"bytes", r.bytes}, {"reason", r.reason}});
  return list;
}

void Results::write_summary(const ScanOptions& o, const ScanSettings& settings, const ScanSummary& s) const {
  const ReadReport& r = s.read;
  const Json json = {
      {"model",
       {{"file", o.model}, {"ensemble", o.ensemble}, {"name", model_}, {"settings", Json::parse(to_json(settings))}}},
      {"options",
       {{"stack", o.stack == StackMode::max ? "max" : "mean"},
        {"blind", o.blind},
        {"require_detection", o.require_detection},
        {"dead_time", o.dead_time ? Json(*o.dead_time) : Json()}}},
      {"device", s.device},
      {"precision", o.precision},
      {"batch", s.batch},
      {"read",
       {{"files", r.files},
        {"bytes", r.bytes},
        {"bytes_used", r.bytes_used},
        {"bytes_without_samples", r.bytes_without_samples},
        {"bytes_rejected", r.bytes_rejected},
        {"samples", r.samples},
        {"samples_not_finite", r.samples_not_finite},
        {"samples_contradicting", s.merge.samples_contradicted},
        {"rejected", places(r.rejected)},
        {"warnings", places(r.warnings)}}},
      {"found", {{"picks", picks_.size()}, {"detections", detections_.size()}, {"windows", s.windows}}},
      {"interrupted", s.interrupted},
      {"seconds", s.seconds}};
  replace_file(path("scan.json"), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace seisgrad
