"""Writes the acoustic model of intents, `model.onnx` and `manifest.json`, from the net that has the phoneme head.

    python export_acoustic.py --checkpoint acoustic/step-2600.pt [more …] --phones phones.npz --out models/acoustic --version 0.1.0

The net learnt the probability of each phone given the sound; a decoder wants the reverse. So a share of the logarithm of how often
each phone is said comes off its logit (Bourlard and Morgan 1994, doi:10.1007/978-1-4615-3210-1); half of it decodes dev best.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnxruntime
import torch

import features
from export import DATA
from model import STRIDE, averaged, dct_matrix, export_onnx, with_half_weights
from phonemes import ARPABET

FRAMES_PER_CALL = 30
PRIOR_SHARE = .5
# Where `scripts/tune-decoder.mjs` starts, and what it chose on the orders of dev for a net before: a command is rarely led or followed by
# other talk, a net that names each frame rather hears few long phones, noise is rather heard as more words, and as phones where nobody speaks.
DECODER = {"phoneScore": 1.25, "wordScore": -2, "slotScore": -7, "blankPenalty": -3.5, "phonePenalty": 1.75, "tailPenalty": 16, "leadPenalty": 16, "floor": -6, "acousticScale": 1.1}


def log_prior(phones: pathlib.Path) -> torch.Tensor:
    """Share of the logarithm of how often silence and each phone are said, by the labels of align.py."""
    said = np.bincount(np.load(phones)["labels"], minlength=len(ARPABET) + 1) + 1.0
    return PRIOR_SHARE * torch.from_numpy(np.log(said / said.sum())).float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=pathlib.Path, nargs="+", required=True, help="several are averaged")
    parser.add_argument("--phones", type=pathlib.Path, required=True, help="the labels it was trained with, from align.py")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--version", default="0.1.0")
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = averaged(options.checkpoint)
    with torch.no_grad():
        net.heads["phones"].bias -= log_prior(options.phones)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "model.onnx"
    state_size = export_onnx(net, str(path), FRAMES_PER_CALL, "phones")
    with_half_weights(path)

    log_mel = torch.from_numpy(np.random.default_rng(0).normal(-8, 3, (1, FRAMES_PER_CALL * 10, features.N_MELS)).astype(np.float32))
    mfcc = (log_mel.double() @ dct_matrix(features.N_MELS, features.N_MELS).T).float().numpy()
    session, state, logits = onnxruntime.InferenceSession(str(path)), np.zeros((1, state_size), np.float32), []
    for start in range(0, mfcc.shape[1], FRAMES_PER_CALL):
        out, state = session.run(None, {"features": mfcc[:, start:start + FRAMES_PER_CALL], "state": state})
        logits.append(out)
    error = np.abs(np.concatenate(logits, 1) - net(log_mel)["phones"].detach().numpy()).max()
    print(f"streaming against trained net: largest difference of a logit {error:.2e}")
    assert error < .1  # half precision of the weights
    manifest = {
        "schema": "wakeproof-acoustic/1", "name": "acoustic", "version": options.version, "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "frontend": features.RECIPE,
        "framesPerCall": FRAMES_PER_CALL, "stride": STRIDE, "stateSize": state_size, "parameters": sum(p.numel() for n, p in net.named_parameters() if not n.startswith(("heads.wake", "heads.aux"))),
        "phones": ARPABET, "delayMs": net.phone_delay * STRIDE * 10, "decoder": DECODER, "calibration": None,
        "licences": {"code": "Apache-2.0", "weights": "Apache-2.0", "data": [{"name": n, "licence": licence} for n, licence in DATA]},
    }
    (options.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{path.stat().st_size} bytes, {manifest['parameters']} parameters")


if __name__ == "__main__":
    main()
