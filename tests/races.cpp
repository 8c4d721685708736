#include "tests/races.h"

#if defined(__SANITIZE_THREAD__)
#define SEISGRAD_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SEISGRAD_TSAN
#endif
#endif

namespace {
int counted = 0, expecting = 0, before = 0;
}

namespace seisgrad {

int races() { return counted; }
ExpectRaces::ExpectRaces() {
  ++expecting;
  before = counted;
}
ExpectRaces::~ExpectRaces() { --expecting; }
bool expected_race_found() { return expecting > 0 && counted > before; }

#ifdef SEISGRAD_TSAN
bool finds_races() { return true; }
#else
bool finds_races() { return false; }
#endif

}  // namespace seisgrad

#ifdef SEISGRAD_TSAN

// The same race is found again without the next barrier: it must count again.
extern "C" const char* __tsan_default_options() { return "suppress_equal_stacks=0:suppress_equal_addresses=0"; }

namespace __tsan {

class ReportDesc;
static int unexpected = 0;

// ThreadSanitizer asks whether to drop a report. Twenty of one kind are enough to read.
__attribute__((no_sanitize("thread"))) bool OnReport(const ReportDesc*, bool) {
  ++counted;
  return expecting > 0 || ++unexpected > 20;
}

}  // namespace __tsan

#endif
