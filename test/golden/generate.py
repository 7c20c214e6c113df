"""Writes the golden feature vectors beside this file: run once, checked in, so that no test needs Python.

    python3 -m venv build/golden && build/golden/bin/pip install kaldi-native-fbank==1.23.0 librosa==0.11.0
    build/golden/bin/python test/golden/generate.py

Each NAME.f32 is shape [frames, features], float32, little endian, row by row; NAME.json says by what and how.
The recipe in it is the value that src/dsp takes. Input: test/fixtures/speech-flite.f32 (seedless: no chance
is used anywhere, dither is off).
"""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

import kaldi_native_fbank as knf
import librosa
import numpy as np

HERE = Path(__file__).parent
FIXTURE = HERE.parent / "fixtures" / "speech-flite.f32"

KALDI = {
    "recipe": "kaldi",
    "sampleRateHz": 16000,
    "frameLengthMs": 25,
    "frameShiftMs": 10,
    "nFft": 512,
    "windowFunction": "povey",
    "preEmphasis": 0.97,
    "removeDcOffset": True,
    "nMels": 40,
    "lowHz": 20,
    "highHz": 7600,
    "nMfcc": 13,
    "lifter": 22,
}
LIBROSA = {
    **KALDI,
    "recipe": "librosa",
    "windowFunction": "hann",
    "preEmphasis": 0,
    "removeDcOffset": False,
    "lowHz": 0,
    "highHz": 8000,
    "lifter": 0,
}
RECIPES = {
    "kaldi-mfcc-13": KALDI,
    "kaldi-mfcc-40-wake": {**KALDI, "nMfcc": 40, "lifter": 0},
    "kaldi-log-mel-80": {**KALDI, "nMfcc": 0, "nMels": 80, "highHz": 8000},
    "kaldi-mfcc-23-hamming-32ms": {
        **KALDI,
        "nMels": 23,
        "nMfcc": 23,
        "frameLengthMs": 32,
        "windowFunction": "hamming",
    },
    "librosa-mfcc-13": LIBROSA,
    "librosa-mfcc-20-lifter": {**LIBROSA, "nMfcc": 20, "lifter": 22},
    "librosa-log-mel-64-32ms": {**LIBROSA, "nMfcc": 0, "nMels": 64, "frameLengthMs": 32},
}


def kaldi(samples: np.ndarray, recipe: dict) -> np.ndarray:
    options = knf.MfccOptions() if recipe["nMfcc"] else knf.FbankOptions()
    options.frame_opts.samp_freq = recipe["sampleRateHz"]
    options.frame_opts.frame_length_ms = recipe["frameLengthMs"]
    options.frame_opts.frame_shift_ms = recipe["frameShiftMs"]
    options.frame_opts.window_type = recipe["windowFunction"]
    options.frame_opts.preemph_coeff = recipe["preEmphasis"]
    options.frame_opts.remove_dc_offset = recipe["removeDcOffset"]
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = recipe["nMels"]
    options.mel_opts.low_freq = recipe["lowHz"]
    options.mel_opts.high_freq = recipe["highHz"]
    options.use_energy = False
    if recipe["nMfcc"]:
        options.num_ceps = recipe["nMfcc"]
        options.cepstral_lifter = recipe["lifter"]
        computer = knf.OnlineMfcc(options)
    else:
        computer = knf.OnlineFbank(options)
    computer.accept_waveform(recipe["sampleRateHz"], samples.tolist())
    computer.input_finished()
    return np.stack([computer.get_frame(i) for i in range(computer.num_frames_ready)])


def librosa_features(samples: np.ndarray, recipe: dict) -> np.ndarray:
    length = recipe["frameLengthMs"] * recipe["sampleRateHz"] // 1000
    # librosa centres a short window in nFft samples: zeros before the signal make frame f start at 160·f.
    before = (recipe["nFft"] - length) // 2
    padded = np.pad(samples, (before, recipe["nFft"] - length - before))
    mel = librosa.feature.melspectrogram(
        y=padded,
        sr=recipe["sampleRateHz"],
        n_fft=recipe["nFft"],
        hop_length=160,
        win_length=length,
        window=recipe["windowFunction"],
        center=False,
        power=2.0,
        n_mels=recipe["nMels"],
        fmin=recipe["lowHz"],
        fmax=recipe["highHz"],
        htk=False,
        norm="slaney",
    )
    decibels = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=None)
    if not recipe["nMfcc"]:
        return decibels.T
    return librosa.feature.mfcc(S=decibels, n_mfcc=recipe["nMfcc"], dct_type=2, norm="ortho", lifter=recipe["lifter"]).T


def main() -> None:
    samples = np.fromfile(FIXTURE, dtype="<f4")
    for name, recipe in RECIPES.items():
        is_kaldi = recipe["recipe"] == "kaldi"
        features = (kaldi if is_kaldi else librosa_features)(samples, recipe).astype("<f4")
        data = np.ascontiguousarray(features).tobytes()
        (HERE / f"{name}.f32").write_bytes(data)
        package = "kaldi-native-fbank" if is_kaldi else "librosa"
        record = {
            "recipe": recipe,
            "shape": list(features.shape),
            "input": f"test/fixtures/{FIXTURE.name}",
            "inputSha256": hashlib.sha256(FIXTURE.read_bytes()).hexdigest(),
            "generator": package,
            "versions": {
                **{p: version(p) for p in (package, "numpy")},
                **({} if is_kaldi else {"scipy": version("scipy")}),
                "python": platform.python_version(),
            },
            "command": "python test/golden/generate.py",
            "seed": None,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        (HERE / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
        print(name, features.shape)


if __name__ == "__main__":
    main()
