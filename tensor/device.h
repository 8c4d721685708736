// Where a tensor lives and what it is made of.
#pragma once
#include <ostream>

namespace seisgrad {

enum class Device : unsigned char { cpu, cuda };
enum class DType : unsigned char { floating, int32 };  // floating: `real`, float or double by the build

inline std::ostream& operator<<(std::ostream& out, Device d) { return out << (d == Device::cpu ? "cpu" : "cuda"); }
inline std::ostream& operator<<(std::ostream& out, DType t) { return out << (t == DType::floating ? "real" : "int32"); }

}  // namespace seisgrad
