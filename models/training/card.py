"""Writes `CARD.md` and `evaluation.json` beside a model, from its manifest and the last line of `wakeproof eval --json`.

    wakeproof eval … --json | tail -1 > evaluation.json
    python card.py --model models/wake --evaluation evaluation.json

No figure of the card is typed by hand; `test/contract/model-card.test.ts` holds the card to the two files.
"""

from __future__ import annotations

import argparse
import json
import pathlib


def percent(rate: float) -> str:
    return f"{100 * rate:.1f} %"


def second_look(manifest: dict) -> list[str]:
    look = manifest["secondLook"]
    if look is None:
        return []
    scores = ", ".join(f"{w['word']} {w['candidateScore']}" for w in manifest["words"])
    seconds = look["frames"] * manifest["frontend"]["frameShiftMs"] / 1000
    return [f"A second look, {look['parameters']:,} parameters in `{look['file']}` (SHA-256 `{look['sha256']}`), hears the last {seconds} s again when the first "
            f"net's score reaches a loose one ({scores}). The score that decides is {1 - look['share']:.1f} of the first net's and {look['share']:.1f} of its own.", ""]


def card(manifest: dict, evaluation: dict) -> str:
    words = [w["word"] for w in manifest["words"]]
    conditions = list(dict.fromkeys(p["condition"] for p in evaluation["positives"]))
    rows = {(p["word"], p["condition"]): p for p in evaluation["positives"]}
    lines = [
        f"# Model card: {manifest['name']} {manifest['version']}", "",
        f"Wakes on {', '.join(words[:-1])} and {words[-1]}, in English.", "",
        "## What it is", "",
        f"A causal time-delay net with factored layers, {manifest['parameters']:,} parameters in `{manifest['file']}` (SHA-256 `{manifest['sha256']}`).",
        f"In: MFCC of recipe {manifest['frontend']['recipe']}, {manifest['frontend']['nMfcc']} of {manifest['frontend']['nMels']} bands, "
        f"{manifest['framesPerCall']} frames of {manifest['frontend']['frameShiftMs']} ms a call, and one state tensor of {manifest['stateSize']} floats. "
        f"Out: a logit for each word every {manifest['stride'] * manifest['frontend']['frameShiftMs']} ms.", "", *second_look(manifest),
        "## What it is for, and what not", "",
        "For waking a device. Not for deciding by itself that anything of consequence is done: the confidence of a wake is one piece of evidence. "
        "It does not know who speaks, nor whether a person or a loudspeaker does. Whispering, shouting, singing and children were hardly tested.", "",
        "## Measured on dev", "",
        "The recordings are those on which the operating point was chosen: fit for comparing versions, kinder than recordings kept back.",
        "Misses are of real people's clips, each streamed alone (95 % Wilson interval); dB is the signal-to-noise ratio of added noise.", "",
        "| word | score to reach | " + " | ".join(conditions) + " |", "|---|---|" + "---|" * len(conditions)]
    for w in manifest["words"]:
        cells = []
        for condition in conditions:
            p = rows.get((w["word"], condition))
            cells.append("–" if p is None else f"{p['misses']}/{p['clips']} = {percent(p['missRate'])} [{percent(p['interval'][0])}, {percent(p['interval'][1])}]")
        lines.append(f"| {w['word']} | {w['operatingPoints']['default']['score']} | " + " | ".join(cells) + " |")
    total = evaluation["total"]
    lines += ["", f"False wakes in {total['hours']:.2f} h of talk that holds none of the words (95 % Poisson interval, per hour):", ""]
    for word in words:
        rate = total["perHour"][word]
        lines.append(f"- {word}: {total['falseWakes'][word]} in {total['hours']:.2f} h = {rate['rate']:.2f}/h [{rate['interval'][0]:.2f}, {rate['interval'][1]:.2f}]")
    lines += ["", "## How it was trained", "",
              "Positives are synthetic (Kokoro, Piper, espeak-ng, flite, festival, each also revoiced by WORLD), but for real recordings of \"computer\"; "
              "negatives are near words of the same voices, parts of the words, and real talk. Real recordings of other words stand among the positives of "
              "an auxiliary task, and a phoneme task on real transcribed speech shares the trunk, so that the net does not learn the synthesiser. "
              "Everything passes through the same rooms, noises, responses, lines and levels.", "",
              "| data | licence |", "|---|---|"]
    lines += [f"| {d['name']} | {d['licence']} |" for d in manifest["licences"]["data"]]
    lines += ["", f"Weights: {manifest['licences']['weights']}. Code: {manifest['licences']['code']}. Reproduce: `bash models/training/run.sh CORPORA WORK`.", "",
              "## Known failures", "",
              "Noise at 0 dB and below; accents that training voices do not have; words said with long pauses inside. "
              "The confidence is calibrated on dev recordings of quiet rooms and mixed noise: for other rooms run `wakeproof calibrate`.", ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--evaluation", type=pathlib.Path, required=True)
    options = parser.parse_args()
    manifest, evaluation = json.loads((options.model / "manifest.json").read_text()), json.loads(options.evaluation.read_text())
    for part in evaluation["positives"] + evaluation["negatives"]:  # where a corpus lay is nobody's business
        part["manifest"] = pathlib.Path(part["manifest"]).name
    evaluation["chosenOn"] = [pathlib.Path(path).name for path in evaluation["chosenOn"]]
    (options.model / "evaluation.json").write_text(json.dumps(evaluation, indent=1) + "\n")
    (options.model / "CARD.md").write_text(card(manifest, evaluation))


if __name__ == "__main__":
    main()
