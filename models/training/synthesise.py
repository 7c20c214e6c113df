"""Speaks the training words with every engine at hand.

    python synthesise.py --voices DIR --out DIR [--worker 0/2] [--limit N] [--seed 0]

Item i of a plan depends on (seed, i) alone, so the same seed gives the same data whatever the number of workers
and however often the run is stopped. Each worker appends int16 samples to `synth-W.s16` and a line to
`synth-W.jsonl` (id, label, kind, engine, speaker, offset and length in samples) and takes up where it left.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import random

import numpy as np

import voices
import vocabulary
from phonemes import accented, misaki
from sentences import sentence

KINDS = ["positive", "accent", "near", "auxiliary", "speech", "sentence"]
ENDINGS = [".", ".", "!", "?", ",", "...", ""]


def plan(corpora: pathlib.Path, seed: int) -> list[dict]:
    """The whole list of what is to be said, in an order whose every prefix is balanced."""
    chance = random.Random(seed)
    counts: collections.Counter[str] = collections.Counter()
    sentences: list[str] = []
    for name in ("librispeech", "speechocean", "misc"):
        for line in (corpora / "train" / f"{name}-train.jsonl").open():
            text = json.loads(line).get("text", "")
            counts.update(w for w in text.lower().split() if w.isalpha())
            if 3 <= len(text.split()) <= 9:
                sentences.append(text.lower())
    common = [w for w, _ in counts.most_common(1200) if len(w) > 1 or w in "ai"]

    items: list[dict] = []

    def add(rarity: float, kind: str, label: str, text: str, engine: str) -> None:
        """By the time that the most frequent are all spoken, one in `rarity` of these is."""
        items.append({"order": chance.random() * rarity, "kind": kind, "label": label, "text": text, "engine": engine})

    for word in vocabulary.WORDS:
        for _ in range(2600):
            add(5.5, "positive", word, word, "kokoro")
        for engine, n in (("piper", 170), ("espeak", 330), ("flite", 110), ("festival", 60)):
            for _ in range(n):
                add(1.0, "positive", word, chance.choice(vocabulary.SPELLINGS[word]), engine)
        for _ in range(700):
            add(2.5, "accent", word, word, "kokoro")
        near = vocabulary.confusables(word)
        for text in near:
            for _ in range(16):
                add(6.0, "near", word, text, "kokoro")
            for engine in ("espeak", "piper", "flite"):
                add(1.0, "near", word, text, engine)
        far = vocabulary.generated(word, common, 260, 160)
        for text in far:
            for _ in range(2):
                add(10.0, "near", word, text, "kokoro")
            add(2.0, "near", word, text, "espeak")
        for text in chance.choices(near + far, k=130):
            add(3.0, "near", word, chance.choice(vocabulary.CARRIERS).format(text), "kokoro")
    for word in vocabulary.AUXILIARY:
        for _ in range(170):
            add(6.0, "auxiliary", word, word, "kokoro")
        for _ in range(40):
            add(1.0, "auxiliary", word, word, "espeak")
    for text in chance.choices(vocabulary.COMMANDS, k=250) + chance.sample(sentences, 450):
        add(7.0, "speech", "speech", text, "kokoro")
    engines = ["kokoro"] * 12 + ["piper"] * 4 + ["flite"] * 2 + ["espeak", "festival"]
    for _ in range(20_000):  # a quarter is what people read aloud, the rest what they ask of devices
        add(1.0, "sentence", "sentence", chance.choice(sentences) if chance.random() < .25 else sentence(chance), chance.choice(engines))
    items.sort(key=lambda item: item["order"])
    for i, item in enumerate(items):
        item["id"] = i
        del item["order"]
    return items


def trim(audio: np.ndarray, margin: int = 480) -> np.ndarray:
    """Cuts silence off both ends: 10 ms frames more than 45 dB under the loudest, 30 ms of margin kept."""
    n = len(audio) // 160
    if n == 0:
        return audio
    level = 10 * np.log10(np.square(audio[: n * 160].reshape(n, 160)).mean(1) + 1e-10)
    loud = np.flatnonzero(level > level.max() - 45)
    return audio[max(0, loud[0] * 160 - margin): (loud[-1] + 1) * 160 + margin]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpora", type=pathlib.Path, required=True)
    arguments.add_argument("--voices", type=pathlib.Path, required=True, help="folder with kokoro/ and piper/")
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("--worker", default="0/1")
    arguments.add_argument("--limit", type=int)
    arguments.add_argument("--kinds", nargs="+", help="only these of " + ", ".join(KINDS), choices=KINDS, default=KINDS)
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    worker, n_workers = map(int, options.worker.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    index_path, audio_path = options.out / f"synth-{worker}.jsonl", options.out / f"synth-{worker}.s16"
    done, end = set(), 0
    if index_path.exists():
        for line in index_path.open():
            record = json.loads(line)
            done.add(record["id"])
            end = record["offset"] + record["length"]
    with audio_path.open("ab") as audio_file:
        audio_file.truncate(end * 2)

    kokoro, piper = voices.Kokoro(options.voices / "kokoro"), voices.Piper(options.voices / "piper")
    with index_path.open("a") as index, audio_path.open("ab") as audio_file:
        for item in plan(options.corpora, options.seed)[: options.limit]:
            if item["id"] % n_workers != worker or item["id"] in done or item["kind"] not in options.kinds:
                continue
            chance = random.Random(f"{options.seed}/{item['id']}")
            if item["engine"] == "kokoro":
                accent = item["kind"] == "accent"
                speaker = kokoro.draw_speaker(chance, english=.35 if accent else .7)
                lead = max(speaker, key=speaker.get)
                if accent:
                    phonemes = chance.choice(vocabulary.ACCENTED[item["label"]])
                elif item["kind"] == "positive":
                    phonemes = vocabulary.pronunciation(item["label"], chance)
                else:
                    phonemes = misaki(item["text"], british=lead[0] == "b")
                    if item["kind"] == "sentence" and chance.random() < .6:
                        phonemes = accented(phonemes, chance)
                audio = kokoro.speak(phonemes + chance.choice(ENDINGS), speaker, chance.uniform(.75, 1.3))
                name = "+".join(f"{v}:{w:.2f}" for v, w in speaker.items())
            elif item["engine"] == "piper":
                audio, name = piper.speak(item["text"] + chance.choice(ENDINGS), chance), "piper:joe"
            else:
                audio, name = getattr(voices, item["engine"])(item["text"], chance)
            audio = trim(audio)
            peak = float(np.abs(audio).max(initial=0))
            if not .01 < peak or not 800 < len(audio) < 16_000 * 12:
                print(f"left out {item}: peak {peak:.3f}, {len(audio)} samples", flush=True)
                continue
            samples = np.round(audio / peak * 16_000).astype("<i2")
            audio_file.write(samples.tobytes())
            audio_file.flush()
            index.write(json.dumps({**item, "speaker": name, "offset": end, "length": len(samples)}, ensure_ascii=False) + "\n")
            index.flush()
            end += len(samples)


if __name__ == "__main__":
    main()
