#include "kernels/simt_emulator_stream.h"

#include <deque>
#include <exception>
#include <optional>
#include <utility>

#include "kernels/simt_options.h"

namespace seisgrad::simt {
namespace {

struct Queue {
  std::deque<Work> work;
  size_t given = 0;
  size_t done() const { return given - work.size(); }
};

thread_local Queue queues[3];
thread_local std::optional<std::vector<Work>> recording;

Queue& queue_of(device::Stream stream) { return queues[static_cast<int>(stream)]; }

}  // namespace

bool keeps_work() { return recording || options.late_kernels || !queue_of(device::Stream::compute).work.empty(); }

void give(device::Stream stream, Work work) {
  if (stream == device::Stream::compute && recording) return recording->push_back(std::move(work));
  Queue& queue = queue_of(stream);
  queue.work.push_back(std::move(work));
  ++queue.given;
  if (!(stream == device::Stream::compute ? options.late_kernels : options.late_copies)) run(stream, queue.given);
}

size_t given(device::Stream stream) { return queue_of(stream).given; }

void run(device::Stream stream, size_t position) {
  Queue& queue = queue_of(stream);
  std::exception_ptr lost;  // a lost GPU is through with its kernels, and gives its memory back all the same
  while (queue.done() < position) {
    const Work next = std::move(queue.work.front());
    queue.work.pop_front();
    try {
      next();
    } catch (const device::Lost&) { lost = std::current_exception(); }
  }
  if (lost) std::rethrow_exception(lost);
}

void begin_recording() { recording.emplace(); }

std::vector<Work> end_recording() {
  std::vector<Work> recorded = std::move(recording).value_or(std::vector<Work>{});
  recording.reset();
  return recorded;
}

void check_not_lost(bool launch) {
  int64_t& left = options.launches_until_lost;
  if (left < 0) return;
  if (left == 0) throw device::Lost("the emulated GPU is lost, as simt::options.launches_until_lost asked");
  left -= launch;
}

}  // namespace seisgrad::simt
