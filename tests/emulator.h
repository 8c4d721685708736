// Emulator: options of the emulated device for as long as it lives.
#pragma once
#ifdef SEISGRAD_EMULATED
#include "kernels/simt_options.h"

namespace seisgrad {

struct Emulator {
  explicit Emulator(const simt::Options& o) { simt::options = o; }
  ~Emulator() { simt::options = {}; }
  Emulator(const Emulator&) = delete;
};

}  // namespace seisgrad
#endif
