#include "kernels/concat.h"

#include "kernels/copy_rows.h"

namespace SEISGRAD::cpu {

void concat_part(View<const real, 2> part, int64_t first, View<real, 2> whole) {
  copy_rows(part.data, part.extent[1], whole.data + first, whole.extent[1], part.extent[1], part.extent[0]);
}

}  // namespace SEISGRAD::cpu
