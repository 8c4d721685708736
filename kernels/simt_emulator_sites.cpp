#include "kernels/simt_emulator_sites.h"

#include <atomic>
#include <cstring>
#include <mutex>
#include <set>
#include <tuple>

#include "kernels/simt_emulator_sanitizers.h"

namespace seisgrad::simt {
namespace {

std::tuple<const std::string&, unsigned, unsigned> key(const Site& s) { return {s.file, s.line, s.column}; }

struct Earlier {
  bool operator()(const Site& a, const Site& b) const { return key(a) < key(b); }
};

std::mutex seen_mutex;
std::set<Site, Earlier> seen;
std::atomic<unsigned> times_forgotten{0};

}  // namespace

bool same_place(Place a, Place b) {
  return a.line() == b.line() && a.column() == b.column() &&
         (a.file_name() == b.file_name() || std::strcmp(a.file_name(), b.file_name()) == 0);
}

std::string where(Place at) {
  return std::string(at.file_name()) + ":" + std::to_string(at.line()) + ":" + std::to_string(at.column());
}

// Barriers stand in loops, so all but the first time must cost nothing.
void record_barrier(Place at) {
  thread_local std::vector<Place> known;
  thread_local unsigned known_since = 0;
  if (known_since != times_forgotten) {
    known.clear();
    known_since = times_forgotten;
  }
  for (const Place place : known)
    if (same_place(place, at)) return;
  known.push_back(at);
  const std::lock_guard lock(seen_mutex);
  seen.insert({at.file_name(), at.line(), at.column()});
}

bool skipped(Place at) {
  const Site& skip = options.skip;
  if (skip.line == 0 || skip.line != at.line() || (skip.column != 0 && skip.column != at.column())) return false;
  const sanitizer::Quiet quiet;
  const size_t length = std::strlen(at.file_name());
  if (length < skip.file.size() || skip.file != at.file_name() + (length - skip.file.size())) return false;
  record_barrier(at);
  return true;
}

std::vector<Site> barrier_sites() {
  const std::lock_guard lock(seen_mutex);
  return {seen.begin(), seen.end()};
}

void forget_barrier_sites() {
  const std::lock_guard lock(seen_mutex);
  seen.clear();
  ++times_forgotten;
}

}  // namespace seisgrad::simt
