#include "kernels/adam.h"

#include "kernels/simt.h"

namespace SEISGRAD::gpu {
namespace {

// The parameters travel as the kernel's argument, 12 KiB of the 32 that CUDA 12.1 and later pass: a list in the
// device's memory would have to be copied there before every step, since gradients are new tensors each time.
struct Table {
  static constexpr int most = 512;  // EQTransformer has some 200
  AdamParameter parameter[most];
  int count = 0;
};

// One thread per moment i in begin..end; it finds its parameter by halving, on the way that its neighbours go too.
__global__ void adam_kernel(const __grid_constant__ Table table, int64_t end, AdamFactors<real> f,
                            View<const real, 1> rate, View<real, 1> m, View<real, 1> v) {
  const int64_t i = table.parameter[0].begin + int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= end) return;
  int k = 0;
  for (int after = table.count; after - k > 1;) {
    const int middle = (k + after) / 2;
    (table.parameter[middle].begin <= i ? k : after) = middle;
  }
  const AdamParameter& own = table.parameter[k];
  if (!own.gradient) return;
  const int64_t at = i - own.begin;
  const real g = own.gradient[at];
  m(i) = f.beta1 * m(i) + (1 - f.beta1) * g;
  v(i) = f.beta2 * v(i) + (1 - f.beta2) * g * g;
  own.p[at] -= rate(0) * m(i) / (sqrt(v(i)) + f.epsilon);
}

}  // namespace

void adam_step(std::span<const AdamParameter> parameters, AdamOptions options, View<const real, 1> rate,
               View<real, 1> m, View<real, 1> v) {
  const AdamFactors<real> factors(options);
  while (!parameters.empty()) {
    Table table;
    for (const size_t count = parameters.size(); table.count < Table::most && size_t(table.count) < count;)
      table.parameter[table.count] = parameters[table.count], ++table.count;
    parameters = parameters.subspan(table.count);
    const int64_t begin = table.parameter[0].begin, end = parameters.empty() ? m.size() : parameters[0].begin;
    launch(one_thread_each(end - begin), adam_kernel, table, end, factors, rate, m, v);
  }
}

}  // namespace SEISGRAD::gpu
