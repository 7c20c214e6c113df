"""Words and phrases that sound like a wake word, by weighted phone distance over a pronouncing dictionary.

The distance is a Levenshtein distance over phones in which a substitution costs the share of articulatory
features that differ (manner, place, voicing; height, backness, rounding), after Schönherr et al. 2020
(arXiv 2008.00508), who weighted phones to craft accidental triggers of shipped assistants.
"""

from __future__ import annotations

import functools
import heapq

from phonemes import dictionary

# manner, place (0 front … 1 back of the mouth), voiced
_CONSONANTS = {"B": ("stop", 0, 1), "P": ("stop", 0, 0), "D": ("stop", .5, 1), "T": ("stop", .5, 0), "G": ("stop", .9, 1), "K": ("stop", .9, 0),
               "CH": ("affricate", .6, 0), "JH": ("affricate", .6, 1), "F": ("fricative", .1, 0), "V": ("fricative", .1, 1),
               "TH": ("fricative", .3, 0), "DH": ("fricative", .3, 1), "S": ("fricative", .5, 0), "Z": ("fricative", .5, 1),
               "SH": ("fricative", .6, 0), "ZH": ("fricative", .6, 1), "HH": ("fricative", 1, 0), "M": ("nasal", 0, 1), "N": ("nasal", .5, 1),
               "NG": ("nasal", .9, 1), "L": ("approximant", .5, 1), "R": ("approximant", .6, 1), "W": ("approximant", .1, 1), "Y": ("approximant", .7, 1)}
# height (0 close … 1 open), backness, rounded
_VOWELS = {"IY": (0, 0, 0), "IH": (.2, .1, 0), "EH": (.6, .1, 0), "EY": (.4, 0, 0), "AE": (.85, .1, 0), "AA": (1, .8, 0), "AO": (.7, 1, 1),
           "OW": (.45, 1, 1), "UH": (.25, .8, 1), "UW": (0, 1, 1), "AH": (.55, .5, 0), "ER": (.5, .5, .3), "AY": (.8, .3, 0), "AW": (.8, .6, .4),
           "OY": (.6, .7, 1)}
_KIND = {("stop", "affricate"): .4, ("affricate", "fricative"): .4, ("stop", "fricative"): .6, ("nasal", "approximant"): .6, ("stop", "nasal"): .6}

# Phones; nearer than this is the word itself in another spelling or accent.
TOO_NEAR = .4


@functools.lru_cache(maxsize=None)
def substitution(a: str, b: str) -> float:
    """Cost in 0..1.2 of hearing phone `b` for phone `a`."""
    if a == b:
        return 0.0
    if a in _CONSONANTS and b in _CONSONANTS:
        (ma, pa, va), (mb, pb, vb) = _CONSONANTS[a], _CONSONANTS[b]
        manner = 0.0 if ma == mb else _KIND.get((ma, mb), _KIND.get((mb, ma), .9))
        return min(1.0, .15 + manner * .6 + abs(pa - pb) * .5 + .2 * (va != vb))
    if a in _VOWELS and b in _VOWELS:
        return min(1.0, .1 + sum(w * abs(x - y) for w, x, y in zip((.6, .4, .2), _VOWELS[a], _VOWELS[b])))
    return 1.2


def distance(target: tuple[str, ...], heard: tuple[str, ...], within: bool = False) -> float:
    """Weighted edit distance in phones; with `within`, to the nearest stretch inside `heard`."""
    row = [0.0 if within else .8 * j for j in range(len(heard) + 1)]
    for phone in target:
        previous, row = row, [row[0] + .8]
        for j, other in enumerate(heard):
            row.append(min(previous[j] + substitution(phone, other), previous[j + 1] + .8, row[j] + .8))
    return min(row) if within else row[-1]


def near_words(target: tuple[str, ...], count: int) -> list[tuple[float, str]]:
    """The `count` dictionary words nearest to `target` (or holding something near), the word itself left out."""
    found = []
    for word, prons in dictionary().items():
        if not word.isalpha():
            continue
        lengths = [len(pron) for pron in prons]
        if min(lengths) < len(target) - 3 or max(lengths) > len(target) + 4:
            continue
        d = min(distance(target, tuple(pron), within=len(pron) > len(target)) for pron in prons)
        if d > TOO_NEAR:
            found.append((d, word))
    return heapq.nsmallest(count, found)


def near_phrases(target: tuple[str, ...], common: list[str], count: int) -> list[tuple[float, str]]:
    """Pairs of common words that together come near `target`, split at every place."""
    pairs: dict[str, float] = {}
    for split in range(1, len(target)):
        halves = []
        for part in (target[:split], target[split:]):
            scored = []
            for word in common:
                scored += [(distance(part, tuple(pron)), word) for pron in dictionary().get(word, [])[:1]]
            halves.append(heapq.nsmallest(12, scored))
        for da, a in halves[0]:
            for db, b in halves[1]:
                if da + db > TOO_NEAR:
                    phrase = f"{a} {b}"
                    pairs[phrase] = min(pairs.get(phrase, 99.0), da + db)
    return heapq.nsmallest(count, ((d, p) for p, d in pairs.items()))
