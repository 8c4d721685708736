// eqtransformer_bench WEIGHTS: our side of compare_inference.py and compare_training.py, driven by lines on stdin.
//
//   input N FILE    the batch from now on: N windows of float32, (N,components,samples)
//   output FILE     one pass; detection, p, s of each (N,samples), as float32, one after the other
//   time COUNT      COUNT passes; answers "CPU-seconds wall-seconds" a pass, then "done"
//   labels FILE     what training aims at: detection, p, s of each (N,samples), as float32, one after the other
//   train COUNT     COUNT steps of Adam from where the last left off, without dropout; answers "CPU-seconds
//   wall-seconds
//                   loss" a step, then "done"
//   threads COUNT
//
// Every other command answers "done". It times what it is told and judges nothing: the checks are the caller's, the
// same ones for every engine.
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "autograd/tape.h"
#include "kernels/parallel.h"
#include "layers/adam.h"
#include "models/training.h"
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

Tensor read_tensor(std::istream& file, const Shape& shape, const std::string& path) {
  Tensor x(shape);
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

EQTransformer::Output read_labels(const std::string& path, const Shape& shape) {
  std::ifstream file(path, std::ios::binary);
  Tensor rows[3];
  for (Tensor& row : rows) row = read_tensor(file, shape, path);
  return {rows[0], rows[1], rows[2]};
}

EQTransformer without_dropout(const EQTransformer& model) {
  EQTransformerConfig config = model.config();
  config.dropout = 0;
  EQTransformer twin(config);
  std::vector<Tensor> source;
  model.visit([&](const std::string&, const Tensor& t, bool) { source.push_back(t); });
  size_t i = 0;
  twin.visit([&](const std::string&, const Tensor& t, bool) { t.copy_from(source[i++]); });
  return twin;
}

class Training {
 public:
  explicit Training(const EQTransformer& model) : model_(without_dropout(model)), adam_(model_, {.rate = 1e-4}) {}

  void step(const Tensor& x, const EQTransformer::Output& labels) {
    const double cpu = cpu_seconds(), wall = wall_seconds();
    Tape tape;
    Pass pass;
    pass.train = true;
    const Tensor total = add(clipped_loss(model_(x, pass), labels).total, penalty(model_, 1e-6, 1e-4));
    tape.backward(total);
    adam_.step();
    std::cout << cpu_seconds() - cpu << ' ' << wall_seconds() - wall << ' ' << total.item() << '\n';
  }

 private:
  EQTransformer model_;
  Adam adam_;
};

void serve(const EQTransformer& model) {
  Tensor x;
  EQTransformer::Output labels;
  Training training(model);
  for (std::string command; std::cin >> command; std::cout << "done" << std::endl) {
    std::string path;
    int64_t count;
    if (command == "input" && std::cin >> count >> path) {
      std::ifstream file(path, std::ios::binary);
      x = read_tensor(file, {count, model.config().components, model.config().samples}, path);
    } else if (command == "labels" && std::cin >> path) {
      labels = read_labels(path, {x.shape()[0], x.shape()[2]});
    } else if (command == "train" && std::cin >> count) {
      for (int64_t i = 0; i < count; ++i) training.step(x, labels);
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
    std::cout.precision(9);
    serve(read_eqtransformer(argv[1]).model);
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
