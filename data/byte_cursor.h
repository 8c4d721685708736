// ByteCursor: the one bounds-checked way in which parsers look at bytes that somebody else wrote. Reading past the end
// throws OutOfBytes with the offset; nothing is ever read outside the span.
#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>

#include "tensor/require.h"

namespace seisgrad {

struct OutOfBytes : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ByteCursor {
 public:
  // `origin` is the offset of bytes[0] in its file: it only appears in error messages.
  explicit ByteCursor(std::span<const std::uint8_t> bytes, std::endian order = std::endian::big,
                      std::int64_t origin = 0)
      : bytes_(bytes), order_(order), origin_(origin) {}

  std::size_t position() const { return at_; }
  std::size_t size() const { return bytes_.size(); }
  std::size_t left() const { return bytes_.size() - at_; }
  void set_order(std::endian order) { order_ = order; }

  void seek(std::size_t position) {
    if (position > bytes_.size()) fail(position, 0);
    at_ = position;
  }
  void skip(std::size_t count) { take(count); }

  // The next sizeof(T) bytes as a number in the cursor's byte order.
  template <class T>
  requires std::integral<T> || std::floating_point<T> T read() {
    std::uint8_t raw[sizeof(T)];
    std::memcpy(raw, take(sizeof(T)).data(), sizeof(T));
    if (order_ != std::endian::native)
      for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(raw[i], raw[sizeof(T) - 1 - i]);
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
  }

  // The next `count` bytes as text: cut at the first NUL, without blanks at either end, and with '?' for whatever is
  // not printable ASCII, so that a name can be written into any table.
  std::string text(std::size_t count) {
    std::string value;
    for (const std::uint8_t c : take(count)) {
      if (c == 0) break;
      value += c >= 32 && c < 127 ? static_cast<char>(c) : '?';
    }
    const std::size_t first = value.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return value.substr(first, value.find_last_not_of(' ') - first + 1);
  }

  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > left()) fail(at_, count);
    at_ += count;
    return bytes_.subspan(at_ - count, count);
  }

 private:
  [[noreturn]] void fail(std::size_t position, std::size_t count) const {
    throw OutOfBytes(joined("points to ", count, " bytes at offset ", origin_ + static_cast<std::int64_t>(position),
                            ", the data end at ", origin_ + static_cast<std::int64_t>(bytes_.size())));
  }

  std::span<const std::uint8_t> bytes_;
  std::endian order_;
  std::int64_t origin_;
  std::size_t at_ = 0;
};

}  // namespace seisgrad
