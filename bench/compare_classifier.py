#!/usr/bin/env python3
"""The phase classifier on one core: seisgrad against ONNX Runtime and PyTorch, inference and training, in one run.

    bench/compare_classifier.py --bench build/bench/classifier_bench --weights models/pretrained/phase_classifier.safetensors

One process of each engine, pinned to one core, one thread, the same random windows and weights. Before and after the
timing every engine's logits are compared with those of PyTorch in float64, on other windows the second time. A training
step is forward with batch statistics, cross-entropy, the penalty of the weights, backward, Adam, without dropout; the
first losses must agree. The engines take turns, a few passes a turn. ONNX Runtime gets PyTorch's export; where it is not
installed it is left out, with a line that says so. Exit code 1: an engine computed something else.
"""
import argparse, os, platform, sys

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import torch
import torch.nn.functional as F
from compare_inference import Seisgrad, in_turns, start, timed
from torch_eqtransformer import read_safetensors

LARGEST_ERROR = 2e-5  # of a logit against float64, as a share of the largest
COMPARED, APART = 3, 2e-3  # steps, and how far losses may be apart: what float32 rounds, each step makes larger


class Classifier(torch.nn.Module):
    """Plain blocks, as a user of PyTorch would write them."""

    def __init__(self, config, tensors):
        super().__init__()
        if config["residual"] or config["head"] != "flatten":
            sys.exit("compare_classifier.py knows plain blocks and a flattened head only")
        weight = {name: torch.tensor(t) for name, t in tensors.items()}
        layers = []
        for i in range(config["depth"]):
            at = f"blocks.{i}.first"
            out, into, kernel = weight[at + ".conv.weight"].shape
            conv = torch.nn.Conv1d(into, out, kernel, padding=kernel // 2, bias=False)
            norm = torch.nn.BatchNorm1d(out, eps=config["batch_norm_epsilon"])
            conv.weight.data = weight[at + ".conv.weight"]
            norm.weight.data, norm.bias.data = weight[at + ".norm.gamma"], weight[at + ".norm.beta"]
            norm.running_mean, norm.running_var = weight[at + ".norm.moving_mean"], weight[at + ".norm.moving_variance"]
            layers += [conv, norm, torch.nn.ReLU(), torch.nn.MaxPool1d(2)]
        layers.append(torch.nn.Flatten())
        for at in ("hidden", "output"):
            dense = torch.nn.Linear(*reversed(weight[at + ".weight"].shape))
            dense.weight.data, dense.bias.data = weight[at + ".weight"], weight[at + ".bias"]
            layers += [dense] if at == "output" else [dense, torch.nn.ReLU()]
        self.layers = torch.nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


class Ours(Seisgrad):
    def set_input(self, x):
        super().set_input(x.transpose(0, 2, 1))  # EQTransformer's windows are (N,samples,components)

    def outputs(self):
        return self.read_outputs().reshape(self.shape[0], -1)


class PyTorch:
    def __init__(self, config, tensors):
        torch.set_num_threads(1)
        self.name = f"PyTorch {torch.__version__}"
        self.model, self.trained = Classifier(config, tensors).eval(), Classifier(config, tensors).train()
        self.adam = torch.optim.Adam(self.trained.parameters(), 1e-4)
        self.steps = 0

    def set_input(self, x):
        self.x = torch.tensor(x, dtype=torch.float32)

    def set_labels(self, labels):
        self.labels = torch.tensor(labels)

    def run(self):
        with torch.inference_mode():
            return self.model(self.x)

    def outputs(self):
        return self.run().numpy()

    def time(self, passes):
        return timed(self.run, passes)

    def step(self):
        self.steps += 1
        # ours and Keras' epsilon stands beside sqrt(v), PyTorch's beside sqrt(v / (1 - beta2^t))
        self.adam.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**self.steps) ** 0.5
        self.adam.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.trained(self.x), self.labels)
        loss = loss + 1e-4 * sum((p**2).sum() for p in self.trained.parameters() if p.dim() > 1)
        loss.backward()
        self.adam.step()
        self.loss = loss.item()

    def train(self, steps):
        return [timed(self.step, 1)[0] + (self.loss,) for _ in range(steps)]


