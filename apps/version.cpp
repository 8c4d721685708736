#include "apps/version.h"

#include "kernels/device.h"
#include "kernels/parallel.h"
#include "kernels/real.h"
#include "tensor/require.h"

namespace seisgrad {

static const char* instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return "AVX-512";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "AVX2";
#endif
  return "baseline vectors";
}

std::string version_text() {
  const std::string cuda = device::linked() ? device::description() : "not built in";
  return joined("seisgrad ", SEISGRAD_VERSION, "\n  arithmetic: ", sizeof(real) == 4 ? "float" : "double",
                "\n  cpu: ", instruction_set(), ", ", thread_count(), " threads\n  cuda: ", cuda,
                "\n  compiler: ", __VERSION__);
}

}  // namespace seisgrad
