#!/usr/bin/env bash
# The phase classifier on the public real records, in four figures (docs/scanning_studies.md says what each counts):
#     tests/score_classifier.sh SEISGRAD [SCAN OPTIONS]
#     tests/score_classifier.sh build/seisgrad --model new.safetensors --p-threshold 0.9
# Prints a table of them and, where $SCORE is set, writes to that folder scores.csv, a line for each reference arrival
# (cases.csv), and the four scans. Without the shared records: one line SKIPPED, exit status 0.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seisgrad=${1:?"usage: score_classifier.sh SEISGRAD [SCAN OPTIONS]"}
shift
scan=("$seisgrad" scan --quiet --model phase_classifier "$@")
for option in "$@"; do
  case $option in --model | --model=*) scan=("$seisgrad" scan --quiet "$@") ;; esac
done

data=${SEISGRAD_SHARED:-}
for folder in "$here/../shared" "$here/../../shared"; do
  [ -n "$data" ] || [ ! -d "$folder/data" ] || data=$folder
done
data=${data:-$here/../shared}/data
if [ ! -d "$data/teleseismic" ]; then
  echo "SKIPPED score_classifier.sh: there is no $data/teleseismic (set SEISGRAD_SHARED)"
  exit 0
fi
out=${SCORE:-$(mktemp -d)}
[ -n "${SCORE:-}" ] || trap 'rm -rf "$out"' EXIT
mkdir -p "$out"

