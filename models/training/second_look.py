"""Adds a second look to an exported wake model: writes `second.onnx` and chooses on dev how both nets decide together.

    python second_look.py --model models/wake --checkpoint acoustic/step-2600.pt [more …] --corpora DIR --cache DIR

The first net names candidates at a loose score; the larger one hears the last 2.4 s of each again. Candidate scores are those
at which the first net has `--candidates` of them in all dev talk; the share of the second net in the deciding score is one for
all words; thresholds are the lowest within the budget of false wakes. Here are the engine's rules once more, over whole
recordings at once; `wakeproof eval` has the figures that count.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnxruntime
import torch

import features
import vocabulary
from check import CONDITIONS, REFRACTORY, SMOOTHING, DevCheck
from export import chosen_on
from mixer import FRAMES
from model import STRIDE, StreamingNet, WakeNet, averaged, dct_matrix, with_half_weights

OUTPUTS = FRAMES // STRIDE
BEFORE_PEAK = 5  # outputs, as in src/detector/second-look.ts
PEAK_WAIT, BELOW_PEAK = 4, 2  # outputs, as in src/detector/decider.ts
SILENCE = float(np.log(np.float32(features.FLOOR)))


class Look(torch.nn.Module):
    """The net on a stretch of MFCC frames, from no state."""

    def __init__(self, net: WakeNet):
        super().__init__()
        self.streaming = StreamingNet(net)

    def forward(self, mfcc: torch.Tensor) -> torch.Tensor:
        return self.streaming(mfcc, torch.zeros(1, self.streaming.history * self.streaming.bottleneck))[0]


class FirstNet(torch.nn.Module):
    """The exported first net, as `DevCheck` takes one."""

    def __init__(self, folder: pathlib.Path):
        super().__init__()
        manifest = json.loads((folder / "manifest.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / manifest["file"]), options)
        self.frames, self.state_size = manifest["framesPerCall"], manifest["stateSize"]
        self.dct = dct_matrix(features.N_MELS, features.N_MELS).T.float().numpy()

    def forward(self, log_mel: torch.Tensor) -> dict[str, torch.Tensor]:
        mfcc = log_mel[0].numpy() @ self.dct
        mfcc = np.concatenate([mfcc, np.repeat(mfcc[-1:], -len(mfcc) % self.frames, 0)])
        state, logits = np.zeros((1, self.state_size), np.float32), []
        for start in range(0, len(mfcc), self.frames):
            out, state = self.session.run(None, {"features": mfcc[None, start:start + self.frames], "state": state})
            logits.append(out[0])
        return {"wake": torch.from_numpy(np.concatenate(logits)[: log_mel.shape[1] // STRIDE])[None]}


def candidates(scores: np.ndarray, threshold: float) -> list[tuple[float, int, int]]:
    """Peaks of one word's smoothed score: (score, output of the peak, output at which it was known)."""
    found, armed, to_beat, crossed = [], True, -np.inf, -1
    peak, peak_at, below = 0.0, 0, 0
    busy = np.flatnonzero(scores >= threshold)
    outputs = np.unique(np.concatenate([busy + k for k in range(PEAK_WAIT + 2)])) if len(busy) else busy
    for output in outputs[outputs < len(scores)]:
        score = scores[output]
        if crossed < 0:
            if score < threshold:
                armed, to_beat = True, -np.inf
            elif armed and score > to_beat:
                crossed, peak, peak_at, below = output, score, output, 0
            continue
        if score > peak:
            peak, peak_at = score, output
        below = below + 1 if score < peak else 0
        if below >= BELOW_PEAK or output - crossed >= PEAK_WAIT:
            found.append((float(peak), int(peak_at), int(output)))
            crossed, armed, to_beat = -1, True, (-np.inf if score < threshold else peak)
    return found


