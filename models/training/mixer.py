"""Composes training windows: who speaks what, when, in which room, over which noise. Batch k of a seed is always the same."""

from __future__ import annotations

import pathlib

import numpy as np
import scipy.fft
import torch

import augment
import features
import vocabulary
from corpora import Pool, real, split_noise, synthetic
from model import STRIDE
from near_words import distance
from phonemes import arpabet, spoken_words
from transcripts import REAL_WAKE, frame_labels, real_speech, synthetic_speech

FRAMES = 240
WINDOW = FRAMES * 160 + 240  # samples; 2.4 s, 80 outputs
SPEECH_FRAMES = 480  # of a window of transcribed speech
FFT = scipy.fft.next_fast_len(WINDOW + 8000, real=True)
AUXILIARY_LABELS = {"athena/en": "athena", "amelia/en": "amelia", "heysavant/wake-word/en": "savant"}
WORD_SHARES = [.28, .42, .3]  # alexa, computer, jarvis: "computer" is said in more ways
SPEECH = {"librispeech": 3.0, "speechocean": 2.0, "acted": 2.5, "misc": 1.5, "foreign": 1.0, "prompts": .6, "speech-commands": 1.2, "phrases-real": 1.3}

ACCENT = .75  # phones
REAL_SHARE, WORD_SHARE = .55, .15  # of transcribed windows, of utterances in them


def word_end(audio: np.ndarray) -> int:
    """Last sample of the last 10 ms frame within 32 dB of the loudest."""
    n = len(audio) // 160
    level = np.square(audio[: n * 160].reshape(n, 160)).mean(1)
    return (int(np.flatnonzero(level > level.max() * 10 ** -3.2)[-1]) + 1) * 160


def another_word(word: str, text: str) -> bool:
    """Whether `text` may be asked to stay silent for `word`: accents move a phone or two, so what is nearer than that is no
    other word, unless people are known to be woken by it."""
    if text in vocabulary.SAID_FOR[word]:
        return False
    phones = arpabet(text)
    return phones is None or text in vocabulary.confusables(word) or distance(tuple(vocabulary.ARPABET[word].split()), tuple(phones), within=True) >= ACCENT


