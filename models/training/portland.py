"""Synthesises the recording of `wakeproof replay portland`: a family's talk in a kitchen that sounds like a chain of requests, and then
a true request. The script is `replays/portland/script.json`; its lines get their times and lengths from here.

    python portland.py --voices DIR --replay replays/portland

Voices that training never sees (`voices.HELD_BACK`), each at its own place in one simulated kitchen, over a fan, dishes and a
television that talks; all of it is computed, nothing is a recording.
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

SPEECH, FAN_DB, DISHES_DB, TELEVISION_DB = .08, -34, -34, -38
TELEVISION = ("bm_lewis", "The weather tomorrow will be dry and mild in most places, with some cloud over the hills in the afternoon, and light winds from the west.")


def spoken(kokoro: voices.Kokoro, voice: str, text: str) -> np.ndarray:
    speech = kokoro.speak(misaki(text, british=voice[0] == "b"), {voice: 1.0}, 1.0)
    loud = np.flatnonzero(np.abs(speech) > np.abs(speech).max() * .02)
    return speech[loud[0]:loud[-1]]


def in_room(speech: np.ndarray, room: np.ndarray, level: float) -> np.ndarray:
    heard = scipy.signal.fftconvolve(speech, room)[: len(speech) + 4000]
    return heard * (level / augment.speech_level(heard))


def dishes(rng: np.random.Generator, n: int) -> np.ndarray:
    """A clink every few seconds: a few damped partials."""
    sound, at = np.zeros(n), 0
    while (at := at + int(rng.exponential(3.0) * voices.RATE)) < n - 8000:
        t = np.arange(8000) / voices.RATE
        for hz in rng.uniform(1800, 6500, 4):
            sound[at:at + 8000] += rng.uniform(.3, 1) * np.sin(2 * np.pi * hz * t) * np.exp(-t * rng.uniform(15, 60))
    return sound / np.abs(sound).max()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=pathlib.Path, required=True)
    parser.add_argument("--replay", type=pathlib.Path, required=True)
    options = parser.parse_args()
    path = options.replay / "script.json"
    script = json.loads(path.read_text())
    rng = np.random.default_rng(2018)
    kokoro = voices.Kokoro(options.voices / "kokoro")
    rooms = {name: augment.simulated_room(rng) for name in [*sorted({line["voice"] for line in script["lines"]}), "television"]}
    talk = np.zeros(int(script["lengthMs"] * voices.RATE / 1000))
    for line in script["lines"]:
        speech = spoken(kokoro, line["voice"], line["text"])
        heard = in_room(speech, rooms[line["voice"]], SPEECH * 10 ** (line.get("levelDb", 0) / 20))
        at = int(line["startMs"] * voices.RATE / 1000)
        talk[at:at + len(heard)] += heard[: len(talk) - at]
        line["endMs"] = line["startMs"] + round(len(speech) * 1000 / voices.RATE)
    screen = in_room(spoken(kokoro, *TELEVISION), rooms["television"], SPEECH * 10 ** (TELEVISION_DB / 20))
    talk += np.tile(screen, len(talk) // len(screen) + 1)[: len(talk)]
    fan = augment.coloured_noise(rng, len(talk))
    talk += fan * (SPEECH * 10 ** (FAN_DB / 20) / fan.std()) + dishes(rng, len(talk)) * SPEECH * 10 ** (DISHES_DB / 20)
    soundfile.write(options.replay / script["recording"], np.clip(talk, -1, 1), voices.RATE, format="FLAC", subtype="PCM_16")
    path.write_text(json.dumps(script, indent=2) + "\n")


if __name__ == "__main__":
    main()
