"""Synthesisers behind one call: `speak(...)` returns mono float32 at 16 kHz. Every engine runs offline."""

from __future__ import annotations

import json
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy as np
import scipy.signal
import soundfile

from phonemes import espeak_ipa

RATE = 16_000
# Kept out of training altogether: the voices of the repository's fixtures and of checks on synthetic speech.
HELD_BACK = {"am_michael", "bf_emma", "af_sky", "bm_fable"}


def to_16k(audio: np.ndarray, rate: int) -> np.ndarray:
    if rate != RATE:
        divisor = int(np.gcd(rate, RATE))
        audio = scipy.signal.resample_poly(audio, RATE // divisor, rate // divisor)
    return audio.astype(np.float32)


class Kokoro:
    """Kokoro-82M (Apache-2.0), ONNX with int8 weights, in the three parts of `float_speech.py`, the middle one in bfloat16 where the processor can. New speakers are convex blends of style tables."""

    def __init__(self, folder: pathlib.Path, threads: int = 1):
        import onnxruntime
        sys.modules["openvino_telemetry"] = None  # OpenVINO reports its import over the network unless this package is missing
        import openvino
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.source, self.inverse = (onnxruntime.InferenceSession(str(folder / f"kokoro-{part}.onnx"), options) for part in ("source", "inverse"))
        self.vocoder = openvino.Core().compile_model(str(folder / "kokoro-vocoder.onnx"), "CPU", {"INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": False})
        self.symbols = json.loads((folder / "vocab.json").read_text())
        self.symbols = self.symbols.get("vocab", self.symbols)
        self.styles = {path.stem: np.fromfile(path, np.float32).reshape(-1, 256) for path in sorted((folder / "voices").glob("*.bin"))}
        self.voices = [name for name in self.styles if name not in HELD_BACK]

    def draw_speaker(self, chance: random.Random, english: float) -> dict[str, float]:
        """A speaker as style weights, blends of up to three; a share `english` of them of English voices only."""
        native = [v for v in self.voices if v[0] in "ab"]
        pool = native if chance.random() < english else self.voices
        names = chance.sample(pool, chance.choice([1, 2, 2, 3]))
        if chance.random() < .25 and len(names) > 1:
            names[0] = chance.choice(native)
        weights = [chance.gammavariate(1.0, 1.0) for _ in names]
        return {name: weight / sum(weights) for name, weight in zip(names, weights)}

    def speak(self, phonemes: str, speaker: dict[str, float], speed: float) -> np.ndarray:
        tokens = [self.symbols[s] for s in phonemes if s in self.symbols][:508]
        row = min(len(tokens), 509)
        style = sum(weight * self.styles[name][row] for name, weight in speaker.items())
        feeds = {"tokens": np.array([[0, *tokens, 0]], np.int64), "style": style[None].astype(np.float32), "speed": np.array([speed], np.float32)}
        spectrum = self.vocoder([*self.source.run(None, feeds), feeds["style"]])[0]
        return to_16k(self.inverse.run(None, {self.inverse.get_inputs()[0].name: spectrum})[0].reshape(-1), 24_000)


class Piper:
    """Piper en_US-joe-medium, one natural male voice; noise and length scales vary it."""

    def __init__(self, folder: pathlib.Path):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / "en_US-joe-medium.onnx"), options)
        self.config = json.loads((folder / "en_US-joe-medium.onnx.json").read_text())

    def speak(self, text: str, chance: random.Random) -> np.ndarray:
        ids = self.config["phoneme_id_map"]
        sequence = list(ids["^"])
        for symbol in espeak_ipa(text, "en-us"):
            if symbol in ids:
                sequence += ids["_"] + ids[symbol]
        sequence += ids["_"] + ids["$"]
        scales = [chance.uniform(.4, .9), chance.uniform(.75, 1.4), chance.uniform(.5, 1.0)]
        feeds = {"input": np.array([sequence], np.int64), "input_lengths": np.array([len(sequence)], np.int64), "scales": np.array(scales, np.float32)}
        return to_16k(self.session.run(None, feeds)[0].reshape(-1), self.config["audio"]["sample_rate"])


ESPEAK_ACCENTS = ["en-us", "en-us-nyc", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029"]
ESPEAK_VARIANTS = ["f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "klatt", "klatt2", "klatt3", "klatt4", "Alex", "Alicia",
                   "Andrea", "Andy", "Annie", "Antonio", "Auntie", "Caleb", "Diogo", "Gene", "Hugo", "Ivan", "Jacky", "John", "Lee", "Linda", "Mario",
                   "Michael", "Mike", "Nguyen", "Pablo", "Paul", "Quincy", "Rob", "Steph", "Travis", "Zac", "anika", "belinda", "benjamin", "ed", "edward",
                   "grandma", "grandpa", "iven", "kaukovalta", "linda", "marcelo", "max", "miguel", "pedro", "robert", "rosie", "steph", "victor"]


def _command_audio(command: list[str], stdin: str | None = None) -> np.ndarray:
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        subprocess.run([part.replace("{out}", wav.name) for part in command], input=stdin, text=True, check=True, capture_output=True, timeout=600)
        audio, rate = soundfile.read(wav.name, dtype="float32")
    return to_16k(audio, rate)


def espeak(text: str, chance: random.Random) -> tuple[np.ndarray, str]:
    voice = f"{chance.choice(ESPEAK_ACCENTS)}+{chance.choice(ESPEAK_VARIANTS)}"
    rate, pitch = chance.randint(120, 210), chance.randint(20, 80)
    return _command_audio(["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "-w", "{out}", text]), f"espeak:{voice}"


def flite(text: str, chance: random.Random) -> tuple[np.ndarray, str]:
    voice = chance.choice(["kal16", "awb", "rms", "slt"])
    stretch, pitch = chance.uniform(.8, 1.3), chance.uniform(85, 210)
    return _command_audio(["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}", "--setf", f"int_f0_target_mean={pitch:.0f}",
                           "-t", text, "-o", "{out}"]), f"flite:{voice}"


def festival(text: str, chance: random.Random) -> tuple[np.ndarray, str]:
    voice = chance.choice(["kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts"])
    stretch = chance.uniform(.8, 1.3)
    return _command_audio(["text2wave", "-eval", f"(begin (voice_{voice}) (Parameter.set 'Duration_Stretch {stretch:.2f}))", "-o", "{out}"],
                          stdin=text), f"festival:{voice}"
