#!/usr/bin/env bash
# Kills a small training with SIGKILL at random moments and resumes it, until it is done and at least KILLS were made:
# model.safetensors, history.csv and the last checkpoint must have the SHA-256 of the unbroken run's. Runs take turns
# with 1 and 2 threads, and so do the first runs of trainings: either is killed about as often.
#
#     tests/kill_and_resume.sh SEISGRAD TOY_DATASET [KILLS]        KILLS: 4, or 50 where SEISGRAD_FULL is 1
set -euo pipefail
seisgrad=$1 toy_dataset=$2
kills=${3:-$([ "${SEISGRAD_FULL:-0}" = 1 ] && echo 50 || echo 4)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
network=$("$toy_dataset" "$folder/data" 120)

train() {  # FOLDER THREADS OPTIONS...; becomes the program, so in a subshell: a kill shall reach no shell
  exec "$seisgrad" train --data "$folder/data" --set "network=$network" --set split/validation=0.1 --batch 8 --epochs 6 \
    --seed 5 --device cpu --quiet --checkpoint-steps 5 --out "$folder/$1" --threads "$2" --loader-threads "$2" "${@:3}"
}
sums() { (cd "$folder/$1" && sha256sum model.safetensors history.csv "$(ls checkpoint-* | tail -n 1)"); }

began=$(date +%s%N)
(train unbroken 1)
whole=$((($(date +%s%N) - began) / 1000000))
expected=$(sums unbroken)

# Ctrl-C: the step is finished and saved, the exit status 130.
train interrupted 1 &
child=$!
for ((i = 0; i < 600; ++i)); do
  ls "$folder"/interrupted/checkpoint-* >/dev/null 2>&1 && break
  sleep 0.1
done
kill -INT $child
status=0
wait $child || status=$?
[ $status = 130 ] || { echo "FAILED: exit status $status after an interrupt"; exit 1; }
(train interrupted 2 --resume)
[ "$(sums interrupted)" = "$expected" ] || { echo "FAILED: another result after an interrupt"; exit 1; }

RANDOM=${SEISGRAD_SEED:-$$}
made=0 rounds=0 killed=([1]=0 [2]=0)  # by threads
while [ $made -lt "$kills" ]; do
  rounds=$((rounds + 1)) run=run$rounds
  for ((turn = 0; ; ++turn)); do
    threads=$((1 + (rounds + turn) % 2))
    train "$run" $threads --resume &
    child=$! status=0
    if [ $turn -lt 4 ] || [ $made -lt "$kills" ]; then
      pause=$(((RANDOM * 32768 + RANDOM) % (whole / 2 + 100) + 20))
      sleep "$((pause / 1000)).$(printf %03d $((pause % 1000)))"
      kill -9 $child 2>/dev/null || true  # it may be done
    fi
    wait $child 2>/dev/null || status=$?
    [ $status = 137 ] || break
    made=$((made + 1)) killed[threads]=$((killed[threads] + 1))
  done
  [ $status = 0 ] || { echo "FAILED: exit status $status"; exit 1; }
  [ "$(sums "$run")" = "$expected" ] || { echo "FAILED: another result after kills"; sums "$run"; echo "$expected"; exit 1; }
  left=$(find "$folder/$run" -name '*.partial-*')
  [ -z "$left" ] || { echo "FAILED: killed runs left $left"; exit 1; }
  rm -rf "${folder:?}/$run"
done
echo "$made kills (${killed[1]} of 1 thread, ${killed[2]} of 2) in $rounds trainings of $whole ms each: the same bytes"
