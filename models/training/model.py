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
PHONE_DELAY = 4  # outputs, 120 ms: what the blocks that do not look ahead may hear of what follows a phone before it is named


class Block(nn.Module):
    """One layer. If it looks ahead, what comes out is late by its dilation: of the taps, the middle one is then the present."""

    def __init__(self, channels: int, bottleneck: int, dilation: int, dropout: float, ahead: bool = False):
        super().__init__()
        self.dilation, self.delay = dilation, dilation if ahead else 0
        self.reduce = nn.Linear(channels, bottleneck, bias=False)
        self.expand = nn.Linear(3 * bottleneck, channels, bias=False)
        self.norm = nn.BatchNorm1d(channels)
        self.dropout = nn.Dropout(dropout)

    def taps(self, x: torch.Tensor) -> torch.Tensor:
        d, t = self.dilation, x.shape[1]
        z = nn.functional.pad(self.reduce(x), (0, 0, 2 * d, 0))
        return self.expand(torch.cat([z[:, :t], z[:, d:d + t], z[:, 2 * d:]], -1))

    def late(self, x: torch.Tensor) -> torch.Tensor:
        """What the layer's own output is added to: its input, as late as that is."""
        return nn.functional.pad(x, (0, 0, self.delay, 0))[:, :x.shape[1]] if self.delay else x

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # [B, T, C]
        y = self.taps(x)
        y = self.norm(y.flatten(0, 1)).view_as(y)
        return self.late(x) + self.dropout(torch.relu(y))


class WakeNet(nn.Module):
    """Input log-mel [B, T, M], T a multiple of 3; output dict of per-output logits, 30 ms apart. The head of phones may have further
    blocks of its own that look ahead."""

    def __init__(self, n_mels: int = 40, channels: int = 96, bottleneck: int = 48, dilations: tuple[int, ...] = (1, 1, 2, 2, 4, 4, 4),
                 heads: dict[str, int] | None = None, dropout: float = 0.08, ahead: tuple[int, ...] = ()):
        super().__init__()
        self.config = dict(n_mels=n_mels, channels=channels, bottleneck=bottleneck, dilations=tuple(dilations), heads=heads, dropout=dropout, ahead=tuple(ahead))
        self.register_buffer("mean", torch.full((n_mels,), -9.0))
        self.register_buffer("scale", torch.full((n_mels,), 0.25))
        self.stem = nn.Linear(STRIDE * n_mels, channels)
        self.stem_norm = nn.BatchNorm1d(channels)
        self.blocks = nn.ModuleList(Block(channels, bottleneck, d, dropout) for d in dilations)
        self.ahead = nn.ModuleList(Block(channels, bottleneck, d, dropout, ahead=True) for d in ahead)
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

    def phones(self, trunk: torch.Tensor) -> torch.Tensor:
        """[B, T/3, C] → logits of silence and each phone, `phone_delay` outputs late."""
        for block in self.ahead:
            trunk = block(trunk)
        return self.heads["phones"](trunk)

    @property
    def phone_delay(self) -> int:
        """Outputs between the middle of a phone and where the head names it: how much it may hear of what follows."""
        return PHONE_DELAY + sum(block.delay for block in self.ahead)

    def forward(self, log_mel: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.trunk(log_mel)
        return {name: self.phones(x) if name == "phones" else head(x) for name, head in self.heads.items()}


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
    all history packed in one state tensor: rows [history, bottleneck], and rows [late, channels] of what waits for blocks that look ahead."""

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
        blocks = [*net.blocks, *(net.ahead if head == "phones" else [])]
        self.dilations, self.delays = [b.dilation for b in blocks], [b.delay for b in blocks]
        self.reduce, self.expand, self.expand_bias = nn.ParameterList(), nn.ParameterList(), nn.ParameterList()
        for block in blocks:
            scale, shift = self._fold(block.norm)
            self.reduce.append(nn.Parameter(block.reduce.weight.T.contiguous()))
            self.expand.append(nn.Parameter((scale[:, None] * block.expand.weight.double()).T.float().contiguous()))
            self.expand_bias.append(nn.Parameter(shift.float()))
        self.head = nn.Parameter(net.heads[head].weight.T.contiguous())
        self.head_bias = nn.Parameter(net.heads[head].bias.clone())
        self.history, self.late = sum(2 * d for d in self.dilations), sum(self.delays)
        self.bottleneck, self.channels = net.config["bottleneck"], net.config["channels"]
        self.state_size = self.history * self.bottleneck + self.late * self.channels

    @staticmethod
    def _fold(norm: nn.BatchNorm1d) -> tuple[torch.Tensor, torch.Tensor]:
        scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
        return scale, norm.bias.double() - norm.running_mean.double() * scale

    def forward(self, features: torch.Tensor, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """features [1, T, K], state [1, S] → logits [1, T/3, W], nextState [1, S]."""
        t = features.shape[1] // STRIDE
        rows, waiting = state[0].split([self.history * self.bottleneck, self.late * self.channels])
        rows, waiting = rows.reshape(self.history, self.bottleneck), waiting.reshape(self.late, self.channels)
        x = torch.relu(torch.addmm(self.stem_bias, features.reshape(t, -1), self.stem))
        kept, kept_late, start, start_late = [], [], 0, 0
        for d, delay, reduce, expand, bias in zip(self.dilations, self.delays, self.reduce, self.expand, self.expand_bias):
            z = torch.cat([rows[start:start + 2 * d], x @ reduce], 0)
            kept.append(z[t:])
            start += 2 * d
            if delay:
                x = torch.cat([waiting[start_late:start_late + delay], x], 0)
                kept_late.append(x[t:])
                x = x[:t]
                start_late += delay
            x = x + torch.relu(torch.addmm(bias, torch.cat([z[:t], z[d:d + t], z[2 * d:]], 1), expand))
        logits = torch.addmm(self.head_bias, x, self.head)
        return logits[None], torch.cat([part.flatten() for part in kept + kept_late])[None]


def export_onnx(net: WakeNet, path: str, frames_per_call: int, head: str = "wake") -> int:
    """Writes the streaming net; returns the size of its state."""
    streaming = StreamingNet(net, head).eval()
    example = (torch.zeros(1, frames_per_call, net.config["n_mels"]), torch.zeros(1, streaming.state_size))
    torch.onnx.export(streaming, example, path, input_names=["features", "state"], output_names=["logits", "nextState"], opset_version=17, dynamo=False)
    return streaming.state_size


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
