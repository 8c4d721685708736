#!/usr/bin/env python3
"""EQTransformer on a GPU: seisgrad (bench/cuda/model_bench.cpp) and PyTorch, eager and compiled, in turns.

    bench/torch_models.py --bench build/bench/model_bench --weights eqt2.safetensors --json models.json --seconds 200

The same weights, the same windows, everything resident on the GPU, CUDA events around each pass. Two classes that are
never mixed: strict float32 (TF32 off on both sides) and tf32. Before and after the timing every engine's outputs are
compared with float64: the golden ones where $SEISGRAD_SHARED/golden is, else those of the plain network of
tests/golden/make_golden.py in float64, on windows in another order. Then training steps with Adam at batch 256, and
twenty steps at batch 8 whose losses on the GPU must be those of the CPU. What is not there, or no time is left for, is
named. Exit code 1: an engine computed something else.
"""
import argparse, json, os, pathlib, subprocess, sys, tempfile, time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
LARGEST_ERROR = {"strict": 2e-5, "tf32": 2e-2}  # of a probability
APART = 2e-3  # of a loss: rounding grows from step to step


class Seisgrad:
    name = "seisgrad"

    def __init__(self, program, device, weights, precision, graph):
        self.way = "graph" if graph else "eager"
        self.child = subprocess.Popen([program, device, weights], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True)
        self.folder = tempfile.TemporaryDirectory()
        self.ask(f"precision {precision}")

    def ask(self, command):
        try:
            self.child.stdin.write(command + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass
        lines = []
        for line in self.child.stdout:
            if line.strip() == "done":
                return [[float(word) for word in row.split()] for row in lines]
            lines.append(line)
        raise RuntimeError("".join(lines) + self.child.stderr.read())

    def set_input(self, x):
        self.shape = x.shape
        path = self.folder.name + "/input"
        x.astype("<f4").tofile(path)
        self.ask(f"input {len(x)} {path}")

    def outputs(self):
        path = self.folder.name + "/output"
        self.ask(f"output {path}")
        return np.fromfile(path, "<f4").reshape(3, self.shape[0], self.shape[2])

    def time(self, passes):
        return [row[0] for row in self.ask(f"time {self.way} {passes}")]

    def train(self, labels, steps):
        path = self.folder.name + "/labels"
        labels.astype("<f4").tofile(path)
        self.ask(f"labels {path}")
        return [tuple(row) for row in self.ask(f"train {self.way} {steps}")]  # (seconds, loss)

    def close(self):
        self.child.stdin.close()
        self.child.wait()


class PyTorch:
    def __init__(self, weights, device, precision, compiled):
        import torch
        from torch_eqtransformer import EQTransformer, read_safetensors
        self.torch, self.device = torch, device
        self.name = "PyTorch compiled" if compiled else "PyTorch eager"
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.benchmark = True
        self.model = EQTransformer(*read_safetensors(weights)).to(device).eval()
        # CUDA graphs; max-autotune would search for minutes a shape
        self.run_model = torch.compile(self.model, mode="reduce-overhead", dynamic=False) if compiled else self.model

    def set_input(self, x):
        self.x = self.torch.tensor(np.ascontiguousarray(x, "f4"), device=self.device)
        for _ in range(3):
            self.run()

    def run(self):
        with self.torch.inference_mode():
            return self.run_model(self.x)

    def outputs(self):
        return self.run().cpu().numpy()

    def seconds(self, work):
        if self.device == "cpu":
            begin = time.perf_counter()
            work()
            return time.perf_counter() - begin
        begin, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) * 1e-3

    def time(self, passes):
        return [self.seconds(self.run) for _ in range(passes)]

    def train(self, labels, steps):
        labels = self.torch.tensor(labels, dtype=self.torch.float32, device=self.device)
        self.model.train()
        adam = self.torch.optim.Adam(self.model.parameters(), 1e-4, fused=self.device == "cuda")
        bce = self.torch.nn.functional.binary_cross_entropy
        results = []

        def step():
            adam.zero_grad(set_to_none=True)
            p = self.model(self.x).clamp(1e-7, 1 - 1e-7)
            self.loss = sum(w * bce(p[i], labels[i]) for i, w in enumerate((0.05, 0.40, 0.55)))
            self.loss.backward()
            adam.step()

        for t in range(1, steps + 1):
            # Ours and Keras' epsilon stands beside sqrt(v), PyTorch's beside sqrt(v / (1 - beta2^t))
            adam.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**t) ** 0.5
            results.append((self.seconds(step), self.loss.item()))
        return results

    def close(self):
        del self.model, self.run_model


