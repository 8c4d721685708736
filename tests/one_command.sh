#!/usr/bin/env bash
# The README's one g++ command: compiles the core and a training example without CMake or any package, in under 20
# seconds of processor time, and the example learns.
set -euo pipefail
cd "$(dirname "$0")/.."
command='g++ -std=c++20 -O1 -march=native -I. docs/lessons/first_training.cpp docs/lessons/core.cpp kernels/*.simd.cpp -pthread -o first_training'
grep -qF "$command" README.md || { echo "README.md does not have the command: $command"; exit 1; }
for file in kernels/*.cpp tensor/*.cpp autograd/*.cpp layers/*.cpp; do
  case $file in *.simd.cpp | kernels/simt_emulator*) continue ;; esac
  grep -qF "\"$file\"" docs/lessons/core.cpp || { echo "docs/lessons/core.cpp lacks $file"; exit 1; }
done
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
TIMEFORMAT=%U
seconds=$({ time eval "${command/-o first_training/-o $folder/first_training}" >&2; } 2>&1 | tail -n 1)
"$folder/first_training"
echo "compiled in $seconds s of processor time"
awk -v s="$seconds" 'BEGIN { exit !(s < 20) }' || { echo "that is not under 20 s"; exit 1; }
