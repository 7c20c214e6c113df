"""Makes a checkpoint out of exported nets, so that training goes on from what ships, without the run that made it.

    python restore.py --acoustic models/acoustic/model.onnx --wake models/wake/second.onnx --phones phones.npz --dilations 1 1 2 2 4 4 4 8 --ahead 1 2 4 --out restored.pt

Both files should hold the same trunk up to the steps that were averaged. The trunk is the acoustic model's, or with `--trunk wake` the other's. What export folded comes apart
again: the DCT, the batch norms (by the statistics of random speech-like input they change nothing), and the prior of the phones.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import features
import vocabulary
from export_acoustic import log_prior
from model import STRIDE, WakeNet, dct_matrix
from phonemes import ARPABET

USUAL_WEIGHT = .04  # root mean square of the matrices before batch norms, in nets that were trained for long


def matrices(path: pathlib.Path) -> dict[str, torch.Tensor]:
    return {t.name.removeprefix("streaming.").removesuffix(".half"): torch.from_numpy(numpy_helper.to_array(t).astype(np.float32))
            for t in onnx.load(str(path)).graph.initializer}


@torch.no_grad()
def open_norms(net: WakeNet, log_mel: torch.Tensor) -> None:
    """Gives each batch norm the statistics of its input, and undoes what that changes: in training mode it then starts near to what it computes in evaluation.
    What export folded into the matrix before it comes out again: a matrix of so small numbers would be moved several times too far by each step, and forget."""
    def wrap(norm: torch.nn.BatchNorm1d, before: torch.Tensor, matrix: torch.nn.Linear) -> torch.Tensor:
        flat = before.flatten(0, 1)
        bias, mean, variance = norm.bias.clone(), flat.mean(0), flat.var(0).clamp(min=1e-4)
        grown = USUAL_WEIGHT / matrix.weight.square().mean().sqrt()
        matrix.weight.mul_(grown)
        norm.running_mean.copy_(mean * grown)
        norm.running_var.copy_((variance + norm.eps) * grown ** 2 - norm.eps)
        norm.weight.copy_(torch.sqrt(variance + norm.eps))
        norm.bias.copy_(bias + mean)
        return torch.relu(before + bias)

    b, t, m = log_mel.shape
    x = wrap(net.stem_norm, net.stem(((log_mel - net.mean) * net.scale).reshape(b, t // STRIDE, STRIDE * m)), net.stem)
    for block in [*net.blocks, *net.ahead]:
        x = block.late(x) + wrap(block.norm, block.taps(x), block.expand)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acoustic", type=pathlib.Path, required=True)
    parser.add_argument("--wake", type=pathlib.Path, required=True)
    parser.add_argument("--phones", type=pathlib.Path, help="labels it was trained with, whose prior comes back; without, a prior of nothing")
    parser.add_argument("--speech", type=pathlib.Path, required=True, help="int16 samples at 16 kHz to take statistics of")
    parser.add_argument("--dilations", type=int, nargs="+", required=True)
    parser.add_argument("--ahead", type=int, nargs="*", default=[], help="of the acoustic model's further blocks, which look ahead")
    parser.add_argument("--trunk", choices=["acoustic", "wake"], default="acoustic")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    acoustic, wake = matrices(options.acoustic), matrices(options.wake)
    trunk = wake if options.trunk == "wake" else acoustic
    channels, bottleneck = trunk["reduce.0"].shape
    heads = {"wake": len(vocabulary.WORDS), "auxiliary": len(vocabulary.AUXILIARY), "phones": len(ARPABET) + 1}
    net = WakeNet(channels=channels, bottleneck=bottleneck, dilations=tuple(options.dilations), ahead=tuple(options.ahead), heads=heads).eval()
    state = net.state_dict()
    dct = torch.block_diag(*[dct_matrix(features.N_MELS, features.N_MELS).float()] * STRIDE)
    stem = (dct.T @ trunk["stem"]).T  # [C, 3M] on log-mel
    state["stem.weight"] = stem / net.scale.repeat(STRIDE)
    state["stem.bias"] = torch.zeros(channels)
    state["stem_norm.bias"] = trunk["stem_bias"] + stem @ net.mean.repeat(STRIDE)
    n_blocks = len(options.dilations)
    for i in range(n_blocks + len(options.ahead)):
        block, source = (f"blocks.{i}", trunk) if i < n_blocks else (f"ahead.{i - n_blocks}", acoustic)
        state[f"{block}.reduce.weight"] = source[f"reduce.{i}"].T
        state[f"{block}.expand.weight"] = source[f"expand.{i}"].T
        state[f"{block}.norm.bias"] = source[f"expand_bias.{i}"]
    prior = log_prior(options.phones) if options.phones else 0
    state["heads.phones.weight"], state["heads.phones.bias"] = acoustic["head"].T, acoustic["head_bias"] + prior
    state["heads.wake.weight"], state["heads.wake.bias"] = wake["head"].T, wake["head_bias"]
    net.load_state_dict({key: value.contiguous() for key, value in state.items()})
    norms = [net.stem_norm, *(block.norm for block in [*net.blocks, *net.ahead])]
    for norm in norms:
        norm.eps = 0.0
    samples = np.fromfile(options.speech, np.int16, 16_000 * 480)
    log_mel = features.log_mel(torch.from_numpy(samples.astype(np.float32) / 32768).view(100, -1))
    log_mel = log_mel[:, :log_mel.shape[1] // STRIDE * STRIDE]
    with torch.no_grad():
        before = net(log_mel)["phones"]
    open_norms(net, log_mel)
    for norm in norms:
        norm.eps = 1e-5
    with torch.no_grad():
        print(f"largest difference of a logit {(net(log_mel)['phones'] - before).abs().max():.1e}")
    torch.save({"average": net.state_dict(), "net": net.state_dict(), "config": net.config, "step": 0}, options.out)


if __name__ == "__main__":
    main()
