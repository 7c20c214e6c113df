"""Requests that name contacts, and strangers, by voices that training knows, for `wakeproof calibrate-intent`.

    python spoken_names.py --voices DIR --out DIR [--n 200] [--seed 1]

Each speaker, a blend of voices, says one request of `dialogs.NAMING` with one of 200 contacts, and one with a name that is not among
them. Writes `requests.flac`, `requests.jsonl` and `contacts.txt`: other people than `dialogs.py` has with its own seed, by voices that it
never uses. Resumable by speaker.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random

import numpy as np
import soundfile

import voices
from dialogs import FIRST, LAST, NAMING, OTHER_FIRST, OTHER_LAST, people
from phonemes import misaki
from synthesise import trim


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    contacts, strangers = people(chance, FIRST, LAST, 200), people(chance, OTHER_FIRST, OTHER_LAST, 200)
    parts = options.out / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    (options.out / "contacts.txt").write_text("\n".join(contacts) + "\n")
    kokoro = voices.Kokoro(options.voices / "kokoro")
    at, sound, lines = 0, [], []
    for k in range(options.n):
        chance = random.Random(f"{options.seed}/{k}")
        speaker, speed = kokoro.draw_speaker(chance, 1.0), chance.uniform(.85, 1.2)
        british = max(speaker, key=speaker.get)[0] == "b"
        for name in (contacts[k % len(contacts)], strangers[k % len(strangers)]):
            text, path = chance.choice(NAMING).format(name), parts / f"{k}-{name.replace(' ', '-')}.npy"
            if not path.exists():
                np.save(path, trim(kokoro.speak(misaki(text, british=british) + ".", speaker, speed)))
            speech = np.load(path)
            speech = speech * (.5 / np.abs(speech).max())
            lines.append({"audio_filepath": "requests.flac", "offset": at / voices.RATE, "duration": len(speech) / voices.RATE,
                          "speaker": "+".join(f"{v}:{w:.2f}" for v, w in speaker.items()), "text": {"intent": "send", "slots": {"contact": name}}})
            sound += [speech, np.zeros(3200)]
            at += len(speech) + 3200
    soundfile.write(options.out / "requests.flac", np.concatenate([*sound, np.zeros(voices.RATE)]), voices.RATE, format="FLAC", subtype="PCM_16")
    (options.out / "requests.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(f"{len(lines)} requests, {at / voices.RATE:.0f} s")


if __name__ == "__main__":
    main()
