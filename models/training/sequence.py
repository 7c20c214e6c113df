"""The phoneme task as a whole: the phones that are said against all others that might be, not output by output."""

from __future__ import annotations

import pathlib

import numpy as np
import torch

from model import STRIDE

SLACK = 2  # outputs by which a phone may begin earlier or end later than its label


def transitions(phones: pathlib.Path, n_labels: int) -> np.ndarray:
    """Probability of each label after each [N, N], output by output, in the labels of align.py."""
    said = np.load(phones)["labels"][1::STRIDE].astype(np.int64)
    counts = np.bincount(said[:-1] * n_labels + said[1:], minlength=n_labels ** 2).reshape(n_labels, n_labels) + .5
    return (counts / counts.sum(1, keepdims=True)).astype(np.float32)


def _occupied(emitted: np.ndarray, first: np.ndarray, last: np.ndarray, forward, backward) -> tuple[np.ndarray, np.ndarray]:
    """Forward and backward over [T, B, S]: log of the sum over all paths [B], and the share of it that is in each state at each output [T, B, S].
    Rabiner 1989, doi:10.1109/5.18626."""
    n_outputs = len(emitted)
    alpha, scale = np.empty_like(emitted), np.empty(emitted.shape[:2], np.float32)
    reached = first
    for t in range(n_outputs):
        reached = (forward(reached) if t else reached) * emitted[t]
        scale[t] = reached.sum(1)
        reached = reached / np.maximum(scale[t], 1e-30)[:, None]
        alpha[t] = reached
    to_come = np.broadcast_to(last, emitted.shape[1:])
    total = np.log(np.maximum(scale, 1e-30)).sum(0) + np.log(np.maximum((reached * to_come).sum(1), 1e-30))
    for t in range(n_outputs - 1, -1, -1):
        share = alpha[t] * to_come
        to_come = backward(emitted[t] * to_come) / np.maximum(scale[t], 1e-30)[:, None] if t else to_come
        alpha[t] = share / np.maximum(share.sum(1), 1e-30)[:, None]
    return total, alpha


def _any_phones(emitted: np.ndarray, loop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    one = np.ones(emitted.shape[1:], np.float32)
    return _occupied(emitted, one / emitted.shape[2], one, lambda x: x @ loop, lambda x: x @ loop.T)


def _said_phones(emitted: np.ndarray, targets: np.ndarray, loop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the paths that pass the labels `targets` [B, T] in their order, each within `SLACK` outputs of where it is."""
    n_outputs, n, n_labels = emitted.shape
    begins = np.concatenate([np.ones((n, 1), bool), targets[:, 1:] != targets[:, :-1]], 1)
    run = begins.cumsum(1) - 1  # [B, T]
    n_runs = int(run[:, -1].max()) + 1
    rows = np.arange(n)
    labels, start, end = np.zeros((n, n_runs), np.int64), np.full((n, n_runs), n_outputs), np.zeros((n, n_runs), np.int64)
    for t in range(n_outputs):
        labels[rows, run[:, t]] = targets[:, t]
        end[rows, run[:, t]] = t + 1
        at = n_outputs - 1 - t
        start[rows, run[:, at]] = at
    when = np.arange(n_outputs)[:, None, None]
    may = (when >= start[None] - SLACK) & (when < end[None] + SLACK) & (start < n_outputs)[None]
    of_run = np.take_along_axis(emitted, np.broadcast_to(labels[None], (n_outputs, n, n_runs)), 2) * may
    stay = loop[labels, labels]
    enter = np.zeros((n, n_runs), np.float32)
    enter[:, 1:] = loop[labels[:, :-1], labels[:, 1:]]
    first, last = np.zeros((n, n_runs), np.float32), np.zeros((n, n_runs), np.float32)
    first[:, 0], last[rows, run[:, -1]] = 1 / n_labels, 1

    def forward(x: np.ndarray) -> np.ndarray:
        y = x * stay
        y[:, 1:] += x[:, :-1] * enter[:, 1:]
        return y

    def backward(x: np.ndarray) -> np.ndarray:
        y = x * stay
        y[:, :-1] += x[:, 1:] * enter[:, 1:]
        return y

    total, share = _occupied(of_run.astype(np.float32), first, last, forward, backward)
    at_labels = np.zeros_like(emitted)
    for r in range(n_runs):
        at_labels[:, rows, labels[:, r]] += share[:, :, r]
    return total, at_labels


class _Against(torch.autograd.Function):
    @staticmethod
    def forward(context, logits: torch.Tensor, targets: torch.Tensor, loop: np.ndarray) -> torch.Tensor:
        scores = logits.detach().transpose(0, 1).numpy()  # [T, B, N]
        emitted = np.exp(scores - scores.max(2, keepdims=True))
        any_total, any_share = _any_phones(emitted, loop)
        said_total, said_share = _said_phones(emitted, targets.numpy(), loop)
        context.save_for_backward(torch.from_numpy((any_share - said_share).transpose(1, 0, 2).copy()) / targets.numel())
        return torch.tensor(float((any_total - said_total).mean() / targets.shape[1]))

    @staticmethod
    def backward(context, gradient: torch.Tensor):
        return gradient * context.saved_tensors[0], None, None


def sequence_loss(logits: torch.Tensor, targets: torch.Tensor, loop: np.ndarray) -> torch.Tensor:
    """Nats an output by which the phones of `targets` [B, T] fall short of all phones in any order, each sequence as probable as `loop` has it; `logits` [B, T, N].
    Maximum mutual information without a lattice: Povey et al. 2016, doi:10.21437/Interspeech.2016-595."""
    return _Against.apply(logits, targets, loop)
