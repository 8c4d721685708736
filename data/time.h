// Time: an instant as nanoseconds since 1970-01-01T00:00:00 UTC. Leap seconds are not counted (POSIX time), as in
// miniSEED and SAC headers. The range is about 1678 to 2261.
//
//     time of sample i = start + round(i / rate)            seconds, rounded to the nanosecond
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace seisgrad {

struct Time {
  std::int64_t ns = 0;
  friend auto operator<=>(const Time&, const Time&) = default;
};

inline constexpr std::int64_t ns_per_second = 1'000'000'000;

// Seconds from a to b.
double seconds_between(Time a, Time b);
Time plus_seconds(Time t, double seconds);

// The time of sample `index` of a series that starts at `start` with `rate` samples a second.
Time time_of_sample(Time start, double rate, std::int64_t index);
// The position of t on that series' grid, in samples, not rounded.
double sample_position(Time start, double rate, Time t);

// Calendar date and clock to Time. month and day count from 1; `day_of_year` variants are what SEED and SAC store.
Time time_from_date(int year, int month, int day);
Time time_from_day_of_year(int year, int day_of_year);

// "2026-02-21T18:33:45.000000Z": always UTC, always six decimals (rounded to the microsecond).
std::string to_iso(Time t);

// Reads what to_iso writes; also 0 to 9 decimals, a blank for the T, +00:00 or nothing for the Z. Throws
// std::invalid_argument.
Time time_from_iso(std::string_view text);

}  // namespace seisgrad
