#!/usr/bin/env python3
"""From the files that bench/on_gpu.sh leaves in a folder to results.json (all of it) and summary.md, losses first.

    bench/gpu_summary.py FOLDER

A ratio is the fastest peer's median over ours, of calls with the L2 cache flushed; below 1 we lose.
"""
import json, math, pathlib, platform, subprocess, sys

NOT_COMPARABLE = """
| what | why not |
|---|---|
| lstm with hard sigmoid gates | cuDNN has sigmoid gates only |
| lstm with recurrent dropout, a mask a gate | cuDNN drops between layers only |
| gradient of lstm alone | cuDNN's spoils the memory it reads, so it is timed with its forward pass |
| upsampling and pooling inside a convolution | cuDNN's graphs fuse neither; in conv1d_fused its upsampled row is made outside the clock, its pooling is a second call |
| additive attention | no library has it; the forward pass stands beside cuBLAS and two kernels |
| layer_norm | no call outside cuDNN's graphs |
| upsample, crop, pad, concat, transpose, penalties, losses, Adam | no vendor's call; limits are in docs/ops |
| max_pool1d of an odd length | cuDNN pads both sides |
| windows/s of other models | another network is another amount of work |
"""


def read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, json.JSONDecodeError):
        return {}


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.stdout.strip().splitlines()[0] if done.returncode == 0 else "none"
    except (OSError, IndexError, subprocess.TimeoutExpired):
        return "none"


def machine():
    torch = "import torch; print(torch.__version__, 'CUDA', torch.version.cuda, 'cuDNN', torch.backends.cudnn.version())"
    return {
        "GPU": first_line(["nvidia-smi", "--query-gpu=name,driver_version,clocks.max.sm,memory.total", "--format=csv,noheader"]),
        "nvcc": first_line(["bash", "-c", "nvcc --version | grep release"]),
        "PyTorch": first_line([sys.executable, "-c", torch]),
        "CPU": f"{platform.processor() or platform.machine()}, {platform.platform()}",
        "commit": first_line(["git", "rev-parse", "HEAD"]),
    }


def microseconds(row, way):
    return f"{1e6 * row['seconds'][way]['median']:.1f}" if way in row["seconds"] else ""


def kernels(rows):
    contests = {}
    for row in rows:
        contests.setdefault((row["precision"], row["contest"]), []).append(row)
    lines, ratios, notes = [], [], []
    for (precision, name), entrants in contests.items():
        for row in entrants:
            for why in ("failed", "absent"):
                if why in row:
                    notes.append(f"- {why}: {name} ({precision}), {row['entrant']}: {row[why]}")
        timed = [r for r in entrants if "flushed" in r["seconds"] and "failed" not in r]
        mine = [r for r in timed if r["entrant"].startswith("ours")]
        peers = [r for r in timed if not r["entrant"].startswith("ours")]
        peer = min(peers, key=lambda r: r["seconds"]["flushed"]["median"], default=None)
        for row in mine:
            ratio = peer["seconds"]["flushed"]["median"] / row["seconds"]["flushed"]["median"] if peer else math.inf
            if peer and row["entrant"] == "ours":
                ratios.append(ratio)
            t = row["seconds"]["flushed"]
            theirs = f"{microseconds(peer, 'flushed')} ({', '.join(filter(None, (peer['entrant'], peer['label'])))})" if peer else "none"
            lines.append((ratio, f"| {name} | {precision} | {row['entrant']} | {microseconds(row, 'flushed')} "
                          f"({1e6 * t['p20']:.1f}, {1e6 * t['p80']:.1f}) | {microseconds(row, 'hot')} | "
                          f"{microseconds(row, 'graph')} | {100 * row['share of roof']:.0f} % {row['limit']} | "
                          f"{row['error']:.0e} | {theirs} | {f'{ratio:.2f}' if peer else ''} |"))
    lines.sort(key=lambda line: line[0])
    text = ["| case | precision | entrant | us, L2 flushed (20 %, 80 %) | hot | graph | of the roof | error | peer, us | ratio |",
            "|---|---|---|---|---|---|---|---|---|---|"] + [line for _, line in lines]
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        text += ["", f"{len(ratios)} ratios: worst {min(ratios):.2f}, geometric mean {mean:.2f}"]
    return text + [""] + notes


def models(rows):
    text = ["| what | precision | batch | engine | ms (20 %, 80 %) | windows/s | error | |", "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        t = row.get("seconds")
        times = f"{1e3 * t['median']:.3f} ({1e3 * t['p20']:.3f}, {1e3 * t['p80']:.3f})" if t else ""
        rate = row.get("windows/s") or row.get("traces/s")
        more = " ".join(f"{key}: {row[key]}" for key in ("failed", "absent", "apart") if key in row).replace("\n", " ")
        error = f"{row['error']:.0e}" if "error" in row else ""
        cells = [row.get("what", ""), row.get("precision", ""), row.get("batch", ""), row["engine"], times,
                 f"{rate:.0f}" if rate else "", error, more]
        text.append(f"| {' | '.join(map(str, cells))} |")
    return text


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    parts = [line.split("\t") for line in (folder / "parts.tsv").read_text().splitlines()]
    found, of_kernels, of_models = machine(), read(folder / "kernels.json"), read(folder / "models.json")
    results = {"machine": found, "parts": [dict(zip(("part", "verdict", "seconds"), p)) for p in parts],
               "kernels": of_kernels, "models": of_models}
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    text = ["# Results on a GPU", ""]
    text += [f"- {key}: {value}" for key, value in {**found, **of_kernels.get("context", {})}.items()]
    text += ["", "| part | verdict | s |", "|---|---|---|"] + [f"| {' | '.join(p)} |" for p in parts]
    text += ["", "## Kernels", ""] + kernels(of_kernels.get("rows", []))
    text += ["", "## Models", ""] + models(of_models.get("rows", []))
    text += ["", "## What cannot be compared", NOT_COMPARABLE]
    (folder / "summary.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
