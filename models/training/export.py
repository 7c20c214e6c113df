"""Writes `model.onnx` and `manifest.json` from a checkpoint, and chooses the operating points on dev.

    python export.py --checkpoint step-4000.pt [step-4500.pt …] --corpora DIR --synth DIR --cache DIR --out models/wake --version 0.1.0

Several checkpoints of one run are averaged. The default operating point of a word is the lowest score that keeps its false wakes on all dev talk within its budget;
the calibration is left null here: `wakeproof calibrate --write-manifest` fits it through the engine itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch

import features
import vocabulary
from check import NEGATIVES, SMOOTHING, DevCheck
from corpora import synthetic
from mixer import word_end
from model import STRIDE, averaged, dct_matrix, export_onnx

FRAMES_PER_CALL = 18  # 180 ms: the cost of a call hardly depends on its frames, and half of it is waited on average
DATA = [("Kokoro-82M voices (synthetic)", "Apache-2.0"), ("Piper en_US-joe-medium (synthetic)", "CC0-1.0 recordings, MIT engine"),
        ("espeak-ng, flite, festival voices (synthetic)", "engines GPL-3.0+, BSD-like, BSD-like; their output carries no licence"),
        ("speechocean762", "CC-BY-4.0"), ("LibriSpeech", "CC-BY-4.0"), ("Google Speech Commands", "CC-BY-4.0"), ("Picovoice wake-word-benchmark (other words)", "Apache-2.0"),
        ("Mycroft Precise-Community-Data", "CC0-style, per file"), ("ShawnHymel custom-speech-commands", "CC-BY"), ("Asterisk core sounds", "CC-BY-SA-3.0"),
        ("assorted clean speech", "MIT / CC-BY / Apache-2.0"), ("Beneath a Steel Sky (acted speech)", "redistributable, not sold alone"),
        ("tuxpaint-stamps, klettres", "GPL-2.0+"), ("ESC-10", "CC-BY"), ("hedgewars-data (music)", "GPL-2.0"), ("Voxengo impulse responses", "free for any use")]


def end_offsets(dev: DevCheck, positives: list[np.ndarray]) -> list[float]:
    """Median time from a word's end (energy rule, clean dev clips) to the peak of its score, ms."""
    offsets: dict[str, list[float]] = {word: [] for word in vocabulary.WORDS}
    for (word, condition, _, log_mel), scores in zip(dev.positives, positives):
        if condition is None:
            energy = np.exp(log_mel).sum(1)
            loud = np.flatnonzero(energy > energy.max() * 10 ** -2.5)
            peak = int(scores[:, vocabulary.WORDS.index(word)].argmax())
            offsets[word].append((peak + 1) * STRIDE * 10 - (loud[-1] + 1) * 10)
    return [float(np.median(offsets[word])) for word in vocabulary.WORDS]


def chosen_on(corpora: pathlib.Path) -> list[dict[str, str]]:
    """The dev corpora that choices are made on, by the hash that `wakeproof eval` knows corpora by: of the manifest's bytes and its recordings' lengths."""
    entries = []
    for name in [*(f"wake-{word}-dev" for word in vocabulary.WORDS), *(f"{name}-dev" for name in NEGATIVES)]:
        path = corpora / "dev" / f"{name}.jsonl"
        recordings = dict.fromkeys(json.loads(line)["audio_filepath"] for line in path.open() if line.strip())
        digest = hashlib.sha256(path.read_bytes() + b"".join(b"\0%d" % (path.parent / recording).stat().st_size for recording in recordings))
        entries.append({"manifest": path.name, "sha256": digest.hexdigest()})
    return entries


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=pathlib.Path, nargs="+", required=True)
    for name in ("corpora", "synth", "cache", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--budgets", type=int, nargs=3, default=[1, 2, 2], help="false wakes of each word allowed on all of dev")
    options = parser.parse_args()
    net = averaged(options.checkpoint)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "model.onnx"
    state_size = export_onnx(net, str(path), FRAMES_PER_CALL)

    # The streaming net must say what the trained one says.
    log_mel = torch.from_numpy(np.random.default_rng(0).normal(-8, 3, (1, FRAMES_PER_CALL * 20, features.N_MELS)).astype(np.float32))
    mfcc = (log_mel.double() @ dct_matrix(features.N_MELS, features.N_MELS).T).float().numpy()
    session = onnxruntime.InferenceSession(str(path))
    state, logits = np.zeros((1, state_size), np.float32), []
    for start in range(0, mfcc.shape[1], FRAMES_PER_CALL):
        out, state = session.run(None, {"features": mfcc[:, start:start + FRAMES_PER_CALL], "state": state})
        logits.append(out)
    error = np.abs(np.concatenate(logits, 1) - net(log_mel)["wake"].detach().numpy()).max()
    print(f"streaming against trained net: largest difference of a logit {error:.2e}")
    assert error < 1e-3

    dev = DevCheck(options.corpora, options.cache)
    negatives, positives = dev.scores(net)
    chosen, offsets = [dev.threshold(negatives, w, budget) for w, budget in enumerate(options.budgets)], end_offsets(dev, positives)
    pool = synthetic(options.synth, coded=False)
    words = []
    for i, word in enumerate(vocabulary.WORDS):
        spoken = pool.select(lambda r: r["kind"] == "positive" and r["label"] == word)
        durations = np.array([word_end(spoken.clip(k)) / 16 for k in range(0, len(spoken), 3)]) - 30
        low, typical, high = (round(float(np.percentile(durations, q)), -1) for q in (1, 50, 99))
        words.append({"word": word, "output": i, "endOffsetMs": offsets[i], "durationMs": {"min": low, "typical": typical, "max": high},
                      "operatingPoints": {"default": {"score": round(chosen[i], 2)}}})
    graph = onnx.load(str(path)).graph
    manifest = {
        "schema": "wakeproof-model/1", "name": "wake", "version": options.version, "file": "model.onnx",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "frontend": features.RECIPE,
        "framesPerCall": FRAMES_PER_CALL, "stride": STRIDE, "stateSize": state_size,
        "parameters": int(sum(np.prod(t.dims) for t in graph.initializer)),
        "score": {"smoothingOutputs": SMOOTHING}, "words": words, "secondLook": None, "chosenOn": chosen_on(options.corpora),
        "decision": {"refractoryMs": 2000, "peakWaitMs": 120},
        "calibration": None,
        "licences": {"code": "Apache-2.0", "weights": "Apache-2.0", "data": [{"name": n, "licence": licence} for n, licence in DATA]},
    }
    (options.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{path.stat().st_size} bytes, {manifest['parameters']} parameters, thresholds {chosen}, end offsets {offsets} ms")


if __name__ == "__main__":
    main()
