"""Requests that name contacts, and strangers, and the phrases that confirm them, by voices that training knows, for `wakeproof calibrate-intent`.

    python spoken_names.py --voices DIR --out DIR [--n 400] [--seed 1]

Each speaker, a blend of voices, says one request of `dialogs.NAMING` with one of 200 contacts, and one with a name that is not among
them, and for each a phrase of `dialogs.CONFIRMATIONS` twice, as who is asked once more says it, a little faster or slower, in one session with it: three
hearings of one name. Writes `requests.flac`, `requests.jsonl` and `contacts.txt`: other people than `dialogs.py` has with its own seed, by voices that it
never uses. Resumable by utterance.
"""

from __future__ import annotations

import random

import numpy as np

import voices
from dialogs import CONFIRMATIONS, NAMING, Recording, asked, name_of
from phonemes import misaki
from synthesise import trim


def main() -> None:
    options = asked(__doc__, n=400, seed=1)
    kokoro = voices.Kokoro(options.voices / "kokoro")
    recording, lines = Recording(options.out / "requests.flac"), []
    for k in range(options.n):
        chance = random.Random(f"{options.seed}/{k}")
        speaker, speed = kokoro.draw_speaker(chance, 1.0), chance.uniform(.85, 1.2)
        british = max(speaker, key=speaker.get)[0] == "b"
        for names in (options.contacts, options.strangers):
            name = names[k % len(names)]
            part = f"{k}-{name.replace(' ', '-')}"
            own = random.Random(f"{options.seed}/{part}")
            phrase, pace = own.choice(CONFIRMATIONS), own.uniform(.9, 1.1)
            for label, intent, text, at, file in (("request", "send", chance.choice(NAMING), speed, part), ("confirmation", "sendIt", phrase, speed, f"{part}-again"),
                                                  ("confirmation", "sendIt", phrase, speed * pace, f"{part}-once-more")):
                path = options.parts / f"{file}.npy"
                if not path.exists():
                    np.save(path, trim(kokoro.speak(misaki(text.format(name), british=british) + ".", speaker, at)))
                lines.append(recording.add(np.load(path), label=label, speaker=name_of(speaker), session=part, text={"intent": intent, "slots": {"contact": name}}))
    recording.write({"requests": lines})
    print(f"{len(lines)} requests, {recording.n_samples / voices.RATE:.0f} s")


if __name__ == "__main__":
    main()
