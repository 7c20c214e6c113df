"""Speaks whole dialogs with a voice assistant, by voices that training never sees, for `wakeproof eval-dialogs` and for names.

    python dialogs.py --voices DIR --out DIR [--n 320] [--seed 0]

Each dialog has one speaker, a blend of the voices held back: the wake word, a request that names one of 200 contacts (a third leaves
the name for the answer), the answer, and the phrase that confirms. Writes the utterances as `dialogs.flac` with `dialogs.jsonl` (by
session), the requests that name a contact again as `names.jsonl`, as many by names that are not on the list as `strangers.jsonl`, and
`contacts.txt`. Resumable by dialog.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random

import numpy as np
import soundfile

import vocabulary
import voices
from phonemes import misaki
from synthesise import trim

FIRST = """Anna Bob Carla David Emma Frank Grace Henry Isabel Jack Karen Leo Maria Nathan Olivia Peter Quentin Rachel Samuel Tina
Ursula Victor Wendy Xavier Yvonne Zachary Aisha Bruno Chloe Diego Elena Felix Gloria Hassan Ingrid Jonas Keiko Lars Mei Nikolai
Oscar Priya Rosa Stefan Tara Umar Vera Walter Yuki Zoe""".split()
LAST = """Karlsson Fletcher Hale Lee Martinez Novak O'Brien Patel Quinn Rossi Schmidt Tanaka Underwood Vargas Wong Young Zimmerman Adams
Becker Chen Dawson Evans Fischer Garcia Harris Ivanov Johnson Kim Lopez Murphy""".split()
OTHER_FIRST = """Albert Beatrice Calvin Dorothy Edgar Fiona Gregory Helen Ian Judith Kenneth Laura Martin Nora Owen Paula Russell Sandra Trevor
Veronica Amir Bianca Cedric Daria Enrique Farah Gustav Hana Igor Jasmine""".split()
OTHER_LAST = """Abbott Barker Coleman Dixon Ellis Foster Graham Hudson Ingram Jennings Kowalski Lambert Mitchell Norton Osborne Porter Ramsey Sullivan
Turner Vaughn Watkins Bianchi Castillo Dubois Eriksson Fernandez Gupta Hoffmann Jensen Kapoor""".split()
NAMING = ["send a message to {}", "send {} a message", "message {}", "leave a voice message to {}", "please send a message to {}", "record a message to {}"]
NAMELESS = ["send a message", "send a voice message", "record a message", "please leave a message"]
ANSWERS = ["to {}", "{}", "to {} please", "for {}"]
CONFIRMATIONS = ["send it to {}", "yes send it to {}", "send that to {}", "send it to {} please"]


PAUSE = 3200  # samples


def people(chance: random.Random, first: list[str], last: list[str], n: int) -> list[str]:
    return sorted(f"{a} {b}" for a, b in chance.sample([(a, b) for a in first for b in last], n))


def asked(description: str, n: int, seed: int) -> argparse.Namespace:
    """What the command line asks for, with the people who are named, written to `contacts.txt`, and a folder for what is spoken."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--n", type=int, default=n)
    parser.add_argument("--seed", type=int, default=seed)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    options.contacts, options.strangers = people(chance, FIRST, LAST, 200), people(chance, OTHER_FIRST, OTHER_LAST, 200)
    options.parts = options.out / "parts"
    options.parts.mkdir(parents=True, exist_ok=True)
    (options.out / "contacts.txt").write_text("\n".join(options.contacts) + "\n")
    return options


class Recording:
    """Utterances one behind the other in one FLAC, all of one peak, a pause behind each."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path, self.n_samples, self.sound = path, 0, []

    def add(self, speech: np.ndarray, **facts) -> dict:
        """The utterance's line of a manifest."""
        line = {"audio_filepath": self.path.name, "offset": self.n_samples / voices.RATE, "duration": len(speech) / voices.RATE, **facts}
        self.sound += [speech * (.5 / np.abs(speech).max()), np.zeros(PAUSE)]
        self.n_samples += len(speech) + PAUSE
        return line

    def write(self, manifests: dict[str, list[dict]]) -> None:
        """Writes the recording, and beside it its manifests by name."""
        soundfile.write(self.path, np.concatenate([*self.sound, np.zeros(voices.RATE)]), voices.RATE, format="FLAC", subtype="PCM_16")
        for name, lines in manifests.items():
            (self.path.parent / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def name_of(speaker: dict[str, float]) -> str:
    """A blend of voices as a manifest's speaker."""
    return "+".join(f"{voice}:{weight:.2f}" for voice, weight in speaker.items())


def main() -> None:
    options = asked(__doc__, n=320, seed=0)
    contacts, strangers, parts = options.contacts, options.strangers, options.parts
    kokoro = voices.Kokoro(options.voices / "kokoro")

    for k in range(options.n):
        path = parts / f"{k}.npz"
        if path.exists():
            continue
        chance = random.Random(f"{options.seed}/{k}")
        weights = [chance.gammavariate(.6, 1.0) for _ in voices.HELD_BACK]
        speaker = {name: w / sum(weights) for name, w in zip(sorted(voices.HELD_BACK), weights)}
        british, speed = max(speaker, key=speaker.get)[0] == "b", chance.uniform(.85, 1.2)
        contact, stranger = contacts[k % len(contacts)], strangers[k % len(strangers)]
        said = {"request": chance.choice(NAMELESS if k % 3 == 2 else NAMING).format(contact), "answer": chance.choice(ANSWERS).format(contact),
                "confirmation": chance.choice(CONFIRMATIONS).format(contact), "stranger": chance.choice(NAMING).format(stranger)}
        phonemes = {"wake": vocabulary.pronunciation("alexa", chance), **{kind: misaki(text, british=british) for kind, text in said.items()}}
        audio = {kind: trim(kokoro.speak(ipa + ".", speaker, speed)) for kind, ipa in phonemes.items()}
        np.savez(path, meta=json.dumps({"contact": contact, "stranger": stranger, "said": said, "named": k % 3 != 2,
                                        "speaker": name_of(speaker)}), **audio)
        print(k, said["request"], flush=True)

    recording = Recording(options.out / "dialogs.flac")
    lines: dict[str, list[dict]] = {"dialogs": [], "names": [], "strangers": []}
    for k in range(options.n):
        part = np.load(parts / f"{k}.npz")
        meta = json.loads(str(part["meta"]))
        for kind in ("wake", "request", "answer", "confirmation", "stranger"):
            to = meta["stranger" if kind == "stranger" else "contact"]
            slots = {"contact": to} if kind in ("answer", "confirmation", "stranger") or (kind == "request" and meta["named"]) else {}
            intent = {"request": "send", "stranger": "send", "answer": "who", "confirmation": "sendIt"}.get(kind)
            line = recording.add(part[kind], label=kind, speaker=meta["speaker"], session=f"dialog {k}", id=meta["said"].get(kind, "alexa"),
                                 **({"text": {"intent": intent, "slots": slots}} if intent else {}))
            lines["strangers" if kind == "stranger" else "dialogs"].append(line)
            if kind == "request" and meta["named"]:
                lines["names"].append(line)
    recording.write(lines)
    print({name: len(rows) for name, rows in lines.items()})


if __name__ == "__main__":
    main()
