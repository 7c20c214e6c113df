"""Finds the real talk of the training corpora that a net comes nearest to falling for.

    python mine.py --checkpoint step-2500.pt --corpora DIR --cache DIR --out hard.json [--score 0]

Writes a list of [corpus, first sample of a window] for `train.py --hard`. Recordings that hold a word itself are left out.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch

import vocabulary
from check import SMOOTHING, log_mel_of
from corpora import real
from mixer import REAL_WAKE, SPEECH, WINDOW
from model import STRIDE, WakeNet


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("checkpoint", "corpora", "cache", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--score", type=float, default=0.0, help="smoothed logit from which a window is hard")
    options = parser.parse_args()
    torch.set_num_threads(1)
    stored = torch.load(options.checkpoint, weights_only=False)
    net = WakeNet(**stored["config"])
    net.load_state_dict(stored["average"])
    net.eval()
    found = []
    for name in SPEECH:
        pool = real(options.corpora, f"train/{name}-train", options.cache)
        holds_word = np.zeros(len(pool.audio) // 480 + 100, bool)
        for r in pool.records:
            if r["label"] in REAL_WAKE or any(word in str(r.get("text", "")).lower() for word in vocabulary.WORDS):
                holds_word[r["start"] // 480:(r["start"] + r["n"]) // 480 + 10] = True
        step, warm = 16_000 * 60, 16_000 * 2
        for start in range(0, len(pool.audio) - 16_000, step):
            begin = max(0, start - warm)
            x = torch.from_numpy(log_mel_of(np.asarray(pool.audio[begin:start + step]) / np.float32(32768)))
            logits = net(x[None])["wake"][0, (start - begin) // (160 * STRIDE):].numpy()
            smooth = np.lib.stride_tricks.sliding_window_view(logits, SMOOTHING, axis=0).mean(-1).max(1)
            last = -80
            for i in np.flatnonzero(smooth > options.score):
                sample = start + int(i) * 480
                if i - last >= 80 and not holds_word[sample // 480]:
                    found.append((float(smooth[i:i + 20].max()), name, max(0, sample - WINDOW // 2)))
                    last = i
    found.sort(reverse=True)
    options.out.write_text(json.dumps([[name, sample] for _, name, sample in found]))
    print(f"{len(found)} hard windows, the hardest at {[round(s, 1) for s, *_ in found[:10]]}")


if __name__ == "__main__":
    main()
