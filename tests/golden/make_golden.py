#!/usr/bin/env python3
"""Makes the golden files of this folder: small seeded models with inputs, outputs and gradients from PyTorch in float64.

    python3 tests/golden/make_golden.py        (Debian: python3-torch, python3-numpy)

NAME.safetensors is a weight file of seisgrad (docs/weights.md), float32. NAME.values.safetensors holds "input",
"upstream.OUTPUT" (the gradient that is sent back from each output) and, for MODE in eval, train (moving or batch
statistics; never dropout), "MODE.OUTPUT", "MODE.grad.input" and "MODE.grad.TENSOR". Nothing here is shared with the C++
code: the networks are written out in PyTorch's own operators from their published descriptions.
"""
import json
import pathlib
import platform
import struct

import numpy
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent


# --- the file format -------------------------------------------------------------------------------------------------

def crc32c(data, crc=0):
    if not hasattr(crc32c, "table"):
        crc32c.table = []
        for value in range(256):
            for _ in range(8):
                value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
            crc32c.table.append(value)
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ crc32c.table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def write_safetensors(path, metadata, tensors):
    blobs = {name: numpy.ascontiguousarray(t) for name, t in tensors.items()}
    sums = " ".join(["00000000"] + [f"{crc32c(b.tobytes()):08x}" for b in blobs.values()])
    header, place = {"__metadata__": {**metadata, "seisgrad.crc32c": sums}}, 0
    for name, b in blobs.items():
        kind = {"float32": "F32", "float64": "F64"}[str(b.dtype)]
        header[name] = {"dtype": kind, "shape": list(b.shape), "data_offsets": [place, place + b.nbytes]}
        place += b.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    text = text.replace(sums.encode(), f"{crc32c(text):08x}".encode() + sums[8:].encode())
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(b.tobytes() for b in blobs.values()))
    print(f"{path.name}: {path.stat().st_size} bytes")


# --- layers; P is the dictionary of tensors, `at` the prefix of their names --------------------------------------------

