"""Requests that name contacts, and strangers, by voices that training knows, for `wakeproof calibrate-intent`.

    python spoken_names.py --voices DIR --out DIR [--n 200] [--seed 1]

Each speaker, a blend of voices, says one request of `dialogs.NAMING` with one of 200 contacts, and one with a name that is not among
them. Writes `requests.flac`, `requests.jsonl` and `contacts.txt`: other people than `dialogs.py` has with its own seed, by voices that it
never uses. Resumable by speaker.
"""

from __future__ import annotations

import random

import numpy as np

import voices
from dialogs import NAMING, Recording, asked, name_of
from phonemes import misaki
from synthesise import trim


def main() -> None:
    options = asked(__doc__, n=200, seed=1)
    kokoro = voices.Kokoro(options.voices / "kokoro")
    recording, lines = Recording(options.out / "requests.flac"), []
    for k in range(options.n):
        chance = random.Random(f"{options.seed}/{k}")
        speaker, speed = kokoro.draw_speaker(chance, 1.0), chance.uniform(.85, 1.2)
        british = max(speaker, key=speaker.get)[0] == "b"
        for names in (options.contacts, options.strangers):
            name = names[k % len(names)]
            text, path = chance.choice(NAMING).format(name), options.parts / f"{k}-{name.replace(' ', '-')}.npy"
            if not path.exists():
                np.save(path, trim(kokoro.speak(misaki(text, british=british) + ".", speaker, speed)))
            lines.append(recording.add(np.load(path), speaker=name_of(speaker), text={"intent": "send", "slots": {"contact": name}}))
    recording.write({"requests": lines})
    print(f"{len(lines)} requests, {recording.n_samples / voices.RATE:.0f} s")


if __name__ == "__main__":
    main()
