// What the tests of the device share.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "autograd/ops.h"
#include "kernels/device.h"
#include "tests/agree.h"

namespace SEISGRAD {

// A block of the device, given back at the end.
using DeviceBlock = std::unique_ptr<void, decltype(&device::release)>;
inline DeviceBlock device_block(size_t bytes) { return {device::allocate(bytes), device::release}; }

inline Tensor small_network(const Tensor& x, const Tensor& w) {
  return max_pool1d(conv1d(x, w, {}, {.left = 1, .right = 1}), {.window = 2});
}

inline std::vector<real> values_of(const Tensor& t) {
  const Tensor host = t.to(Device::cpu);
  return {host.values().begin(), host.values().end()};
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const std::exception& error) { return error.what(); }
  return "no exception";
}

}  // namespace SEISGRAD
