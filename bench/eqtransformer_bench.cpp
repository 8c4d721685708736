// eqtransformer_bench WEIGHTS: our side of compare_inference.py, driven by lines on stdin.
//
//   input N FILE    the batch from now on: N windows of float32, (N,components,samples)
//   output FILE     one pass; detection, p, s of each (N,samples), as float32, one after the other
//   time COUNT      COUNT passes; answers "CPU-seconds wall-seconds" a pass, then "done"
//   threads COUNT
//
// Every command but time answers "done". It times what it is told and judges nothing: the checks are the caller's, the
// same ones for every engine.
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "kernels/parallel.h"
#include "models/weights.h"

using namespace seisgrad;

namespace {

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Tensor read_input(const std::string& path, int64_t windows, const EQTransformerConfig& c) {
  Tensor x({windows, c.components, c.samples});
  std::ifstream file(path, std::ios::binary);
  const auto bytes = static_cast<std::streamsize>(x.values().size_bytes());
  if (!file.read(reinterpret_cast<char*>(x.write().data()), bytes))
    throw std::runtime_error(path + ": cannot read " + std::to_string(bytes) + " bytes");
  return x;
}

void write_output(const std::string& path, const EQTransformer::Output& out) {
  std::ofstream file(path, std::ios::binary);
  for (const Tensor& t : {out.detection, out.p, out.s})
    file.write(reinterpret_cast<const char*>(t.values().data()), static_cast<std::streamsize>(t.values().size_bytes()));
  if (!file.flush()) throw std::runtime_error(path + ": cannot write");
}

void serve(const EQTransformer& model) {
  Tensor x;
  for (std::string command; std::cin >> command; std::cout << "done" << std::endl) {
    std::string path;
    int64_t count;
    if (command == "input" && std::cin >> count >> path) {
      x = read_input(path, count, model.config());
    } else if (command == "output" && std::cin >> path) {
      write_output(path, model(x));
    } else if (command == "threads" && std::cin >> count) {
      set_thread_count(static_cast<int>(count));
    } else if (command == "time" && std::cin >> count) {
      for (int64_t i = 0; i < count; ++i) {
        const double cpu = cpu_seconds(), wall = wall_seconds();
        model(x);
        std::cout << cpu_seconds() - cpu << ' ' << wall_seconds() - wall << '\n';
      }
    } else {
      throw std::invalid_argument("eqtransformer_bench: not a command: " + command);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: eqtransformer_bench WEIGHTS.safetensors, then commands on stdin\n";
    return 2;
  }
  try {
    set_thread_count(1);
    serve(read_eqtransformer(argv[1]).model);
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