"${scan[@]}" --out "$out/fiji" "$data"/teleseismic/fiji_20110915_P_BHZ/*.BHZ
"${scan[@]}" --lowest-rate 5 --out "$out/pb01" "$data/teleseismic/example_data.mseed"
"${scan[@]}" --out "$out/ncedc" "$data/labelled_local/ncedc_public_mseed"
"${scan[@]}" --out "$out/ridgecrest" "$data/continuous/ridgecrest_20190707"

# For tables with a header line: at(column) of a row, `file` its number among the arguments, seconds(iso).
common='
  function seconds(iso,   y, m, d) {  # since 1970; days by Howard Hinnant, "chrono-compatible low-level date algorithms"
    y = substr(iso, 1, 4) + 0; m = substr(iso, 6, 2) + 0; d = substr(iso, 9, 2) + 0  # numbers: text compares as text
    y -= m <= 2
    d += int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) - 1 + 365 * y + int(y / 4) - int(y / 100) + int(y / 400) - 719468
    return d * 86400 + substr(iso, 12, 2) * 3600 + substr(iso, 15, 2) * 60 + substr(iso, 18) + 0
  }
  function at(column) { if (!(column in columns)) { print FILENAME ": no column " column > "/dev/stderr"; exit 1 }
                        return $columns[column] }
  FNR == 1 { delete columns; for (i = 1; i <= NF; i++) columns[$i] = i; ++file; next }'

# cases NAME WANTED REFERENCES: REFERENCES is a table event,station,time: NET.STA; seconds since 1970 or ISO. A case is
# found when a pick of the class WANTED lies within 3 s of its time and none of another first arrival (P, PgSg, Pg) does.
cases() {
  awk -F, -v OFS=, -v name="$1" -v wanted="$2" "$common"'
    file == 1 { n++; station[n] = at("network") "." at("station"); phase[n] = at("phase"); time[n] = seconds(at("time"))
                p[n] = at("probability"); next }
    file == 2 && at("status") != "scored" { next }
    file == 2 { m++; scored[m] = at("network") "." at("station")
                from[m] = seconds(at("start_time")); to[m] = seconds(at("end_time")); next }
    { t = at("time"); t = t ~ /-/ ? seconds(t) : t + 0; anchored = 0; best = other = -1
      for (i = 1; i <= m; i++) anchored += scored[i] == at("station") && from[i] <= t && t < to[i]
      for (i = 1; i <= n; i++) {
        d = time[i] - t
        if (station[i] != at("station") || d > 3 || d < -3) continue
        if (phase[i] == wanted) { if (p[i] > best) { best = p[i]; residual = d } }
        else if (phase[i] ~ /^P/ && p[i] > other) { other = p[i]; called = phase[i] }
      }
      found = best >= 0 && other < 0
      residual = best >= 0 ? sprintf("%.2f", residual) : ""
      print name, at("event"), at("station"), (anchored ? 1 : 0), found, (best < 0 ? "" : wanted), residual,
            (other < 0 ? "" : called) }' \
    "$out/$1/picks.csv" "$out/$1/coverage.csv" "$3" >>"$out/cases.csv"
}
echo "aim,event,station,scored,found,called,residual,also_called" >"$out/cases.csv"

# The picks are in the headers as seconds after the origin; the record begins b seconds after it. t2 is the pick of the
# aligned traces.
awk -F, -v OFS=, "$common"'
  file == 1 { s = at("network") "." at("station"); t = seconds(at("start_time"))
              if (!(s in begin) || t < begin[s]) begin[s] = t
              next }
  file == 2 && !said++ { print "event,station,time" }
  { s = at("file"); sub(/\.[^.]*\.BHZ$/, "", s); if (!(s in begin)) { print "no record of " s > "/dev/stderr"; exit 1 }
    printf "Fiji,%s,%.3f\n", s, begin[s] + at("t2") - at("b_s_after_origin") }' \
  "$out/fiji/coverage.csv" "$data/teleseismic/fiji_20110915_P_BHZ/picks.csv" >"$out/fiji.csv"
awk -F, -v OFS=, "$common"' file == 1 && !said++ { print "event,station,time" }
  at("station") == "CX.PB01" && at("P_in_data") == 1 { print at("event") " " at("origin_time"), "CX.PB01", at("P_time") }' \
  "$data/teleseismic/theoretical_arrivals_iasp91.csv" >"$out/pb01.csv"
awk -F, -v OFS=, "$common"' file == 1 && !said++ { print "event,station,time" }
  at("components") == 3 { print at("record"), at("network") "." at("station"), at("p_time") }' \
  "$data/labelled_local/ncedc_public.truth.csv" >"$out/ncedc.csv"
cases fiji P "$out/fiji.csv"
cases pb01 P "$out/pb01.csv"
cases ncedc PgSg "$out/ncedc.csv"

# How many picks of the class there are in all, and hours scored: so many would lie within 3 s of any time by chance.
picks_and_hours() {
  awk -F, -v OFS=, -v wanted="$2" "$common"'
    file == 1 { picks += at("phase") == wanted; next }
    at("status") == "scored" { hours += (seconds(at("end_time")) - seconds(at("start_time"))) / 3600 }
    END { printf "%d,%.3f", picks, hours }' "$out/$1/picks.csv" "$out/$1/coverage.csv"
}
{
  echo "aim,found,of,scored,picks,hours"
  for aim in fiji pb01 ncedc; do
    class=P
    [ $aim != ncedc ] || class=PgSg
    awk -F, -v OFS=, -v aim=$aim -v rest="$(picks_and_hours $aim $class)" '
      $1 == aim { of++; scored += $4; found += $5 }
      END { print aim, found + 0, of + 0, scored + 0, rest }' "$out/cases.csv"
  done
  echo "ridgecrest,,,,$(picks_and_hours ridgecrest P)"
} >"$out/scores.csv"
awk -F, '
  function line(what, aim) { printf "%-58s %3d of %d (%d scored)  aim %-5s by chance %.1f\n", what, $2, $3, $4, aim,
                             $4 * (1 - exp(-$5 * 6 / ($6 * 3600))) }
  $1 == "fiji" { line("Fiji P records called P and not PgSg within 3 s", 50) }
  $1 == "pb01" { line("CX.PB01 events called P and not PgSg within 3 s", 9) }
  $1 == "ncedc" { line("NCEDC three-component events called PgSg and not P", 41) }
  $1 == "ridgecrest" { printf "%-58s %.2f: %d in %.2f hours  aim at most 1\n",
                       "Ridgecrest, teleseismic P (all false) a station-hour", $5 / $6, $5, $6 }' "$out/scores.csv"
