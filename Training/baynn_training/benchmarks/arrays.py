# SPDX-License-Identifier: Apache-2.0
"""Speed on imperfect devices, beside peers: python -m baynn_training.benchmarks.arrays

784-512-256-10, a batch of 1000 held-out MNIST digits, a fresh device for each draw. All are
run in one go, in turn, several times.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import torch
from tqdm import tqdm

from ..export import write_atomically, write_image
from ..paths import REPOSITORY, TRAINING, WORK
from ..studies.comparison import trained
from ..studies.images import Files, write_data
from ..studies.store import write_json
from ..studies.tasks import _dense, load, prepare_torch
from ..studies.variants import VARIANTS
from . import report

OURS = REPOSITORY / "build" / "host" / "arrays"
HERE = Path(__file__).resolve().parent
BATCH = 1000
VARIANT = "scale"


@dataclass(frozen=True)
class Peer:
    """A script of this folder: its environment, what it does, and how many processes of how
    many threads do it at once."""

    script: str
    kind: str
    python: Path
    processes: int
    threads: int

    @property
    def name(self) -> str:
        how = f"{self.processes} x {self.threads}"
        return f"{self.script.removesuffix('_draws.py')} {self.kind}, {how} threads"


def _peers(aihwkit: Path, cores: int) -> list[Peer]:
    here = Path(sys.executable)
    kinds = [("torch_draws.py", "noise", here), ("torch_draws.py", "flips", here)]
    if aihwkit.exists():
        kinds += [("aihwkit_draws.py", kind, aihwkit) for kind in ("tile", "torch")]
    shapes = ((1, cores), (cores, 1))
    return [Peer(*kind, *shape) for kind in kinds for shape in shapes]


def run_peer(peer: Peer, inputs: Path, seconds: float) -> dict[str, float]:
    """Starts all processes, lets them go together when all are ready, and adds them up."""
    command = [peer.python, HERE / peer.script, "--kind", peer.kind, "--inputs", inputs]
    command += ["--threads", peer.threads, "--seconds", seconds]
    running = [
        subprocess.Popen(
            [str(c) for c in (*command, "--seed", seed)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        for seed in range(peer.processes)
    ]
    for process in running:
        if process.stdout.readline().strip() != "ready":
            raise ValueError(f"{peer.name} did not start: run {peer.script} by hand to see why")
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    found = [json.loads(process.communicate()[0]) for process in running]
    total = {key: sum(f[key] for f in found) for key in ("inferences", "processor_seconds")}
    return total | {"seconds": max(f["seconds"] for f in found)}


def run_ours(files: Files, seconds: float, threads: int) -> dict[str, dict[str, float]]:
    """By name and posterior."""
    command = [OURS, files.image(VARIANT, 0), files.inputs, files.labels, BATCH, seconds, threads]
    lines = subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE, text=True)
    found = [json.loads(line) for line in lines.stdout.splitlines()]
    return {f"{f.pop('name')}, {f.pop('posterior')}": f for f in found}


def prepare(data: Path, work: Path) -> tuple[Files, Path]:
    """The network, trained if it has not been, and the inputs as peers read them."""
    prepare_torch()
    files = Files(work / "images", "mnist_512_256")
    inputs = files.folder / "mnist-batch.npy"
    if not (files.image(VARIANT, 0).exists() and inputs.exists()):
        task = replace(
            load("mnist", data),
            name=files.task,
            title="MNIST, dense layers: 784-512-256-10",
            build=lambda variant: _dense(784, 255, (512, 256), variant),
        )
        write_data(task, files)
        graph = trained(task, VARIANT, 0, work)
        labels = [str(i) for i in range(10)]
        write_image(files.image(VARIANT, 0), graph, labels, parity_inputs=task.x["test"][:200])
        np.save(inputs, task.x["test"][:BATCH].byte().flatten(1).numpy())
    return files, inputs


def run(options: argparse.Namespace) -> None:
    files, inputs = prepare(options.data, options.work)
    rounds: dict[str, list[dict]] = {}
    peers = _peers(options.aihwkit, options.threads)
    for _ in range(options.rounds):
        for name, found in run_ours(files, options.seconds, options.threads).items():
            rounds.setdefault(name, []).append(found)
        for peer in (bar := tqdm(peers, desc="peers", unit="run", leave=False)):
            bar.set_postfix_str(peer.name)
            rounds.setdefault(peer.name, []).append(run_peer(peer, inputs, options.seconds))
    rates = {
        name: {
            "by_clock": median(f["inferences"] / f["seconds"] for f in found),
            "by_processor": median(f["inferences"] / f["processor_seconds"] for f in found),
            "busy": median(f["processor_seconds"] / f["seconds"] for f in found),
        }
        for name, found in rounds.items()
    }
    machine = {
        "threads": options.threads,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "torch": torch.__version__,
        "processor": _processor(),
    }
    write_json(options.out / "arrays-speed.json", {"machine": machine, "rates": rates})
    write_atomically(options.out / "arrays-speed.md", report.write(machine, rates).encode())
    print(f"wrote {options.out / 'arrays-speed.md'}")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.benchmarks.arrays", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--aihwkit", type=Path, default=TRAINING / ".venv-aihwkit/bin/python",
                        help="Python that has aihwkit; left out if it does not exist")
    parser.add_argument("--threads", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--seconds", type=float, default=4, help="of a run (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of all runs (%(default)s)")
    parser.add_argument("--out", type=Path, default=TRAINING / "results")
    parser.add_argument("--work", type=Path, default=WORK / "studies", help="of checkpoints")
    try:
        run(parser.parse_args(arguments))
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"arrays: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
