#!/usr/bin/env bash
# Plants each bug of tests/planted_bugs.txt in a copy of the tree, one at a time, and fails where the tests it names
# still pass under the SIMT emulator.
#
#   tests/planted_bugs.sh [WORD]     all of them, or those whose file contains WORD
set -euo pipefail
cd "$(dirname "$0")/.."
word=${1:-}
copy=build/planted
jobs=${SEISGRAD_JOBS:-$(nproc)}

mkdir -p "$copy"
git ls-files | while read -r file; do
  cmp -s "$file" "$copy/$file" || cp --parents "$file" "$copy"
done
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSEISGRAD_CUDA=OFF -DSEISGRAD_BENCH=OFF \
  -DSEISGRAD_WARNINGS_AS_ERRORS=OFF "${launcher[@]}" >/dev/null
cmake --build "$copy/build" -j "$jobs" --target tests_f32 >/dev/null

planted=0
survivors=()
while IFS= read -r file && IFS= read -r tests && IFS= read -r before && IFS= read -r after; do
  [[ $file == *"$word"* ]] || continue
  export BEFORE=${before#- } AFTER=${after#+}
  AFTER=${AFTER# } # a bare + plants nothing
  if [ "$(grep -cF -- "$BEFORE" "$file")" != 1 ]; then
    echo "$file: \"$BEFORE\" is not there once: mend tests/planted_bugs.txt"
    exit 1
  fi
  perl -pe 's/\Q$ENV{BEFORE}\E/$ENV{AFTER}/' "$file" >"$copy/$file"
  cmake --build "$copy/build" -j "$jobs" --target tests_f32 >"$copy/log" 2>&1 || { tail -n 20 "$copy/log"; exit 1; }
  planted=$((planted + 1))
  if "$copy/build/tests/tests_f32" -tc="$tests" >"$copy/log" 2>&1; then
    echo "NOT CAUGHT  $file: $BEFORE -> $AFTER"
    survivors+=("$file")
  else
    echo "caught      $file: $BEFORE -> $AFTER"
  fi
  cp "$file" "$copy/$file"
done < <(sed '/^#/d;/^$/d' tests/planted_bugs.txt)

echo "$planted bugs planted, ${#survivors[@]} not caught"
[ ${#survivors[@]} = 0 ] && [ "$planted" -gt 0 ]
