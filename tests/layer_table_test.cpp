#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "apps/model/info.h"
#include "models/eqtransformer_table.h"
#include "models/weights.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

EQTransformerConfig released(int64_t bilstm_blocks) {
  EQTransformerConfig config;
  config.bilstm_blocks = bilstm_blocks;
  return config;
}

}  // namespace

TEST_CASE("layer table: published parameter counts, and those of the model itself") {
  for (const auto& [blocks, trainable, frozen] : {std::tuple{2, 371639, 1856}, {3, 376423, 1888}}) {
    const LayerRow sum = total(layer_table(released(blocks)));
    CHECK(sum.trainable == trainable);
    CHECK(sum.frozen == frozen);
    const EQTransformer model(released(blocks));
    CHECK(parameter_count(model, true) == trainable);
    CHECK(parameter_count(model, false) == frozen);
  }
  const LayerRow sum = total(layer_table(released(3)));
  CHECK(sum.multiplications == 128603920);
}

TEST_CASE("layer table: shapes are those of a forward pass, of other sizes too") {
  EQTransformerConfig odd;
  odd.samples = 97;
  odd.filters = {4, 6};
  odd.kernels = {5, 3};
  odd.residual_kernels = {2};
  odd.lstm_units = 5;
  odd.attention_width = 2;
  odd.crop = {.stage = 2, .left = 2, .right = 1};  // 25 -> 50 -> 100 - 3
  for (const EQTransformerConfig& config : {released(2), odd}) {
    std::map<std::string, Shape> seen;
    Pass pass;
    pass.watch = [&](const std::string& name, const Tensor& value) { seen[name] = value.shape(); };
    const EQTransformer model(config);
    model(Tensor::zeros({1, config.components, config.samples}), pass);
    size_t compared = 0;
    for (const LayerRow& row : layer_table(config)) {
      if (row.seen.empty()) continue;
      CAPTURE(row.layer);
      REQUIRE(seen.count(row.seen) == 1);
      const Shape got = seen.at(row.seen), steps_first{1, row.shape[0], row.shape[1]},
                  channels_first{1, row.shape[1], row.shape[0]};
      CHECK((got == steps_first || got == channels_first));
      ++compared;
    }
    CHECK(compared >= 20);
  }
}

TEST_CASE("model info: the layer table of the specification, row by row") {
  const auto path = shared_path("specs/EQTRANSFORMER_LAYERS.md");
  if (!path) return;
  std::ifstream file(*path);
  std::stringstream expected;
  expected << file.rdbuf();
  const TemporaryFolder folder;
  EQTransformer model(released(3));
  save(folder.file("w.st"), model);
  const std::string text = info_text(folder.file("w.st"), false);
  std::string line;
  size_t rows = 0;
  while (std::getline(expected, line)) {
    CAPTURE(line);
    CHECK(text.find(line + "\n") != text.npos);
    ++rows;
  }
  CHECK(rows > 80);
  CHECK(text.find("376423 trainable + 1888 non-trainable") != text.npos);
  CHECK(info_text(folder.file("w.st"), true).find("\"trainable\": 376423") != std::string::npos);
}
