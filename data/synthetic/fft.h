// Fast Fourier transform of a power of two, in float, real and imaginary parts apart so that its loops are vectors.
//
//     X[k] = sum_n x[n] exp(-2 pi i k n / N)          x[n] = sum_k X[k] exp(+2 pi i k n / N)       (not divided by N)
//
// Stockham's form, radix 4: the results come out in order. Source: Van Loan, Computational Frameworks for the Fast
// Fourier Transform, sections 1.7 and 2.4.
#pragma once
#include <span>
#include <vector>

namespace seisgrad {

// Two real series, or one complex one: what a real filter does to re + i im it does to both.
struct ComplexSeries {
  std::vector<float> re, im;
  explicit ComplexSeries(std::size_t n) : re(n), im(n) {}
  std::size_t size() const { return re.size(); }
};

class Fft {
 public:
  explicit Fft(std::size_t size);  // a power of two, 4 to 2^24
  std::size_t size() const { return size_; }
  void forward(ComplexSeries& x) const { transform(x.re, x.im); }
  void inverse(ComplexSeries& x) const { transform(x.im, x.re); }  // parts exchanged: the conjugate transform

 private:
  void transform(std::vector<float>& re, std::vector<float>& im) const;
  std::size_t size_;
  std::vector<float> cos_, sin_;  // of 2 pi j / N
};

// The transform of that size, made once.
const Fft& fft(std::size_t size);

// The least power of two that is at least n.
std::size_t power_of_two(std::size_t n);

}  // namespace seisgrad
