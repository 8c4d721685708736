// bench_cuda: the CUDA kernels on a GPU, ours and the vendor's in turns. Without a GPU it says so and ends with
// code 77.
//
//   bench_cuda [--filter "PART|PART..."] [--json FILE] [--seconds S] [--turns N] [--windows N] [--list]
//
// After S seconds no further contest is begun, and those left are named. Ends with 1 if an entrant failed its check.
// bench_cuda_emulated is the same on the SIMT emulator, without peers: its times mean nothing.
#include <chrono>
#include <iostream>
#include <sstream>

#include "bench/cuda/benches.h"
#include "bench/cuda/peers.h"
#include "bench/cuda/report.h"
#include "bench/cuda/stopwatch.h"
#include "kernels/device.h"

using namespace seisgrad;

namespace {

struct Options {
  std::string filter = "", json = "";
  double seconds = 1e9;
  int turns = 11;
  int64_t windows = 256;
  bool list = false;
};

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--list") {
      o.list = true;
      continue;
    }
    if (i + 1 == argc) throw std::invalid_argument("bench_cuda: " + name + ": not an option, or without its value");
    const std::string value = argv[++i];
    if (name == "--filter") o.filter = value;
    else if (name == "--json") o.json = value;
    else if (name == "--seconds") o.seconds = std::stod(value);
    else if (name == "--turns") o.turns = std::stoi(value);
    else if (name == "--windows") o.windows = std::stoll(value);
    else throw std::invalid_argument("bench_cuda: not an option: " + name);
  }
  return o;
}

Contests all_contests(int64_t windows) {
  Contests contests;
  add_lstm(contests, windows);
  add_pools(contests, windows);
  add_batch_norm(contests, windows);
  add_layer_norm(contests, windows);
  add_softmax(contests, windows);
  add_linear(contests, windows);
  add_additive_attention(contests, windows);
  add_conv1d_fused(contests, windows);
  add_conv1d(contests, windows);
  return contests;
}

// Whether the text holds one of the parts between bars; without a filter any does.
bool passes(const std::string& text, const std::string& filter) {
  std::istringstream parts(filter);
  bool any = filter.empty();
  for (std::string part; std::getline(parts, part, '|');) any |= text.find(part) != std::string::npos;
  return any;
}

int run_all(const Options& o) {
  Contests contests = all_contests(o.windows);
  std::erase_if(contests, [&](const Contest& c) { return !passes(c.name + " " + c.precision, o.filter); });
  if (o.list) {
    for (const Contest& c : contests) std::cout << c.name << ' ' << c.precision << '\n';
    return 0;
  }
  if (!device::available()) {
    std::cout << "SKIPPED: bench_cuda needs a GPU: " << device::description() << std::endl;
    return 77;  // what test drivers take as "skipped"
  }
  const Context context = {{"GPU", machine()}, {"peers", peer_versions()}, {"windows", std::to_string(o.windows)}};
  for (const auto& [name, value] : context) std::cout << name << ": " << value << '\n';
  std::cout << "median microseconds flushed, hot, graph; share of the roof; largest error\n";
  const auto begin = std::chrono::steady_clock::now();
  std::vector<Row> rows;
  bool failed = false;
  for (const Contest& contest : contests) {
    const std::chrono::duration<double> used = std::chrono::steady_clock::now() - begin;
    if (used.count() > o.seconds) {
      std::cout << "SKIPPED: no time left for " << contest.name << ' ' << contest.precision << std::endl;
      continue;
    }
    for (const Row& row : run(contest, o.turns)) {
      print(std::cout, row);
      failed = failed || !row.wrong.empty();
      rows.push_back(row);
    }
    if (!o.json.empty()) write_json(o.json, context, rows);  // each time: a lost GPU or a time limit leaves the rest
  }
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_all(parse(argc, argv));
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