def conv(P, at, x):
    kernel = P[at + ".weight"].shape[2]
    return F.conv1d(F.pad(x, ((kernel - 1) // 2, kernel // 2)), P[at + ".weight"], P.get(at + ".bias"))


def batch_norm(P, at, x, c, train):
    if train:
        mean, var = x.mean((0, 2)), x.var((0, 2), unbiased=False)
    else:
        mean, var = P[at + ".moving_mean"], P[at + ".moving_variance"]
    y = (x - mean[:, None]) / torch.sqrt(var[:, None] + c["batch_norm_epsilon"])
    return y * P[at + ".gamma"][:, None] + P[at + ".beta"][:, None]


def layer_norm(P, at, x, c):
    return F.layer_norm(x, x.shape[-1:], P[at + ".gamma"], P[at + ".beta"], c["layer_norm_epsilon"])


def lstm(P, at, x, c, reverse=False):
    def gate(z):
        return torch.sigmoid(z) if c["gate"] == "sigmoid" else (0.2 * z + 0.5).clamp(0, 1)

    state = cell = x.new_zeros(x.shape[0], c["lstm_units"])
    steps, outputs = range(x.shape[1]), {}
    for t in reversed(steps) if reverse else steps:
        z = F.linear(x[:, t], P[at + ".weight"], P[at + ".bias"]) + F.linear(state, P[at + ".recurrent"])
        i, f, g, o = z.chunk(4, dim=1)
        cell = gate(f) * cell + gate(i) * torch.tanh(g)
        state = gate(o) * torch.tanh(cell)
        outputs[t] = state
    return torch.stack([outputs[t] for t in steps], dim=1)


def attention(P, at, x, c, width):
    q, k = F.linear(x, P[at + ".query"]), F.linear(x, P[at + ".key"])
    hidden = torch.tanh(q.unsqueeze(2) + k.unsqueeze(1) + P[at + ".bias"])
    score = hidden @ P[at + ".score"] + P[at + ".score_bias"]
    weight = torch.exp(score - score.max(dim=2, keepdim=True).values)
    if width:
        first = torch.arange(x.shape[1])[:, None] - width // 2
        key = torch.arange(x.shape[1])[None]
        weight = torch.where((key >= first) & (key < first + width), weight, torch.zeros_like(weight))
    return weight / (weight.sum(2, keepdim=True) + c["attention_epsilon"]) @ x


# --- the models ------------------------------------------------------------------------------------------------------

def decoder(P, at, x, c):
    for stage in range(len(c["filters"])):
        x = x.repeat_interleave(2, dim=2)
        if stage + 1 == c["crop_stage"]:
            x = x[:, :, c["crop_left"]:x.shape[2] - c["crop_right"]]
        x = F.relu(conv(P, f"{at}.convs.{stage}", x))
    return torch.sigmoid(conv(P, at + ".output", x))[:, 0]


def eqtransformer(P, x, c, train):
    for i in range(len(c["filters"])):
        x = F.max_pool1d(F.relu(conv(P, f"encoder.{i}", x)), 2, ceil_mode=True)
    for i in range(len(c["residual_kernels"])):
        y = x
        for half in "12":
            y = conv(P, f"residual.{i}.conv{half}", F.relu(batch_norm(P, f"residual.{i}.norm{half}", y, c, train)))
        x = x + y
    for i in range(c["bilstm_blocks"]):
        steps = x.transpose(1, 2)
        both = [lstm(P, f"bilstm.{i}.forward", steps, c), lstm(P, f"bilstm.{i}.backward", steps, c, reverse=True)]
        x = batch_norm(P, f"bilstm.{i}.norm", conv(P, f"bilstm.{i}.conv", torch.cat(both, 2).transpose(1, 2)), c, train)
    x = x.transpose(1, 2)
    for at in ("transformer.0", "transformer.1"):
        y = layer_norm(P, at + ".norm1", x + attention(P, at + ".attention", x, c, 0), c)
        hidden = F.relu(F.linear(y, P[at + ".linear1.weight"], P[at + ".linear1.bias"]))
        x = layer_norm(P, at + ".norm2", y + F.linear(hidden, P[at + ".linear2.weight"], P[at + ".linear2.bias"]), c)
    outputs = {"detection": decoder(P, "detection", x.transpose(1, 2), c)}
    for at in "ps":
        h = attention(P, at + ".attention", lstm(P, at + ".lstm", x, c), c, c["attention_width"])
        outputs[at] = decoder(P, at + ".decoder", h.transpose(1, 2), c)
    return outputs


def phase_classifier(P, x, c, train):
    def conv_norm(at, x):
        return batch_norm(P, at + ".norm", conv(P, at + ".conv", x), c, train)

    for i in range(c["depth"]):
        y = F.relu(conv_norm(f"blocks.{i}.first", x))
        if c["residual"]:
            same = x if x.shape[1] == y.shape[1] else conv_norm(f"blocks.{i}.shortcut", x)
            y = F.relu(conv_norm(f"blocks.{i}.second", y) + same)
        x = F.max_pool1d(y, 2)
    if c["head"] == "gap":
        x = x.mean(2)
    else:
        x = F.relu(F.linear(x.flatten(1), P["hidden.weight"], P["hidden.bias"]))
    return {"logits": F.linear(x, P["output.weight"], P["output.bias"])}


# --- their tensors ---------------------------------------------------------------------------------------------------

class Shapes(dict):
    def conv(self, at, out, into, kernel, bias=True):
        self[at + ".weight"] = (out, into, kernel)
        if bias:
            self[at + ".bias"] = (out,)

    def linear(self, at, out, into):
        self[at + ".weight"], self[at + ".bias"] = (out, into), (out,)

    def norm(self, at, channels, moving=True):
        for part in ("gamma", "beta") + (("moving_mean", "moving_variance") if moving else ()):
            self[f"{at}.{part}"] = (channels,)

    def lstm(self, at, into, units):
        self[at + ".weight"], self[at + ".recurrent"], self[at + ".bias"] = (4 * units, into), (4 * units, units), (4 * units,)

    def attention(self, at, channels, units):
        self[at + ".query"] = self[at + ".key"] = (units, channels)
        self[at + ".bias"] = self[at + ".score"] = (units,)
        self[at + ".score_bias"] = (1,)

    def decoder(self, at, c):
        into = c["lstm_units"]
        stages = list(zip(c["filters"], c["kernels"]))[::-1]
        for i, (out, kernel) in enumerate(stages):
            self.conv(f"{at}.convs.{i}", out, into, kernel)
            into = out
        self.conv(at + ".output", 1, into, c["output_kernel"])


def eqtransformer_shapes(c):
    s, into, units = Shapes(), c["components"], c["lstm_units"]
    for i, (out, kernel) in enumerate(zip(c["filters"], c["kernels"])):
        s.conv(f"encoder.{i}", out, into, kernel)
        into = out
    for i, kernel in enumerate(c["residual_kernels"]):
        for half in "12":
            s.norm(f"residual.{i}.norm{half}", into)
            s.conv(f"residual.{i}.conv{half}", into, into, kernel)
    for i in range(c["bilstm_blocks"]):
        for way in ("forward", "backward"):
            s.lstm(f"bilstm.{i}.{way}", into, units)
        s.conv(f"bilstm.{i}.conv", units, 2 * units, 1)
        s.norm(f"bilstm.{i}.norm", units)
        into = units
    for at in ("transformer.0", "transformer.1"):
        s.attention(at + ".attention", units, c["attention_units"])
        s.norm(at + ".norm1", units, moving=False)
        s.linear(at + ".linear1", c["feed_forward_units"], units)
        s.linear(at + ".linear2", units, c["feed_forward_units"])
        s.norm(at + ".norm2", units, moving=False)
    s.decoder("detection", c)
    for at in "ps":
        s.lstm(at + ".lstm", units, units)
        s.attention(at + ".attention", units, c["attention_units"])
        s.decoder(at + ".decoder", c)
    return s


def phase_classifier_shapes(c):
    s, into = Shapes(), c["components"]
    for i in range(c["depth"]):
        out = min(c["channels"] << i, c["most_channels"])
        parts = [("first", into, c["kernel"])]
        if c["residual"]:
            parts += [("second", out, c["kernel"])] + ([("shortcut", into, 1)] if into != out else [])
        for part, source, kernel in parts:
            s.conv(f"blocks.{i}.{part}.conv", out, source, kernel, bias=False)
            s.norm(f"blocks.{i}.{part}.norm", out)
        into = out
    features = into if c["head"] == "gap" else into * (c["samples"] >> c["depth"])
    if c["head"] == "flatten":
        s.linear("hidden", c["hidden"], features)
        features = c["hidden"]
    s.linear("output", len(c["classes"]), features)
    return s


def random_weights(shapes, generator):
    weights = {}
    for name, shape in shapes.items():
        t = torch.randn(shape, generator=generator, dtype=torch.float64)
        if len(shape) > 1:
            t *= (1.5 / numpy.prod(shape[1:])) ** 0.5
        elif name.endswith(("gamma", "moving_variance")):
            t = 1 + 0.4 * torch.tanh(t)
        else:
            t *= 0.2
        weights[name] = t.float()
    return weights


# --- golden files ----------------------------------------------------------------------------------------------------

def make(name, kind, network, shapes, c, seed, batch=3):
    generator = torch.Generator().manual_seed(seed)
    weights = random_weights(shapes, generator)
    x = torch.randn(batch, c["components"], c["samples"], generator=generator, dtype=torch.float64).float().double()
    values, upstream = {"input": x.numpy()}, {}
    for mode in ("eval", "train"):
        P = {key: t.double().requires_grad_() for key, t in weights.items()}
        inputs = x.clone().requires_grad_()
        outputs = network(P, inputs, c, mode == "train")
        if not upstream:
            upstream = {key: torch.randn(y.shape, generator=generator, dtype=torch.float64).float().double()
                        for key, y in outputs.items()}
            values.update({"upstream." + key: g.numpy() for key, g in upstream.items()})
        sum((y * upstream[key]).sum() for key, y in outputs.items()).backward()
        values.update({f"{mode}.{key}": y.detach().numpy() for key, y in outputs.items()})
        values[f"{mode}.grad.input"] = inputs.grad.numpy()
        values.update({f"{mode}.grad.{key}": P[key].grad.numpy() for key in P if ".moving_" not in key})
    made_by = {"script": "tests/golden/make_golden.py", "seed": seed, "torch": torch.__version__,
               "numpy": numpy.__version__, "python": platform.python_version()}
    compact = {"separators": (",", ":"), "sort_keys": True}
    write_safetensors(HERE / f"{name}.safetensors", {
        "seisgrad.format": "1", "seisgrad.model": kind, "seisgrad.config": json.dumps(c, **compact),
        "seisgrad.preprocessing": "{}", "seisgrad.provenance": json.dumps(made_by, **compact),
    }, {key: t.numpy() for key, t in weights.items()})
    write_safetensors(HERE / f"{name}.values.safetensors", {"made_by": json.dumps(made_by, **compact)}, values)


def main():
    torch.set_num_threads(1)
    eqt = dict(samples=96, components=3, filters=[4, 6, 8], kernels=[7, 5, 3], residual_kernels=[3, 2], bilstm_blocks=2,
               lstm_units=4, gate="sigmoid", attention_units=6, attention_width=3, feed_forward_units=10,
               output_kernel=5, crop_stage=0, crop_left=0, crop_right=0, dropout=0.1, batch_norm_epsilon=1e-3,
               batch_norm_momentum=0.99, layer_norm_epsilon=1e-14, attention_epsilon=1e-7)
    make("eqtransformer_sigmoid", "eqtransformer", eqtransformer, eqtransformer_shapes(eqt), eqt, seed=1)
    # odd lengths (97 -> 49 -> 25 -> 50 -> 100 - 3), an uneven crop, an even attention width
    eqt.update(samples=97, components=2, filters=[5, 7], kernels=[4, 3], residual_kernels=[5], bilstm_blocks=1,
               gate="hard_sigmoid", attention_width=2, crop_stage=2, crop_left=1, crop_right=2, attention_epsilon=1e-5,
               layer_norm_epsilon=1e-6)
    make("eqtransformer_hard_sigmoid", "eqtransformer", eqtransformer, eqtransformer_shapes(eqt), eqt, seed=2)

    classifier = dict(samples=70, components=3, classes=["noise", "P", "S", "PgSg"], depth=3, residual=False, kernel=5,
                      channels=4, most_channels=8, hidden=12, head="flatten", dropout=0.3, batch_norm_epsilon=1e-5,
                      batch_norm_momentum=0.9)
    make("phase_classifier_plain", "phase_classifier", phase_classifier, phase_classifier_shapes(classifier), classifier, seed=3)
    classifier.update(residual=True, head="gap", classes=["noise", "P", "S", "Pg", "Sg"], samples=67)
    make("phase_classifier_residual", "phase_classifier", phase_classifier, phase_classifier_shapes(classifier), classifier, seed=4)


if __name__ == "__main__":
    main()
