#include "apps/report/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace seisgrad {

std::string clock_text(double seconds) {
  const int64_t s = static_cast<int64_t>(seconds + 0.5);
  char text[32];
  if (s < 3600) std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(s / 60), static_cast<int>(s % 60));
  else
    std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(s / 3600), static_cast<int>(s / 60 % 60),
                  static_cast<int>(s % 60));
  return text;
}

Progress::Progress(std::string what, std::string unit, int64_t total)
    : what_(std::move(what)), unit_(std::move(unit)), total_(total), on_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (on_terminal_ && drawn_ != began_) std::fputs("\r\033[K", stderr);
}

void Progress::line(const std::string& text) const {
  std::fprintf(stderr, "%s%s\n", on_terminal_ ? "\r\033[K" : "", text.c_str());
}

void Progress::advance(int64_t by) {
  done_ += by;
  const auto now = Clock::now();
  if (!on_terminal_ || now - drawn_ < std::chrono::milliseconds(200)) return;
  drawn_ = now;
  draw();
}

void Progress::draw() {
  constexpr int cells = 30;
  const double seconds = std::chrono::duration<double>(drawn_ - began_).count();
  const double rate = static_cast<double>(done_) / std::max(seconds, 1e-9);
  if (total_ == 0) {
    std::fprintf(stderr, "\r%s %lld %s, %.0f a second\033[K", what_.c_str(), static_cast<long long>(done_),
                 unit_.c_str(), rate);
    return;
  }
  const double part = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const int full = static_cast<int>(part * cells);
  const std::string bar = std::string(full, '#') + std::string(cells - full, '.');
  const double left = static_cast<double>(total_ - done_) / std::max(rate, 1e-9);
  std::fprintf(stderr, "\r%s [%s] %3.0f%%  %lld of %lld %s, %.*f a second, %s left%s%s\033[K", what_.c_str(),
               bar.c_str(), 100 * part, static_cast<long long>(done_), static_cast<long long>(total_), unit_.c_str(),
               rate < 10 ? 1 : 0, rate, clock_text(left).c_str(), note_.empty() ? "" : ", ", note_.c_str());
}

}  // namespace seisgrad
