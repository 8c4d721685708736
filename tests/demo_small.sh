#!/usr/bin/env bash
# Every command of ./demo --train, a hundred times smaller: its options exist, its files appear, and a folder that is
# not its own stays as it was.
#     tests/demo_small.sh SEISGRAD
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export SEISGRAD_DEMO_PROGRAM=$1 SEISGRAD_DEMO_SMALL=1
fail() { echo "FAILED: $*"; exit 1; }

if [ ! -f "${SEISGRAD_MODELS:-$root/models/pretrained}/eqtransformer.safetensors" ]; then
  echo "SKIPPED ./demo: models/pretrained/eqtransformer.safetensors is missing"
  exit 0
fi
"$root/demo" --train "$folder/demo" >"$folder/log" 2>&1 || { cat "$folder/log"; fail "the demo"; }
cat "$folder/log"
for file in scan/picks.csv scan/report/report.html scan/report/figures/event.svg classifier/report/report.html \
  classifier/model.safetensors reduced/model.safetensors reduced/report/report.html; do
  [ -s "$folder/demo/$file" ] || fail "there is no $file"
done
grep -q '<svg' "$folder/demo/scan/report/report.html" || fail "the report has no figures"
grep -q 'accuracy 0\.' "$folder/log" || fail "no accuracy is printed"

mkdir "$folder/mine" && echo precious >"$folder/mine/file"
! "$root/demo" "$folder/mine" >"$folder/log" 2>&1 || fail "a folder that is not the demo's was taken"
[ "$(cat "$folder/mine/file")" = precious ] || fail "a file of somebody else was removed"
mkdir "$folder/empty"
! SEISGRAD_MODELS=$folder/empty "$root/demo" "$folder/other" >"$folder/log" 2>&1 || fail "no weights, no error"
grep -q "there is no $folder/empty/eqtransformer.safetensors" "$folder/log" || { cat "$folder/log"; fail "message"; }
