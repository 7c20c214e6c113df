"""Misses and false wakes of a net on the dev recordings, by the same protocol as `wakeproof eval`, quick enough to run during training.

    python check.py --corpora DIR --cache DIR --checkpoint step-4000.pt      the table, and what came nearest to waking it
    python check.py --corpora DIR --cache DIR --noise-manifest noise.jsonl   the noise that training leaves out, for `wakeproof eval`
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch

import augment
import features
import vocabulary
from corpora import real, split_noise
from model import STRIDE, WakeNet

NEGATIVES = ["acted", "coffee", "speechocean", "speech-commands", "telephone"]
CONDITIONS = [None, 10, 5, 0]
SMOOTHING = 3
REFRACTORY = 66  # outputs, 2 s


def log_mel_of(audio: np.ndarray) -> np.ndarray:
    parts = []
    step = 160 * 3000
    for start in range(0, max(1, len(audio) - 400), step):
        piece = audio[start:start + step + 240].astype(np.float32)
        if len(piece) >= 400:
            parts.append(features.log_mel(torch.from_numpy(piece)[None])[0].numpy())
    x = np.concatenate(parts)
    return x[: len(x) // STRIDE * STRIDE]


class DevCheck:
    def __init__(self, corpora: pathlib.Path, cache: pathlib.Path):
        _, noise = split_noise(real(corpora, "train/noise-train", cache))
        self.noise = np.concatenate([noise.clip(i) for i in range(len(noise))])
        rng = np.random.default_rng(1)
        path = cache / "dev-negatives.npz"
        if path.exists():
            stored = np.load(path)
            self.negatives = {name: stored[name] for name in NEGATIVES}
        else:
            self.negatives = {name: log_mel_of(np.asarray(real(corpora, f"dev/{name}-dev", cache).audio) / np.float32(32768)).astype(np.float16) for name in NEGATIVES}
            np.savez(path, **self.negatives)
        self.records = {name: [json.loads(line) for line in (corpora / "dev" / f"{name}-dev.jsonl").open()] for name in NEGATIVES}
        self.positives = []  # word, condition, clip id, log-mel
        for word in vocabulary.WORDS:
            pool = real(corpora, f"dev/wake-{word}-dev", cache)
            for i, record in enumerate(pool.records):
                clip = pool.clip(i)
                level = augment.speech_level(clip)
                whole = np.concatenate([np.zeros(24_000, np.float32), clip, np.zeros(16_000, np.float32)])
                for condition in CONDITIONS:
                    audio = whole
                    if condition is not None:
                        at = int(rng.integers(len(self.noise) - len(whole)))
                        piece = self.noise[at:at + len(whole)]
                        audio = whole + piece * (level * 10 ** (-condition / 20) / (np.sqrt(np.square(piece).mean()) + 1e-9))
                    self.positives.append((word, condition, record["id"], log_mel_of(audio)))

    @torch.no_grad()
    def scores(self, net: torch.nn.Module) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
        """Smoothed logits [outputs, words] of each negative recording and of each positive clip."""
        net.eval()

        def smooth(logits: np.ndarray) -> np.ndarray:
            padded = np.concatenate([np.full((SMOOTHING - 1, logits.shape[1]), -10, np.float32), logits])
            return sum(padded[i:i + len(logits)] for i in range(SMOOTHING)) / SMOOTHING

        def run(x: np.ndarray) -> np.ndarray:
            out, warm, size = [], 240, 6000
            for start in range(0, len(x), size):
                begin = max(0, start - warm)
                piece = torch.from_numpy(x[begin:start + size].astype(np.float32))[None]
                out.append(net(piece)["wake"][0, (start - begin) // STRIDE:].numpy())
            return smooth(np.concatenate(out))
        negatives = {name: run(x) for name, x in self.negatives.items()}
        for name, records in self.records.items():  # where a word is really said, hearing it is right
            for r in records:
                for w, word in enumerate(vocabulary.WORDS):
                    if word in str(r.get("text", "")).lower():
                        first = int(r["offset"] / .03)
                        negatives[name][first:first + int(r["duration"] / .03) + 20, w] = -10
        positives = [run(x) for *_, x in self.positives]
        return negatives, positives

    def events(self, scores: np.ndarray, threshold: float) -> list[int]:
        """Outputs at which a wake is counted: above the threshold, at least 2 s after the last one above it was counted."""
        found, last = [], -REFRACTORY
        for i in np.flatnonzero(scores >= threshold):
            if i - last >= REFRACTORY:
                found.append(int(i))
                last = i
        return found

    def threshold(self, negatives: dict[str, np.ndarray], w: int, budget: int) -> float:
        """Lowest score on a grid of 0.05 at which word `w` wakes at most `budget` times in all negatives."""
        grid = np.arange(-6, 14, .05)
        return float(next((t for t in grid if sum(len(self.events(s[:, w], t)) for s in negatives.values()) <= budget), grid[-1]))

    def table(self, net: torch.nn.Module, budgets: tuple[int, ...] = (1, 2)) -> str:
        negatives, positives = self.scores(net)
        hours = sum(len(x) for x in self.negatives.values()) / 360_000
        lines = []
        for w, word in enumerate(vocabulary.WORDS):
            peaks = {c: np.array([s[:, w].max() for (name, condition, *_), s in zip(self.positives, positives) if name == word and condition == c]) for c in CONDITIONS}
            for budget in budgets:
                threshold = self.threshold(negatives, w, budget)
                by = {name: len(self.events(s[:, w], threshold)) for name, s in negatives.items()}
                misses = " ".join(f"{'clean' if c is None else f'{c} dB'} {100 * (p < threshold).mean():.1f}%" for c, p in peaks.items())
                lines.append(f"{word:9s} ≤{budget} false in {hours:.2f} h at {threshold:5.2f}: {misses}   {by}")
        return "\n".join(lines)

    def near_wakes(self, net: torch.nn.Module, count: int = 8) -> str:
        """For each word, the pieces of dev talk with the highest scores, and the clips of the word with the lowest."""
        negatives, positives = self.scores(net)
        lines = []
        for w, word in enumerate(vocabulary.WORDS):
            found = []
            for name, scores in negatives.items():
                for output in self.events(scores[:, w], 1.0):
                    at = output * .03
                    said = next((str(r.get("text", r["label"])) for r in self.records[name] if r["offset"] - .3 <= at <= r["offset"] + r["duration"] + .5), "")
                    found.append((float(scores[output:output + 20, w].max()), name, round(at, 1), said[:80]))
            lines += [f"{word} {score:.2f} {name} at {at} s: {said}" for score, name, at, said in sorted(found, reverse=True)[:count]]
            low = sorted((float(s[:, w].max()), clip) for (name, condition, clip, _), s in zip(self.positives, positives) if name == word and condition is None)
            lines.append(f"{word} lowest clips: " + ", ".join(f"{clip} {score:.2f}" for score, clip in low[:count]))
        return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--checkpoint", type=pathlib.Path)
    parser.add_argument("--noise-manifest", type=pathlib.Path)
    options = parser.parse_args()
    if options.noise_manifest:
        _, noise = split_noise(real(options.corpora, "train/noise-train", options.cache))
        recording = (options.corpora / "train" / noise.records[0]["audio_filepath"]).resolve()
        options.noise_manifest.write_text("".join(json.dumps({"audio_filepath": str(recording), **{k: r[k] for k in ("offset", "duration", "label")}}) + "\n" for r in noise.records))
    if options.checkpoint:
        stored = torch.load(options.checkpoint, weights_only=False)
        net = WakeNet(**stored["config"])
        net.load_state_dict(stored["average"])
        dev = DevCheck(options.corpora, options.cache)
        print(dev.table(net), dev.near_wakes(net), sep="\n")


if __name__ == "__main__":
    main()
