"""Which training speech has text, and what it says."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import numpy as np

import vocabulary
from corpora import Pool, real, synthetic
from phonemes import Readings, spoken_words, word_readings

REAL_WAKE = {"tng-computer/wake-word", "tng-computer/test/wake-word", "tng-computer-cleaner/wake-word", "tng-computer-cleaner/test/wake-word",
             "computer/en", "heycomputer/en"}  # heycomputer/es says "hey ordenador"
# What is said in recordings of phrases, by their label.
LABEL_TEXTS = {**dict.fromkeys(REAL_WAKE - {"heycomputer/en"}, "computer"), "heycomputer/en": "hey computer", "athena/en": "athena", "amelia/en": "amelia",
               "heysavant/wake-word/en": "hey savant", "trick_or_treat": "trick or treat", "joke": "joke", "heychatterbox/en-us": "hey chatterbox",
               "how_are_you": "how are you", "archie": "archie", "hey_archie": "hey archie", "fenrir": "fenrir", "hey_fenrir": "hey fenrir", "goodnight": "goodnight"}
CORPORA = ["librispeech", "speechocean", "acted", "misc", "prompts", "speech-commands", "phrases-real", "wake-real"]


def text_of(name: str, record: dict) -> str | None:
    """What is said in a record of real corpus `name`."""
    if name == "phrases-real":
        return LABEL_TEXTS.get(record["label"])
    if name == "wake-real":
        return record["label"] if record["label"] in vocabulary.AUXILIARY else None
    if name == "speech-commands":
        return record["label"]
    return record["text"] if isinstance(record.get("text"), str) else None


def real_speech(corpora: pathlib.Path, cache: pathlib.Path) -> Iterator[tuple[str, Pool, int, str]]:
    """(key, pool, index, text) of every real recording with words that is 0.3 to 16.5 s long."""
    for name in CORPORA:
        pool = real(corpora, f"train/{name}-train", cache)
        for i, r in enumerate(pool.records):
            text = text_of(name, r)
            if text and .3 < r["duration"] < 16.5 and spoken_words(text):
                yield f"{name}/{r['start']}", pool, i, text


def synthetic_speech(pool: Pool) -> Iterator[tuple[str, Pool, int, str]]:
    """The same of the synthetic voices; accented forms are not what their text says."""
    for i, r in enumerate(pool.records):
        if r["kind"] != "accent" and spoken_words(r["text"]):
            yield f"synthetic/{r['id']}/{r.get('variant', '')}", pool, i, r["text"]


def frame_labels(phones: pathlib.Path) -> dict[str, np.ndarray]:
    """The label of each 10 ms frame by key, as align.py wrote them: none for what did not fit its text."""
    stored = np.load(phones)
    return dict(zip(stored["keys"].tolist(), np.split(stored["labels"], np.cumsum(stored["lengths"])[:-1])))


def transcribed(corpora: pathlib.Path, synth: pathlib.Path, cache: pathlib.Path) -> Iterator[tuple[str, Pool, int, list[Readings]]]:
    """(key, pool, index, readings of each word) of all of it; synthetic voices say many names by letter to sound."""
    for speech, as_spelt in ((real_speech(corpora, cache), False), (synthetic_speech(synthetic(synth, coded=False)), True)):
        for key, pool, i, text in speech:
            if words := word_readings(text, as_spelt):
                yield key, pool, i, words
