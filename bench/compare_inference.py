#!/usr/bin/env python3
"""EQTransformer inference on one core: seisgrad against ONNX Runtime and PyTorch, in one run.

    bench/compare_inference.py --bench build/bench/eqtransformer_bench --weights eqt2.safetensors

One process of each engine, pinned to one core, one thread, the same real windows, the same weights. Before and after
the timing every engine's outputs are compared with the golden float64 ones, on windows in another order; zeros,
constants or NaN are refused by the same bound. The engines take turns, A-B-C-A-B-C, a few passes a turn. An engine that
is not installed is left out, with a line that says so. Exit code 1: an engine computed something else.

WEIGHTS are made by `seisgrad model convert eqt_2bilstm_weights.keras.h5 eqt2.safetensors`. The golden data
($SEISGRAD_SHARED, or shared/ beside the repository) are described in docs/performance.md.
"""
import argparse, json, os, pathlib, platform, subprocess, sys, tempfile, time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import h5py
import numpy as np

LARGEST_ERROR = 2e-5  # of a probability against the float64 reference


def shared_folder():
    folders = [pathlib.Path(os.environ["SEISGRAD_SHARED"])] if "SEISGRAD_SHARED" in os.environ else []
    folders += [p / "shared" for p in pathlib.Path(__file__).resolve().parents]
    for folder in folders:
        if (folder / "golden").is_dir():
            return folder / "golden"
    sys.exit("no shared/golden: set SEISGRAD_SHARED")


def timed(run, passes):
    """[(CPU seconds, wall seconds)] of each pass; CPU time is the whole process's."""
    times = []
    for _ in range(passes):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    return times


class Seisgrad:
    def __init__(self, program, weights):
        self.name = "seisgrad"
        self.child = subprocess.Popen([program, weights], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.folder = tempfile.TemporaryDirectory()

    def ask(self, command):
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        lines = []
        for line in self.child.stdout:
            if line.strip() == "done":
                return lines
            lines.append(line.split())
        sys.exit(f"{self.name}: ended with code {self.child.wait()} after: {command}")

    def set_input(self, x):
        self.shape = x.shape
        path = self.folder.name + "/input"
        x.transpose(0, 2, 1).astype("<f4").tofile(path)
        self.ask(f"input {len(x)} {path}")

    def read_outputs(self):
        path = self.folder.name + "/output"
        self.ask(f"output {path}")
        return np.fromfile(path, "<f4")

    def outputs(self):
        return self.read_outputs().reshape(3, *self.shape[:2])

    def set_labels(self, labels):
        path = self.folder.name + "/labels"
        labels.astype("<f4").tofile(path)
        self.ask(f"labels {path}")

    def train(self, steps):
        return [tuple(map(float, row)) for row in self.ask(f"train {steps}")]

    def time(self, passes):
        return [(float(cpu), float(wall)) for cpu, wall in self.ask(f"time {passes}")]


class OnnxRuntime:
    def __init__(self, folder, batch):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / f"eqt_2bilstm_b{batch}.onnx"), options,
                                                    providers=["CPUExecutionProvider"])
        self.name = f"ONNX Runtime {onnxruntime.__version__}"

    def set_input(self, x):
        self.x = {self.session.get_inputs()[0].name: np.ascontiguousarray(x, "f4")}

    def outputs(self):
        return np.stack(self.session.run(None, self.x))

    def time(self, passes):
        return timed(lambda: self.session.run(None, self.x), passes)


class PyTorch:
    def __init__(self, folder):
        import torch
        torch.set_num_threads(1)
        sys.path.insert(0, str(folder))
        from eqt_torch import load_keras
        self.torch, self.model = torch, load_keras(str(folder / "eqt_2bilstm_weights.keras.h5"))
        self.name = f"PyTorch {torch.__version__}"

    def set_input(self, x):
        self.x = self.torch.tensor(np.ascontiguousarray(x, "f4"))

    def run(self):
        with self.torch.inference_mode():
            return self.model(self.x)

    def outputs(self):
        return np.stack([y.numpy() for y in self.run()])

    def time(self, passes):
        return timed(self.run, passes)


class Golden:
    def __init__(self, folder):
        with h5py.File(folder / "eqt_2bilstm_activations.h5") as f:
            self.input = f["input"][...]
            self.output = np.stack([f[name + "_f64"][...] for name in ("detection", "p", "s")])

    def check(self, engine, batch, seed):
        """Gives the engine `batch` windows in an order that depends on the seed and judges what it makes of them."""
        order = np.random.default_rng(seed).integers(0, len(self.input), batch)
        engine.set_input(self.input[order])
        outputs, expected = engine.outputs(), self.output[:, order]
        error = np.abs(outputs - expected).max() if outputs.shape == expected.shape else np.nan
        if not error <= LARGEST_ERROR:
            sys.exit(f"{engine.name}: outputs differ from the golden ones by {error}: not timed")
        return float(error)


def in_turns(engines, rounds, run):
    """What run(engine) returns, a list an engine; one engine after the other, `rounds` times."""
    samples = {e.name: [] for e in engines}
    for _ in range(rounds):
        for e in engines:
            samples[e.name] += run(e)
    return samples


def start(make, what):
    try:
        return [make()]
    except Exception as e:  # an engine that is not there is no failure of this comparison
        print(f"left out: {what}: {str(e).splitlines()[0]}")
        return []


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", required=True, help="the program eqtransformer_bench")
    arguments.add_argument("--weights", required=True, help="safetensors file of the model")
    arguments.add_argument("--batch", type=int, default=16, choices=(1, 16, 64))
    arguments.add_argument("--rounds", type=int, default=12)
    arguments.add_argument("--passes", type=int, default=3, help="of one engine before the next one's turn")
    arguments.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)), help="the core to use")
    arguments.add_argument("--json", help="write the raw samples to this file")
    a = arguments.parse_args()
    os.sched_setaffinity(0, {a.cpu})  # children inherit it

    folder = shared_folder()
    golden = Golden(folder)
    engines = [Seisgrad(a.bench, a.weights)]
    engines += start(lambda: OnnxRuntime(folder, a.batch), "ONNX Runtime")
    engines += start(lambda: PyTorch(folder), "PyTorch")
    errors = {e.name: golden.check(e, a.batch, seed=1) for e in engines}
    for e in engines:
        e.time(2)  # warm-up
    samples = in_turns(engines, a.rounds, lambda e: e.time(a.passes))
    for e in engines:
        errors[e.name] = max(errors[e.name], golden.check(e, a.batch, seed=2))

    window = {name: 1e3 * np.array(times) / a.batch for name, times in samples.items()}  # ms a window
    ours = np.median(window["seisgrad"], axis=0)
    print(f"{platform.machine()}, one thread, batch {a.batch}, {a.rounds * a.passes} passes each; ms a window")
    print(f"{'':24}{'CPU 20 %':>10}{'median':>9}{'80 %':>9}{'wall median':>13}{'CPU ratio':>11}{'largest error':>15}")
    for name, times in window.items():
        low, median, high = np.percentile(times[:, 0], (20, 50, 80))
        print(f"{name:24}{low:10.2f}{median:9.2f}{high:9.2f}{np.median(times[:, 1]):13.2f}{median / ours[0]:11.2f}"
              f"{errors[name]:15.1e}")
    if a.json:
        pathlib.Path(a.json).write_text(json.dumps({"batch": a.batch, "seconds a pass (CPU, wall)": samples}))


if __name__ == "__main__":
    main()
