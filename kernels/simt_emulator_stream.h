// The emulated device's streams: queues of work that is done at once, or when somebody waits for it and not before, as
// options.late_kernels and late_copies say: so a missing wait shows. Each host thread has streams of its own, as it
// emulates by itself.
#pragma once
#include <functional>
#include <vector>

#include "kernels/device.h"

namespace seisgrad::simt {

using Work = std::function<void()>;

// Does the compute stream keep what it is given now (for later, or for a recording) instead of doing it?
bool keeps_work();

void give(device::Stream stream, Work work);

// How many pieces of work a stream was given so far, and: does those up to that number.
size_t given(device::Stream stream);
void run(device::Stream stream, size_t position);

void begin_recording();  // compute: what it is given from now on is not done but written down
std::vector<Work> end_recording();

// Throws device::Lost where options.launches_until_lost has run out; `launch` counts one.
void check_not_lost(bool launch);

}  // namespace seisgrad::simt