def labels_of(random, batch, samples):
    """(3,batch,samples): a detection from P to beyond S, gaussians at P and S."""
    p = random.uniform(0.1, 0.5, (batch, 1)) * samples
    s = p + random.uniform(0.02, 0.4, (batch, 1)) * samples
    t = np.arange(samples)[None]
    bump = lambda at: np.exp(-0.5 * ((t - at) / 20) ** 2)
    return np.stack([(t >= p) & (t < s + 0.4 * (s - p)), bump(p), bump(s)]).astype("f4")


class Oracle:
    """A few windows and what float64 makes of them."""

    def __init__(self, weights, shared):
        golden = pathlib.Path(shared) / "golden/eqt_2bilstm_activations.h5" if shared else None
        if golden and golden.exists():
            import h5py
            with h5py.File(golden) as f:
                self.input = f["input"][...].transpose(0, 2, 1).astype("f4")
                self.output = np.stack([f[name + "_f64"][...] for name in ("detection", "p", "s")])
            self.name = "golden outputs"
            return
        sys.path.insert(0, str(ROOT / "tests/golden"))
        import make_golden, torch
        from torch_eqtransformer import read_safetensors
        config, tensors = read_safetensors(weights)
        self.input = np.random.default_rng(1).standard_normal((8, 3, config["samples"])).astype("f4")
        with torch.no_grad():
            y = make_golden.eqtransformer({n: torch.tensor(t).double() for n, t in tensors.items()},
                                          torch.tensor(self.input).double(), config, False)
        self.output = np.stack([y[name].numpy() for name in ("detection", "p", "s")])
        self.name = "tests/golden/make_golden.py in float64"

    def check(self, engine, batch, seed, precision):
        order = np.random.default_rng(seed).integers(0, len(self.input), batch)
        engine.set_input(self.input[order])
        outputs, expected = engine.outputs(), self.output[:, order]
        error = float(np.abs(outputs - expected).max()) if outputs.shape == expected.shape else np.nan
        if not error <= LARGEST_ERROR[precision]:
            raise ValueError(f"outputs differ from float64 by {error}")
        return error


def percentiles(samples):
    p20, median, p80 = np.percentile(samples, (20, 50, 80))
    return {"p20": p20, "median": median, "p80": p80, "samples": len(samples)}


