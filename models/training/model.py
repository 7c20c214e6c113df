"""The wake net: a causal time-delay net with factored layers (TDNN-F), in a form for training and one for streaming.

    log-mel [T, M] → 3 frames stacked → dense → L × { bottleneck → taps t−2d, t−d, t → dense → ReLU, + skip } → logits

Every layer is a matrix product over few rows, which ONNX Runtime runs several times faster than a Conv1d over a
short T. The field of view is finite: what was said before it cannot add up to a wake.
Factored time-delay layers: Povey et al. 2018, doi:10.21437/Interspeech.2018-1417.
"""

from __future__ import annotations

import math
import pathlib

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import nn

STRIDE = 3  # feature frames per output


class Block(nn.Module):
    def __init__(self, channels: int, bottleneck: int, dilation: int, dropout: float):
        super().__init__()
        self.dilation = dilation
        self.reduce = nn.Linear(channels, bottleneck, bias=False)
        self.expand = nn.Linear(3 * bottleneck, channels, bias=False)
        self.norm = nn.BatchNorm1d(channels)
        self.dropout = nn.Dropout(dropout)

    def taps(self, x: torch.Tensor) -> torch.Tensor:
        d, t = self.dilation, x.shape[1]
        z = nn.functional.pad(self.reduce(x), (0, 0, 2 * d, 0))
        return self.expand(torch.cat([z[:, :t], z[:, d:d + t], z[:, 2 * d:]], -1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [B, T, C]
        y = self.taps(x)
        y = self.norm(y.flatten(0, 1)).view_as(y)
        return x + self.dropout(torch.relu(y))


class WakeNet(nn.Module):
    """Input log-mel [B, T, M], T a multiple of 3; output dict of per-output logits, 30 ms apart."""

    def __init__(self, n_mels: int = 40, channels: int = 96, bottleneck: int = 48, dilations: tuple[int, ...] = (1, 1, 2, 2, 4, 4, 4),
                 heads: dict[str, int] | None = None, dropout: float = 0.08):
        super().__init__()
        self.config = dict(n_mels=n_mels, channels=channels, bottleneck=bottleneck, dilations=tuple(dilations), heads=heads, dropout=dropout)
        self.register_buffer("mean", torch.full((n_mels,), -9.0))
        self.register_buffer("scale", torch.full((n_mels,), 0.25))
        self.stem = nn.Linear(STRIDE * n_mels, channels)
        self.stem_norm = nn.BatchNorm1d(channels)
        self.blocks = nn.ModuleList(Block(channels, bottleneck, d, dropout) for d in dilations)
        self.heads = nn.ModuleDict({name: nn.Linear(channels, n) for name, n in (heads or {"wake": 3}).items()})
        nn.init.constant_(self.heads["wake"].bias, -4.0)

    def trunk(self, log_mel: torch.Tensor) -> torch.Tensor:
        """[B, T, M] → [B, T/3, C], what all heads read."""
        b, t, m = log_mel.shape
        x = ((log_mel - self.mean) * self.scale).reshape(b, t // STRIDE, STRIDE * m)
        x = torch.relu(self.stem_norm(self.stem(x).flatten(0, 1)).view(b, t // STRIDE, -1))
        for block in self.blocks:
            x = block(x)
        return x

    def forward(self, log_mel: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.trunk(log_mel)
        return {name: head(x) for name, head in self.heads.items()}


def averaged(checkpoints: list[pathlib.Path]) -> WakeNet:
    """The net whose weights are the mean of the checkpoints', which evens out what each learnt of the training voices alone
    (Wortsman et al. 2022, arXiv 2203.05482); in evaluation mode."""
    stored = [torch.load(path, weights_only=False) for path in checkpoints]
    net = WakeNet(**stored[0]["config"])
    net.load_state_dict({key: sum(s["average"][key].double() for s in stored).div(len(stored)).to(value.dtype) for key, value in stored[0]["average"].items()})
    return net.eval()


def dct_matrix(n_mels: int, n_mfcc: int) -> torch.Tensor:
    """Orthonormal DCT-II [K, M]: mfcc = D · logMel."""
    k, m = torch.arange(n_mfcc, dtype=torch.float64)[:, None], torch.arange(n_mels, dtype=torch.float64)[None]
    d = math.sqrt(2 / n_mels) * torch.cos(math.pi * k * (m + .5) / n_mels)
    d[0] /= math.sqrt(2)
    return d


class StreamingNet(nn.Module):
    """The same net with one head for inference: MFCC in, batch norms, input scaling and inverse DCT folded into the matrices,
    all history packed in one state tensor of rows [history, bottleneck]."""

    def __init__(self, net: WakeNet, head: str = "wake"):
        super().__init__()
        net = net.eval()
        m = net.config["n_mels"]
        inverse_dct = torch.block_diag(*[dct_matrix(m, m)] * STRIDE)  # D is orthonormal: logMel = Dᵀ · mfcc
        scale, shift = self._fold(net.stem_norm)
        weight = net.stem.weight.double() * net.scale.double().repeat(STRIDE)
        bias = net.stem.bias.double() - weight @ net.mean.double().repeat(STRIDE)
        self.stem = nn.Parameter((scale[:, None] * (weight @ inverse_dct.T)).T.float().contiguous())
        self.stem_bias = nn.Parameter((scale * bias + shift).float())
        self.dilations = net.config["dilations"]
        self.reduce, self.expand, self.expand_bias = nn.ParameterList(), nn.ParameterList(), nn.ParameterList()
        for block in net.blocks:
            scale, shift = self._fold(block.norm)
            self.reduce.append(nn.Parameter(block.reduce.weight.T.contiguous()))
            self.expand.append(nn.Parameter((scale[:, None] * block.expand.weight.double()).T.float().contiguous()))
            self.expand_bias.append(nn.Parameter(shift.float()))
        self.head = nn.Parameter(net.heads[head].weight.T.contiguous())
        self.head_bias = nn.Parameter(net.heads[head].bias.clone())
        self.history = sum(2 * d for d in self.dilations)
        self.bottleneck = net.config["bottleneck"]

    @staticmethod
    def _fold(norm: nn.BatchNorm1d) -> tuple[torch.Tensor, torch.Tensor]:
        scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
        return scale, norm.bias.double() - norm.running_mean.double() * scale

    def forward(self, features: torch.Tensor, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """features [1, T, K], state [1, S] → logits [1, T/3, W], nextState [1, S]."""
        t = features.shape[1] // STRIDE
        rows = state.reshape(self.history, self.bottleneck)
        x = torch.relu(torch.addmm(self.stem_bias, features.reshape(t, -1), self.stem))
        kept, start = [], 0
        for d, reduce, expand, bias in zip(self.dilations, self.reduce, self.expand, self.expand_bias):
            z = torch.cat([rows[start:start + 2 * d], x @ reduce], 0)
            kept.append(z[t:])
            start += 2 * d
            x = x + torch.relu(torch.addmm(bias, torch.cat([z[:t], z[d:d + t], z[2 * d:]], 1), expand))
        logits = torch.addmm(self.head_bias, x, self.head)
        return logits[None], torch.cat(kept, 0).reshape(1, -1)


def export_onnx(net: WakeNet, path: str, frames_per_call: int, head: str = "wake") -> int:
    """Writes the streaming net; returns the size of its state."""
    streaming = StreamingNet(net, head).eval()
    state_size = streaming.history * streaming.bottleneck
    example = (torch.zeros(1, frames_per_call, net.config["n_mels"]), torch.zeros(1, state_size))
    torch.onnx.export(streaming, example, path, input_names=["features", "state"], output_names=["logits", "nextState"], opset_version=17, dynamo=False)
    return state_size


def with_half_weights(path: pathlib.Path) -> None:
    """Keeps large matrices as float16 in the file; the runtime makes them float32 once, at load."""
    graph = (model := onnx.load(str(path))).graph
    casts = []
    for tensor in list(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1024:
            continue
        graph.initializer.remove(tensor)
        graph.initializer.append(onnx.numpy_helper.from_array(values.astype(np.float16), tensor.name + ".half"))
        casts.append(onnx.helper.make_node("Cast", [tensor.name + ".half"], [tensor.name], to=onnx.TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))
