// What tests of seisgrad train begin with.
#pragma once
#include <string>
#include <vector>

#include "apps/train/options.h"
#include "tests/temporary.h"
#include "tests/toy_dataset.h"

namespace seisgrad {

// A toy data set in a folder of its own, and a training on it that takes a second.
struct Toy {
  TemporaryFolder folder;
  explicit Toy(double rate = 100) { write_toy_dataset(folder.file("data"), 60, 256, rate); }

  TrainOptions options(const std::string& out, std::vector<std::string> more = {}) const {
    TrainOptions o;
    o.settings = {joined("network=", toy_network),
                  joined("data/paths=[\"", folder.file("data"), "\"]"),
                  "split/training=0.8",
                  "split/validation=0.2",
                  "training/batch=8",
                  "training/epochs=4"};
    o.settings.insert(o.settings.end(), more.begin(), more.end());
    o.out = folder.file(out);
    o.device = "cpu";
    o.threads = 1;
    o.quiet = true;
    return o;
  }
};

}  // namespace seisgrad
