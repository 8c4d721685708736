// The machine under device.cu as the emulator has it: memory and streams of the CPU.
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "kernels/device_machine.h"
#include "kernels/simt_emulator_stream.h"
#include "kernels/simt_options.h"

namespace seisgrad::device {
namespace {

constexpr std::align_val_t line{256};

std::atomic<size_t> obtained{0};  // bytes

// Bytes of the device's memory: the smaller of options.memory and the variable SEISGRAD_EMULATED_MEMORY.
size_t limit() {
  static const size_t from_user = [] {
    const char* text = std::getenv("SEISGRAD_EMULATED_MEMORY");
    if (!text) return SIZE_MAX;
    char* end = nullptr;
    const unsigned long long bytes = std::strtoull(text, &end, 10);
    if (end == text || *end != 0 || *text == '-')
      throw std::runtime_error(std::string("SEISGRAD_EMULATED_MEMORY is a number of bytes, not \"") + text + "\"");
    return static_cast<size_t>(bytes);
  }();
  return std::min(simt::options.memory, from_user);
}

struct Position {
  Stream stream;
  size_t number;
};

Position position_of(const Mark& mark) { return *static_cast<const Position*>(mark.get()); }

void run_to(Position p) {
  simt::check_not_lost(false);
  simt::run(p.stream, p.number);
}

template <class T>
void fill_any(T* memory, size_t count, T value) {
  simt::give(Stream::compute, [=] { std::fill_n(memory, count, value); });
}

}  // namespace

bool emulated() { return true; }

void fill(float* memory, size_t count, float value) { fill_any(memory, count, value); }
void fill(double* memory, size_t count, double value) { fill_any(memory, count, value); }

namespace machine {

// Of a lost device too: the memory that its copies go to is the caller's again after this.
void synchronize() {
  std::exception_ptr lost;
  for (const Stream stream : {Stream::compute, Stream::upload, Stream::download}) {
    try {
      simt::run(stream, simt::given(stream));
    } catch (const Lost&) { lost = std::current_exception(); }
  }
  if (lost) std::rethrow_exception(lost);
  simt::check_not_lost(false);
}

Mark mark(Stream stream) { return std::make_shared<const Position>(Position{stream, simt::given(stream)}); }

void wait(const Mark& mark) { run_to(position_of(mark)); }
void wait(Stream waiting, const Mark& awaited) {
  simt::give(waiting, [p = position_of(awaited)] { run_to(p); });
}

std::string why_not(int index) {
  return index == 0 ? "" : "no GPU has the number " + std::to_string(index) + "; the emulator has one, number 0";
}
std::string describe(int) { return "emulated on the CPU by the SIMT emulator"; }
void use(int) {}

void* obtain(size_t bytes) {
  simt::check_not_lost(false);
  const size_t most = limit();
  if (bytes > most || obtained > most - bytes) return nullptr;
  void* const memory = operator new(bytes, line, std::nothrow);
  if (memory) obtained += bytes;
  return memory;
}

// After the kernels that use it.
void give_back(void* memory, size_t bytes) noexcept {
  simt::give(Stream::compute, [memory, bytes] {
    operator delete(memory, line);
    obtained -= bytes;
  });
}

Room room() { return {limit() - std::min<size_t>(obtained, limit()), limit()}; }

void* obtain_pinned(size_t bytes) { return operator new(bytes, line, std::nothrow); }
void give_back_pinned(void* memory) noexcept { operator delete(memory, line); }

void spoil(void* memory, size_t bytes) {
  simt::give(Stream::compute, [=] { std::memset(memory, 0xff, bytes); });
}

void copy(Stream stream, void* destination, const void* source, size_t bytes) {
  simt::check_not_lost(false);
  simt::give(stream, [=] { std::memcpy(destination, source, bytes); });
}

void begin_recording() { simt::begin_recording(); }
void abandon_recording() noexcept { simt::end_recording(); }
std::shared_ptr<const void> end_recording() {
  return std::make_shared<const std::vector<simt::Work>>(simt::end_recording());
}

void replay(const std::shared_ptr<const void>& recorded) {
  for (const simt::Work& work : *static_cast<const std::vector<simt::Work>*>(recorded.get()))
    simt::give(Stream::compute, work);
}

}  // namespace machine
}  // namespace seisgrad::device
