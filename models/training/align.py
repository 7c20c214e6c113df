"""Finds when each phone of the transcribed speech is said, by a hidden Markov model of 39 phones and silence.

    python align.py --corpora DIR --synth DIR --cache DIR --out phones.npz [--net acoustic/last.pt]

Each word is said in whichever of its readings fits best. Three states a phone, a mixture of Gaussians a state, cepstra with their slopes, normalised by utterance. It starts from phones of equal
length and is trained by Viterbi's algorithm with ever more Gaussians (Young et al., The HTK Book, 8). With `--net`, a net that learnt from such
labels takes the Gaussians' place, which hears more of what surrounds a phone, and one pass does. What comes out is the label of
each 10 ms frame (0 silence, else 1 + index of the phone), as the target of the phoneme task: a net that must find the alignment
by itself (CTC) took hours to answer anything but blank.
"""

from __future__ import annotations

import argparse
import math
import pathlib
import random
import time
from typing import NamedTuple

import numpy as np
import torch

import features
from model import STRIDE, averaged, dct_matrix
from phonemes import ARPABET, Readings
from transcripts import frame_labels, transcribed

N_CEPSTRA = 13
SILENCE = 3 * len(ARPABET)  # its state, which follows those of the phones


def cepstra(audio: np.ndarray) -> torch.Tensor:
    """[T, 39]: cepstra, slopes and curvatures, of zero mean and unit variance over the utterance."""
    noise = np.random.default_rng(len(audio)).standard_normal(len(audio)) * 3e-5  # under exact zeros
    x = features.log_mel(torch.from_numpy(audio + noise.astype(np.float32))[None])[0]
    x = (x.double() @ dct_matrix(features.N_MELS, N_CEPSTRA).T).float()
    for _ in range(2):
        edge = torch.nn.functional.pad(x[:, -N_CEPSTRA:].T[None], (2, 2), mode="replicate")[0].T
        slope = (2 * (edge[4:] - edge[:-4]) + edge[3:-1] - edge[1:-3]) / 10
        x = torch.cat([x, slope], 1)
    return (x - x.mean(0)) / (x.std(0) + 1e-3)


class Chain(NamedTuple):
    states: list[int]  # at each position
    before: list[list[int]]  # positions that each is entered from, besides itself
    first: list[int]  # where a path may begin
    last: list[int]  # where it may end


def chain(words: list[Readings]) -> Chain:
    """Each word in any of its readings, side by side, with silence around all words, of any length or none."""
    states, before, first, ends = [SILENCE], [[]], [0], []
    for ways in words:
        silence, entered, ends = len(states) - 1, [len(states) - 1, *ends], []
        for phones in ways:
            if silence == 0:
                first.append(len(states))
            before += [entered, *([at] for at in range(len(states), len(states) + 3 * len(phones) - 1))]
            for phone in phones:
                states += [3 * ARPABET.index(phone) + part for part in range(3)]
            ends.append(len(states) - 1)
        states.append(SILENCE)
        before.append(ends)
    return Chain(states, before, first, [len(states) - 1, *ends])


class Gaussians:
    """Diagonal mixtures, one a state, of as many Gaussians each."""

    def __init__(self, mean: torch.Tensor, variance: torch.Tensor, weight: torch.Tensor, state: torch.Tensor):
        self.mean, self.variance, self.weight, self.state = mean, variance, weight, state

    def components(self, x: torch.Tensor) -> torch.Tensor:
        """[T, N]: log weight and density of each Gaussian."""
        precision = 1 / self.variance
        constant = self.weight.log() - .5 * (self.variance.log().sum(1) + self.mean.square().mul(precision).sum(1) + x.shape[1] * math.log(2 * math.pi))
        return constant + x @ (self.mean * precision).T - .5 * x.square() @ precision.T

    def states(self, components: torch.Tensor) -> torch.Tensor:
        """[T, states]: log density of each state; its Gaussians lie side by side, the same number for all."""
        return components.view(len(components), SILENCE + 1, -1).logsumexp(2)

    def split(self) -> "Gaussians":
        step = .2 * self.variance.sqrt()
        n = len(self.mean)
        order = torch.arange(n).repeat_interleave(2)
        mean = self.mean[order].clone()
        mean[::2] += step
        mean[1::2] -= step
        return Gaussians(mean, self.variance[order].clone(), self.weight[order] / 2, self.state[order])


