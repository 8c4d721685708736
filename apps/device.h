// Which device a verb runs on, --device cpu|cuda[:i]|auto, and how precisely, --precision strict|tf32|tf32x3.
#pragma once
#include <string>

#include "layers/pass.h"
#include "tensor/device.h"

namespace seisgrad {

struct DeviceChoice {
  Device device;
  std::string line;  // for people: what was chosen and why
};

// cpu; cuda, the first GPU; cuda:i, the GPU of that number from 0; auto, the first GPU if it can be used, else the CPU.
// The emulator has to be asked for: it is far slower than the CPU. Throws std::invalid_argument for other names, and
// std::runtime_error saying why where a GPU was asked for that cannot be used.
DeviceChoice choose_device(const std::string& name);

// Throws std::invalid_argument for other names, and where a device that only computes strictly is asked for less.
Precision choose_precision(const std::string& name, Device device);

}  // namespace seisgrad
