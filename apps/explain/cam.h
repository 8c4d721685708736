// Grad-CAM++ (Chattopadhyay et al. 2018, doi 10.1109/WACV.2018.00097) and Smooth Grad-CAM++ (Omeiza et al. 2019, arXiv
// 1908.01224): where in time a layer A (C,T) holds evidence for a score S. From n noisy copies x_j of a window:
//
//     g_j = dS/dA at x_j         D1, D2, D3 = means over j of g, g^2, g^3         Abar = mean over j of A
//     paper   alpha = D2 / (2 D2 + (sum_t Abar) D3)            sums over the steps t of the channel
//     port    alpha = D2 / (2 D2 + sum_t (Abar D3))            as programs in use have it
//     weight of channel k = sum_t alpha relu(D1)               map_t = relu(sum_k weight_k Abar_kt)
//
// alpha is 0 where D2 is 0 or the denominator is below 1e-12. Powers of g stand for higher derivatives of exp(S), which
// is exact where S is piecewise linear in A: convolution, batch norm in evaluation, relu, max pooling. One copy without
// noise is Grad-CAM++.
//
//     local   map_t = relu(sum_k relu(D1_kt) Abar_kt)          LayerCAM (Jiang et al. 2021,
//     doi 10.1109/TIP.2021.3089943)
//
// weighs each step by itself: where dense layers follow, a channel speaks for the score at one time and against it at
// another, which one weight a channel cannot say.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace seisgrad {

enum class CamAlpha { paper, port, local };
std::string formula_of(CamAlpha alpha);  // "alpha (paper) = D2 / (2 D2 + sum(A) D3)"

// The moments, copy by copy.
class CamMoments {
 public:
  CamMoments() = default;
  CamMoments(int64_t channels, int64_t steps);
  // A and dS/dA of one copy, each (C,T).
  void add(std::span<const double> activation, std::span<const double> gradient);
  // (T), none negative. All zero where nothing speaks for the score.
  std::vector<double> map(CamAlpha alpha) const;

 private:
  int64_t channels_ = 0, steps_ = 0, copies_ = 0;
  std::vector<double> activation_, gradient_[3];  // sums
};

// A map of steps as one of `samples`, step i standing for samples i stride .. (i+1) stride - 1: linear between the
// middles of steps, constant before the first and after the last.
std::vector<double> on_samples(std::span<const double> map, int64_t samples, int64_t stride);

// Divided by its largest magnitude; zeros stay zeros.
std::vector<double> scaled_to_one(std::vector<double> values);

std::vector<double> magnitudes(std::vector<double> values);

// Whether each sample belongs to the `fraction` of samples where the map is largest; of equal ones the earlier.
std::vector<bool> top_fraction(std::span<const double> map, double fraction);

}  // namespace seisgrad
