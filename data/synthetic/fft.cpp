#include "data/synthetic/fft.h"

#include <cmath>
#include <memory>
#include <mutex>

#include "tensor/require.h"

namespace seisgrad {
namespace {

// One butterfly of four over `stride` neighbours. The pointers never overlap: that lets the compiler make vectors.
struct Quarters {
  const float *re[4], *im[4];
  float *out_re[4], *out_im[4];
};

void radix4(const Quarters& q, std::size_t stride, const float (&c)[4], const float (&s)[4]) {
  const float* __restrict a = q.re[0];
  const float* __restrict b = q.re[1];
  const float* __restrict d = q.re[2];
  const float* __restrict e = q.re[3];
  const float* __restrict ai = q.im[0];
  const float* __restrict bi = q.im[1];
  const float* __restrict di = q.im[2];
  const float* __restrict ei = q.im[3];
  float* __restrict y0 = q.out_re[0];
  float* __restrict y1 = q.out_re[1];
  float* __restrict y2 = q.out_re[2];
  float* __restrict y3 = q.out_re[3];
  float* __restrict z0 = q.out_im[0];
  float* __restrict z1 = q.out_im[1];
  float* __restrict z2 = q.out_im[2];
  float* __restrict z3 = q.out_im[3];
  const float c1 = c[1], c2 = c[2], c3 = c[3], s1 = s[1], s2 = s[2], s3 = s[3];
  for (std::size_t i = 0; i < stride; ++i) {
    const float sum_re = a[i] + d[i], sum_im = ai[i] + di[i], gap_re = a[i] - d[i], gap_im = ai[i] - di[i];
    const float odd_re = b[i] + e[i], odd_im = bi[i] + ei[i], turn_re = bi[i] - ei[i], turn_im = e[i] - b[i];
    y0[i] = sum_re + odd_re;
    z0[i] = sum_im + odd_im;
    const float r1 = gap_re + turn_re, i1 = gap_im + turn_im;
    const float r2 = sum_re - odd_re, i2 = sum_im - odd_im;
    const float r3 = gap_re - turn_re, i3 = gap_im - turn_im;
    y1[i] = r1 * c1 + i1 * s1;
    z1[i] = i1 * c1 - r1 * s1;
    y2[i] = r2 * c2 + i2 * s2;
    z2[i] = i2 * c2 - r2 * s2;
    y3[i] = r3 * c3 + i3 * s3;
    z3[i] = i3 * c3 - r3 * s3;
  }
}

}  // namespace

Fft::Fft(std::size_t size) : size_(size), cos_(size), sin_(size) {
  require(size >= 4 && size <= 1u << 24 && (size & (size - 1)) == 0, "fft: a power of two from 4 to 2^24, got ", size);
  for (std::size_t j = 0; j < size; ++j) {
    cos_[j] = static_cast<float>(std::cos(2 * M_PI * static_cast<double>(j) / static_cast<double>(size)));
    sin_[j] = static_cast<float>(std::sin(2 * M_PI * static_cast<double>(j) / static_cast<double>(size)));
  }
}

void Fft::transform(std::vector<float>& re, std::vector<float>& im) const {
  require(re.size() == size_ && im.size() == size_, "fft: expected ", size_, " values, got ", re.size());
  thread_local std::vector<float> other_re, other_im;
  other_re.resize(size_);
  other_im.resize(size_);
  float *xr = re.data(), *xi = im.data(), *yr = other_re.data(), *yi = other_im.data();
  std::size_t n = size_, stride = 1;
  for (; n >= 4; n /= 4, stride *= 4) {
    const std::size_t quarter = n / 4;
    for (std::size_t p = 0; p < quarter; ++p) {
      float c[4], s[4];
      for (std::size_t j = 1; j < 4; ++j) c[j] = cos_[j * p * stride], s[j] = sin_[j * p * stride];
      Quarters q;
      for (std::size_t j = 0; j < 4; ++j) {
        q.re[j] = xr + stride * (p + j * quarter), q.im[j] = xi + stride * (p + j * quarter);
        q.out_re[j] = yr + stride * (4 * p + j), q.out_im[j] = yi + stride * (4 * p + j);
      }
      radix4(q, stride, c, s);
    }
    std::swap(xr, yr), std::swap(xi, yi);
  }
  if (n == 2) {
    for (std::size_t i = 0; i < stride; ++i) {
      yr[i] = xr[i] + xr[i + stride], yi[i] = xi[i] + xi[i + stride];
      yr[i + stride] = xr[i] - xr[i + stride], yi[i + stride] = xi[i] - xi[i + stride];
    }
    std::swap(xr, yr), std::swap(xi, yi);
  }
  if (xr != re.data()) re.swap(other_re), im.swap(other_im);
}

const Fft& fft(std::size_t size) {
  static std::unique_ptr<const Fft> plans[25];
  static std::once_flag made[25];
  int power = 0;
  while (power < 24 && (std::size_t{1} << power) < size) ++power;
  std::call_once(made[power], [&] { plans[power] = std::make_unique<const Fft>(size); });
  return *plans[power];
}

std::size_t power_of_two(std::size_t n) {
  std::size_t size = 4;
  while (size < n) size *= 2;
  return size;
}

}  // namespace seisgrad
