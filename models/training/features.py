"""The front end's kaldi recipe in PyTorch, for training. `test/golden/training-port.json` holds it to the WASM front end."""

from __future__ import annotations

import math

import numpy as np
import torch

RATE, FRAME, HOP, N_FFT, N_MELS = 16_000, 400, 160, 512, 40
LOW_HZ, HIGH_HZ, PRE_EMPHASIS = 20.0, 7600.0, 0.97
FLOOR = 1.1920929e-07  # FLT_EPSILON, Kaldi's floor of a mel energy

# The same in a manifest's terms; as cepstra without loss, K = M, of which the nets undo the DCT.
RECIPE = {"recipe": "kaldi", "sampleRateHz": RATE, "frameLengthMs": 25, "frameShiftMs": 10, "nFft": N_FFT, "windowFunction": "povey",
          "preEmphasis": PRE_EMPHASIS, "removeDcOffset": True, "nMels": N_MELS, "lowHz": LOW_HZ, "highHz": HIGH_HZ, "nMfcc": N_MELS, "lifter": 0}


def mel(hz: np.ndarray | float) -> np.ndarray | float:
    return 1127.0 * np.log(1.0 + np.asarray(hz) / 700.0)


def mel_bank(warp: float = 1.0) -> torch.Tensor:
    """Triangular filters [M, N_FFT/2+1] of Kaldi's shape. `warp` scales the mel axis: another vocal tract length."""
    low, high = mel(LOW_HZ), mel(HIGH_HZ)
    step = (high - low) / (N_MELS + 1)
    bins = mel(np.arange(N_FFT // 2 + 1) * RATE / N_FFT) * warp
    left = (low + np.arange(N_MELS) * step)[:, None]
    weights = np.maximum(0.0, np.minimum((bins - left) / step, (left + 2 * step - bins) / step))
    weights[:, -1] = 0.0  # Kaldi leaves the Nyquist bin out
    return torch.tensor(weights, dtype=torch.float32)


WINDOW = torch.tensor((0.5 - 0.5 * np.cos(2 * math.pi * np.arange(FRAME) / (FRAME - 1))) ** 0.85, dtype=torch.float32)  # povey
WARPS = np.linspace(0.88, 1.12, 13)
BANKS = torch.stack([mel_bank(w) for w in WARPS]).transpose(1, 2).contiguous()  # [13, bins, M]
UNWARPED = len(WARPS) // 2


def log_mel(audio: torch.Tensor, warp_index: torch.Tensor | None = None) -> torch.Tensor:
    """[B, N] at ±1 → log-mel [B, 1 + (N−400)/160, 40]; `warp_index` [B] chooses a filter bank of `BANKS`."""
    frames = audio.unfold(-1, FRAME, HOP)
    frames = frames - frames.mean(-1, keepdim=True)
    previous = torch.cat([frames[..., :1], frames[..., :-1]], -1)
    spectrum = torch.fft.rfft((frames - PRE_EMPHASIS * previous) * WINDOW, N_FFT)
    power = spectrum.real.square() + spectrum.imag.square()
    bank = BANKS[UNWARPED] if warp_index is None else BANKS[warp_index]
    return torch.log(torch.clamp(power @ bank, min=FLOOR))
