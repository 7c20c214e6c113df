"""Recordings as memory-mapped int16 pools with an index: real ones decoded once, synthetic ones as spoken."""

from __future__ import annotations

import json
import pathlib
import subprocess

import numpy as np

RATE = 16_000


class Pool:
    """Clips of one recording. `clip(i)` is float32 at ±1; `records[i]` its manifest entry."""

    def __init__(self, audio: np.ndarray, records: list[dict]):
        self.audio = audio
        self.records = records

    def __len__(self) -> int:
        return len(self.records)

    def clip(self, i: int) -> np.ndarray:
        r = self.records[i]
        return self.audio[r["start"]:r["start"] + r["n"]].astype(np.float32) / 32768

    def select(self, wanted) -> "Pool":
        return Pool(self.audio, [r for r in self.records if wanted(r)])


def split_noise(pool: Pool) -> tuple[Pool, Pool]:
    """Noise to train on, and every fourth household recording, kept for checks on dev."""
    kept = {id(r) for r in [r for r in pool.records if r["label"] == "background"][::4]}
    return pool.select(lambda r: id(r) not in kept), pool.select(lambda r: id(r) in kept)


def decode(recording: pathlib.Path, out: pathlib.Path) -> np.ndarray:
    """Decodes `recording` to 16 kHz mono int16 in `out` unless it is there, and maps it."""
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_suffix(".part")
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(recording), "-ar", str(RATE), "-ac", "1", "-f", "s16le", str(part)], check=True)
        part.rename(out)
    return np.memmap(out, np.int16, "r")


def real(corpora: pathlib.Path, name: str, cache: pathlib.Path) -> Pool:
    """A corpus such as `train/noise-train` or `dev/coffee-dev`."""
    manifest = corpora / f"{name}.jsonl"
    records = [json.loads(line) for line in manifest.open()]
    audio = decode(manifest.parent / records[0]["audio_filepath"], cache / (pathlib.Path(name).name + ".s16"))
    for r in records:
        r["start"], r["n"] = round(r["offset"] * RATE), round(r["duration"] * RATE)
    return Pool(audio, records)


def synthetic(folder: pathlib.Path, coded: bool) -> Pool:
    """Everything synthesised so far; `coded` gives the same clips after Opus at 24 kbit/s, as the real corpora are kept."""
    parts, records, base = [], [], 0
    for index in sorted(folder.glob("synth-*.jsonl")):
        lines = [json.loads(line) for line in index.open()]
        end = lines[-1]["offset"] + lines[-1]["length"]
        audio = np.fromfile(index.with_suffix(".s16"), np.int16, end)
        if coded:
            kept = index.with_suffix(".coded")
            if not kept.exists() or kept.stat().st_size != 2 * end:
                opus(audio).tofile(kept)
            audio = np.fromfile(kept, np.int16)
        for r in lines:
            records.append({**r, "start": base + r["offset"], "n": r["length"]})
        parts.append(audio)
        base += len(audio)
    return Pool(np.concatenate(parts), records)


def opus(audio: np.ndarray) -> np.ndarray:
    """Through Opus and back, the same length. The ends of clips that lie side by side smear by a few milliseconds."""
    encode = ["ffmpeg", "-nostdin", "-v", "error", "-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "pipe:0", "-c:a", "libopus", "-b:a", "24k", "-f", "ogg", "pipe:1"]
    encoded = subprocess.run([a for a in encode if a != "-nostdin"], input=audio.tobytes(), capture_output=True, check=True).stdout
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", "pipe:0", "-f", "s16le", "-ar", "16000", "-ac", "1", "pipe:1"], input=encoded, capture_output=True, check=True).stdout
    decoded = np.frombuffer(raw, np.int16)[:len(audio)]
    return np.pad(decoded, (0, len(audio) - len(decoded)))
