// crc32c: the checksum of Castagnoli et al. 1993 (polynomial 0x1EDC6F41, reflected), as iSCSI (RFC 3720) computes it.
// It finds every change of up to 32 neighbouring bits. crc32c("123456789") is 0xE3069283.
#pragma once
#include <cstdint>
#include <string_view>

namespace seisgrad {

// Of `bytes`, or of bytes seen earlier and then `bytes` where `before` is the earlier result.
uint32_t crc32c(std::string_view bytes, uint32_t before = 0);

}  // namespace seisgrad
