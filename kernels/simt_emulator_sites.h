// Places of the source: comparing and naming them, the list of barriers seen, the one to leave out.
#pragma once
#include <string>

#include "kernels/simt_emulator.h"

namespace seisgrad::simt {

bool same_place(Place a, Place b);
std::string where(Place);  // file:line:column

void record_barrier(Place);
bool skipped(Place);  // options.skip names it

}  // namespace seisgrad::simt