def around_word(rng: np.random.Generator, clip: np.ndarray) -> np.ndarray:
    """At most a window of a recording that holds one word somewhere: a stretch about its loudest 0.6 s."""
    if len(clip) <= WINDOW:
        return clip
    loudness = np.convolve(np.square(clip[: len(clip) // 400 * 400].reshape(-1, 400)).mean(1), np.ones(24), "same")
    middle = int(loudness.argmax()) * 400 + 200
    start = middle - int(rng.uniform(.7 * 16_000, WINDOW - .7 * 16_000))
    start = int(np.clip(start, 0, len(clip) - WINDOW))
    return clip[start:start + WINDOW]


class Mixer:
    """Holds the pools; `batch(k)` composes batch k."""

    def __init__(self, corpora: pathlib.Path, synth: pathlib.Path, cache: pathlib.Path, phones: pathlib.Path, seed: int,
                 hard: list[tuple[str, int]] | None = None, hard_share: float = .15):
        self.seed = seed
        self.hard_share = hard_share  # of the windows of talk
        self.hard = hard or []  # (corpus, first sample) of windows that the last net fell for
        self.speech = {name: real(corpora, f"train/{name}-train", cache) for name in SPEECH}
        self.noise, _ = split_noise(real(corpora, "train/noise-train", cache))
        self.household = self.noise.select(lambda r: r["label"] == "background")  # a few long ones: taps, dishes, fans, rain
        self.music = real(corpora, "train/music-train", cache)
        phrases, wake = self.speech["phrases-real"], real(corpora, "train/wake-real-train", cache)
        self.real_computer = phrases.select(lambda r: r["label"] in REAL_WAKE)
        self.speech["phrases-real"] = phrases.select(lambda r: "computer" not in r["label"].split("/")[0] or "not-wake" in r["label"])
        self.said = {name: np.zeros(len(pool.audio) // 1600 + 1, bool) for name, pool in self.speech.items()}  # tenths of a second in which a wake word is said
        self.real_sentences: list[tuple[Pool, int, int]] = []  # short real sentences that hold a wake word
        for name, pool in self.speech.items():
            for i, r in enumerate(pool.records):
                for w, word in enumerate(vocabulary.WORDS):
                    if word in str(r.get("text", "")).lower():
                        self.said[name][r["start"] // 1600:(r["start"] + r["n"]) // 1600 + 1] = True
                        if r["n"] < WINDOW and f"{word}s" not in r["text"].lower():
                            self.real_sentences.append((pool, i, w))
        for r in phrases.records:
            if r["label"] in REAL_WAKE:
                self.said["phrases-real"][r["start"] // 1600:(r["start"] + r["n"]) // 1600 + 1] = True
        self.real_auxiliary = [(wake, i, r["label"]) for i, r in enumerate(wake.records)]
        self.real_auxiliary += [(phrases, i, AUXILIARY_LABELS[r["label"]]) for i, r in enumerate(phrases.records) if r["label"] in AUXILIARY_LABELS]
        pools = [synthetic(synth, coded=False), synthetic(synth, coded=True)]
        for pool in pools:
            pool.records = [r for r in pool.records if r["kind"] != "near" or another_word(r["label"], r["text"])]
        self.synth = {}
        for kind in ("positive", "accent", "near", "auxiliary", "speech"):
            for label in {r["label"] for r in pools[0].records if r["kind"] == kind}:
                self.synth[kind, label] = [p.select(lambda r: r["kind"] == kind and r["label"] == label) for p in pools]
        impulses = real(corpora, "train/impulse-responses-train", cache)
        rng = np.random.default_rng(seed)
        self.rooms = [impulses.clip(i)[:8000] for i in range(len(impulses))]
        self.rooms = [r[np.abs(r).argmax():] / np.sqrt(np.square(r).sum() + 1e-9) for r in self.rooms]
        self.rooms += [augment.simulated_room(rng) for _ in range(300)]
        self.transcribed = self.with_phones(corpora, cache, pools, phones)
        ends = {kind: np.cumsum([len(row) for *_, row in said]) for kind, said in self.transcribed.items()}
        self.heard_until = {kind: end / end[-1] for kind, end in ends.items() if len(end)}

    @staticmethod
    def with_phones(corpora: pathlib.Path, cache: pathlib.Path, synthetic_pools: list[Pool], phones: pathlib.Path) -> dict[str, list[tuple[list[Pool], int, np.ndarray]]]:
        """The transcribed speech of each kind: pools that hold the same recording, its index, and the label of each 10 ms frame as `align.py` found it."""
        found = {key: row for key, row in frame_labels(phones).items() if len(row)}
        kinds: dict[str, list] = {"real sentence": [], "real word": [], "synthetic sentence": [], "synthetic word": []}
        for key, pool, i, text in real_speech(corpora, cache):
            if key in found:
                kinds["real word" if len(spoken_words(text)) < 3 else "real sentence"].append(([pool], i, found[key]))
        for key, _, i, text in synthetic_speech(synthetic_pools[0]):
            if key in found:
                kinds["synthetic word" if len(spoken_words(text)) < 3 else "synthetic sentence"].append((synthetic_pools, i, found[key]))
        return kinds

    # -- pieces ---------------------------------------------------------------------------------------------------

    def synthetic_clip(self, rng: np.random.Generator, kind: str, label: str) -> np.ndarray:
        pools = self.synth.get((kind, label)) or self.synth["positive", label]
        pool = pools[int(rng.random() < .6)]
        audio = pool.clip(int(rng.integers(len(pool))))
        return augment.resample(audio, float(np.exp(rng.normal(0, .08)))) if rng.random() < .7 else audio

    def real_stretch(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Real talk without a wake word."""
        names = list(SPEECH)
        weights = np.array([SPEECH[name] for name in names])
        while True:
            name = names[rng.choice(len(names), p=weights / weights.sum())]
            pool = self.speech[name]
            record = pool.records[int(rng.integers(len(pool)))]
            start = record["start"] + int(rng.integers(max(1, record["n"] - n))) - (int(rng.integers(n // 2)) if record["n"] < n else 0)
            start = int(np.clip(start, 0, len(pool.audio) - n))
            if not self.said[name][start // 1600:(start + n) // 1600 + 1].any():
                return pool.audio[start:start + n].astype(np.float32) / 32768

    def noise_stretch(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Noise of unit level: recorded, music, babble or computed."""
        kind = rng.random()
        if kind < .5:
            pool = self.household if rng.random() < .5 else self.noise
            record = pool.records[int(rng.integers(len(pool)))]
            start = int(np.clip(record["start"] + rng.integers(max(1, record["n"] - n // 2)), 0, len(pool.audio) - n))
            noise = pool.audio[start:start + n].astype(np.float32) / 32768
        elif kind < .65:
            noise = self.music_stretch(rng, n)
        elif kind < .8:
            noise = sum(s / (s.std() + 1e-4) for s in (self.real_stretch(rng, n) for _ in range(int(rng.integers(2, 7)))))
        else:
            return augment.coloured_noise(rng, n)
        return noise / (noise.std() + 1e-5)

    def music_stretch(self, rng: np.random.Generator, n: int) -> np.ndarray:
        record = self.music.records[int(rng.integers(len(self.music)))]
        start = record["start"] + int(rng.integers(record["n"] - n))
        return self.music.audio[start:start + n].astype(np.float32) / 32768

    # -- windows --------------------------------------------------------------------------------------------------

    @staticmethod
    def place(window: np.ndarray, audio: np.ndarray, at: int) -> None:
        """Adds `audio` from sample `at`, cut at the window's ends, with 3 ms fades where it is cut."""
        lead = max(0, -at)
        audio = audio[lead:]
        at = max(0, at)
        audio = audio[: max(0, len(window) - at)].copy()
        if len(audio) > 96:
            ramp = np.linspace(0, 1, 48, dtype=np.float32)
            audio[:48] *= ramp
            audio[-48:] *= ramp[::-1]
            window[at:at + len(audio)] += audio

    def surround(self, rng: np.random.Generator, window: np.ndarray, begin: int, end: int, level: float, chance: float) -> bool:
        """Other speech before and after a word, as talk and commands surround it. Tells whether there is any."""
        def other() -> np.ndarray:
            speech = self.synthetic_clip(rng, "speech", "speech") if rng.random() < .4 and ("speech", "speech") in self.synth else self.real_stretch(rng, 24_000)
            return speech * (level * rng.uniform(.3, 1.2) / augment.speech_level(speech))
        before, after = rng.random(2) < chance
        if before:
            gap = int(rng.uniform(.03, .4) * 16_000)
            speech = other()
            self.place(window, speech, begin - gap - len(speech))
        if after:
            self.place(window, other(), end + int(rng.uniform(.05, .5) * 16_000))
        return bool(before or after)

    def window(self, rng: np.random.Generator) -> tuple[np.ndarray, dict]:
        """One clean window and what is asked of it: word (−1 none), end sample (−1: somewhere), auxiliary word,
        and whether its speech is real (1), synthetic (0) or neither or both (−1)."""
        window = np.zeros(WINDOW, np.float32)
        asked = {"word": -1, "end": -1, "auxiliary": -1, "real": -1}
        kind = rng.random()
        if kind < .36:  # a wake word
            w = int(rng.choice(3, p=WORD_SHARES))
            asked["word"] = w
            label = vocabulary.WORDS[w]
            sentences = [(pool, i) for pool, i, said in self.real_sentences if said == w]
            if sentences and rng.random() < .06:
                pool, i = sentences[int(rng.integers(len(sentences)))]
                clip = pool.clip(i)
                asked["real"] = 1
                self.place(window, clip, int(rng.integers(0, WINDOW - len(clip))))
            elif label == "computer" and rng.random() < .3:
                clip = self.real_computer.clip(int(rng.integers(len(self.real_computer))))
                if rng.random() < .5:
                    clip = augment.resample(clip, float(np.exp(rng.normal(0, .06))))
                clip = around_word(rng, clip)
                asked["real"] = 1
                self.place(window, clip, int(rng.integers(0, max(1, WINDOW - len(clip)))))
            else:
                clip = self.synthetic_clip(rng, "accent" if rng.random() < .18 else "positive", label)
                end = word_end(clip)
                at = int(rng.uniform(max(.75 * 16_000, end), WINDOW - 3600)) - end
                self.place(window, clip, at)
                asked["end"] = at + end
                asked["real"] = -1 if self.surround(rng, window, at, at + len(clip), augment.speech_level(clip), .3) else 0
        elif kind < .56:  # near words, from the same voices
            w = int(rng.integers(3))
            label = vocabulary.WORDS[w]
            if rng.random() < .22:  # part of the word
                clip = self.synthetic_clip(rng, "positive", label)
                clip = clip[: int(len(clip) * rng.uniform(.25, .58))] if rng.random() < .6 else clip[int(len(clip) * rng.uniform(.45, .7)):]
            else:
                clip = self.synthetic_clip(rng, "near", label)
            at = int(rng.uniform(0, max(1, WINDOW - len(clip))))
            self.place(window, clip, at)
            asked["real"] = -1 if self.surround(rng, window, at, at + len(clip), augment.speech_level(clip), .35) else 0
        elif kind < .66:  # other words, real and synthetic
            asked["real"] = int(rng.random() < .65)
            if asked["real"]:
                pool, i, label = self.real_auxiliary[int(rng.integers(len(self.real_auxiliary)))]
                clip = around_word(rng, pool.clip(i))
            else:
                label = vocabulary.AUXILIARY[int(rng.integers(len(vocabulary.AUXILIARY)))]
                clip = self.synthetic_clip(rng, "auxiliary", label)
            self.place(window, clip, int(rng.integers(0, max(1, WINDOW - len(clip)))))
            asked["auxiliary"] = vocabulary.AUXILIARY.index(label)
        elif kind < .95:  # talk
            asked["real"] = 1
            if self.hard and rng.random() < self.hard_share:
                name, start = self.hard[int(rng.integers(len(self.hard)))]
                audio = self.speech[name].audio
                start = int(np.clip(start + rng.integers(-8000, 8000), 0, len(audio) - WINDOW))
                window += audio[start:start + WINDOW].astype(np.float32) / 32768
            else:
                window += self.real_stretch(rng, WINDOW)
        return window, asked

    def condition(self, rng: np.random.Generator, window: np.ndarray, mild: bool = False) -> np.ndarray:
        """Speed is done; here: room, response, level, noise, line, clipping, exact silence. `mild` for what is to be named phone
        by phone, which far less noise than a whole word bears makes impossible."""
        n = len(window)
        level = augment.speech_level(window)
        silent = level < 1e-4
        fft = FFT if n == WINDOW else scipy.fft.next_fast_len(n + 8000, real=True)
        if not silent and rng.random() < (.5 if mild else .75):
            spectrum = scipy.fft.rfft(window, fft)
            if rng.random() < (.3 if mild else .55):
                room = self.rooms[int(rng.integers(34))] if rng.random() < .2 else self.rooms[int(rng.integers(34, len(self.rooms)))]
                wet = room.copy()
                if rng.random() < (.8 if mild else .4):  # nearer to the microphone than in the room's middle
                    wet[1:] *= rng.uniform(.2, .8)
                spectrum = spectrum * scipy.fft.rfft(wet, fft)
            spectrum = spectrum * augment.random_equaliser(rng, len(spectrum))
            window = scipy.fft.irfft(spectrum, fft)[:n].astype(np.float32)
            level = augment.speech_level(window)
        target = 10 ** (rng.uniform(-42, -8) / 20)
        if not silent:
            window = window * (target / level)
        kind, snr = rng.random(), 60.0
        if kind < .62:
            snr = rng.uniform(0, 22) if mild else rng.uniform(-5, 30) if rng.random() < .8 else rng.uniform(-3, 10)
            window = window + self.noise_stretch(rng, n) * np.float32(target * 10 ** (-snr / 20))
            if rng.random() < .15:
                window = window + self.noise_stretch(rng, n) * np.float32(target * 10 ** (-rng.uniform(5, 30) / 20))
        elif kind < .95:  # a quiet room: what lies under the speech of a recording is noise, and not the detail of a synthesiser
            noise = augment.coloured_noise(rng, n) if rng.random() < .7 else self.noise_stretch(rng, n)
            window = window + noise * np.float32(max(target * 10 ** (-rng.uniform(25, 50) / 20), 10 ** -4.5))
        if rng.random() < .06:
            window = augment.mu_law(window * rng.uniform(1, 4))
        if rng.random() < .05:
            window = window * rng.uniform(2, 12)
        if snr > 15 and rng.random() < .6:
            window = self.gate(rng, window)
        return np.round(np.clip(window, -1, 1) * 32767) / 32768

    @staticmethod
    def gate(rng: np.random.Generator, window: np.ndarray) -> np.ndarray:
        """Silence around what was recorded, as noise gates and file ends make it: exact zeros, or one bit of dither."""
        loud = np.flatnonzero(np.abs(window) > np.abs(window).max() * .06)
        if len(loud) == 0:
            return window
        gated = rng.integers(-1, 2, len(window)).astype(np.float32) / 32768 if rng.random() < .5 else np.zeros_like(window)
        begin, end = max(0, int(loud[0] - rng.integers(160, 8000))), int(loud[-1] + rng.integers(160, 8000))
        gated[begin:end] = window[begin:end]
        return gated

    def transcribed_window(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, bool]:
        """Transcribed speech, one utterance after the other, the label of each frame (0 silence, else 1 + index of the phone), and whether it is real."""
        window, labels = np.zeros(SPEECH_FRAMES * 160 + 240, np.float32), np.zeros(SPEECH_FRAMES, np.int64)
        frames = np.arange(SPEECH_FRAMES)
        is_real = bool(rng.random() < REAL_SHARE)
        at = int(rng.uniform(0, 8000))
        while at < len(window) - 6400:
            kind = f"{'real' if is_real else 'synthetic'} {'word' if rng.random() < WORD_SHARE else 'sentence'}"
            pools, i, phones = self.transcribed[kind][int(np.searchsorted(self.heard_until[kind], rng.random()))]  # each second of speech as probable
            clip, factor = pools[int(rng.random() < .6) % len(pools)].clip(i), 1.0
            if rng.random() < .5:
                factor = float(np.exp(rng.normal(0, .07)))
                clip = augment.resample(clip, factor)
            skipped = int(rng.uniform(0, max(0, len(clip) - len(window) + at)))  # of an utterance that is too long, a part somewhere
            clip = clip[skipped:]
            level = augment.speech_level(clip)
            if level > 1e-4:
                clip = clip * np.float32(.1 * 10 ** (rng.uniform(-5, 5) / 20) / level)
            self.place(window, clip, at)
            own = np.round(((frames * 160 + 200 - at + skipped) * factor - 200) / 160).astype(int)
            said = (own >= 0) & (own < len(phones)) & (frames * 160 + 200 >= at)
            labels[said] = phones[own[said]]
            at += len(clip) + int(rng.uniform(.02, .5) * 16_000)
        return window, labels, is_real

    @staticmethod
    def drawl(rng: np.random.Generator, row: torch.Tensor) -> np.ndarray:
        """Speaks one part faster and the other slower: the frame at one place moves up to 120 ms, those between follow.
        Returns the old position of each new frame."""
        t = len(row)
        knot = int(rng.integers(60, t - 60))
        position = np.interp(np.arange(t), [0, knot, t - 1], [0, knot + rng.integers(-12, 13), t - 1])
        whole = np.minimum(position.astype(int), t - 2)
        part = torch.from_numpy((position - whole).astype(np.float32))[:, None]
        row[:] = row[whole] * (1 - part) + row[whole + 1] * part
        return position

    def log_mel(self, rng: np.random.Generator, windows: list[np.ndarray], asked: list[dict], mild: bool = False) -> torch.Tensor:
        """Log-mel of the windows in their conditions; moves the `end` and the `labels` of what is asked where the speech is drawled."""
        audio = torch.from_numpy(np.stack([self.condition(rng, w, mild) for w in windows]).astype(np.float32))
        n_banks = len(features.WARPS)
        warp = torch.from_numpy(np.where(rng.random(len(windows)) < (.4 if mild else .75), rng.integers(0, n_banks, len(windows)), features.UNWARPED))
        x = features.log_mel(audio, warp)
        for row, task in zip(x, asked):  # bands and moments left out, as in SpecAugment (doi:10.21437/Interspeech.2019-2680), mildly
            if rng.random() < (.2 if mild else .5):
                position = self.drawl(rng, row)
                if task.get("end", -1) >= 0:
                    task["end"] = int(np.searchsorted(position, task["end"] / 160)) * 160
                if "labels" in task:
                    task["labels"] = task["labels"][np.round(position).astype(int)]
            if rng.random() < (.2 if mild else .4):
                m = int(rng.integers(1, 7))
                at = int(rng.integers(0, features.N_MELS - m))
                row[:, at:at + m] = row.mean()
            for _ in range(int(rng.integers(0, 4)) if rng.random() < (.2 if mild else .4) else 0):
                at = int(rng.integers(0, len(row) - 8))
                row[at:at + int(rng.integers(2, 8))] = row.mean()
        return x

    def batch(self, k: int, n_wake: int, n_speech: int, n_noise: int = 2) -> dict[str, torch.Tensor]:
        """`n_wake` windows (none leaves out what belongs to them), `n_speech` windows of transcribed speech and `n_noise` of noise alone."""
        rng = np.random.default_rng([self.seed, k])
        windows, labels, is_real = zip(*[self.transcribed_window(rng) for _ in range(n_speech)])
        tasks = [{"labels": row} for row in labels]
        heard = self.log_mel(rng, list(windows), tasks, mild=True)
        targets = np.stack([task["labels"] for task in tasks])[:, 1::STRIDE]
        noise = np.stack([augment.equalised(rng, self.noise_stretch(rng, SPEECH_FRAMES * 160 + 240)) for _ in range(n_noise)])
        speech = {"speech": heard, "speech_real": torch.tensor(is_real).long(), "phones": torch.from_numpy(targets), "noise": features.log_mel(torch.from_numpy(noise) * .1)}
        if n_wake == 0:
            return speech
        windows, asked = zip(*[self.window(rng) for _ in range(n_wake)])
        wake = self.log_mel(rng, list(windows), list(asked))
        return {**speech, "wake": wake, "word": torch.tensor([a["word"] for a in asked]), "end": torch.tensor([a["end"] for a in asked]),
                "auxiliary": torch.tensor([a["auxiliary"] for a in asked]), "real": torch.tensor([a["real"] for a in asked])}