def viterbi(emitted: torch.Tensor, lengths: torch.Tensor, chains: list[Chain]) -> tuple[torch.Tensor, torch.Tensor]:
    """Positions [B, T] of the best path in each chain and its log density a frame [B]; `emitted` [B, T, states]."""
    n, t, _ = emitted.shape
    longest = max(len(c.states) for c in chains)
    ids = torch.zeros(n, longest, dtype=torch.long)
    width = max(len(some) for c in chains for some in c.before)
    enter = torch.full((n, longest, 1 + width), longest)  # a place of no probability, where there are fewer
    enter[..., 0] = torch.arange(longest)
    begin, end = torch.full((n, longest), -1e9), torch.full((n, longest), -1e9)
    for row, c in enumerate(chains):
        ids[row, :len(c.states)] = torch.tensor(c.states)
        enter[row, :len(c.before), 1:] = torch.tensor([some + [longest] * (width - len(some)) for some in c.before])
        begin[row, c.first], end[row, c.last] = 0.0, 0.0
    e = emitted.gather(2, ids[:, None].expand(n, t, -1)).transpose(0, 1).contiguous()  # [T, B, S]
    best, places = begin + e[0], enter.flatten(1)
    moves = torch.zeros(t, n, longest, dtype=torch.uint8)
    for at in range(1, t):
        value, move = torch.nn.functional.pad(best, (0, 1), value=-1e9).gather(1, places).view(enter.shape).max(2)
        running = (at < lengths)[:, None]
        best = torch.where(running, value + e[at], best)
        moves[at] = torch.where(running, move, 0)
    rows = torch.arange(n)
    score, position = (best + end).max(1)
    path = torch.zeros(n, t, dtype=torch.long)
    for at in range(t - 1, -1, -1):
        path[:, at] = position
        position = enter[rows, position, moves[at, rows, position].long()]
    return path, score / lengths


class Net:
    """The phone logits of a trained net, in the Gaussians' place: one for all three states of a phone, every 10 ms by three passes shifted against each other."""

    def __init__(self, checkpoint: pathlib.Path):
        self.net = averaged([checkpoint])
        self.of_state = torch.cat([torch.arange(len(ARPABET)).repeat_interleave(3) + 1, torch.zeros(1, dtype=torch.long)])

    @torch.no_grad()
    def posteriors(self, audio: np.ndarray) -> torch.Tensor:
        """[T, 40] in half precision: log posterior of silence and each phone at each frame."""
        x = features.log_mel(torch.from_numpy(audio)[None])[0]
        t, quiet = len(x), torch.full((1, features.N_MELS), float(np.log(np.float32(features.FLOOR))))
        delay = self.net.phone_delay
        shifted = torch.stack([torch.cat([quiet.expand(2 - k, -1), x, quiet.expand((delay + 2) * STRIDE + 1 + k - t % STRIDE, -1)]) for k in range(STRIDE)])
        y = self.net(shifted)["phones"].log_softmax(-1)[:, delay:]  # row k: outputs of frames 1 − (2 − k) + 3 i
        return y.transpose(0, 1).flatten(0, 1)[1:t + 1].half()

    def components(self, x: torch.Tensor) -> torch.Tensor:
        return x.float()

    def states(self, components: torch.Tensor) -> torch.Tensor:
        return components[:, self.of_state]


class Utterance:
    def __init__(self, key: str, x: torch.Tensor, words: list[Readings]):
        self.key, self.x = key, x
        self.chain = chain(words)
        loud = torch.arange(len(x))[x[:, 0] > x[:, 0].float().quantile(.3)]
        ids = torch.tensor(chain([ways[:1] for ways in words]).states)
        n = len(ids)
        first, last = int(loud[0]), int(loud[-1])
        place = (torch.arange(len(x)) - first) * n // max(1, last - first + 1)
        self.labels = torch.where((place >= 0) & (place < n), ids[place.clamp(0, n - 1)], torch.tensor(SILENCE)).to(torch.uint8)
        self.score = 0.0


