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
  void line(const std::string& text) const;                 // prints a line above the bar, terminal or not
  void note(std::string text) { note_ = std::move(text); }  // stands at the end of the line: "loss 0.012"

 private:
  void draw();

  using Clock = std::chrono::steady_clock;
  std::string what_, unit_, note_;
  int64_t total_, done_ = 0;
  bool on_terminal_;
  Clock::time_point began_ = Clock::now(), drawn_ = began_;
};

// "0:07", "12:30", "3:04:05"
std::string clock_text(double seconds);

}  // namespace seisgrad
