// Which pick belongs to which reference arrival.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace seisgrad {

struct Match {
  std::size_t pick, reference;  // their numbers
  friend bool operator==(const Match&, const Match&) = default;
};

// One to one: of all pairs at most `tolerance` apart the closest is matched first, then the closest of what is left;
// of equal distances the earlier pick in the list, then the earlier reference. Any unit of time; the lists need no
// order.
std::vector<Match> match_closest(std::span<const std::int64_t> picks, std::span<const std::int64_t> references,
                                 std::int64_t tolerance);

}  // namespace seisgrad
