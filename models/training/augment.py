"""What a room, a microphone and a line do to speech. One generator, one seed, the same result."""

from __future__ import annotations

import math

import numpy as np
import scipy.fft
import scipy.signal
import torch

RATE = 16_000


def resample(audio: np.ndarray, factor: float) -> np.ndarray:
    """Plays `audio` `factor` times faster, pitch and formants with it (band-limited, by the spectrum)."""
    n = int(round(len(audio) / factor))
    spectrum = scipy.fft.rfft(audio)
    out = np.zeros(n // 2 + 1, spectrum.dtype)
    m = min(len(out), len(spectrum))
    out[:m] = spectrum[:m]
    return (scipy.fft.irfft(out, n) * (n / len(audio))).astype(np.float32)


def simulated_room(rng: np.random.Generator) -> np.ndarray:
    """A shoebox room by the image method (Allen & Berkley 1979, doi:10.1121/1.382599), with a diffuse tail after 60 ms."""
    size = rng.uniform([2.5, 2.5, 2.2], [8, 7, 3.5])
    source, microphone = rng.uniform(.3, size - .3), rng.uniform(.3, size - .3)
    absorption = rng.uniform(.12, .6)
    reflection = np.sqrt(1 - absorption)
    grid = np.stack(np.meshgrid(*[np.arange(-4, 5)] * 3, indexing="ij"), -1).reshape(-1, 1, 3)
    mirror = np.stack(np.meshgrid(*[(0, 1)] * 3, indexing="ij"), -1).reshape(1, -1, 3)
    images = (1 - 2 * mirror) * source + 2 * grid * size
    bounces = np.abs(grid - mirror).sum(-1) + np.abs(grid).sum(-1)
    distance = np.linalg.norm(images - microphone, axis=-1).ravel()
    delay = distance / 343 * RATE
    gain = reflection ** bounces.ravel() / np.maximum(distance, .2)
    first = delay.min()
    n = 8000
    keep = delay - first < n - 2
    delay, gain = (delay - first)[keep], gain[keep]
    response = np.zeros(n, np.float32)
    whole = delay.astype(int)
    np.add.at(response, whole, gain * (1 - (delay - whole)))
    np.add.at(response, whole + 1, gain * (delay - whole))
    volume, area = size.prod(), 2 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2])
    rt60 = .161 * volume / (absorption * area)  # Sabine
    t = np.arange(n) / RATE
    tail = rng.standard_normal(n) * 10 ** (-3 * t / rt60) * (t > .06)
    early = np.abs(response[640:1280]).mean() + 1e-6
    response += (tail * early * .8).astype(np.float32)
    return response / np.sqrt(np.square(response).sum())


