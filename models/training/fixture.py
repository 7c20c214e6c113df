"""Synthesises `test/fixtures/kitchen.wav`: talk full of near words, then "Alexa", in a simulated kitchen, and its labels.

    python fixture.py --voices DIR --out test/fixtures

Voices that training never sees (`voices.HELD_BACK`); the room and the noise are computed, nothing is a recording.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import scipy.signal
import soundfile

import augment
import voices
from phonemes import misaki

LINES = [("am_michael", "I read the letter from Alexis about the election.", .9), ("bf_emma", "That is unacceptable, she is never on the commuter train.", .7),
         ("am_michael", "Actually, a Lexus is a car, not a harvest.", .7), ("bf_emma", "Alexa!", 1.1), ("bf_emma", "what time is it?", .35),
         ("am_michael", "Travis asked me that as well, on the way to Alaska.", 1.2)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    rng = np.random.default_rng(2018)
    kokoro = voices.Kokoro(options.voices / "kokoro")
    rooms = {"am_michael": augment.simulated_room(rng), "bf_emma": augment.simulated_room(rng)}
    parts, position, labels = [], 0, []
    for voice, text, pause in LINES:
        speech = kokoro.speak(misaki(text, british=voice[0] == "b"), {voice: 1.0}, 1.0)
        loud = np.flatnonzero(np.abs(speech) > np.abs(speech).max() * .02)
        speech = speech[loud[0]:loud[-1]]
        speech = scipy.signal.fftconvolve(speech, rooms[voice])[: len(speech) + 3000]
        speech *= .08 / augment.speech_level(speech)
        gap = np.zeros(int(pause * 16_000), np.float32)
        if text == "Alexa!":
            labels.append({"audio_filepath": "kitchen.wav", "offset": round((position + len(gap)) / 16_000, 4), "duration": round((len(speech) - 3000) / 16_000, 4),
                           "label": "alexa", "speaker": voice})
        parts += [gap, speech.astype(np.float32)]
        position += len(gap) + len(speech)
    talk = np.concatenate([*parts, np.zeros(8_000, np.float32)])
    hum = augment.coloured_noise(rng, len(talk))
    soundfile.write(options.out / "kitchen.wav", np.clip(talk + hum * .08 * 10 ** (-25 / 20) / hum.std(), -1, 1), 16_000, subtype="PCM_16")
    (options.out / "kitchen.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))


if __name__ == "__main__":
    main()
