// Tests that a data race is found, in builds with ThreadSanitizer.
#pragma once

namespace seisgrad {

// Does this build find races?
bool finds_races();

// ThreadSanitizer's reports since the program began, the expected ones too.
int races();

// While one lives, races are counted but neither printed nor held against the program.
struct ExpectRaces {
  ExpectRaces();
  ~ExpectRaces();
};

// Has there been a race since the innermost ExpectRaces began? For simt::options.give_up: each report takes a
// millisecond, and one is enough.
bool expected_race_found();

}  // namespace seisgrad
