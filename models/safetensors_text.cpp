// Escapes of JSON strings (RFC 8259, section 7).
#include <charconv>

#include "models/safetensors_header.h"

namespace seisgrad {
namespace {

void append_utf8(std::string& out, uint32_t code) {
  const auto byte = [&](uint32_t bits) { out += static_cast<char>(bits); };
  const auto tail = [&](int shift) { byte(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) return byte(0xC0 | (code >> 6)), tail(0);
  if (code < 0x10000) return byte(0xE0 | (code >> 12)), tail(6), tail(0);
  byte(0xF0 | (code >> 18)), tail(12), tail(6), tail(0);
}

// The four hexadecimal digits of \uXXXX at `at`; false where they are not.
bool hexadecimal(std::string_view text, size_t at, uint32_t& value) {
  if (at > text.size() || text.size() - at < 4) return false;
  const char *begin = text.data() + at, *end = begin + 4;
  return std::from_chars(begin, end, value, 16).ptr == end;
}

}  // namespace

std::string unescaped(std::string_view text, uint64_t offset, const std::string& name) {
  constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const size_t escape = i++;
    const size_t known = i < text.size() ? letters.find(text[i]) : letters.npos;
    if (known != letters.npos) {
      out += meanings[known];
      continue;
    }
    uint32_t code = 0, low = 0;
    if (i == text.size() || text[i] != 'u' || !hexadecimal(text, i + 1, code))
      refuse(name, offset + escape, "an unknown escape in a string");
    i += 4;
    if (code >= 0xD800 && code < 0xE000) {  // half of a pair
      const bool paired = code < 0xDC00 && text.substr(i + 1, 2) == "\\u" && hexadecimal(text, i + 3, low) &&
                          low >= 0xDC00 && low < 0xE000;
      if (!paired) refuse(name, offset + escape, "half a character in a string");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      i += 6;
    }
    append_utf8(out, code);
  }
  return out;
}

std::string escaped(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20) ((out += "\\u00") += digits[c >> 4]) += digits[c & 15];
    else out += c;
  }
  return out;
}

}  // namespace seisgrad
