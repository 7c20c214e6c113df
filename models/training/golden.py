"""Writes `test/golden/training-port.{f32,json}`: what `features.py` computes for the repository's speech fixture.

    python golden.py

The golden test holds the WASM front end to it, and so the port to the front end, within the error of float32.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import platform

import numpy as np
import torch

import features
from model import dct_matrix

ROOT = pathlib.Path(__file__).parents[2]


def main() -> None:
    fixture = ROOT / "test/fixtures/speech-flite.f32"
    log_mel = features.log_mel(torch.from_numpy(np.fromfile(fixture, np.float32))[None])[0]
    mfcc = (log_mel.double() @ dct_matrix(features.N_MELS, features.N_MELS).T).numpy().astype("<f4")
    out = ROOT / "test/golden/training-port.f32"
    out.write_bytes(mfcc.tobytes())
    recipe = json.loads((ROOT / "test/golden/kaldi-mfcc-40-wake.json").read_text())["recipe"]
    out.with_suffix(".json").write_text(json.dumps({
        "recipe": recipe, "shape": list(mfcc.shape), "input": "test/fixtures/speech-flite.f32", "inputSha256": hashlib.sha256(fixture.read_bytes()).hexdigest(),
        "generator": "models/training/features.py", "versions": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
        "command": "python models/training/golden.py", "seed": None, "sha256": hashlib.sha256(out.read_bytes()).hexdigest()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
