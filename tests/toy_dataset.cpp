// toy_dataset FOLDER TRACES: the data of tests/kill_and_resume.sh, and its network on standard output.
#include "tests/toy_dataset.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  seisgrad::write_toy_dataset(argv[1], std::atoll(argv[2]), 256);
  std::puts(seisgrad::toy_network);
}
