// Which sanitizer this file is compiled with: g++ says so with a macro, clang++ with a feature.
#pragma once

namespace seisgrad {

#if defined(__has_feature)
constexpr bool address_sanitizer = __has_feature(address_sanitizer), thread_sanitizer = __has_feature(thread_sanitizer);
#else
#if defined(__SANITIZE_ADDRESS__)
constexpr bool address_sanitizer = true;
#else
constexpr bool address_sanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__)
constexpr bool thread_sanitizer = true;
#else
constexpr bool thread_sanitizer = false;
#endif
#endif

}  // namespace seisgrad