@torch.no_grad()
def looks(net: torch.nn.Module, log_mel: np.ndarray, found: list[tuple[float, int, int]], word: int, per_call: int) -> list[float]:
    """The second net's score of each candidate."""
    if not found:
        return []
    silence = np.full((FRAMES, log_mel.shape[1]), SILENCE, np.float32)
    stretches, firsts = [], []
    for _, peak_at, known in found:
        end = (known // per_call + 1) * per_call  # the call in which it is known gives these outputs
        stretch = np.concatenate([silence, log_mel[max(0, end * STRIDE - FRAMES):end * STRIDE].astype(np.float32)])[-FRAMES:]
        stretches.append(stretch)
        firsts.append(max(SMOOTHING - 1, OUTPUTS - 1 - (end - 1 - peak_at) - BEFORE_PEAK))
    result = []
    for start in range(0, len(found), 64):
        logits = net(torch.from_numpy(np.stack(stretches[start:start + 64])))["wake"][..., word].numpy()
        smooth = sum(np.pad(logits, ((0, 0), (i, 0)), constant_values=-10)[:, :OUTPUTS] for i in range(SMOOTHING)) / SMOOTHING
        result += [float(row[first:].max()) for row, first in zip(smooth, firsts[start:])]
    return result


def n_events(scored: list[tuple[float, int]], threshold: float) -> int:
    """Wakes in a recording: candidates at or above `threshold`, at least 2 s apart."""
    n, last = 0, -REFRACTORY
    for score, known in scored:
        if score >= threshold and known - last >= REFRACTORY:
            n, last = n + 1, known
    return n


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=pathlib.Path, nargs="+", required=True, help="several are averaged")
    for name in ("model", "corpora", "cache"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--candidates", type=int, default=200, help="of each word in all dev talk")
    parser.add_argument("--share", type=float, help="of the second net; by default the one of 0.4 … 1 with the fewest misses on dev")
    parser.add_argument("--budgets", type=int, nargs=3, default=[1, 2, 2], help="false wakes of each word allowed on all of dev")
    parser.add_argument("--dry", action="store_true", help="only print the figures")
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = averaged(options.checkpoint)
    dev = DevCheck(options.corpora, options.cache)
    manifest = json.loads((options.model / "manifest.json").read_text())
    per_call = manifest["framesPerCall"] // STRIDE
    negatives, positives = dev.scores(FirstNet(options.model))
    loose = [round(dev.threshold(negatives, w, options.candidates), 2) for w in range(len(vocabulary.WORDS))]

    def weighed(first: np.ndarray, log_mel: np.ndarray, w: int) -> list[tuple[float, float, int]]:
        found = candidates(first[:, w], loose[w])
        return [(score, second, known) for (score, _, known), second in zip(found, looks(net, log_mel, found, w, per_call))]

    talk = [[weighed(scores, dev.negatives[name], w) for name, scores in negatives.items()] for w in range(3)]
    clips = [{c: [weighed(s, x, w) for (name, condition, _, x), s in zip(dev.positives, positives) if name == word and condition == c] for c in CONDITIONS}
             for w, word in enumerate(vocabulary.WORDS)]
    grid = np.arange(-6, 14, .05)

    def choose(share: float, w: int, budget: int) -> tuple[float, dict]:
        fused = [[((1 - share) * a + share * b, known) for a, b, known in recording] for recording in talk[w]]
        threshold = float(next((t for t in grid if sum(n_events(r, t) for r in fused) <= budget), grid[-1]))
        missed = {c: np.mean([max(((1 - share) * a + share * b for a, b, _ in clip), default=-99) < threshold for clip in clips[w][c]]) for c in CONDITIONS}
        return threshold, missed

    totals = {}
    for share in (0.0, .4, .5, .6, .7, .8, 1.0) if options.share is None else (options.share,):
        rows = [choose(share, w, budget) for w, budget in enumerate(options.budgets)]
        totals[share] = sum(sum(missed.values()) for _, missed in rows)
        for word, loosest, budget, (threshold, missed) in zip(vocabulary.WORDS, loose, options.budgets, rows):
            figures = " ".join(f"{'clean' if c is None else f'{c} dB'} {100 * m:.1f}%" for c, m in missed.items())
            print(f"share {share:.1f} {word:9s} from {loosest:5.2f}, ≤{budget} false at {threshold:5.2f}: {figures}", flush=True)
    for w, word in enumerate(vocabulary.WORDS):
        unseen = {c: sum(not clip for clip in clips[w][c]) for c in CONDITIONS}
        print(f"{word}: {sum(map(len, talk[w]))} candidates in talk; clips without any: {unseen}")
    if options.dry:
        return
    share = min((s for s in totals if s >= .4), key=totals.get)

    path = options.model / "second.onnx"
    look = Look(net).eval()
    example = torch.randn(1, FRAMES, features.N_MELS)
    torch.onnx.export(look, (example,), str(path), input_names=["features"], output_names=["logits"], opset_version=17, dynamo=False)
    with_half_weights(path)
    mfcc = torch.from_numpy(np.random.default_rng(0).normal(0, 3, (1, FRAMES, features.N_MELS)).astype(np.float32))
    log_mel = (mfcc.double() @ dct_matrix(features.N_MELS, features.N_MELS)).float()
    error = np.abs(onnxruntime.InferenceSession(str(path)).run(None, {"features": mfcc.numpy()})[0] - net(log_mel)["wake"].detach().numpy()).max()
    print(f"{path.stat().st_size} bytes; exported against trained net: largest difference of a logit {error:.2e}")
    assert error < .05  # half precision of the weights
    manifest["secondLook"] = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "frames": FRAMES, "share": share,
                              "parameters": sum(p.numel() for p in look.parameters())}
    manifest["calibration"], manifest["chosenOn"] = None, chosen_on(options.corpora)
    for w, (entry, budget) in enumerate(zip(manifest["words"], options.budgets)):
        entry["candidateScore"] = loose[w]
        entry["operatingPoints"]["default"] = {"score": round(choose(share, w, budget)[0], 2)}
    (options.model / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
