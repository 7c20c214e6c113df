"""Evaluates a wake-word engine on many machines: Ray gives each shard of `wakeproof eval` to a free core, and
`wakeproof merge` puts them together. The figures are those of one run; see README.md beside this file.

    python evaluate.py --shards 400 --out night.json -- --positives alexa.jsonl --negatives night/*.jsonl

What stands after `--` goes to `wakeproof eval` as it is.
"""

import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import ray


class ShardFailed(Exception):
    """A shard that no second try can mend: wrong flags, a corpus or a model that cannot be used."""


@ray.remote(num_cpus=1, max_retries=3)
def hear_shard(command, eval_flags, index, count):
    """Hears one shard on whatever machine Ray picks. Returns the bytes of its partial."""
    with tempfile.TemporaryDirectory() as folder:
        partial = Path(folder, "shard.partial")
        shard_flags = ["--jobs", "1", "--shard", f"{index}/{count}", "--partial", str(partial)]
        run = subprocess.run([*command, "eval", *eval_flags, *shard_flags], capture_output=True, text=True)
        if run.returncode != 0:
            raise ShardFailed(f"shard {index}/{count} ended with code {run.returncode}: {run.stderr.strip()}")
        return partial.read_bytes()


def parse_arguments():
    own, eval_flags = sys.argv[1:], []
    if "--" in own:
        at = own.index("--")
        own, eval_flags = own[:at], own[at + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, required=True, help="a few for each core; at most one a recording")
    parser.add_argument("--out", type=Path, required=True, help="file for the figures, as of wakeproof eval --json")
    parser.add_argument("--report", type=Path, help="folder for report.html, report.md and report.json")
    parser.add_argument("--address", help="of a Ray cluster (default: this machine alone)")
    parser.add_argument("--command", default="npx wakeproof", help="how every machine calls wakeproof")
    arguments = parser.parse_args(own)
    if not eval_flags:
        parser.error("the flags of wakeproof eval are missing: give them after --")
    return arguments, eval_flags


def main():
    arguments, eval_flags = parse_arguments()
    command, count = shlex.split(arguments.command), arguments.shards
    ray.init(address=arguments.address, log_to_driver=False)
    waiting = {hear_shard.remote(command, eval_flags, index, count): index for index in range(1, count + 1)}
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        while waiting:
            (done,), _ = ray.wait(list(waiting))
            paths.append(Path(folder, f"{waiting.pop(done)}.partial"))
            try:
                paths[-1].write_bytes(ray.get(done))
            except ShardFailed as error:
                sys.exit(f"evaluate.py: {error.cause}")
            print(f"{len(paths)} of {count} shards", file=sys.stderr)
        report = ["--report", str(arguments.report)] if arguments.report else []
        merge = subprocess.run([*command, "merge", *map(str, paths), "--json", *report], capture_output=True, text=True)
    if merge.returncode != 0:
        sys.exit(f"evaluate.py: {merge.stderr.strip()}")
    arguments.out.write_text(merge.stdout)


if __name__ == "__main__":
    main()
