"""Gives synthetic words other voices: pitch, formants and melody changed apart from each other by the WORLD vocoder.

    python revoice.py --synth DIR [--worker 0/2] [--seed 0]

Synthesisers have few vocal tracts; what makes real speakers differ is moved here (doi:10.1587/transinf.2015EDP7457).
Writes `synth-voice-W.s16/.jsonl` beside the others, resumable, with `revoiced` and `variant` = the id of the source and which of its voices.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random

import numpy as np
import pyworld

RATE = 16_000
VARIANTS = {"positive": 2, "accent": 2, "near": 1, "sentence": 1}  # of each of a natural voice; near words get theirs in two of three


def revoice(audio: np.ndarray, chance: random.Random) -> np.ndarray:
    x = audio.astype(np.float64)
    f0, times = pyworld.dio(x, RATE)
    f0 = pyworld.stonemask(x, f0, times, RATE)
    envelope, aperiodicity = pyworld.cheaptrick(x, f0, times, RATE), pyworld.d4c(x, f0, times, RATE)
    voiced = f0 > 0
    if voiced.any():
        centre = np.exp(np.log(f0[voiced]).mean())
        pitch = float(np.clip(np.exp(chance.gauss(0, .28)), 75 / centre, 380 / centre))
        melody = chance.uniform(.3, 1.8)
        f0[voiced] = np.clip(centre * pitch * (f0[voiced] / centre) ** melody, 55, 600)
    bins = np.arange(envelope.shape[1], dtype=np.float64)
    warped = bins * np.exp(chance.gauss(0, .09))
    envelope = np.exp(np.stack([np.interp(warped, bins, np.log(frame + 1e-16)) for frame in envelope]))
    aperiodicity = np.stack([np.interp(warped, bins, frame) for frame in aperiodicity]) ** chance.choice([1.0, 1.0, .6, .35])  # breath
    knots = np.linspace(0, len(f0) - 1, 5)  # each quarter at its own tempo
    spans = np.diff(knots) * np.exp([chance.gauss(0, .16) for _ in range(4)])
    new = np.concatenate([[0], np.cumsum(spans)])
    index = np.clip(np.round(np.interp(np.arange(int(new[-1])), new, knots)).astype(int), 0, len(f0) - 1)
    return pyworld.synthesize(f0[index], np.ascontiguousarray(envelope[index]), np.ascontiguousarray(np.clip(aperiodicity[index], 0, 1)), RATE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synth", type=pathlib.Path, required=True)
    parser.add_argument("--worker", default="0/1")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    worker, n_workers = map(int, options.worker.split("/"))
    index_path = options.synth / f"synth-voice-{worker}.jsonl"
    done, end = set(), 0
    if index_path.exists():
        for line in index_path.open():
            record = json.loads(line)
            done.add((record["revoiced"], record["variant"]))
            end = record["offset"] + record["length"]
    audio_path = index_path.with_suffix(".s16")
    with audio_path.open("ab") as audio_file:
        audio_file.truncate(end * 2)
    with index_path.open("a") as index, audio_path.open("ab") as audio_file:
        for source in sorted(p for p in options.synth.glob("synth-[0-9]*.jsonl")):
            samples = np.memmap(source.with_suffix(".s16"), np.int16, "r")
            for line in source.read_text().splitlines():
                record = json.loads(line)
                if record["id"] % n_workers != worker or record["engine"] not in ("kokoro", "piper") or record["kind"] not in VARIANTS:
                    continue
                for variant in range(VARIANTS[record["kind"]]):
                    chance = random.Random(f"revoice/{options.seed}/{record['id']}/{variant}")
                    if (record["id"], variant) in done or (record["kind"] == "near" and chance.random() > .67):
                        continue
                    audio = revoice(samples[record["offset"]:record["offset"] + record["length"]] / 32768, chance)
                    peak = np.abs(audio).max()
                    if not np.isfinite(peak) or peak < .01:
                        continue
                    out = np.round(audio / peak * 16_000).astype("<i2")
                    audio_file.write(out.tobytes())
                    audio_file.flush()
                    index.write(json.dumps({**record, "revoiced": record["id"], "variant": variant, "offset": end, "length": len(out)}, ensure_ascii=False) + "\n")
                    index.flush()
                    end += len(out)


if __name__ == "__main__":
    main()
