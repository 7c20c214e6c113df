"""Widens a trained net without changing what it computes, so that training goes on from there with more to learn in.

    python widen.py --checkpoint acoustic/last.pt --channels 448 --bottleneck 144 --out wide.pt

Each new channel copies an old one, and what reads both takes a share of each; the shares differ, so that copies part ways.
Net2Net: Chen et al. 2016, arXiv 1511.05641.
"""

from __future__ import annotations

import argparse
import pathlib

import torch

from model import WakeNet


def copies(n_old: int, n_new: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which old channel each new one copies [n_new], and its share of that one's weight [n_new]."""
    source = torch.cat([torch.arange(n_old), torch.randint(n_old, (n_new - n_old,))])
    weight = .2 + .8 * torch.rand(n_new)
    return source, weight / torch.zeros(n_old).index_add_(0, source, weight)[source]


def widened(state: dict, n_bottleneck: int, channel: tuple, bottlenecks: list[tuple]) -> dict:
    source, share = channel
    result = {}
    for name, value in state.items():
        if name.startswith("blocks."):
            inner, inner_share = bottlenecks[int(name.split(".")[1])]
            if "reduce" in name:
                value = (value[:, source] * share)[inner]
            elif "expand" in name:
                taps = torch.cat([inner + tap * n_bottleneck for tap in range(3)])
                value = value[source][:, taps] * inner_share.repeat(3)
            elif value.dim() == 1:
                value = value[source]
        elif name.startswith("stem") and value.dim() >= 1:
            value = value[source]
        elif name.startswith("heads") and name.endswith("weight"):
            value = value[:, source] * share
        result[name] = value.clone()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--channels", type=int, required=True)
    parser.add_argument("--bottleneck", type=int, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    stored = torch.load(options.checkpoint, weights_only=False)
    old = stored["config"]
    channel = copies(old["channels"], options.channels)
    bottlenecks = [copies(old["bottleneck"], options.bottleneck) for _ in old["dilations"]]
    config = {**old, "channels": options.channels, "bottleneck": options.bottleneck}
    wide = {name: widened(stored[name], old["bottleneck"], channel, bottlenecks) for name in ("net", "average")}

    before, after = WakeNet(**old).eval(), WakeNet(**config).eval()
    before.load_state_dict(stored["average"])
    after.load_state_dict(wide["average"])
    log_mel = torch.randn(2, 300, config["n_mels"]) * 3 - 8
    with torch.no_grad():
        error = (before(log_mel)["phones"] - after(log_mel)["phones"]).abs().max()
    print(f"{sum(p.numel() for p in after.parameters())} parameters; largest difference of a logit {error:.1e}")
    assert error < 1e-3
    torch.save({**wide, "config": config, "step": 0}, options.out)


if __name__ == "__main__":
    main()
