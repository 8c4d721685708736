// What nvcc's library (device_cuda.cu) and the emulator (device_emulated.cu) do each their own way; device.cu builds
// the functions of device.h from it.
#pragma once
#include "kernels/device.h"

namespace seisgrad::device::machine {

std::string why_not(int index);  // why this GPU cannot run our kernels; empty where it can
std::string describe(int index);
void use(int index);

void* obtain(size_t bytes);  // null where there is not so much
void give_back(void* memory, size_t bytes) noexcept;
struct Room {
  size_t free, total;
};
Room room();
void* obtain_pinned(size_t bytes);  // null where there is not so much
void give_back_pinned(void* memory) noexcept;

void spoil(void* memory, size_t bytes);  // new memory under the emulator: NaN, in the order of kernels
void synchronize();
Mark mark(Stream stream);
void wait(const Mark& mark);
void wait(Stream waiting, const Mark& awaited);
void copy(Stream, void* destination, const void* source, size_t bytes);

void begin_recording();
std::shared_ptr<const void> end_recording();
void abandon_recording() noexcept;
void replay(const std::shared_ptr<const void>& recorded);

}  // namespace seisgrad::device::machine
