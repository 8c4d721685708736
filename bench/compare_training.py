#!/usr/bin/env python3
"""EQTransformer training on one core: seisgrad against PyTorch, in one run.

    bench/compare_training.py --bench build/bench/eqtransformer_bench --weights eqt2.safetensors

One process of each, pinned to one core, one thread, the same windows, labels and first weights: a step is forward with
batch statistics, the weighted losses and penalties, backward, Adam. Dropout is off, so that the first losses can be
compared (tests/oracle_test.cpp compares twenty in double). The engines take turns, a few steps a turn; CPU time counts, and the wall's is beside it.
PyTorch runs bench/torch_eqtransformer.py, its fastest operators. Exit code 1: the losses differ.
"""
import argparse, os, platform, sys, tempfile

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
from compare_inference import Seisgrad, in_turns, timed

COMPARED, APART = 3, 2e-3  # steps, and how far losses may be apart: what float32 rounds, each step makes larger


class PyTorch:
    def __init__(self, weights):
        import torch
        from torch_eqtransformer import EQTransformer, read_safetensors
        torch.set_num_threads(1)
        self.torch, self.name = torch, f"PyTorch {torch.__version__}"
        self.model = EQTransformer(*read_safetensors(weights)).train()
        self.adam = torch.optim.Adam(self.model.parameters(), 1e-4)
        self.t = 0

    def set_input(self, x):
        self.x = self.torch.tensor(np.ascontiguousarray(x.transpose(0, 2, 1), "f4"))

    def set_labels(self, labels):
        self.labels = self.torch.tensor(labels.astype("f4"))

    def step(self):
        self.t += 1
        # ours and Keras' epsilon stands beside sqrt(v), PyTorch's beside sqrt(v / (1 - beta2^t))
        self.adam.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**self.t) ** 0.5
        self.adam.zero_grad(set_to_none=True)
        bce = self.torch.nn.functional.binary_cross_entropy
        p = [y.clamp(1e-7, 1 - 1e-7) for y in self.model(self.x)]
        loss = sum(w * bce(p[i], self.labels[i]) for i, w in enumerate((0.05, 0.40, 0.55)))
        for name, parameter in self.model.named_parameters():
            if name.startswith("encoder_") or "convs_" in name:
                loss = loss + (1e-6 * (parameter**2).sum() if name.endswith("weight") else 1e-4 * parameter.abs().sum())
        loss.backward()
        self.adam.step()
        self.loss = loss.item()

    def train(self, steps):
        rows = []
        for _ in range(steps):
            (cpu, wall), = timed(self.step, 1)
            rows.append((cpu, wall, self.loss))
        return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", required=True, help="the program eqtransformer_bench")
    arguments.add_argument("--weights", required=True, help="safetensors file of the model")
    arguments.add_argument("--batch", type=int, default=32)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--steps", type=int, default=2, help="of one engine before the other's turn")
    arguments.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)), help="the core to use")
    a = arguments.parse_args()
    os.sched_setaffinity(0, {a.cpu})  # children inherit it

    random = np.random.default_rng(1)
    x = random.standard_normal((a.batch, 6000, 3))
    labels = random.random((3, a.batch, 6000))
    engines = [Seisgrad(a.bench, a.weights), PyTorch(a.weights)]
    warm = {}
    for e in engines:
        e.set_input(x)
        e.set_labels(labels)
        warm[e.name] = e.train(1)
    rows = in_turns(engines, a.rounds, lambda e: e.train(a.steps))
    ours, theirs = (np.array(warm[e.name] + rows[e.name]) for e in engines)
    apart = np.abs(ours[:COMPARED, 2] / theirs[:COMPARED, 2] - 1).max()
    print(f"{platform.machine()}, one thread, batch {a.batch}, {len(ours) - 1} steps each; ms a trace")
    print(f"{'':24}{'CPU 20 %':>10}{'median':>9}{'80 %':>9}{'wall median':>13}{'CPU ratio':>11}")
    for e, table in zip(engines, (ours, theirs)):
        ms = 1e3 * table[1:, :2] / a.batch
        low, median, high = np.percentile(ms[:, 0], (20, 50, 80))
        ratio = median / np.median(1e3 * ours[1:, 0] / a.batch)
        print(f"{e.name:24}{low:10.2f}{median:9.2f}{high:9.2f}{np.median(ms[:, 1]):13.2f}{ratio:11.2f}")
    print(f"losses {ours[0, 2]:.6f} to {ours[-1, 2]:.6f}, the first {COMPARED} apart by {apart:.1e} at the most")
    if not apart <= APART:
        sys.exit("the losses differ")


if __name__ == "__main__":
    main()
