#include "bench/engine.h"

#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "kernels/parallel.h"

namespace SEISGRAD {
namespace {

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Tensor read_tensor(const Shape& shape, const std::string& path) {
  Tensor x(shape);
  const auto bytes = static_cast<std::streamsize>(x.values().size_bytes());
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(x.write().data()), bytes))
    throw std::runtime_error(path + ": cannot read " + std::to_string(bytes) + " bytes");
  return x;
}

void write_tensors(const std::string& path, const std::vector<Tensor>& tensors) {
  std::ofstream file(path, std::ios::binary);
  for (const Tensor& t : tensors)
    file.write(reinterpret_cast<const char*>(t.values().data()), static_cast<std::streamsize>(t.values().size_bytes()));
  if (!file.flush()) throw std::runtime_error(path + ": cannot write");
}

void print_times(const std::function<void()>& work) {
  const double cpu = cpu_seconds(), wall = wall_seconds();
  work();
  std::cout << cpu_seconds() - cpu << ' ' << wall_seconds() - wall;
}

void serve(const Engine& engine) {
  Tensor x, labels;
  for (std::string command; std::cin >> command; std::cout << "done" << std::endl) {
    std::string path;
    int64_t count;
    if (command == "input" && std::cin >> count >> path) {
      x = read_tensor({count, engine.window[0], engine.window[1]}, path);
    } else if (command == "labels" && std::cin >> path) {
      labels = read_tensor(engine.labels_shape(x.shape()[0]), path);
    } else if (command == "train" && std::cin >> count) {
      for (double loss = 0; count > 0; --count) {
        print_times([&] { loss = engine.train(x, labels); });
        std::cout << ' ' << loss << '\n';
      }
    } else if (command == "output" && std::cin >> path) {
      write_tensors(path, engine.infer(x));
    } else if (command == "threads" && std::cin >> count) {
      set_thread_count(static_cast<int>(count));
    } else if (command == "time" && std::cin >> count) {
      for (; count > 0; --count) {
        print_times([&] { engine.infer(x); });
        std::cout << '\n';
      }
    } else {
      throw std::invalid_argument("not a command: " + command);
    }
  }
}

}  // namespace

int run_engine(int argc, char** argv, const std::function<Engine(const std::string& weights)>& load) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " WEIGHTS.safetensors, then commands on stdin (bench/engine.h)\n";
    return 2;
  }
  try {
    set_thread_count(1);
    std::cout.precision(9);
    serve(load(argv[1]));
  } catch (const std::exception& e) {
    std::cerr << argv[0] << ": " << e.what() << '\n';
    return 1;
  }
  return 0;
}

}  // namespace SEISGRAD