class OnnxRuntime:
    def __init__(self, model, batch, folder):
        import onnxruntime
        path = folder + "/classifier.onnx"
        torch.onnx.export(model, torch.zeros(batch, 3, 1024), path, opset_version=13)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.name = f"ONNX Runtime {onnxruntime.__version__}"

    def set_input(self, x):
        self.x = {self.session.get_inputs()[0].name: x.astype("f4")}

    def outputs(self):
        return self.session.run(None, self.x)[0]

    def time(self, passes):
        return timed(lambda: self.session.run(None, self.x), passes)


def windows(count, seed):
    x = np.random.default_rng(seed).standard_normal((count, 3, 1024))
    x -= x.mean(axis=2, keepdims=True)
    return (x / np.abs(x).max(axis=(1, 2), keepdims=True)).astype("f4")


def check(engine, exact, x):
    """Gives the engine the windows; how far its logits are from those in float64."""
    engine.set_input(x)
    with torch.inference_mode():
        expected = exact(torch.tensor(x, dtype=torch.float64)).numpy()
    outputs = engine.outputs()
    error = np.abs(outputs - expected).max() / np.abs(expected).max() if outputs.shape == expected.shape else np.nan
    if not error <= LARGEST_ERROR:
        sys.exit(f"{engine.name}: logits differ from float64 by {error} of the largest: not timed")
    return float(error)


def table(what, samples, batch, last_heading, last):
    times = {name: 1e3 * np.array(rows)[:, :2] / batch for name, rows in samples.items()}  # ms a window
    ours = np.median(times["seisgrad"][:, 0])
    print(f"{what}, {platform.machine()}, one thread, batch {batch}, {len(times['seisgrad'])} passes each; ms a window")
    print(f"{'':24}{'CPU 20 %':>10}{'median':>9}{'80 %':>9}{'wall median':>13}{'CPU ratio':>11}{last_heading:>15}")
    for name, t in times.items():
        low, median, high = np.percentile(t[:, 0], (20, 50, 80))
        print(f"{name:24}{low:10.3f}{median:9.3f}{high:9.3f}{np.median(t[:, 1]):13.3f}{median / ours:11.2f}{last[name]:>15}")


def compare_inference(engines, exact, a):
    errors = {e.name: check(e, exact, windows(a.batch, 1)) for e in engines}
    for e in engines:
        e.time(2)  # warm-up
    samples = in_turns(engines, a.rounds, lambda e: e.time(a.passes))
    for e in engines:
        errors[e.name] = max(errors[e.name], check(e, exact, windows(a.batch, 2)))
    table("inference", samples, a.batch, "largest error", {name: f"{error:.1e}" for name, error in errors.items()})


def compare_training(engines, classes, a):
    labels = np.random.default_rng(3).integers(0, classes, a.train_batch)
    samples = {}
    for e in engines:
        e.set_input(windows(a.train_batch, 4))
        e.set_labels(labels)
        samples[e.name] = e.train(COMPARED)  # and warm-up
    losses = np.array([[row[2] for row in rows] for rows in samples.values()])
    apart = np.abs(losses / losses[0] - 1).max()
    if not apart <= APART:
        sys.exit(f"the losses differ by {apart}: {losses.tolist()}")
    samples = in_turns(engines, a.rounds, lambda e: e.train(a.passes))
    table("training", samples, a.train_batch, "last loss", {name: f"{rows[-1][2]:.6f}" for name, rows in samples.items()})
    print(f"the first {COMPARED} losses are apart by {apart:.1e} at the most")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", required=True, help="the program classifier_bench")
    arguments.add_argument("--weights", required=True, help="safetensors file of the model")
    arguments.add_argument("--batch", type=int, default=256, help="of inference; a scan has 256")
    arguments.add_argument("--train-batch", type=int, default=64)
    arguments.add_argument("--rounds", type=int, default=12)
    arguments.add_argument("--passes", type=int, default=3, help="of one engine before the next one's turn")
    arguments.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)), help="the core to use")
    a = arguments.parse_args()
    os.sched_setaffinity(0, {a.cpu})  # children inherit it

    config, tensors = read_safetensors(a.weights)
    ours, pytorch = Ours(a.bench, a.weights), PyTorch(config, tensors)
    exact = Classifier(config, tensors).eval().double()
    onnx = start(lambda: OnnxRuntime(pytorch.model, a.batch, ours.folder.name), "ONNX Runtime")
    compare_inference([ours] + onnx + [pytorch], exact, a)
    compare_training([ours, pytorch], len(config["classes"]), a)


if __name__ == "__main__":
    main()
