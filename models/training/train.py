"""Trains the wake net. Resumable: a checkpoint every 200 steps, `last.pt`; `best` is chosen by eye from the log of dev checks.

    python train.py --corpora DIR --synth DIR --cache DIR --out DIR [--steps 4000] [--init last.pt]
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import pathlib
import queue
import threading
import time
from collections.abc import Iterable, Iterator

import torch
from torch import nn

import augment
import vocabulary
from check import SMOOTHING, DevCheck
from mixer import FRAMES, Mixer
from model import STRIDE, WakeNet
from phonemes import ARPABET
from sequence import sequence_loss, transitions

OUTPUTS = FRAMES // STRIDE


def wake_loss(logits: torch.Tensor, word: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """Per-output sigmoid of each word [B, T, W], on the smoothed logits that the engine decides on. In a positive: the best
    output between 30 ms before and 210 ms after the word's end, and 0.3 of the mean there (anywhere, when the end is not
    known); nothing asked in 180 ms around. Elsewhere: the mean of the 8 worst outputs and the mean of all."""
    n_words = logits.shape[2]
    padded = nn.functional.pad(logits, (0, 0, SMOOTHING - 1, 0), value=-6.0)
    logits = sum(padded[:, i:i + OUTPUTS] for i in range(SMOOTHING)) / SMOOTHING
    ends_at = torch.arange(OUTPUTS) * 480 + 720  # last sample of each output's frames
    after = ends_at[None] - end[:, None]
    known = end[:, None] >= 0
    wanted = torch.where(known, (after >= -480) & (after <= 3360), torch.ones_like(after, dtype=torch.bool))
    ignored = torch.where(known, (after > -3360) & (after < 6240), torch.ones_like(after, dtype=torch.bool))
    positive = word[:, None] == torch.arange(n_words)[None]  # [B, W]

    hit = logits.masked_fill(~wanted[..., None], -1e4)
    best = nn.functional.softplus(-hit.amax(1))
    mean = (nn.functional.softplus(-logits) * wanted[..., None]).sum(1) / wanted.sum(1, keepdim=True).clamp(min=1)
    asked = best + torch.where(known, .3 * mean, torch.zeros_like(mean))

    quiet = logits.masked_fill((positive[:, None, :] & ignored[..., None]), -30.0)
    cost = nn.functional.softplus(quiet)
    silent = cost.topk(8, dim=1).values.mean(1) + cost.mean(1)
    return (torch.where(positive, 2.0 * asked, torch.zeros_like(asked)) + silent).sum(1).mean()


def auxiliary_loss(logits: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """The best output of the window decides, for each auxiliary word."""
    target = (label[:, None] == torch.arange(logits.shape[2])[None]).float()
    best = logits.topk(3, dim=1).values.mean(1)
    return nn.functional.binary_cross_entropy_with_logits(best, target, pos_weight=torch.tensor(3.0), reduction="none").sum(1).mean()


class Bank:
    """The windows mixed last, from which each step draws at random: a window is used `reuse` times on the average, each time degraded anew."""

    def __init__(self, batches, reuse: int, size: int, seed: int):
        self.batches, self.reuse, self.size = batches, reuse, size
        self.chance = torch.Generator().manual_seed(seed)
        self.kept: list[dict[str, torch.Tensor]] = []

    def __iter__(self):
        for batch in self.batches:
            self.kept = [*(kept for kept in self.kept[-self.size + 1:] if kept.keys() == batch.keys()), batch]
            for _ in range(self.reuse):
                yield self.draw()

    def draw(self) -> dict[str, torch.Tensor]:
        some = [self.kept[i] for i in torch.randint(len(self.kept), (4,), generator=self.chance)]
        drawn, order = {}, {}
        for key in some[0]:
            whole = torch.cat([batch[key] for batch in some])
            kind = "noise" if key == "noise" else "speech" if key in ("speech", "speech_real", "phones") else "wake"
            if kind not in order:
                order[kind] = torch.randperm(len(whole), generator=self.chance)[: len(whole) // (1 if kind == "noise" else 4)]
            drawn[key] = whole[order[kind]]
        drawn["speech"] = augment.degrade(drawn["speech"], drawn["noise"], self.chance, .4, 3)
        if "wake" in drawn:
            drawn["wake"] = augment.degrade(drawn["wake"], drawn["noise"], self.chance, .3, 3)
        return drawn


def beforehand(batches: Iterable[dict[str, torch.Tensor]]) -> Iterator[dict[str, torch.Tensor]]:
    """The same, each made by a thread of its own while those before it are used."""
    made: queue.Queue[dict[str, torch.Tensor] | Exception | None] = queue.Queue(4)

    def make() -> None:
        try:
            for batch in batches:
                made.put(batch)
            made.put(None)
        except Exception as error:
            made.put(error)

    threading.Thread(target=make, daemon=True).start()
    while (batch := made.get()) is not None:
        if isinstance(batch, Exception):
            raise batch
        yield batch


class Reverse(torch.autograd.Function):
    """Passes forward, and turns the gradient around: what follows learns, what comes before unlearns."""

    @staticmethod
    def forward(context, x: torch.Tensor) -> torch.Tensor:
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient: torch.Tensor) -> torch.Tensor:
        return -gradient


def origin_loss(judge: nn.Module, trunk: torch.Tensor, log_mel: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
    """How well `judge` tells real from synthetic speech by single outputs of the trunk, where there is sound. Without this
    the net learns "real, so no wake word", as no real "alexa" or "jarvis" is among its positives.
    Domain-adversarial training: Ganin et al. 2016, arXiv 1505.07818."""
    loudness = log_mel.mean(2).reshape(log_mel.shape[0], -1, STRIDE).mean(2)
    heard = (loudness > loudness.mean(1, keepdim=True)) & (is_real[:, None] >= 0)
    logits = judge(Reverse.apply(trunk.float())).squeeze(-1)
    target = is_real[:, None].clamp(min=0).float().expand_as(logits)
    return nn.functional.binary_cross_entropy_with_logits(logits[heard], target[heard])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpora", "synth", "cache", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--until", type=int, help="stop at this step; a later call goes on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--channels", type=int, default=140)
    parser.add_argument("--bottleneck", type=int, default=56)
    parser.add_argument("--dropout", type=float, default=.12)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--phones", type=pathlib.Path, required=True, help="when each phone is said, from align.py")
    parser.add_argument("--phone-weight", type=float, default=.25, help="weight of the phoneme task")
    parser.add_argument("--sequence", type=float, default=0, help="share of the phoneme task that asks for the right phones in their order against all others, not for each output's phone")
    parser.add_argument("--ahead", type=int, nargs="*", default=[], help="dilations of further blocks for phones alone, which look ahead")
    parser.add_argument("--wake-weight", type=float, default=1, help="weight of the wake words; of few windows, one that is wrong has a gradient 30 times that of all phones: .03 keeps it from drowning them")
    parser.add_argument("--auxiliary", type=float, default=.15, help="weight of the auxiliary words; 0 where the checkpoint had none, whose new head would drag the trunk along")
    parser.add_argument("--origin", type=float, default=.5, help="weight of hiding whether speech is real or synthetic")
    parser.add_argument("--dilations", type=int, nargs="+", default=[1, 1, 2, 2, 4, 4, 4])
    parser.add_argument("--n-wake", type=int, default=96, help="windows of wake words and talk in a step; 0 for phonemes alone")
    parser.add_argument("--n-speech", type=int, default=20, help="windows of transcribed speech in a step")
    parser.add_argument("--phonemes-until", type=int, default=0, help="before this step the net learns phonemes alone, from three times as many windows")
    parser.add_argument("--init", type=pathlib.Path, help="start from this checkpoint's weights")
    parser.add_argument("--hard", type=pathlib.Path, help="JSON list of [corpus, sample] that an earlier net fell for")
    parser.add_argument("--hard-share", type=float, default=.15, help="of the windows of talk that are such")
    parser.add_argument("--reuse", type=int, default=1, help="steps in which a mixed window is used on the average, each time degraded anew")
    parser.add_argument("--half", action="store_true", help="matrix products in bfloat16: several times faster where the processor has them")
    parser.add_argument("--threads", type=int, default=1, help="for the matrix products; mixing has its own processes")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--check-every", type=int, default=500)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    hard = [tuple(h) for h in json.loads(options.hard.read_text())] if options.hard else None
    mixer = Mixer(options.corpora, options.synth, options.cache, options.phones, options.seed, hard, options.hard_share)
    dev = DevCheck(options.corpora, options.cache) if options.n_wake else None
    heads = {"wake": len(vocabulary.WORDS), "auxiliary": len(vocabulary.AUXILIARY), "phones": len(ARPABET) + 1}
    net = WakeNet(channels=options.channels, bottleneck=options.bottleneck, dilations=tuple(options.dilations), heads=heads, dropout=options.dropout, ahead=tuple(options.ahead))
    for block in net.ahead:
        nn.init.constant_(block.norm.weight, .1)  # that a net without them goes on nearly as it is
    loop, delay = transitions(options.phones, len(ARPABET) + 1) if options.sequence else None, net.phone_delay
    judge = nn.Sequential(nn.Linear(options.channels, 64), nn.ReLU(), nn.Linear(64, 1))
    optimiser = torch.optim.AdamW([*net.parameters(), *judge.parameters()], lr=options.rate, weight_decay=.02)
    average = copy.deepcopy(net)
    step, checkpoint = 0, options.out / "last.pt"
    source = checkpoint if checkpoint.exists() else options.init
    if source:
        stored = torch.load(source, weights_only=False)
        untrained = {key: value for key, value in net.state_dict().items() if key.startswith("ahead.")}  # where the checkpoint has no such blocks
        net.load_state_dict({**untrained, **stored.get("net", stored["average"])})
        average.load_state_dict({**untrained, **stored["average"]})
        if source == checkpoint:
            optimiser.load_state_dict(stored["optimiser"])
            judge.load_state_dict(stored["judge"])
            step = stored["step"]

    class Batches(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return -(-options.steps // options.reuse)

        def __getitem__(self, k: int) -> dict[str, torch.Tensor]:
            torch.set_num_threads(1)
            if k * options.reuse < options.phonemes_until:
                return mixer.batch(k, 0, 3 * options.n_speech)
            return mixer.batch(k, options.n_wake, options.n_speech)

    until = options.until or options.steps
    loader = torch.utils.data.DataLoader(Batches(), batch_size=None, sampler=range(step // options.reuse, -(-until // options.reuse)), num_workers=options.workers, prefetch_factor=4)
    batches = beforehand(Bank(loader, options.reuse, 200, options.seed + step) if options.reuse > 1 else loader)
    sums, began = torch.zeros(5), time.time()
    for batch in batches:
        net.train()
        warm = min(1.0, (step + 1) / 400)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (.02 + .98 * .5 * (1 + math.cos(math.pi * step / options.steps)))
        with torch.autocast("cpu", torch.bfloat16, enabled=options.half):
            read = net.trunk(batch["speech"])
            heard = net.phones(read).float()
            targets = nn.functional.pad(batch["phones"], (delay, 0))[:, :heard.shape[1]]  # what was before the window is silence
            if "wake" in batch:
                spoken = net.trunk(batch["wake"])
                awake, other = net.heads["wake"](spoken).float(), net.heads["auxiliary"](spoken).float()
        losses = torch.zeros(5)
        losses[2] = nn.functional.cross_entropy(heard.flatten(0, 1), targets.flatten())
        if options.sequence:
            losses[2] = (1 - options.sequence) * losses[2] + options.sequence * sequence_loss(heard, targets, loop)
        losses[4] = (heard.argmax(-1) == targets)[targets > 0].float().mean()
        if "wake" in batch:
            losses[0] = wake_loss(awake, batch["word"], batch["end"])
            losses[1] = auxiliary_loss(other, batch["auxiliary"])
            if options.origin:
                losses[3] = (origin_loss(judge, spoken, batch["wake"], batch["real"]) + origin_loss(judge, read, batch["speech"], batch["speech_real"])) / 2
        loss = options.wake_weight * losses[0] + options.auxiliary * losses[1] + options.phone_weight * losses[2] + options.origin * losses[3]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        step += 1
        decay = min(.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), net.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.lerp_(b, 1 - decay)
                else:
                    a.copy_(b)
        sums += losses.detach()
        if step % 50 == 0:
            print(f"step {step} wake {sums[0] / 50:.3f} auxiliary {sums[1] / 50:.3f} phones {sums[2] / 50:.3f} ({sums[4] / 50:.1%} right) origin {sums[3] / 50:.3f}  {50 / (time.time() - began):.2f} steps/s", flush=True)
            sums.zero_()
            began = time.time()
        if step % 200 == 0 or step == until:
            torch.save({"net": net.state_dict(), "average": average.state_dict(), "judge": judge.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "config": net.config}, checkpoint)
        if step > options.phonemes_until and (step % options.check_every == 0 or step == until):
            torch.save({"average": average.state_dict(), "config": net.config, "step": step}, options.out / f"step-{step}.pt")
            if dev:
                print(dev.table(average), flush=True)


if __name__ == "__main__":
    main()