def coloured_noise(rng: np.random.Generator, n: int) -> np.ndarray:
    """Noise with a random spectral slope (+3 … −6 dB an octave), like a tap or like wind, sometimes with mains hum or coming and going."""
    spectrum = rng.standard_normal(n // 2 + 1) + 1j * rng.standard_normal(n // 2 + 1)
    spectrum *= np.maximum(np.arange(n // 2 + 1), 20) ** -rng.uniform(-.5, 1.0)
    noise = scipy.fft.irfft(spectrum, n).astype(np.float32)
    noise /= noise.std() + 1e-9
    if rng.random() < .2:
        hum = rng.choice([50, 60])
        t = np.arange(n) / RATE
        noise += sum(rng.uniform(0, 1) * np.sin(2 * np.pi * hum * k * t) for k in range(1, 6)).astype(np.float32)
    if rng.random() < .3:  # every 0.1 s another strength, up to 15 dB
        knots = np.arange(0, n + 1600, 1600)
        noise *= np.interp(np.arange(n), knots, 10 ** rng.uniform(-.75, 0, len(knots))).astype(np.float32)
    return noise / noise.std()


def random_equaliser(rng: np.random.Generator, n_bins: int, strength: float = 6.0) -> np.ndarray:
    """A smooth random frequency response over `n_bins` up to 8 kHz, sometimes band-limited as a small speaker or a line is."""
    knots = np.array([0, 100, 250, 500, 1000, 2000, 3000, 4500, 6000, 8000.])
    db = rng.normal(0, strength / 2, len(knots)) + rng.uniform(-strength, strength) * np.linspace(-1, 1, len(knots))
    hz = np.linspace(0, 8000, n_bins)
    gain = 10 ** (np.interp(hz, knots, db) / 20)
    if rng.random() < .15:
        gain /= 1 + (rng.uniform(80, 400) / np.maximum(hz, 1)) ** 4
    if rng.random() < .15:
        gain /= 1 + (hz / rng.uniform(3200, 7000)) ** 16
    return gain.astype(np.float32)


def equalised(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """`audio` by another microphone."""
    spectrum = scipy.fft.rfft(audio)
    return scipy.fft.irfft(spectrum * random_equaliser(rng, len(spectrum)), len(audio)).astype(np.float32)


def speech_level(audio: np.ndarray) -> float:
    """Root mean square of the loudest 40 % of 25 ms frames: the speech level of every SNR in this project."""
    frames = audio[: len(audio) // 400 * 400].reshape(-1, 400)
    power = np.sort(np.square(frames).mean(1))
    return float(np.sqrt(power[int(len(power) * .6):].mean() + 1e-12))


def mu_law(audio: np.ndarray) -> np.ndarray:
    """A telephone line: 300–3400 Hz and 8 bit μ-law."""
    band = scipy.signal.sosfilt(TELEPHONE, audio)
    y = np.sign(band) * np.log1p(255 * np.abs(np.clip(band, -1, 1))) / np.log(256)
    y = np.round(y * 127) / 127
    return (np.sign(y) * (256 ** np.abs(y) - 1) / 255).astype(np.float32)


TELEPHONE = scipy.signal.butter(4, [300, 3400], "bandpass", fs=RATE, output="sos")


def degrade(log_mel: torch.Tensor, noise: torch.Tensor, chance: torch.Generator, share: float, lowest_db: float) -> torch.Tensor:
    """What costs little on features that are mixed already, so that a mixture can be used several times, never twice the same: a share of
    the windows [B, T, M] get noise (windows [N, T', M] of any level) from `lowest_db` to 30 dB below their speech; the response of another microphone; bands and
    moments left out (SpecAugment, doi:10.21437/Interspeech.2019-2680).

    Powers add up but for the cross term 2·√(S·N)·cos φ, whose mean over the bins of a band is drawn from a normal distribution."""
    b, t, m = log_mel.shape

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, generator=chance)

    power = log_mel.exp().sum(2)
    level = power.sort(1).values[:, int(.6 * t):].mean(1).clamp(min=1e-6).log()
    which = torch.randint(len(noise), (b,), generator=chance)
    n = noise.shape[1]
    place = (torch.arange(t)[None] + torch.randint(n, (b, 1), generator=chance)) % n
    added = noise[which].gather(1, place[..., None].expand(b, t, m))
    added = added - added.exp().sum(2).mean(1).clamp(min=1e-6).log()[:, None, None]
    below = uniform(lowest_db, 30, b) * (math.log(10) / 10)
    added = added + (level - below)[:, None, None]
    cross = (torch.randn(b, t, m, generator=chance) * .35).clamp(-.9, .9)
    mixed = torch.logaddexp(log_mel, added) + torch.log1p(cross / torch.cosh((log_mel - added) / 2))
    noisy = torch.rand(b, generator=chance) < share
    x = torch.where(noisy[:, None, None], mixed, log_mel)
    knots = uniform(-1, 1, b, 1, 6)
    x = x + torch.nn.functional.interpolate(knots, m, mode="linear", align_corners=True) * (log_mel > log_mel.amin((1, 2), keepdim=True) + 1e-3)
    frames, bands = torch.arange(t), torch.arange(m)
    for _ in range(2):
        at, width = torch.randint(t, (b, 1), generator=chance), torch.randint(0, 9, (b, 1), generator=chance)
        first, height = torch.randint(m, (b, 1), generator=chance), torch.randint(0, 6, (b, 1), generator=chance)
        hidden = ((frames >= at) & (frames < at + width))[:, :, None] | ((bands >= first) & (bands < first + height))[:, None, :]
        x = torch.where(hidden, x.mean((1, 2), keepdim=True), x)
    return x
