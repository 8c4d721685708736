#include "kernels/parallel.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kernels/sanitizers.h"

using namespace seisgrad;

namespace {

// Restores the number of threads.
struct KeptThreadCount {
  int count = thread_count();
  ~KeptThreadCount() { set_thread_count(count); }
};

// How often each index was visited, all of them 1 if all is well.
bool visits_each_once(int64_t count) {
  std::vector<int> visits(static_cast<size_t>(count));
  parallel_for(count, [&](int64_t i) { ++visits[static_cast<size_t>(i)]; });
  for (const int v : visits)
    if (v != 1) return false;
  return true;
}

}  // namespace

TEST_CASE("parallel_for: every index once, for any number of threads") {
  const KeptThreadCount kept;
  for (const int threads : {1, 2, 3, 8}) {
    set_thread_count(threads);
    CHECK(thread_count() == threads);
    for (const int64_t count : {0, 1, 2, 3, 7, 1000, 10007}) {
      CAPTURE(threads);
      CAPTURE(count);
      CHECK(visits_each_once(count));
    }
  }
}

TEST_CASE("parallel_for: several threads take part") {
  const KeptThreadCount kept;
  set_thread_count(3);
  std::vector<std::thread::id> ran(200);
  parallel_for(200, [&](int64_t i) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    ran[static_cast<size_t>(i)] = std::this_thread::get_id();
  });
  bool another = false;
  for (const auto id : ran) another |= id != std::this_thread::get_id();
  CHECK(another);
}

TEST_CASE("parallel_for: an exception reaches the caller, and the next call works") {
  const KeptThreadCount kept;
  for (const int threads : {1, 2, 4}) {
    set_thread_count(threads);
    const auto fail_at_37 = [](int64_t i) {
      if (i == 37) throw std::runtime_error("thirty-seven");
    };
    CHECK_THROWS_WITH(parallel_for(100, fail_at_37), "thirty-seven");
    CHECK(visits_each_once(100));
    CHECK_THROWS_WITH(parallel_for(4, [&](int64_t) { parallel_for(100, fail_at_37); }), "thirty-seven");
    CHECK(visits_each_once(100));
    CHECK_THROWS_AS(parallel_for(1000, [](int64_t) { throw std::logic_error("all of them"); }), std::logic_error);
    CHECK(visits_each_once(100));
  }
}

TEST_CASE("parallel_for: inside a body it runs in place") {
  const KeptThreadCount kept;
  set_thread_count(3);
  std::vector<int> visits(40 * 50);
  std::vector<char> in_place(40, 1);
  parallel_for(40, [&](int64_t i) {
    const auto outer = std::this_thread::get_id();
    parallel_for(50, [&](int64_t k) {
      ++visits[static_cast<size_t>(i * 50 + k)];
      if (std::this_thread::get_id() != outer) in_place[static_cast<size_t>(i)] = 0;
    });
  });
  for (const int v : visits) CHECK(v == 1);
  for (const char c : in_place) CHECK(c == 1);
}

TEST_CASE("parallel_for: threads that the machine refuses are an error, not the end") {
  if (address_sanitizer || thread_sanitizer) return;  // which cannot live without address space
  const KeptThreadCount kept;
  set_thread_count(4);  // the stacks of its threads are kept for the next: some of the 500 begin, the rest cannot
  set_thread_count(2);
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_AS, &limit) == 0);
  const rlimit none{1 << 20, limit.rlim_max};  // no new stack fits
  setrlimit(RLIMIT_AS, &none);
  bool refused = false;
  try {
    set_thread_count(500);
  } catch (const std::exception&) { refused = true; }
  setrlimit(RLIMIT_AS, &limit);
  CHECK(refused);
  CHECK(thread_count() == 2);
  CHECK(visits_each_once(1000));
}

TEST_CASE("parallel_for: called from two threads at once") {
  const KeptThreadCount kept;
  set_thread_count(3);
  bool ok[2] = {true, true};
  const auto call_often = [&ok](int which) {
    for (int repeat = 0; repeat < 200; ++repeat) ok[which] &= visits_each_once(100);
  };
  std::thread other([&] { call_often(1); });
  call_often(0);
  other.join();
  CHECK(ok[0]);
  CHECK(ok[1]);
}

TEST_CASE("parallel_for: the same bits for any number of threads") {
  const KeptThreadCount kept;
  std::vector<double> expected;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    std::vector<double> values(3001);
    parallel_for(3001, [&](int64_t i) {
      double x = static_cast<double>(i) / 3001;
      for (int repeat = 0; repeat < 50; ++repeat) x = std::sin(3.9 * x * (1 - x));
      values[static_cast<size_t>(i)] = x;
    });
    if (expected.empty()) expected = values;
    CHECK(values == expected);
  }
}
