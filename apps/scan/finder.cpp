#include "apps/scan/finder.h"

#include "apps/model/load.h"

namespace seisgrad {

std::vector<std::string> model_files(const ScanOptions& options) {
  std::vector<std::string> files = {options.model};
  files.insert(files.end(), options.ensemble.begin(), options.ensemble.end());
  return files;
}

Finder make_finder(const ScanOptions& options, const DeviceChoice& device) {
  if (options.model == "sta-lta") {
    require(options.precision == "strict", "scan: --precision is for networks; sta-lta has none");
    require(options.ensemble.empty(), "scan: sta-lta has no weights, so it makes no ensemble with others");
    return sta_lta_finder(options);
  }
  const std::string kind = kind_of_model(options.model);
  for (const std::string& file : options.ensemble)
    require(kind_of_model(file) == kind, "scan: an ensemble is of one kind of model; ", options.model, " is ", kind,
            ", ", file, " is not");
  return kind == "phase_classifier" ? classifier_finder(options, device.device)
                                    : eqtransformer_finder(options, device.device);
}

}  // namespace seisgrad
