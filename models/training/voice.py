"""Fits whether two pieces of speech are of one voice: a projection of their spectra and an affine map to an LLR.

    python voice.py --corpora DIR --cache DIR --out models/guard

A piece is described by mean and deviation of its 40 log-mel bands over its loud frames, less its level. The projection is that
of linear discriminant analysis, scaled so that what varies within a voice has variance 1; likeness is the cosine. Each piece
is heard in another room, line and noise, so that the place cannot stand for the voice. Fitted on speakers of train/,
checked on speakers of dev/.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
from collections import defaultdict

import numpy as np
import scipy.fft
import scipy.linalg
import scipy.optimize
import torch

import augment
import features
from corpora import real

N_PIECES, N_DIMS, LOUD_NATS = 6, 32, 4.6  # a frame within 20 dB of the loud ones is speech
CORPORA = ["librispeech", "speechocean", "speech-commands"]


def describe(audio: np.ndarray) -> tuple[np.ndarray, int] | None:
    """Mean and deviation of the bands [80] and the number of loud frames."""
    x = features.log_mel(torch.from_numpy(audio)[None])[0].numpy().astype(np.float64)
    level = np.log(np.exp(x).sum(1))
    loud = x[level > np.quantile(level, .9) - LOUD_NATS]
    if len(loud) < 20:
        return None
    mean = loud.mean(0)
    return np.concatenate([mean - mean.mean(), loud.std(0)]), len(loud)


def pieces(corpora: pathlib.Path, cache: pathlib.Path, split: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Descriptions [N, 80], speakers [N] and loud frames [N]."""
    rooms = [augment.simulated_room(rng) for _ in range(100)]
    rows, who, lengths = [], [], []
    for name in CORPORA:
        path = f"{split}/{name}-{split}"
        if not (corpora / f"{path}.jsonl").exists():
            continue
        pool = real(corpora, path, cache)
        said = defaultdict(list)
        for i, r in enumerate(pool.records):
            said[r["speaker"]].append(i)
        for speaker, indices in said.items():
            order, at = rng.permutation(indices).tolist(), 0
            for _ in range(N_PIECES):
                n, clips = int(rng.uniform(.8, 3.2) * features.RATE), []
                while at < len(order) and sum(map(len, clips)) < n:
                    clips.append(pool.clip(order[at]))
                    at += 1
                audio = np.concatenate(clips) if clips else np.zeros(0, np.float32)
                if len(audio) < .6 * features.RATE:
                    break
                start = int(rng.uniform(0, max(1, len(audio) - n)))
                audio = audio[start:start + n]
                size = scipy.fft.next_fast_len(len(audio) + 8000, real=True)
                spectrum = scipy.fft.rfft(audio, size)
                if rng.random() < .6:
                    spectrum = spectrum * scipy.fft.rfft(rooms[int(rng.integers(len(rooms)))], size)
                spectrum = spectrum * augment.random_equaliser(rng, len(spectrum))
                audio = scipy.fft.irfft(spectrum, size)[:len(audio)].astype(np.float32)
                level = augment.speech_level(audio)
                audio = audio / max(level, 1e-6) * .05
                audio = audio + augment.coloured_noise(rng, len(audio)) * np.float32(.05 * 10 ** (-rng.uniform(10, 40) / 20))
                if (found := describe(audio.astype(np.float32))) is not None:
                    rows.append(found[0])
                    who.append(f"{name}/{speaker}")
                    lengths.append(found[1])
    return np.array(rows), np.array(who), np.array(lengths)


