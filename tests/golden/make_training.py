#!/usr/bin/env python3
"""Losses of twenty Adam steps of the full EQTransformer in PyTorch: training.json of this folder, for oracle_test.cpp.

    SEISGRAD_SHARED=/path/to/shared python3 tests/golden/make_training.py     (Debian: python3-torch, python3-h5py)

The network is shared/golden/eqt_torch.py in float64 with batch statistics and no dropout; loss 0.05 BCE of the detection
+ 0.40 of P + 0.55 of S, plus 1e-6 sum w^2 and 1e-4 sum |b| of the encoder's and the decoders' convolutions; Adam as
Keras has it. Two starts:

  golden  the weights of eqt_2bilstm_weights.keras.h5, its four windows and labels (eqt_2bilstm_gradients.h5),
          rates 1e-3 and 1e-4
  fresh   weights, input and labels from the formula `value`, which oracle_test.cpp has too; rate 1e-3
"""
import json, os, pathlib, platform, sys

import h5py, numpy as np, torch

HERE = pathlib.Path(__file__).parent
GOLDEN = pathlib.Path(os.environ["SEISGRAD_SHARED"]) / "golden"
sys.path.insert(0, str(GOLDEN))
import eqt_torch

STEPS, SAMPLES, FRESH_BATCH = 20, 6000, 2


def value(stream, count):
    """count numbers of [-1, 1): splitmix64 (Steele et al. 2014) of stream 2^32 + i."""
    with np.errstate(over="ignore"):
        z = (np.uint64(stream) << np.uint64(32)) + np.arange(count, dtype=np.uint64)
        z = z * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1


def in_our_order(m):
    """(parameter, whether our layout is its transpose) in the order of EQTransformer::visit; buffers left out."""
    def conv(c): return [(c.c.weight, False), (c.c.bias, False)]
    def norm(b): return [(b.weight, False), (b.bias, False)]
    def lstm(l): return [(l.W, True), (l.U, True), (l.b, False)]
    def att(a): return [(a.Wt, True), (a.Wx, True), (a.bh, False), (a.Wa, True), (a.ba, False)]
    def dec(d): return [p for c in [*d.convs, d.out] for p in conv(c)]
    order = [p for c in m.enc for p in conv(c)]
    for r in m.res:
        order += norm(r.bn1) + conv(r.c1) + norm(r.bn2) + conv(r.c2)
    for b in m.bi:
        order += lstm(b.f) + lstm(b.b) + conv(b.nin) + norm(b.bn)
    for i, n in enumerate(("D0", "D")):
        ln1, ln2, ff = m.ln[2 * i], m.ln[2 * i + 1], m.ff[i]
        order += att(m.att[n]) + [(ln1.gamma, False), (ln1.beta, False)]
        order += [(ff.W1, True), (ff.b1, False), (ff.W2, True), (ff.b2, False), (ln2.gamma, False), (ln2.beta, False)]
    order += dec(m.dec["D"])
    for n, l in (("P", m.lstmP), ("S", m.lstmS)):
        order += lstm(l) + att(m.att[n]) + dec(m.dec[n])
    assert len(order) == len(list(m.parameters()))
    return order


def fresh():
    """Kernels and matrices uniform in +-sqrt(6 / (fan in + fan out)), biases within 0.01, gammas within 0.1 of 1."""
    m = eqt_torch.EQT(nlstm=2, p=0.0).double()
    gammas = {id(b.weight) for b in m.modules() if isinstance(b, torch.nn.BatchNorm1d)} | {id(l.gamma) for l in m.ln}
    for stream, (p, transposed) in enumerate(in_our_order(m)):
        v = torch.tensor(value(stream, p.numel()))
        if id(p) in gammas:
            p.data = 1 + 0.1 * v
        elif p.dim() == 1:
            p.data = 0.01 * v
        else:
            kernel = p.shape[2] if p.dim() == 3 else 1
            v = v * (6 / ((p.shape[0] + p.shape[1]) * kernel)) ** 0.5
            p.data = v.reshape(p.shape[::-1]).t().contiguous() if transposed else v.reshape(p.shape)
    x = value(1000, FRESH_BATCH * 3 * SAMPLES).reshape(FRESH_BATCH, 3, SAMPLES)
    y = (value(1001, 3 * FRESH_BATCH * SAMPLES).reshape(3, FRESH_BATCH, SAMPLES) + 1) / 2
    return m, torch.tensor(x.transpose(0, 2, 1)), torch.tensor(y)


def golden():
    m = eqt_torch.load_keras(str(GOLDEN / "eqt_2bilstm_weights.keras.h5")).double()
    for r in m.res:
        r.p = 0.0
    for f in m.ff:
        f.p = 0.0
    with h5py.File(GOLDEN / "eqt_2bilstm_gradients.h5") as f:
        x = torch.tensor(f["input"][...]).double()
        y = torch.tensor(np.stack([f[k][...] for k in ("yD", "yP", "yS")])).double()
    return m, x, y


def losses(start, rate):
    m, x, y = start()
    m.train()
    penalised = [c.c for c in [*m.enc, *(c for d in m.dec.values() for c in d.convs)]]
    parameters = list(m.parameters())
    first, second = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    result = []
    for t in range(1, STEPS + 1):
        for p in parameters:
            p.grad = None
        loss = sum(w * torch.nn.functional.binary_cross_entropy(o.clamp(1e-7, 1 - 1e-7), target)
                   for w, o, target in zip((0.05, 0.40, 0.55), m(x), y))
        loss = loss + 1e-6 * sum((c.weight**2).sum() for c in penalised) + 1e-4 * sum(c.bias.abs().sum() for c in penalised)
        result.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for p, a, b in zip(parameters, first, second):
                a.mul_(0.9).add_(p.grad, alpha=0.1)
                b.mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
                p -= rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * a / (b.sqrt() + 1e-7)
        print(f"{start.__name__} {rate:g} step {t}: {result[-1]:.12f}", flush=True)
    return result


def main():
    torch.set_num_threads(1)
    made = {"made_by": {"script": "tests/golden/make_training.py", "torch": torch.__version__, "numpy": np.__version__,
                        "python": platform.python_version()},
            "golden 1e-3": losses(golden, 1e-3), "golden 1e-4": losses(golden, 1e-4), "fresh 1e-3": losses(fresh, 1e-3)}
    (HERE / "training.json").write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
