// The weights that come with seisgrad: where they are looked for, and that a scan without a model uses them.
#include "apps/model/pretrained.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "apps/model/info.h"
#include "apps/scan/options.h"
#include "apps/train/config.h"
#include "data/miniseed_write.h"
#include "tests/apps/tiny_models.h"
#include "tests/toy_record.h"

using namespace seisgrad;

namespace {

// Sets the variable while it lives.
class Models {
 public:
  explicit Models(const std::string& folder) { setenv("SEISGRAD_MODELS", folder.c_str(), 1); }
  ~Models() {
    if (before_) setenv("SEISGRAD_MODELS", before_->c_str(), 1);
    else unsetenv("SEISGRAD_MODELS");
  }

 private:
  std::optional<std::string> before_ =
      std::getenv("SEISGRAD_MODELS") ? std::optional<std::string>(std::getenv("SEISGRAD_MODELS")) : std::nullopt;
};

std::string failure_of(const std::string& model) {
  try {
    return "found " + model_file(model);
  } catch (const std::runtime_error& error) { return error.what(); }
}

}  // namespace

TEST_CASE("shipped weights: names, paths, and what is said where they are missing") {
  const TemporaryFolder folder;
  const Models models(folder.file(""));
  CHECK(model_file("some/model.safetensors") == "some/model.safetensors");
  CHECK(model_file("./eqtransformer") == "./eqtransformer");
  CHECK(model_file("") == "");
  const std::string missing = failure_of("eqtransformer");
  CHECK(missing.find("shipped weights of eqtransformer are missing") != std::string::npos);
  CHECK(missing.find(folder.file("eqtransformer.safetensors")) != std::string::npos);
  CHECK(missing.find("SEISGRAD_MODELS") != std::string::npos);
  std::filesystem::create_directory(folder.file("eqtransformer.safetensors"));  // a folder is no file
  CHECK(failure_of("eqtransformer") == missing);
  tiny_classifier(folder, "phase_classifier.safetensors", 3);
  CHECK(std::filesystem::equivalent(model_file("phase_classifier"), folder.file("phase_classifier.safetensors")));
}

TEST_CASE("shipped weights: without the variable, the source tree is the last place") {
  const Models models("");
  const std::string answer = failure_of("phase_classifier");
  CHECK(answer.find("models/pretrained/phase_classifier.safetensors") != std::string::npos);
  if (!answer.starts_with("found")) CHECK(answer.find("share/seisgrad/models/") != std::string::npos);
}

TEST_CASE("shipped weights: a scan, model info and training take them by name") {
  const TemporaryFolder folder;
  const std::string file = tiny_eqtransformer(folder, "eqtransformer.safetensors", 3);
  const Models models(folder.file(""));
  const ToyRecord record = toy_record(5, 9000, 900);
  std::string bytes;
  for (size_t c = 0; c < 3; ++c) {
    std::vector<int32_t> counts;
    for (const float v : record.channels[c]) counts.push_back(static_cast<int32_t>(100 * v));
    const auto records = miniseed_records({"XX", "DEMO", "", std::string("HH") + "ENZ"[c]},
                                          time_from_iso("2026-01-01T00:00:00"), 100, counts);
    bytes.append(reinterpret_cast<const char*>(records.data()), records.size());
  }
  ScanOptions options;
  options.inputs = {folder.write("record.mseed", bytes)};
  options.quiet = true;
  options.p_threshold = options.s_threshold = 0.01f;  // whatever the random weights give
  for (const char* model : {"", "eqtransformer", file.c_str()}) {
    options.model = model;
    options.out = folder.file("scan");
    CHECK(scan(options) == 0);
    const std::string picks = text_of(folder.file("scan/picks.csv"));
    CHECK(picks.find(",eqtransformer\n") != std::string::npos);
    folder.write(std::string("picks") + (*model == '\0' ? "0" : *model == 'e' ? "1" : "2"), picks);
  }
  CHECK(text_of(folder.file("picks0")) == text_of(folder.file("picks2")));
  CHECK(text_of(folder.file("picks1")) == text_of(folder.file("picks2")));
  CHECK(info_text(model_file("eqtransformer"), true) == info_text(file, true));
  CHECK(read_config("", {"start/weights=eqtransformer"}).eqtransformer.samples == 256);
}

TEST_CASE("shipped weights: the configurations of the demo are ones") {
  for (const char* name : {"eqtransformer", "phase_classifier"}) {
    const std::string text = text_of(std::string(DEMO_FOLDER "/") + name + ".json");
    REQUIRE(!text.empty());
    CHECK(read_config(text).model == name);
  }
}
