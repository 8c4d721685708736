#include "apps/device.h"

#include <charconv>

#include "kernels/device.h"
#include "tensor/memory.h"
#include "tensor/require.h"

namespace seisgrad {

// The i of cuda:i, 0 of cuda.
static int gpu_number(const std::string& name) {
  const std::string digits = name == "cuda" ? "0" : name.starts_with("cuda:") ? name.substr(5) : "";
  int number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  require(error == std::errc() && end == digits.data() + digits.size() && number >= 0, "--device ", name,
          ": it is cpu, cuda, cuda:0 (1, 2, ...) or auto");
  return number;
}

DeviceChoice choose_device(const std::string& name) {
  if (name == "cpu") return {Device::cpu, "device cpu, as asked"};
  if (name == "auto") {
    if (!device::linked()) return {Device::cpu, "device cpu: this program was built without CUDA kernels"};
    if (!device::available()) return {Device::cpu, "device cpu: " + device::description()};
    if (device::emulated())
      return {Device::cpu, "device cpu: the GPU of this program is emulated, and slower; --device cuda takes it"};
    return {Device::cuda, "device cuda:0: " + device::description()};
  }
  const int number = gpu_number(name);
  if (!device::linked()) require_device(Device::cuda);
  device::choose(number);
  return {Device::cuda, joined("device cuda:", number, ": ", device::description())};
}

Precision choose_precision(const std::string& name, Device device) {
  if (name == "strict") return Precision::strict;
  require(name == "tf32" || name == "tf32x3", "--precision ", name, ": it is strict, tf32 or tf32x3");
  require(device == Device::cuda && sizeof(real) == sizeof(float), "--precision ", name,
          ": that is for a GPU in float32; leave it out, or add --device cuda");
  return name == "tf32" ? Precision::tf32 : Precision::tf32x3;
}

}  // namespace seisgrad
