// The tests on a GPU; without one, a line that says so and the exit code 77.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

#include "kernels/device.h"

int main(int argc, char** argv) {
  if (!seisgrad::device::available()) {
    std::cout << "SKIPPED: " << seisgrad::device::description() << std::endl;
    return 77;
  }
  std::cout << "on " << seisgrad::device::description() << std::endl;
  return doctest::Context(argc, argv).run();
}
