// The caching allocator and the rules of recordings, the same for GPU and emulator.
#include "kernels/device.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "kernels/block_cache.h"
#include "kernels/device_machine.h"
#include "kernels/sanitizers.h"

namespace seisgrad::device {
namespace {

constexpr bool caches = !address_sanitizer;  // which shall see each block end

// The blocks of a recording: nobody else may have them while it can be replayed.
struct Pool {
  BlockCache free;
  bool open = true;
};

struct Block {
  size_t bytes;
  std::shared_ptr<Pool> pool;  // null: of no recording
};

struct Allocator {
  std::mutex mutex;
  BlockCache free;
  std::unordered_map<void*, Block> used;
  Usage usage;
  std::shared_ptr<Pool> recording;  // while one is made
};

// Never destroyed: a tensor may outlive any other static object.
Allocator& allocator() {
  static Allocator& made = *new Allocator;
  return made;
}

void give_all_back(BlockCache& cache) noexcept {
  cache.clear([](void* memory, size_t bytes) { machine::give_back(memory, bytes); });
}

std::string readable(size_t bytes) {
  char text[32];
  if (bytes < 10240) std::snprintf(text, sizeof text, "%zu bytes", bytes);
  else if (bytes < (size_t{10} << 20)) std::snprintf(text, sizeof text, "%.1f KiB", double(bytes) / 1024);
  else if (bytes < (size_t{10} << 30)) std::snprintf(text, sizeof text, "%.1f MiB", double(bytes) / (1 << 20));
  else std::snprintf(text, sizeof text, "%.1f GiB", double(bytes) / (1 << 30));
  return text;
}

// From the cache, else from the machine, else from the machine after it got all cached blocks back.
void* find_block(Allocator& a, size_t bytes) {
  BlockCache& cache = a.recording ? a.recording->free : a.free;
  if (void* const memory = cache.take(bytes)) return memory;
  ++a.usage.allocations;
  if (void* const memory = machine::obtain(bytes)) return memory;
  if (!a.recording) {  // CUDA gives nothing back while it records
    synchronize();
    give_all_back(a.free);
    if (void* const memory = machine::obtain(bytes)) return memory;
  }
  const machine::Room room = machine::room();
  throw OutOfMemory("device cuda: out of memory: " + readable(bytes) + " asked, " + readable(a.usage.in_use) +
                    " in use by this program, " + readable(room.free) + " free of " + readable(room.total));
}

void keep(Allocator& a, void* memory, size_t bytes) noexcept {
  if (!(caches || a.recording) || !a.free.put(memory, bytes)) machine::give_back(memory, bytes);
}

std::atomic<bool> recording{false};

void refuse_while_recording(const char* what) {
  if (recording)
    throw std::logic_error(std::string("device: ") + what + " cannot be recorded: keep it out of record()");
}

std::atomic<int> chosen{0}, usable{-1};  // usable: -1 while not known

}  // namespace

bool available() {
  if (usable < 0) usable = machine::why_not(chosen).empty();
  return usable == 1;
}

std::string description() {
  const std::string why_not = machine::why_not(chosen);
  return why_not.empty() ? machine::describe(chosen) : why_not;
}

void choose(int index) {
  if (const std::string why_not = machine::why_not(index); !why_not.empty())
    throw std::runtime_error("device cuda:" + std::to_string(index) + ": " + why_not);
  machine::use(index);
  chosen = index;
  usable = 1;
}

void* allocate(size_t bytes) {
  if (bytes == 0) return nullptr;
  bytes = (bytes + 255) / 256 * 256;
  Allocator& a = allocator();
  const std::lock_guard lock(a.mutex);
  void* const memory = find_block(a, bytes);
  a.used.emplace(memory, Block{bytes, a.recording});
  a.usage.in_use += bytes;
  a.usage.peak = std::max(a.usage.peak, a.usage.in_use);
  machine::spoil(memory, bytes);
  return memory;
}

void release(void* memory) noexcept {
  Allocator& a = allocator();
  const std::lock_guard lock(a.mutex);
  const auto found = a.used.find(memory);
  if (found == a.used.end()) return;  // null
  const Block block = found->second;
  a.used.erase(found);
  a.usage.in_use -= block.bytes;
  if (block.pool && block.pool->open) block.pool->free.put(memory, block.bytes);
  else keep(a, memory, block.bytes);
}

Usage usage() {
  Allocator& a = allocator();
  const std::lock_guard lock(a.mutex);
  Usage now = a.usage;
  now.cached = a.free.kept();
  return now;
}

void reset_peak() {
  Allocator& a = allocator();
  const std::lock_guard lock(a.mutex);
  a.usage.peak = a.usage.in_use;
}

void empty_cache() {
  refuse_while_recording("emptying the cache");
  synchronize();
  Allocator& a = allocator();
  const std::lock_guard lock(a.mutex);
  give_all_back(a.free);
}

// A copy in the order of kernels.
static void copy(void* destination, const void* source, size_t bytes) {
  if (bytes > 0) machine::copy(Stream::compute, destination, source, bytes);
}

void copy_to_device(void* destination, const void* source, size_t bytes) {
  refuse_while_recording("a copy from host to device");
  copy(destination, source, bytes);
  wait(mark(Stream::compute));
}
void copy_to_host(void* destination, const void* source, size_t bytes) {
  refuse_while_recording("a copy from device to host");
  copy(destination, source, bytes);
  wait(mark(Stream::compute));
}
void copy_on_device(void* destination, const void* source, size_t bytes) { copy(destination, source, bytes); }

void synchronize() {
  refuse_while_recording("waiting");
  machine::synchronize();
}

Mark mark(Stream stream) {
  refuse_while_recording("a mark");
  return machine::mark(stream);
}
void wait(const Mark& mark) {
  refuse_while_recording("waiting");
  machine::wait(mark);
}
void wait(Stream waiting, const Mark& awaited) {
  refuse_while_recording("waiting");
  machine::wait(waiting, awaited);
}

void start_copy(Stream stream, void* destination, const void* source, size_t bytes) {
  refuse_while_recording("a copy beside kernels");
  if (bytes > 0) machine::copy(stream, destination, source, bytes);
}

void* allocate_pinned(size_t bytes) {
  void* memory = bytes > 0 ? machine::obtain_pinned(bytes) : nullptr;
  if (bytes > 0 && !memory) throw OutOfMemory("out of page-locked memory of the host: " + readable(bytes) + " asked");
  return memory;
}
void release_pinned(void* memory) noexcept {
  if (memory) machine::give_back_pinned(memory);
}

struct Recording {
  std::shared_ptr<const void> recorded;
  std::shared_ptr<Pool> pool = std::make_shared<Pool>();

  ~Recording() {
    recorded = {};
    Allocator& a = allocator();
    const std::lock_guard lock(a.mutex);
    pool->open = false;
    pool->free.clear([&a](void* memory, size_t bytes) { keep(a, memory, bytes); });
  }
};

Graph record(const std::function<void()>& work) {
  refuse_while_recording("a recording");
  empty_cache();  // which a recording cannot
  const auto made = std::make_shared<Recording>();
  struct Recorder {
    explicit Recorder(const Recording& r) {
      machine::begin_recording();
      allocator().recording = r.pool;
      recording = true;
    }
    ~Recorder() {
      recording = false;
      allocator().recording = {};
      machine::abandon_recording();
    }
  };
  const Recorder recorder(*made);
  work();
  made->recorded = machine::end_recording();
  return made;
}

void replay(const Graph& graph) {
  refuse_while_recording("the replay of a recording");
  machine::replay(graph->recorded);
}

}  // namespace seisgrad::device