class Comparison:
    def __init__(self, a):
        self.a, self.rows, self.failed, self.begin = a, [], False, time.monotonic()

    def late(self, what):
        if late := time.monotonic() - self.begin > self.a.seconds:
            print(f"SKIPPED: no time left for {what}", flush=True)
        return late

    def row(self, engine, **values):
        self.rows.append({"engine": engine, **values})
        self.failed = self.failed or "failed" in values
        print(" ".join(f"{k}={v}" for k, v in self.rows[-1].items()), flush=True)
        if self.a.json:
            pathlib.Path(self.a.json).write_text(json.dumps({"rows": self.rows}, indent=1))

    def engines(self, precision, compiled=True):
        a = self.a
        makers = [("seisgrad", lambda: Seisgrad(a.bench, a.device, a.weights, precision, a.device == "cuda")),
                  ("PyTorch eager", lambda: PyTorch(a.weights, a.device, precision, False))]
        if compiled:
            makers.append(("PyTorch compiled", lambda: PyTorch(a.weights, a.device, precision, True)))
        engines = []
        for name, make in makers:
            try:
                engines.append(make())
            except Exception as e:  # one that is not there is no failure of the others
                self.row(name, precision=precision, absent=str(e).strip().splitlines()[-1])
        return engines

    def inference(self, oracle, precision, batch):
        what = {"what": "inference", "precision": precision, "batch": batch}
        samples, errors, left = {}, {}, {}
        for engine in self.engines(precision, self.a.device == "cuda" and batch in self.a.compiled):
            try:
                errors[engine] = oracle.check(engine, batch, 1, precision)
                samples[engine] = []
                left[engine] = engine
            except Exception as e:
                self.row(engine.name, **what, failed=str(e).strip()[-300:])
        for _ in range(self.a.rounds):
            for engine in list(left):
                try:
                    samples[engine] += engine.time(3)
                except Exception as e:
                    self.row(engine.name, **what, failed=str(e).strip()[-300:])
                    del left[engine]
        for engine in left:
            try:
                error = max(errors[engine], oracle.check(engine, batch, 2, precision))
                times = percentiles(samples[engine])
                self.row(engine.name, **what, seconds=times, error=error, oracle=oracle.name,
                         **{"windows/s": batch / times["median"]})
            except Exception as e:
                self.row(engine.name, **what, failed=str(e).strip()[-300:])
            engine.close()

    def training(self, oracle, batch):
        what = {"what": "training step", "precision": "strict", "batch": batch}
        random = np.random.default_rng(3)
        x = oracle.input[random.integers(0, len(oracle.input), batch)]
        labels = labels_of(random, batch, x.shape[2])
        losses = {}
        for engine in self.engines("strict", compiled=False):
            try:
                engine.set_input(x)
                steps = engine.train(labels, 3 + self.a.rounds)
                losses[engine.name] = [loss for _, loss in steps]
                times = percentiles([seconds for seconds, _ in steps[3:]])
                self.row(engine.name, **what, seconds=times, **{"traces/s": batch / times["median"]},
                         **{"first losses": losses[engine.name][:3]})
            except Exception as e:
                self.row(engine.name, **what, failed=str(e).strip()[-300:])
            engine.close()
        self.compare(losses, what, 3)

    def compare(self, losses, what, count):
        if len(losses) == 2:
            one, other = (np.array(values[:count]) for values in losses.values())
            apart = float(np.max(np.abs(one - other) / np.abs(other)))
            verdict = {} if apart <= APART else {"failed": "the losses differ"}
            self.row(" against ".join(losses), **what, apart=apart, **verdict)

    def twenty_steps(self, oracle):
        what = {"what": "twenty steps", "precision": "strict", "batch": self.a.steps_batch}
        random = np.random.default_rng(4)
        x = oracle.input[random.integers(0, len(oracle.input), self.a.steps_batch)]
        labels = labels_of(random, *x.shape[::2])
        losses = {}
        for device in ("cuda", "cpu"):
            try:
                engine = Seisgrad(self.a.bench, device, self.a.weights, "strict", device == "cuda")
                engine.set_input(x)
                losses[device] = [loss for _, loss in engine.train(labels, self.a.steps)]
                engine.close()
            except Exception as e:
                self.row(f"seisgrad on {device}", **what, failed=str(e).strip()[-300:])
        self.compare(losses, what, self.a.steps)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--bench", required=True, help="the program model_bench")
    p.add_argument("--weights", required=True, help="safetensors file of the model")
    p.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    p.add_argument("--batches", type=int, nargs="*", default=[512, 1, 128, 2048, 32, 8])
    p.add_argument("--compiled", type=int, nargs="*", default=[512, 1], help="batches to compile for")
    p.add_argument("--training", type=int, default=256, help="batch of a training step, 0: none")
    p.add_argument("--steps", type=int, default=20, help="steps of Adam compared between devices, 0: none")
    p.add_argument("--steps-batch", type=int, default=8)
    p.add_argument("--rounds", type=int, default=11, help="turns, of three passes each")
    p.add_argument("--seconds", type=float, default=1e9, help="after which nothing new is begun")
    p.add_argument("--json")
    c = Comparison(p.parse_args())
    sys.path.insert(0, str(ROOT / "bench"))
    oracle = Oracle(c.a.weights, os.environ.get("SEISGRAD_SHARED"))
    if c.a.steps and not c.late("twenty steps"):
        c.twenty_steps(oracle)
    for precision, batches in (("strict", c.a.batches), ("tf32", c.a.batches[:1])):
        for batch in batches:
            if precision == "tf32" and c.a.device == "cpu":
                continue
            if not c.late(f"inference, {precision}, batch {batch}"):
                c.inference(oracle, precision, batch)
        if precision == "strict" and c.a.training and not c.late("training"):
            c.training(oracle, c.a.training)
    sys.exit(1 if c.failed else 0)


if __name__ == "__main__":
    main()
