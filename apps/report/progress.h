// A progress bar on standard error: drawn only on a terminal, a few times a second, and wiped when done.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace seisgrad {

class Progress {
 public:
  // what: "scanning"; unit: what is counted, "windows". total 0: not known.
  Progress(std::string what, std::string unit, int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(int64_t by = 1);

 private:
  void draw();

  using Clock = std::chrono::steady_clock;
  std::string what_, unit_;
  int64_t total_, done_ = 0;
  bool on_terminal_;
  Clock::time_point began_ = Clock::now(), drawn_ = began_;
};

// "0:07", "12:30", "3:04:05"
std::string clock_text(double seconds);

}  // namespace seisgrad