def estimate(utterances: list[Utterance], model: Gaussians | None, n_mix: int) -> Gaussians:
    """Gaussians from the frames that each state has on the present paths."""
    n, d = (SILENCE + 1) * n_mix, 3 * N_CEPSTRA
    count, first, second = torch.zeros(n), torch.zeros(n, d), torch.zeros(n, d)
    for at in range(0, len(utterances), 200):
        x = torch.cat([u.x for u in utterances[at:at + 200]])
        labels = torch.cat([u.labels for u in utterances[at:at + 200]]).long()
        if model is None:
            share = torch.ones(len(x), 1)
        else:
            own = model.components(x).view(len(x), -1, n_mix)[torch.arange(len(x)), labels]
            share = own.softmax(1)
        for m in range(n_mix):
            index = labels * n_mix + m
            w = share[:, m]
            count.index_add_(0, index, w)
            first.index_add_(0, index, x * w[:, None])
            second.index_add_(0, index, x.square() * w[:, None])
    safe = count.clamp(min=1e-3)[:, None]
    mean = first / safe
    variance = (second / safe - mean.square()).clamp(min=.02)
    few = count < 20
    if model is not None:
        mean[few], variance[few] = model.mean[few], model.variance[few]
    else:
        mean[few], variance[few] = 0.0, 1.0
    by_state = count.view(-1, n_mix)
    weight = ((by_state + 1) / (by_state + 1).sum(1, keepdim=True)).flatten()
    return Gaussians(mean, variance, weight, torch.arange(SILENCE + 1).repeat_interleave(n_mix))


def realign(utterances: list[Utterance], model: Gaussians | Net) -> None:
    utterances.sort(key=lambda u: len(u.x))
    at = 0
    while at < len(utterances):
        size = max(1, min(96, 60_000 // len(utterances[min(at + 95, len(utterances) - 1)].x)))
        some = utterances[at:at + size]
        at += size
        lengths = torch.tensor([len(u.x) for u in some])
        scores = model.states(model.components(torch.cat([u.x for u in some]))).split(lengths.tolist())
        path, score = viterbi(torch.nn.utils.rnn.pad_sequence(scores, batch_first=True), lengths, [u.chain for u in some])
        for u, row, own, value in zip(some, path, scores, score.tolist()):
            u.labels = torch.tensor(u.chain.states)[row[:len(u.x)]].to(torch.uint8)
            u.score = value - float(own.amax(1).mean())  # against the best state of each frame, whatever it is


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpora", "synth", "cache", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--net", type=pathlib.Path, help="align by this checkpoint's phones; labels that are in --out already stay")
    parser.add_argument("--drop", type=float, default=.04, help="share of the utterances that fit their text worst, left out")
    options = parser.parse_args()
    torch.set_num_threads(1)
    began = time.time()
    utterances = []
    net = Net(options.net) if options.net else None
    known = frame_labels(options.out) if net and options.out.exists() else {}
    for key, pool, i, words in transcribed(options.corpora, options.synth, options.cache):
        if key in known:
            continue
        x = net.posteriors(pool.clip(i)) if net else cepstra(pool.clip(i))
        if len(x) > 3 * sum(len(ways[0]) for ways in words) + 5:
            utterances.append(Utterance(key, x, words))
    print(f"{len(utterances)} utterances, {sum(len(u.x) for u in utterances) / 360_000:.2f} h, {time.time() - began:.0f} s", flush=True)
    if net:
        realign(utterances, net)
        save(utterances, options.out, options.drop, known)
        print(f"{np.mean([u.score for u in utterances]):.3f} nats a frame under the best phones, {time.time() - began:.0f} s")
        return
    random.Random(0).shuffle(utterances)
    short = sorted(utterances, key=lambda u: len(u.x))[len(utterances) // 10: len(utterances) * 6 // 10]
    model, n_mix = estimate(utterances, None, 1), 1
    for n, rounds, some in [(1, 6, short), (2, 3, short), (4, 3, utterances), (8, 3, utterances)]:
        if n > n_mix:
            model, n_mix = model.split(), n
            model = estimate(some, model, n_mix)
        for _ in range(rounds):
            realign(some, model)
            model = estimate(some, model, n_mix)
        print(f"{n} Gaussians: {np.mean([u.score for u in some]):.3f} nats a frame, silence {np.mean(torch.cat([u.labels for u in some]).numpy() == SILENCE):.3f}, {time.time() - began:.0f} s", flush=True)
        save(utterances, options.out, options.drop)


def save(utterances: list[Utterance], out: pathlib.Path, drop: float, known: dict[str, np.ndarray] = {}) -> None:
    """Writes the labels of the utterances, none for the worst share `drop`, beside those that are known already."""
    limit = np.quantile([u.score for u in utterances], drop)
    labels = [np.where(u.labels.numpy() == SILENCE, 0, u.labels.numpy() // 3 + 1).astype(np.uint8) if u.score >= limit else np.zeros(0, np.uint8) for u in utterances]
    labels += known.values()
    np.savez(out, keys=np.array([u.key for u in utterances] + list(known)), lengths=np.array([len(row) for row in labels]), labels=np.concatenate(labels))


if __name__ == "__main__":
    main()
