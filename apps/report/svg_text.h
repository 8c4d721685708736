// Bits of SVG and HTML text that every figure needs.
#pragma once
#include <cmath>
#include <cstdio>
#include <string>

namespace seisgrad {

// printf onto the end of `out`; at most 511 characters at once.
template <class... Args>
void print(std::string& out, const char* format, Args... args) {
  char text[512];
  std::snprintf(text, sizeof text, format, args...);
  out += text;
}

// As text between tags or in an attribute.
inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '\'') out += "&#39;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

// anchor: start, middle or end; more: further attributes.
inline void write_text(std::string& out, double x, double y, const char* anchor, const std::string& text,
                       const char* more = "") {
  print(out, "<text x='%.1f' y='%.1f' text-anchor='%s' %s>", x, y, anchor, more);
  out += escaped(text) + "</text>\n";
}

// Beside a tick of an axis: four digits at most.
inline std::string tick_text(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", std::abs(v) < 1e-12 ? 0.0 : v);
  return text;
}

}  // namespace seisgrad
