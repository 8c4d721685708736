"""EQTransformer in PyTorch's fastest operators, on the tensors of one of our weight files (docs/weights.md).

What a user of PyTorch would write: cuDNN's LSTM and convolutions, fused normalisations, masks made once. The same
network is in tests/golden/make_golden.py in plain steps; torch_models.py holds this one against that one.
"""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, t in header.items():
        first, last = (8 + length + at for at in t["data_offsets"])
        tensors[name] = np.frombuffer(data[first:last], "<f4").reshape(t["shape"]).copy()
    return json.loads(metadata["seisgrad.config"]), tensors


class EQTransformer(torch.nn.Module):
    def __init__(self, config, tensors):
        super().__init__()
        self.c = config
        self.names = {name: name.replace(".", "_") for name in tensors}
        for name, t in tensors.items():
            t = torch.tensor(t)
            if ".moving_" in name:
                self.register_buffer(self.names[name], t)
            else:
                self.register_parameter(self.names[name], torch.nn.Parameter(t))
        self.lstms = torch.nn.ModuleDict()  # of torch's own kind, which packs its weights as cuDNN wants them
        for i in range(config["bilstm_blocks"]):
            self.add_lstm(f"bilstm.{i}", ["forward", "backward"])
        for at in "ps":
            self.add_lstm(at, ["lstm"])
        steps = torch.arange(self.steps())
        first = steps[:, None] - config["attention_width"] // 2
        self.register_buffer("seen", (steps >= first) & (steps < first + config["attention_width"]))

    def steps(self):
        steps = self.c["samples"]
        for _ in self.c["filters"]:
            steps = (steps + 1) // 2
        return steps

    def at(self, name):
        return getattr(self, self.names[name])

    def conv(self, at, x):
        weight = self.at(at + ".weight")
        kernel = weight.shape[2]
        if kernel % 2 == 0:
            return F.conv1d(F.pad(x, ((kernel - 1) // 2, kernel // 2)), weight, self.at(at + ".bias"))
        return F.conv1d(x, weight, self.at(at + ".bias"), padding=kernel // 2)

    def batch_norm(self, at, x):
        parts = [self.at(f"{at}.{part}") for part in ("moving_mean", "moving_variance", "gamma", "beta")]
        if self.training:  # the moving statistics are another run's affair
            parts[:2] = None, None
        return F.batch_norm(x, *parts, training=self.training, eps=self.c["batch_norm_epsilon"])

    def add_lstm(self, at, directions):
        units = self.c["lstm_units"]
        lstm = torch.nn.LSTM(self.at(f"{at}.{directions[0]}.weight").shape[1], units, batch_first=True,
                             bidirectional=len(directions) == 2)
        for direction, suffix in zip(directions, ("", "_reverse")):
            for ours, theirs in (("weight", "weight_ih"), ("recurrent", "weight_hh"), ("bias", "bias_ih")):
                name = f"{at}.{direction}.{ours}"
                getattr(lstm, f"{theirs}_l0{suffix}").data = self.at(name).data
                delattr(self, self.names[name])
            second_bias = getattr(lstm, f"bias_hh_l0{suffix}")  # ours has one
            second_bias.data.zero_()
            second_bias.requires_grad_(False)
        self.lstms[at.replace(".", "_")] = lstm

    def lstm(self, at, x):
        return self.lstms[at.replace(".", "_")](x)[0]

    def attention(self, at, x, near=False):
        q, k = F.linear(x, self.at(at + ".query"), self.at(at + ".bias")), F.linear(x, self.at(at + ".key"))
        score = torch.tanh(q.unsqueeze(2) + k.unsqueeze(1)) @ self.at(at + ".score") + self.at(at + ".score_bias")
        weight = torch.exp(score - score.amax(2, keepdim=True))
        if near:
            weight = weight * self.seen
        return weight / (weight.sum(2, keepdim=True) + self.c["attention_epsilon"]) @ x

    def layer_norm(self, at, x):
        return F.layer_norm(x, x.shape[-1:], self.at(at + ".gamma"), self.at(at + ".beta"), self.c["layer_norm_epsilon"])

    def linear(self, at, x):
        return F.linear(x, self.at(at + ".weight"), self.at(at + ".bias"))

    def decoder(self, at, x):
        for stage in range(len(self.c["filters"])):
            x = x.repeat_interleave(2, dim=2)
            if stage + 1 == self.c["crop_stage"]:
                x = x[:, :, self.c["crop_left"]:x.shape[2] - self.c["crop_right"]]
            x = F.relu(self.conv(f"{at}.convs.{stage}", x))
        return torch.sigmoid(self.conv(at + ".output", x))[:, 0]

    def forward(self, x):
        for i in range(len(self.c["filters"])):
            x = F.max_pool1d(F.relu(self.conv(f"encoder.{i}", x)), 2, ceil_mode=True)
        for i in range(len(self.c["residual_kernels"])):
            y = x
            for half in "12":
                at = f"residual.{i}"
                y = self.conv(f"{at}.conv{half}", F.relu(self.batch_norm(f"{at}.norm{half}", y)))
            x = x + y
        for i in range(self.c["bilstm_blocks"]):
            at, steps = f"bilstm.{i}", x.transpose(1, 2)
            x = self.batch_norm(at + ".norm", self.conv(at + ".conv", self.lstm(at, steps).transpose(1, 2)))
        x = x.transpose(1, 2)
        for at in ("transformer.0", "transformer.1"):
            y = self.layer_norm(at + ".norm1", x + self.attention(at + ".attention", x))
            x = self.layer_norm(at + ".norm2", y + self.linear(at + ".linear2", F.relu(self.linear(at + ".linear1", y))))
        outputs = [self.decoder("detection", x.transpose(1, 2))]
        for at in "ps":
            h = self.attention(at + ".attention", self.lstm(at, x), near=True)
            outputs.append(self.decoder(at + ".decoder", h.transpose(1, 2)))
        return torch.stack(outputs)
