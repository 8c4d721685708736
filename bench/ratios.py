#!/usr/bin/env python3
"""Ratios from one run of bench_cpu: peer's time over ours, losses first.

    bench/ratios.py RUN.json

RUN.json is what --benchmark_out wrote. A case's time is the median over its repetitions of the process's CPU time. Exit
code 1: a case failed its check. (gpu_summary.py is its sister for bench_cuda.)
"""
import collections, json, math, statistics, sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1]) as f:
        run = json.load(f)
    times, peaks = collections.defaultdict(list), {}
    failed = [row["name"] for row in run["benchmarks"] if row.get("error_occurred")]
    for row in run["benchmarks"]:
        if row["run_type"] != "iteration" or row.get("error_occurred"):
            continue
        times[row["run_name"]].append(row["cpu_time"])
        peaks.setdefault(row["run_name"], []).append(row.get("%peak", 0))
    median = {name: statistics.median(samples) for name, samples in times.items()}

    rows = []
    for name, ours in median.items():
        case, _, engine = name.rpartition("/")
        peers = {other: t for other, t in median.items() if other.rpartition("/")[0] == case and other != name}
        if engine == "ours":
            peer = min(peers, key=peers.get) if peers else None
            rows.append((peers[peer] / ours if peer else math.inf, case, ours, peer, statistics.median(peaks[name])))
    rows.sort()
    print("| case | ours, us | % of FMA peak | peer, us | ratio |\n|---|---|---|---|---|")
    for ratio, case, ours, peer, peak in rows:
        theirs = f"{median[peer]:.1f} ({peer.rpartition('/')[2]}) | {ratio:.2f}" if peer else "none | "
        print(f"| {case} | {ours:.1f} | {f'{peak:.0f}' if peak else ''} | {theirs} |")
    ratios = [row[0] for row in rows if row[3]]
    if ratios:
        print(f"\n{len(ratios)} ratios: worst {min(ratios):.2f}, geometric mean {statistics.geometric_mean(ratios):.2f}")
    for name in failed:
        print(f"FAILED its check: {name}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
