// model_bench DEVICE WEIGHTS: our side of torch_models.py, driven by lines on stdin. DEVICE is cpu or cuda.
//
//   precision strict|tf32     of inference from now on
//   input N FILE              the batch from now on: N windows of float32, (N,components,samples)
//   output FILE               one pass; detection, p, s of each (N,samples), as float32, one after the other
//   time eager|graph COUNT    COUNT passes; answers the seconds of each, on the device, input and output there
//   labels FILE               what training aims at: three times (N,samples) float32
//   train eager|graph COUNT   COUNT steps of Adam, rate 1e-4, from the file's weights, no dropout; answers "seconds
//                             loss". graph: the second is recorded, update included, and replayed from then on
//
// Each ends with the line "done". Without a GPU, DEVICE cuda: a line that says so and the exit code 77. It times what
// it is told and judges nothing: the checks are the caller's, the same ones for every engine.
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "autograd/tape.h"
#include "bench/cuda/stopwatch.h"
#include "kernels/device.h"
#include "layers/adam.h"
#include "models/weights.h"

using namespace seisgrad;

namespace {

Tensor read_tensor(std::istream& file, Shape shape, Device device, const std::string& path) {
  Tensor t(shape);
  const auto bytes = static_cast<std::streamsize>(t.values().size_bytes());
  if (!file.read(reinterpret_cast<char*>(t.write().data()), bytes))
    throw std::runtime_error(path + ": cannot read " + std::to_string(bytes) + " bytes");
  return t.to(device);
}

void write_output(const std::string& path, const EQTransformer::Output& out) {
  std::ofstream file(path, std::ios::binary);
  for (const Tensor& t : {out.detection.to(Device::cpu), out.p.to(Device::cpu), out.s.to(Device::cpu)})
    file.write(reinterpret_cast<const char*>(t.values().data()), static_cast<std::streamsize>(t.values().size_bytes()));
  if (!file.flush()) throw std::runtime_error(path + ": cannot write");
}

// The model of the file on the device; for training, without dropout.
EQTransformer model_of(const std::string& path, Device device, bool for_training) {
  const EQTransformer stored = read_eqtransformer(path).model;
  EQTransformerConfig config = stored.config();
  if (for_training) config.dropout = 0;
  std::vector<Tensor> source;
  stored.visit([&](const std::string&, const Tensor& t, bool) { source.push_back(t); });
  EQTransformer model(config);
  size_t i = 0;
  model.visit([&](const std::string&, const Tensor& t, bool) {
    t.copy_from(source[i++]);
    t.move_to(device);
  });
  return model;
}

class Engine {
 public:
  Engine(Device device, const std::string& weights)
      : device_(device), weights_(weights), model_(model_of(weights, device, false)) {}

  bool obey(const std::string& command, std::istream& in) {
    std::string text;
    int64_t count = 0;
    if (command == "precision" && in >> text) pass_.precision = text == "tf32" ? Precision::tf32 : Precision::strict;
    else if (command == "input" && in >> count >> text) read_input(text, count);
    else if (command == "output" && in >> text) write_output(text, model_(x_, pass_));
    else if (command == "labels" && in >> text) read_labels(text);
    else if (command == "time" && in >> text >> count) time(text == "graph", count);
    else if (command == "train" && in >> text >> count) train(text == "graph", count);
    else return false;
    return true;
  }

 private:
  void read_input(const std::string& path, int64_t windows) {
    const EQTransformerConfig& c = model_.config();
    std::ifstream file(path, std::ios::binary);
    x_ = read_tensor(file, {windows, c.components, c.samples}, device_, path);
  }
  void read_labels(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    for (Tensor& label : labels_) label = read_tensor(file, {x_.shape()[0], x_.shape()[2]}, device_, path);
  }
  void time(bool graph, int64_t count) {
    EQTransformer::Output out = model_(x_, pass_);  // kernels are loaded, memory is there
    if (device_ == Device::cuda) device::synchronize();
    const auto once = [&] { out = model_(x_, pass_); };
    device::Graph recorded;
    if (graph) recorded = device::record(once);
    for (int64_t i = 0; i < count; ++i)
      std::cout << device_seconds([&] { recorded ? device::replay(recorded) : once(); }) << '\n';
  }
  void train(bool graph, int64_t count) {
    const EQTransformer model = model_of(weights_, device_, true);
    Adam optimiser(model, {.rate = 1e-4});
    Pass pass;
    pass.train = true;
    Tensor loss;
    const auto step = [&] {
      Tape tape;
      const EQTransformer::Output out = model(x_, pass);
      loss = add(add(scale(bce(out.detection, labels_[0]), real(0.05)), scale(bce(out.p, labels_[1]), real(0.40))),
                 scale(bce(out.s, labels_[2]), real(0.55)));
      tape.backward(loss);
      optimiser.update();
    };
    device::Graph recorded;
    for (int64_t i = 0; i < count; ++i) {
      if (graph && i == 1) recorded = device::record(step);
      const double seconds = device_seconds([&] {
        optimiser.begin_step();
        recorded ? device::replay(recorded) : step();
      });
      std::cout << seconds << ' ' << loss.item() << '\n';
    }
  }

  Device device_;
  std::string weights_;
  EQTransformer model_;
  Pass pass_;
  Tensor x_, labels_[3];
};

}  // namespace

int main(int argc, char** argv) {
  const std::string where = argc == 3 ? argv[1] : "";
  if (where != "cpu" && where != "cuda") {
    std::cerr << "usage: model_bench cpu|cuda WEIGHTS.safetensors, then commands on stdin\n";
    return 2;
  }
  if (where == "cuda" && !device::available()) {
    std::cout << "SKIPPED: model_bench needs a GPU: " << device::description() << std::endl;
    return 77;
  }
  try {
    Engine engine(where == "cuda" ? Device::cuda : Device::cpu, argv[2]);
    std::cout.precision(9);
    for (std::string command; std::cin >> command; std::cout << "done" << std::endl)
      if (!engine.obey(command, std::cin)) throw std::invalid_argument("model_bench: not a command: " + command);
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
