// loader_bench [TRACES [SECONDS]]: traces a second that one core makes into EQTransformer's examples from a packed data
// set: read and checked, cut, normalised, labelled, with and without augmentation. The set is of random numbers and
// lies in the page cache; the process's CPU time counts, so other work on the machine does not.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>

#include "data/packed.h"
#include "data/window_examples.h"

using namespace seisgrad;

namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

LabelledTrace random_trace(std::int64_t i) {
  LabelledTrace t;
  t.info.id = "trace" + std::to_string(i);
  t.info.samples = 6000;
  t.info.noise = i % 4 == 0;
  if (!t.info.noise) t.info.arrivals = {{"P", 700}, {"S", 1300}};
  t.info.coda_end = 2500;
  for (double& snr : t.info.snr_db) snr = 20;
  for (std::uint64_t block = 0; block < 4500; ++block)
    for (const std::uint32_t word : random_words({static_cast<std::uint64_t>(i), Purpose::toy_record}, block).word)
      t.samples.push_back(static_cast<float>(word) * 0x1p-32f - 0.5f);
  return t;
}

void measure(const char* what, const std::shared_ptr<PackedDataset>& set, std::optional<AugmentOptions> augmentation,
             double seconds) {
  const TrainingTraces traces({{.name = "random",
                                .hash = set->hash(),
                                .size = set->size(),
                                .info = [set](std::int64_t i) { return set->info(i); },
                                .read = [set](std::int64_t i) { return set->read(i); }}});
  const Order order(window_refs(traces.sources()), {.seed = 1, .weights = {}});
  const WindowExamples examples(traces, order, {.seed = 1, .augmentation = std::move(augmentation), .profile = {}});
  std::vector<float> input(18000), target(18000);
  std::int64_t made = 0;
  const double begin = cpu_seconds();
  while (cpu_seconds() - begin < seconds) {
    std::fill(target.begin(), target.end(), 0.0f);
    const std::int64_t epoch = made / examples.positions();
    examples.make(static_cast<std::uint32_t>(epoch), made++ % examples.positions(), input, target);
  }
  std::printf("%-28s %7.0f traces/s\n", what, static_cast<double>(made) / (cpu_seconds() - begin));
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t count = argc > 1 ? std::atoll(argv[1]) : 2000;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("loader_bench_" + std::to_string(getpid()))).string();
  for (const bool half : {false, true}) {
    const std::string path = folder + (half ? "-float16" : "-float32");
    PackedWriter writer(path, {.half = half});
    for (std::int64_t i = 0; i < count; ++i) writer.add(random_trace(i));
    writer.finish();
    const auto set = std::make_shared<PackedDataset>(path);
    measure(half ? "float16" : "float32", set, {}, seconds);
    measure(half ? "float16, augmented" : "float32, augmented", set, AugmentOptions{}, seconds);
    std::filesystem::remove_all(path);
  }
}
