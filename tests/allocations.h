// AllocationPeak: how much memory operator new handed out at once since this object was made.
#pragma once
#include <cstdint>

namespace seisgrad {

class AllocationPeak {
 public:
  AllocationPeak();
  int64_t bytes() const;  // above what was held at the beginning

 private:
  int64_t held_;
};

}  // namespace seisgrad
