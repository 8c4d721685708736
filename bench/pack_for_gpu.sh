#!/usr/bin/env bash
# Builds what bench/on_gpu.sh runs on a machine with a GPU and puts it, stripped, into bench/carried/ (not in git).
#
#   bench/pack_for_gpu.sh [--arch 90] [--jobs N] [--folder bench/carried]
#
# In it: bin/ (tests_cuda_f32, tests_cuda_f64, bench_cuda, model_bench) and, if $SEISGRAD_SHARED or ../shared has the
# golden data, eqt2.safetensors. cuDNN and cuBLAS are too large to carry: on_gpu.sh finds them there. At most 64 MiB.
set -euo pipefail
cd "$(dirname "$0")/.."
arch=90 jobs=$(nproc) folder=bench/carried
while [ $# -gt 0 ]; do
  case "$1" in
    --arch) arch=$2 ;;
    --jobs) jobs=$2 ;;
    --folder) folder=$2 ;;
    *) sed -n '2,8p' "$0"; exit 2 ;;
  esac
  shift 2
done

launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_CUDA_COMPILER_LAUNCHER=ccache)
configure() { cmake --preset "$1" -B "$2" "${launcher[@]}" -DSEISGRAD_CUDA_ARCHITECTURES="$arch" >/dev/null; }
configure release build-gpu
cmake --build build-gpu -j "$jobs" --target tests_cuda_f32 bench_cuda model_bench
configure double build-gpu-double
cmake --build build-gpu-double -j "$jobs" --target tests_cuda_f64

rm -rf "$folder"
mkdir -p "$folder/bin"
cp build-gpu/tests/tests_cuda_f32 build-gpu/bench/bench_cuda build-gpu/bench/model_bench \
  build-gpu-double/tests/tests_cuda_f64 "$folder/bin"
strip "$folder"/bin/*
shared=${SEISGRAD_SHARED:-../shared} weights=golden/eqt_2bilstm_weights.keras.h5
if [ -f "$shared/$weights" ] && cmake --build build-gpu -j "$jobs" --target seisgrad; then
  build-gpu/seisgrad model convert "$shared/$weights" "$folder/eqt2.safetensors" >/dev/null
else
  echo "left out: eqt2.safetensors, which needs $shared/$weights and the program seisgrad"
fi

du -ab "$folder" | sort -n
kib=$(du -sk "$folder" | cut -f1)
echo "$folder: $kib KiB of at most 65536"
[ "$kib" -le 65536 ] || { echo "too large to carry"; exit 1; }