def projection(x: np.ndarray, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mean [80], W [dims, 80]): W·(x − mean) has variance 1 within a voice."""
    speakers, index = np.unique(who, return_inverse=True)
    centres = np.zeros((len(speakers), x.shape[1]))
    np.add.at(centres, index, x)
    centres /= np.bincount(index)[:, None]
    inner = x - centres[index]
    within = inner.T @ inner / (len(x) - len(speakers)) + 1e-4 * np.eye(x.shape[1])
    between = np.cov(centres.T)
    values, vectors = scipy.linalg.eigh(between, within)
    order = np.argsort(values)[::-1][:N_DIMS]
    scale = np.sqrt(np.clip(values[order], 0, None) / (values[order] + 1))  # what tells little between voices counts for little
    return x.mean(0), (vectors[:, order] * scale).T


def pairs(x: np.ndarray, who: np.ndarray, lengths: np.ndarray, rng: np.random.Generator, n_other: int) -> tuple[np.ndarray, np.ndarray]:
    """(similarity, seconds of the shorter) [P, 2], same voice [P]; others are of the same corpus."""
    corpus = np.array([name.split("/")[0] for name in who])
    rows, same = [], []
    v = x / np.linalg.norm(x, axis=1, keepdims=True)
    for i in range(len(x)):
        mine = np.flatnonzero(who == who[i])
        others = np.flatnonzero((corpus == corpus[i]) & (who != who[i]))
        chosen = [(j, 1) for j in mine if j > i] + [(j, 0) for j in rng.choice(others, min(n_other, len(others)), replace=False)]
        for j, label in chosen:
            rows.append([v[i] @ v[j], min(lengths[i], lengths[j]) / 100])
            same.append(label)
    return np.array(rows), np.array(same)


def cllr(llr: np.ndarray, same: np.ndarray) -> float:
    return (np.logaddexp(0, -llr[same == 1]).mean() + np.logaddexp(0, llr[same == 0]).mean()) / 2 / math.log(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpora", "cache", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x, who, lengths = pieces(options.corpora, options.cache, "train", rng)
    held = rng.permutation(np.unique(who))[: len(np.unique(who)) // 3]  # speakers that the projection has not seen fit the map
    seen = ~np.isin(who, held)
    mean, w = projection(x[seen], who[seen])
    trials, same = pairs((x[~seen] - mean) @ w.T, who[~seen], lengths[~seen], rng, 4)

    def loss(b: np.ndarray) -> float:
        return cllr(b[0] + trials @ b[1:], same)

    fit = scipy.optimize.minimize(loss, np.zeros(3)).x
    n_voices = len(held)
    dev, dev_who, dev_lengths = pieces(options.corpora, options.cache, "dev", rng)
    check, check_same = pairs((dev - mean) @ w.T, dev_who, dev_lengths, rng, 4)
    llr = fit[0] + check @ fit[1:]
    thresholds = np.sort(llr)
    eer = min((max((llr[check_same == 1] < t).mean(), (llr[check_same == 0] >= t).mean()), t) for t in thresholds[:: max(1, len(thresholds) // 400)])
    print(f"train: {seen.sum()} pieces of {len(np.unique(who[seen]))} voices, map from {len(same)} pairs of {n_voices} voices, coefficients {fit}")
    print(f"dev: {len(check_same)} pairs ({check_same.sum()} of one voice) of {len(np.unique(dev_who))} voices: EER {eer[0]:.1%}, Cllr {cllr(llr, check_same):.3f}")
    options.out.mkdir(parents=True, exist_ok=True)
    rounded = lambda a: [float(f"{v:.4g}") for v in a]  # noqa: E731
    model = {
        "schema": "wakeproof-voice/1", "id": "voice-1", "nBands": features.N_MELS, "loudNats": LOUD_NATS, "mean": rounded(mean), "projection": [rounded(row) for row in w],
        "evidence": {
            "schema": "wakeproof-evidence-model/1", "id": "voice-1", "stage": "sameVoice", "b": float(f"{fit[0]:.4g}"),
            "features": {"similarity": {"w": float(f"{fit[1]:.4g}"), "from": -1, "to": 1},
                         "shorterMs": {"w": float(f"{fit[2] / 1000:.4g}"), "from": float(trials[:, 1].min() * 1000), "to": 3200.0}},
            "nTargets": n_voices, "nNonTargets": n_voices, "corpora": [f"train/{name}-train" for name in CORPORA],
        },
        "licences": {"weights": "Apache-2.0", "data": ["LibriSpeech CC BY 4.0", "speechocean762 CC BY 4.0", "Speech Commands CC BY 4.0"]},
    }
    (options.out / "voice.json").write_text(json.dumps(model) + "\n")


if __name__ == "__main__":
    main()
