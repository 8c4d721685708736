// device: the GPU of this process as the rooms above kernels/ see it: which there is, its memory, copies, recordings.
// docs/devices.md explains them.
//
// Two libraries define these functions, nvcc's and the emulator's, and a program links at most one of them. Every
// function is weak, so a program without either still links, and device::linked() is then false. (A weak reference
// takes nothing out of a static archive: link those libraries as objects or whole.)
//
// Not in namespace gpu: seisgrad::gpu and seisgrad::f32::gpu would be two namespaces of one name.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace seisgrad::device {

// Is one of the two libraries part of this program?
bool linked();

// Can the chosen GPU run our kernels? False where there is no driver, no GPU, or one of another architecture.
[[gnu::weak]] bool available();

// Is it the SIMT emulator?
[[gnu::weak]] bool emulated();

// For people: name, compute capability and driver; or that it is emulated; or why there is none.
[[gnu::weak]] std::string description();

// The GPU to use, counted from 0; without a call it is 0. Call it before the first use. Throws std::runtime_error that
// says why this one cannot be used.
[[gnu::weak]] void choose(int index);

// ---- errors

// Not enough memory, on any device. what() says how much was asked, how much is in use and how much is free.
struct OutOfMemory : std::bad_alloc {
  explicit OutOfMemory(std::string message) : text(std::move(message)) {}
  const char* what() const noexcept override { return text.c_str(); }
  std::string text;
};

// The GPU has failed for good (a kernel's illegal access, an uncorrectable memory error, a cable): nothing on it can be
// read any more, and only a new process may find it well.
struct Lost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// ---- memory

// Memory of the device, aligned to 256 bytes, contents undefined (the emulator's is NaN). Null for 0 bytes. Blocks
// given back are kept for the next request of their size. That is safe without waiting: who gets a block writes it by
// kernels and copies that come after those of its last owner. Throws OutOfMemory.
[[gnu::weak]] void* allocate(size_t bytes);
[[gnu::weak]] void release(void* memory) noexcept;

struct Usage {
  size_t in_use = 0, peak = 0;  // bytes of blocks handed out, now and at most since reset_peak()
  size_t cached = 0;            // bytes kept for later requests
  int64_t allocations = 0;      // calls of cudaMalloc so far
};
[[gnu::weak]] Usage usage();
[[gnu::weak]] void reset_peak();
[[gnu::weak]] void empty_cache();  // hands back what is cached

[[gnu::weak]] void fill(float* memory, size_t count, float value);
[[gnu::weak]] void fill(double* memory, size_t count, double value);

// ---- copies in the order of kernels

// Return when the copy is done, which is after the kernels launched before it.
[[gnu::weak]] void copy_to_device(void* destination, const void* source, size_t bytes);
[[gnu::weak]] void copy_to_host(void* destination, const void* source, size_t bytes);
// Returns at once.
[[gnu::weak]] void copy_on_device(void* destination, const void* source, size_t bytes);

// Waits for everything and throws what went wrong.
[[gnu::weak]] void synchronize();

// ---- copies beside kernels

// What a stream is given runs one after another, beside the other streams. Kernels run on `compute`.
enum class Stream : unsigned char { compute, upload, download };

// Host memory that copies read and write while the program goes on (page-locked).
[[gnu::weak]] void* allocate_pinned(size_t bytes);
[[gnu::weak]] void release_pinned(void* memory) noexcept;

// Starts a copy, one side of it pinned. Until a mark made after it was waited for, nobody may write its source or touch
// its destination.
[[gnu::weak]] void start_copy(Stream stream, void* destination, const void* source, size_t bytes);

using Mark = std::shared_ptr<const void>;
[[gnu::weak]] Mark mark(Stream stream);                        // behind all that the stream was given so far
[[gnu::weak]] void wait(const Mark& mark);                     // returns when all before the mark is done
[[gnu::weak]] void wait(Stream waiting, const Mark& awaited);  // what it is given from now on starts after the mark

// ---- recordings (CUDA graphs)

struct Recording;
using Graph = std::shared_ptr<const Recording>;

// Runs `work` on the host while its launches, fills and copies on the device are written down instead of done; replay()
// does them all, in order, as often as wanted, for the price of about one launch. Addresses and arguments are those of
// the recording. So what work reads from outside must live as long as the graph, what it allocates belongs to the
// graph and is written anew by each replay, and numbers (a learning rate, a step) stay what they were. Run `work` once
// before: a kernel's first launch loads it. Throws std::logic_error where work copies between host and device or waits.
[[gnu::weak]] Graph record(const std::function<void()>& work);
[[gnu::weak]] void replay(const Graph& graph);

inline bool linked() { return available != nullptr; }

}  // namespace seisgrad::device
