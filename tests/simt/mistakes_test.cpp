// What the emulator says about wrong kernels.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "kernels/simt_emulator_sanitizers.h"
#include "kernels/simt_options.h"
#include "tests/barriers.h"
#include "tests/races.h"
#include "tests/simt/kernels.h"

using namespace seisgrad;
using namespace seisgrad::simt_kernels;

namespace {

// The message of the simt::Error that f throws under each of some thread orders.
std::vector<std::string> errors_of(const std::function<void()>& f) {
  std::vector<std::string> errors;
  for (const uint64_t seed : {0, 1, 2, 3}) {
    simt::options.seed = seed;
    try {
      f();
      errors.push_back("no error");
    } catch (const simt::Error& error) { errors.push_back(error.what()); }
  }
  simt::options = {};
  return errors;
}

// Every message says all parts.
void check_says(const std::vector<std::string>& errors, const std::vector<std::string>& parts) {
  for (const std::string& error : errors)
    for (const std::string& part : parts) {
      INFO("'" << error << "' should say '" << part << "'");
      CHECK(error.find(part) != std::string::npos);
    }
}

// How a child process that runs f ends: its exit status, or minus the signal that killed it.
int end_of(const std::function<void()>& f) {
  const pid_t child = fork();
  if (child == 0) {
    if (!freopen("/dev/null", "w", stderr)) _exit(0);
    for (const int signal_number : {SIGABRT, SIGSEGV}) signal(signal_number, SIG_DFL);  // not doctest's
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("simt: shared memory that nobody wrote is NaN") {
  std::vector<float> y(64);
  read_unwritten_shared(y.data(), 64);
  CHECK(y[0] == 1);
  for (int i = 1; i < 64; ++i) CHECK(std::isnan(y[i]));
}

TEST_CASE("simt: a barrier that some threads miss") {
  check_says(errors_of([] { barrier_for_some(64, 7); }),
             {"block (0,0,0) is stuck", "threads 0 to 6 wait at __syncthreads, ",
              "kernels.cu:", "threads 7 to 63 have returned"});
  check_says(errors_of([] { two_barriers(64, 40); }),
             {"is stuck", "threads 0 to 39 wait at __syncthreads", "threads 40 to 63 wait at __syncthreads"});
  check_says(errors_of([] { two_barriers_on_one_line(64, 40); }),
             {"is stuck", "threads 0 to 39 wait at __syncthreads", "threads 40 to 63 wait at __syncthreads"});
}

TEST_CASE("simt: warp operations with wrong masks") {
  check_says(errors_of(foreign_mask), {"kernels.cu:", "calls a warp operation whose mask leaves it out"});
  check_says(errors_of(mask_of_the_gone), {"threads 0 to 4 wait at a warp operation", "thread 5 has returned"});
  check_says(errors_of(different_shuffles), {"of a warp wait at different warp operations", "kernels.cu:"});
}

TEST_CASE("simt: more than a GPU has") {
  check_says(errors_of(too_many_threads), {"1025 threads; CUDA has 1 to 1024"});
  check_says(errors_of(too_much_shared), {"232449 bytes of shared memory; a block has 232448"});
  check_says(errors_of(too_much_static), {"SIMT_SHARED variables exceed 49152 bytes"});
}

TEST_CASE("simt: after an error all threads unwind, and the next launch is sound") {
  for (const int failing : {0, 31, 63}) {
    int destroyed = 0;
    check_says(errors_of([&] { fail_between_barriers(&destroyed, 64, failing); }), {"mask leaves it out"});
    CHECK(destroyed == 4 * 64);
    std::vector<float> x(64, 1), y(64);
    tree_sums(x.data(), y.data(), 1, 64);
    CHECK(y == std::vector<float>(64, 64));
  }
}

TEST_CASE("simt: asynchronous copies that are wrong") {
  check_says(errors_of(misaligned_copy), {"cp_async<16> of an address that is not aligned to that"});
  check_says(errors_of(copy_to_global), {"cp_async to what is not shared memory"});
  std::vector<float> x(32 * 4), y(x.size()), expected(x.size());
  std::iota(x.begin(), x.end(), 0.f);
  pipeline(x.data(), expected.data(), 4);
  const ExpectRaces ignored;
  for (const Pipeline how : {Pipeline{.wait = false}, Pipeline{.commit = false}, Pipeline{.wait_for_last = false}}) {
    int wrong = 0;
    for (const uint64_t seed : {0, 1, 2, 3}) {
      simt::options.seed = seed;
      pipeline(x.data(), y.data(), 4, how);
      wrong += y != expected;
    }
    simt::options = {};
    CHECK(wrong == 4);
  }
}

TEST_CASE("simt: each barrier can be left out, and each loss shows") {
  std::vector<float> x(3 * 64), y(x.size());
  std::iota(x.begin(), x.end(), 0.f);
  const auto sums = [&] {
    tree_sums(x.data(), y.data(), 3, 64);
    return std::vector<double>(y.begin(), y.end());
  };
  simt::forget_barrier_sites();
  const std::vector<double> expected = sums();
  const std::vector<simt::Site> sites = simt::barrier_sites();
  REQUIRE(sites.size() == 3);
  CHECK(sites[0].line < sites[1].line);
  CHECK(sites[0].file.ends_with("tests/simt/kernels.cu"));

  check_each_barrier_is_needed(sums);

  const ExpectRaces ignored;
  simt::options.seed = 1;
  CHECK(sums() == expected);
  simt::options.skip = {.file = "kernels.cu", .line = sites[0].line};
  CHECK(sums() != expected);
  simt::options.skip = {.file = "kernels.cu", .line = sites[0].line, .column = sites[0].column + 1};
  CHECK(sums() == expected);
  simt::options.skip = {.file = "other.cu", .line = sites[0].line};
  CHECK(sums() == expected);
  simt::options = {};
}

// The last __syncwarp of the pipeline keeps the copy into one half of the buffer from overtaking a slow reader of that
// half. Lanes meet at the first __syncwarp or at a shuffle in between, so no order of fibers shows its loss; memory
// order does.
TEST_CASE("simt: races that no result shows are left to ThreadSanitizer" * doctest::skip(!finds_races())) {
  std::vector<float> x(32 * 6), y(x.size());
  std::iota(x.begin(), x.end(), 0.f);
  check_each_barrier_is_needed([&] {
    pipeline(x.data(), y.data(), 6);
    return std::vector<double>(y.begin(), y.end());
  });
  check_each_barrier_is_needed([&] {
    shuffle_after_syncwarp(x.data(), y.data());
    return std::vector<double>(y.begin(), y.begin() + 32);
  });

  int before = races();
  float sum = 0;
  count_blocks(&sum, 50, true);
  CHECK(sum == 50);
  CHECK(races() == before);
  const ExpectRaces ignored;
  for (const uint64_t seed : {0, 1}) {
    simt::options.seed = seed;
    before = races();
    count_blocks(&sum, 50, false);  // right here, wrong on a GPU
    CHECK(races() > before);
  }
  simt::options = {};
}

TEST_CASE("simt: overruns end the program" * doctest::skip(finds_races())) {  // ThreadSanitizer does not follow fork()
  const std::vector<float> x(4, 1);
  CHECK(end_of([&] { element(x.data(), 4, 3); }) == 0);
  CHECK(end_of([&] { element(x.data(), 4, 4); }) == -SIGABRT);
  CHECK(recurse(100) == 100);
  CHECK(end_of([] { recurse(1500); }) != 0);  // past the end of a stack, within the next one
#ifdef SIMT_ASAN
  std::vector<float> y(32);
  CHECK(end_of([&] { overrun_shared(y.data(), 0); }) == 0);
  CHECK(end_of([&] { overrun_shared(y.data(), 1); }) != 0);
  CHECK(end_of([&] { overrun_shared(y.data(), -1); }) != 0);
#endif
}
