#!/usr/bin/env bash
# Everything that needs a GPU, in one call of at most 10 minutes: tests in both precisions, compute-sanitizer, golden
# parity, twenty optimiser steps, every bench, PyTorch beside ours.
#
#   bench/on_gpu.sh                 what bench/pack_for_gpu.sh left in bench/carried/; without that, builds it there
#   bench/on_gpu.sh --rehearse      the same commands without a GPU: CUDA programs say SKIPPED, emulated ones stand in
#
# Writes summary.md, results.json and the parts' logs (log.txt) to $OUT, or bench/results/new/. A part that fails or
# runs out of time is reported and the rest goes on; the exit code is then 1.
# SEISGRAD_GPU_SECONDS: the whole budget, 570 unless set.
set -uo pipefail
cd "$(dirname "$0")/.."
rehearse=0
case "${1:-}" in
  "") ;;
  --rehearse) rehearse=1 ;;
  *) sed -n '2,12p' "$0"; exit 2 ;;
esac
out=${OUT:-bench/results/new} carried=${SEISGRAD_CARRIED:-bench/carried} budget=${SEISGRAD_GPU_SECONDS:-570}
mkdir -p "$out"
log=$out/log.txt parts=$out/parts.tsv failures=0
: >"$log"
: >"$parts"

# part NAME SECONDS COMMAND...: runs it for at most so long, and no longer than the budget lasts. 77 means skipped.
part() {
  local name=$1 most=$2 left=$((budget - SECONDS)) begin=$SECONDS verdict=passed code
  shift 2
  [ "$most" -le "$left" ] || most=$left
  printf '\n===== %s: %s\n' "$name" "$*" >>"$log"
  if [ "$most" -le 5 ]; then
    verdict="no time left" code=124
  else
    timeout -k 5 "$most" "$@" >>"$log" 2>&1 </dev/null
    code=$?
    case $code in
      0) ;;
      77) verdict=skipped ;;
      124 | 137) verdict="stopped after $most s" ;;
      *) verdict="FAILED with code $code" ;;
    esac
  fi
  [ $code = 0 ] || [ $code = 77 ] || failures=$((failures + 1))
  printf '%s\t%s\t%s\n' "$name" "$verdict" $((SECONDS - begin)) >>"$parts"
  printf '%-34s %4d s  %s\n' "$name" $((SECONDS - begin)) "$verdict"
}
skip() {
  printf '%s\tskipped: %s\t0\n' "$1" "$2" >>"$parts"
  printf '%-34s %4d s  skipped: %s\n' "$1" 0 "$2"
}

# A python that has torch, or one that has numpy at least.
python=python3
for candidate in python3 /usr/bin/python3; do
  "$candidate" -c 'import numpy' 2>/dev/null && { python=$candidate; break; }
done
# cuDNN and cuBLAS: of the system, or of PyTorch's packages
folders=$("$python" - <<'PYTHON' 2>/dev/null
import glob, os, site, sys
for base in {*site.getsitepackages(), *sys.path}:
    for folder in glob.glob(os.path.join(base, "nvidia", "*", "lib")):
        print(folder, end=":")
PYTHON
)
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}:/usr/local/cuda/lib64:/usr/local/cuda/lib:$folders
export PYTHONUNBUFFERED=1 TORCHINDUCTOR_CACHE_DIR=${TMPDIR:-/tmp}/seisgrad_inductor
if [ -z "${SEISGRAD_SHARED:-}" ]; then
  for folder in shared ../shared; do [ -d "$folder/golden" ] && export SEISGRAD_SHARED=$PWD/$folder && break; done
fi

if [ ! -x "$carried/bin/tests_cuda_f32" ] && [ $rehearse = 0 ]; then
  part "build, nothing was carried" 300 bench/pack_for_gpu.sh
fi
bin=$carried/bin
model=("$bin/model_bench" --device cuda) bench=("$bin/bench_cuda" --seconds 130)
if [ $rehearse = 1 ]; then
  cmake --build build-gpu --target model_bench_emulated bench_cuda_emulated >>"$log" 2>&1  # after pack_for_gpu.sh
  model=(build-gpu/bench/model_bench_emulated --device cpu --batches 1 --rounds 1 --training 0 --steps 0)
  bench=(build-gpu/bench/bench_cuda_emulated --windows 1 --turns 1 --seconds 60 --filter 'softmax|avg_pool|linear/feed')
fi
[ -f "$carried/eqt2.safetensors" ] && weights=$carried/eqt2.safetensors || weights=tests/golden/eqtransformer_sigmoid.safetensors

# ---- correctness
part "tests, float32" 60 "$bin/tests_cuda_f32"
part "tests, float64" 60 "$bin/tests_cuda_f64"
# compute-sanitizer slows kernels 10 to 100 times: each tool gets a few cases of every operator
cases='*max_pool1d*,*lstm*,*conv1d*,*additive_attention*,*linear*,*batch_norm*,*layer_norm*,*softmax*,*adam*,*device graph*'
for tool in memcheck racecheck initcheck synccheck; do
  if ! command -v compute-sanitizer >/dev/null; then
    skip "compute-sanitizer $tool" "not installed"
    continue
  fi
  part "compute-sanitizer $tool" 40 env SEISGRAD_CASES=2 compute-sanitizer --tool "$tool" --error-exitcode 9 \
    "$bin/tests_cuda_f32" "-tc=$cases" '-tce=*each barrier*,*gradcheck*,*golden*,*training*'
done
part "golden parity, twenty steps" 30 "$bin/tests_cuda_f32" "-tc=*golden*,*twenty steps*"

# ---- speed
[ $rehearse = 0 ] || part "bench_cuda without a GPU" 10 "$bin/bench_cuda"
[ $rehearse = 0 ] || part "model_bench without a GPU" 10 "$bin/model_bench" cuda "$weights"
part "kernels beside cuDNN and cuBLAS" 140 "${bench[@]}" --json "$out/kernels.json"
part "models beside PyTorch" 200 "$python" bench/torch_models.py --bench "${model[@]}" --weights "$weights" \
  --seconds 150 --json "$out/models.json"
[ $rehearse = 0 ] || "$python" -m py_compile bench/torch_models.py bench/torch_eqtransformer.py || failures=$((failures + 1))

"$python" bench/gpu_summary.py "$out" || failures=$((failures + 1))
echo "$failures parts failed; $SECONDS s; see $out/summary.md"
[ $failures = 0 ]
