#include "tensor/crc32c.h"

#include <array>

namespace seisgrad {

// What eight shifts make of each value of the lowest byte.
static constexpr std::array<uint32_t, 256> table = [] {
  std::array<uint32_t, 256> made{};
  for (uint32_t value = 0; value < 256; ++value) {
    uint32_t crc = value;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0u);
    made[value] = crc;
  }
  return made;
}();

uint32_t crc32c(std::string_view bytes, uint32_t before) {
  uint32_t crc = ~before;
  for (const char c : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

}  // namespace seisgrad
