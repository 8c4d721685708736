#include "data/time.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "tensor/require.h"

namespace seisgrad {

using std::chrono::sys_days;

double seconds_between(Time a, Time b) { return static_cast<double>(b.ns - a.ns) * 1e-9; }

Time plus_seconds(Time t, double seconds) { return {t.ns + std::llround(seconds * 1e9)}; }

// long double keeps years of samples exact to the nanosecond, where double would already be 4 ns off.
Time time_of_sample(Time start, double rate, std::int64_t index) {
  return {start.ns + std::llround(static_cast<long double>(index) * ns_per_second / static_cast<long double>(rate))};
}

double sample_position(Time start, double rate, Time t) {
  return static_cast<double>(static_cast<long double>(t.ns - start.ns) * static_cast<long double>(rate) /
                             ns_per_second);
}

Time time_from_date(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  require(date.ok() && year >= 1678 && year <= 2261, "time: no such date: ", year, "-", month, "-", day);
  return {sys_days(date).time_since_epoch().count() * 86400 * ns_per_second};
}

Time time_from_day_of_year(int year, int day_of_year) {
  const int days = std::chrono::year(year).is_leap() ? 366 : 365;
  require(day_of_year >= 1 && day_of_year <= days, "time: year ", year, " has no day ", day_of_year);
  return {time_from_date(year, 1, 1).ns + (day_of_year - 1) * 86400 * ns_per_second};
}

std::string to_iso(Time t) {
  const std::int64_t us = (t.ns + (t.ns >= 0 ? 500 : -500)) / 1000;
  constexpr std::int64_t us_per_day = 86400 * INT64_C(1'000'000);
  const std::int64_t day = us >= 0 ? us / us_per_day : -((us_per_day - 1 - us) / us_per_day);
  const std::int64_t rest = us - day * us_per_day;
  const std::chrono::year_month_day date{sys_days(std::chrono::days(day))};
  const long long second = rest / 1'000'000;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02lld:%02lld:%02lld.%06lldZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600, second / 60 % 60,
                second % 60, static_cast<long long>(rest % 1'000'000));
  return text.data();
}

namespace {

// Eats exactly `digits` digits, or fails.
int number(std::string_view whole, std::size_t& at, int digits) {
  int value = 0;
  for (int i = 0; i < digits; ++i, ++at) {
    require(at < whole.size() && whole[at] >= '0' && whole[at] <= '9', "time: expected a digit at character ", at,
            " of \"", whole, "\" (wanted 2026-02-21T18:33:45.000000Z)");
    value = value * 10 + (whole[at] - '0');
  }
  return value;
}

void expect(std::string_view whole, std::size_t& at, std::string_view choices) {
  require(at < whole.size() && choices.find(whole[at]) != std::string_view::npos, "time: expected one of \"", choices,
          "\" at character ", at, " of \"", whole, "\" (wanted 2026-02-21T18:33:45.000000Z)");
  ++at;
}

}  // namespace

Time time_from_iso(std::string_view text) {
  if (text.ends_with("+00:00")) text.remove_suffix(6);
  std::size_t at = 0;
  const int year = number(text, at, 4);
  expect(text, at, "-");
  const int month = number(text, at, 2);
  expect(text, at, "-");
  const int day = number(text, at, 2);
  expect(text, at, "T ");
  const int hour = number(text, at, 2);
  expect(text, at, ":");
  const int minute = number(text, at, 2);
  expect(text, at, ":");
  const int second = number(text, at, 2);
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    std::int64_t unit = ns_per_second;
    while (at < text.size() && text[at] != 'Z') {
      require(unit > 1, "time: more than nine decimals in \"", text, "\"");
      unit /= 10;
      fraction += number(text, at, 1) * unit;
    }
  }
  if (at < text.size()) expect(text, at, "Z");
  require(at == text.size(), "time: unexpected text after the Z in \"", text, "\"");
  require(hour < 24 && minute < 60 && second <= 60, "time: no such clock time in \"", text, "\"");
  return {time_from_date(year, month, day).ns + (hour * 3600 + minute * 60 + second) * ns_per_second + fraction};
}

}  // namespace seisgrad
