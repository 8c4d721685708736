// How far two lists of numbers agree, one pair a window.
#pragma once
#include <span>
#include <vector>

namespace seisgrad {

// Correlation coefficient; 0 where one of the lists is constant. REQUIRES: equal lengths.
double pearson(std::span<const double> a, std::span<const double> b);

// Pearson's of the ranks; equal numbers share the mean of their ranks (Spearman 1904).
double spearman(std::span<const double> a, std::span<const double> b);

// Share of pairs more than `distance` apart; 0 of none.
double share_apart(std::span<const double> a, std::span<const double> b, double distance);

}  // namespace seisgrad
