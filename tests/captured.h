// What a call prints.
#pragma once
#include <unistd.h>

#include <cstdio>

#include "tests/temporary.h"

namespace seisgrad {

// Onto standard output (1) or standard error (2).
std::string printed(int descriptor, auto&& call) {
  const TemporaryFolder folder;
  std::FILE* const file = std::fopen(folder.file("text").c_str(), "w");
  std::fflush(nullptr);
  const int before = dup(descriptor);
  dup2(fileno(file), descriptor);
  call();
  std::fflush(nullptr);
  dup2(before, descriptor);
  close(before);
  std::fclose(file);
  return text_of(folder.file("text"));
}

}  // namespace seisgrad
