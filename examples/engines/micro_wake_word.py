"""microWakeWord as a child process that wakeproof can measure; the protocol is in docs/engines.md.

    pip install pymicro-wakeword==2.5.0
    wakeproof compare --engine "python3 examples/engines/micro_wake_word.py alexa 0.9" --positives … --negatives …

Arguments: the name of a model of the package, and the cutoff (default: the model's own). Each 10 ms it gives the
mean of its last probabilities; each that passes the cutoff is reported, and wakeproof counts reports within 2 s as
one. Weights: microWakeWord, Apache-2.0.
"""

import hashlib
import json
import struct
import sys

from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model


def say(value):
    print(json.dumps(value), flush=True)


def main():
    wake_word = MicroWakeWord.from_builtin(Model(sys.argv[1]))
    features = MicroWakeWordFeatures()
    word = wake_word.wake_word.lower()
    cutoff = float(sys.argv[2]) if len(sys.argv) > 2 else wake_word.probability_cutoff
    with open(wake_word.tflite_model, "rb") as model:
        sha256 = hashlib.sha256(model.read()).hexdigest()
    say({"engine": "microWakeWord", "words": [word], "thresholds": {word: cutoff}, "modelSha256": sha256})

    while header := sys.stdin.buffer.read(4):
        (n_bytes,) = struct.unpack("<I", header)
        reports = []
        if n_bytes == 0:
            wake_word.reset()
            features.reset()
        else:
            for frame in features.process_streaming(sys.stdin.buffer.read(n_bytes)):
                probability = wake_word.process_streaming_prob(frame)
                if probability > cutoff:
                    reports.append({"word": word, "score": probability})
        say(reports)


main()
