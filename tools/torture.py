"""Kill sweeps at random moments, go on with them, and prove that nothing was lost or changed.

Each round starts a sweep of a real study in a process of its own and kills it without warning, once or several times:
the parent (with which its workers must end) or one of its workers (which the parent must make good). The moments
are drawn from the seed: some by the clock, over all the time a sweep takes from its first import on, some by how far
it has come. Then the same command is run to its end, and every table is compared with that of a sweep nobody touched:
byte for byte (Parquet shards), and value for value as they are read. No process may outlive its parent and no
temporary file may be left.

    python tools/torture.py                    50 rounds
    python tools/torture.py --rounds 3         three, as CI does
    python tools/torture.py --study FILE --futures 2 --replicates 4
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import psutil

from sim.results import open_results

ROOT = Path(__file__).resolve().parents[1]
STUDY = """format: 1
kind: study
name: torture
scenario: ../torture.yaml
seed: 7
replicates: {replicates}
policies:
  as-signed: {{}}
  commentary: {{set: {{bodies.waico.charter: waico-commentary}}}}
  consensus: {{set: {{bodies.waico.charter: waico-consensus}}}}
  without: {{set: {{bodies.waico: null}}}}
futures:
  design: latin_hypercube
  count: {futures}
  uncertainties:
    world.severity.index: {{uniform: [1.1, 2.5]}}
    world.incidents.base: {{loguniform: [0.5, 20.0]}}
outputs: {{nations: true, events: true}}
"""
# The sweep in a pool, however small it is: a study of a few seconds would run in the parent alone.
PROGRAM = """import sys
from sim.study import job
from sim.cli import main
job.SMALL = 0.0
main(sys.argv[1:])
"""
PATIENCE = 20.0
ATTEMPTS = 12


@dataclass
class Round:
    """What one round did and found."""

    number: int
    kills: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """One line for the reader."""
        verdict = "equal" if not self.faults else "FAULT: " + "; ".join(self.faults)
        return f"round {self.number:3d}  {', '.join(self.kills):60s}  {self.seconds:5.1f} s  {verdict}"


def write_study(root: Path, futures: int, replicates: int) -> Path:
    """The default study: four charters with their own bodies, tiers and rules, two dozen nations, three years."""
    scenarios = root / "scenarios"
    (scenarios / "studies").mkdir(parents=True)
    shutil.copytree(ROOT / "scenarios" / "charters", scenarios / "charters")
    lines = (ROOT / "scenarios" / "baseline.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("nations:", "years:", "name:"))]
    (scenarios / "torture.yaml").write_text("\n".join([*kept, "nations: {sample: 24}", "years: 3", ""]))
    study = scenarios / "studies" / "torture.yaml"
    study.write_text(STUDY.format(futures=futures, replicates=replicates))
    return study


def start(arguments: list[str], folder: Path) -> subprocess.Popen[str]:
    """A sweep in a session of its own, so that whatever it leaves behind can be found."""
    with open(folder / "said.txt", "w", encoding="utf-8") as said:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=said,
            text=True,
            start_new_session=True,
        )


def family(session: int) -> list[psutil.Process]:
    """The living processes of a session."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def workers_of(parent: int) -> list[psutil.Process]:
    """The workers of a sweep: children of the server that its workers are forked from."""
    try:
        below = psutil.Process(parent).children(recursive=True)
        return [each for each in below if each.ppid() != parent and each.status() != psutil.STATUS_ZOMBIE]
    except psutil.Error:
        return []


def orphans(session: int) -> list[int]:
    """Processes of a dead sweep that are still alive after a while; they are ended."""
    end = time.monotonic() + PATIENCE
    while (left := family(session)) and time.monotonic() < end:
        time.sleep(0.05)
    for process in left:
        process.kill()
    return [process.pid for process in left]


def shards(out: Path) -> int:
    """How many blocks are finished."""
    return len(list((out / "runs").glob("*.parquet"))) if (out / "runs").is_dir() else 0


def differences(whole: Path, other: Path) -> list[str]:
    """In what two folders of results differ."""
    found = []
    first, second = open_results(whole), open_results(other)
    for name in first.manifest["tables"]:
        ours = {file.name: file.read_bytes() for file in (whole / name).glob("*.parquet")}
        theirs = {file.name: file.read_bytes() for file in (other / name).glob("*.parquet")}
        if ours != theirs:
            odd = [file for file in ours.keys() | theirs.keys() if ours.get(file) != theirs.get(file)]
            found.append(f"{len(odd)} files of {name} differ")
        try:
            pd.testing.assert_frame_equal(first.read(name), second.read(name), check_exact=True)
        except AssertionError as error:
            found.append(f"{name}: {' '.join(str(error).split())[:120]}")
    left = [path.name for path in other.rglob("*") if path.name.endswith(".tmp")]
    return found + ([f"temporary files left: {left[:3]}"] if left else [])


def wait_for_moment(process: subprocess.Popen[str], out: Path, span: float, blocks: int, luck: random.Random) -> None:
    """Let a sweep go on until a random moment, or to its end."""
    end = time.monotonic() + luck.uniform(0.0, span)
    if luck.random() < 0.6:
        have, pause = shards(out), luck.uniform(0.0, 0.1 * span)
        wanted = luck.randrange(have, max(blocks, have + 1))
        while process.poll() is None and shards(out) < wanted:
            time.sleep(0.005)
        end = time.monotonic() + pause
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


def torment(number: int, arguments: list[str], whole: Path, span: float, luck: random.Random) -> Round:
    """One round: kill one to three times, then let it finish."""
    began, made = time.monotonic(), Round(number)
    folder = Path(tempfile.mkdtemp(prefix=f"round{number}-", dir=whole.parent))
    out = folder / "out"
    wanted = luck.randint(1, 3)
    for _ in range(ATTEMPTS):
        if len(made.kills) == wanted or (made.kills and shards(out) == shards(whole)):
            break
        victim = luck.choice(["parent", "parent", "worker"])
        process = start([*arguments, "--out", "out"], folder)
        wait_for_moment(process, out, span, shards(whole), luck)
        if victim == "worker":  # before there is one, the parent has to do
            chosen = workers_of(process.pid)
            victim = "worker" if chosen else "parent"
            for each in luck.sample(chosen, 1) if chosen else []:
                each.kill()
        if victim == "parent" and process.poll() is None:
            process.send_signal(signal.SIGKILL)
        if process.returncode is None:
            made.kills.append(f"{victim} at {shards(out)} blocks")
        elif not made.kills:  # it had ended before its moment came: once more from the beginning
            shutil.rmtree(out)
        if victim == "parent":
            process.wait()
        elif (status := waited(process)) != 0:
            made.faults.append(f"status {status} after a worker's death: {last_words(folder)}")
        made.faults += [f"process {pid} outlived its parent" for pid in orphans(process.pid)]
    process = start([*arguments, "--out", "out"], folder)
    if not made.kills:
        made.faults.append("it always ended before it could be killed")
    if (status := waited(process)) != 0:
        made.faults.append(f"status {status} when going on: {last_words(folder)}")
    made.faults += [f"process {pid} outlived its parent" for pid in orphans(process.pid)]
    left = [path.name for path in folder.iterdir() if path.name not in ("out", "said.txt")]
    made.faults += [f"temporary files left: {left[:3]}"] if left else []
    if not made.faults:
        made.faults += differences(whole, out)
    if not made.faults:
        shutil.rmtree(folder)
    made.seconds = time.monotonic() - began
    return made


def waited(process: subprocess.Popen[str], seconds: float = 600.0) -> int | None:
    """The exit status; None, and the end of the sweep, where it takes too long."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def last_words(folder: Path) -> str:
    """The last line of what a sweep said."""
    lines = (folder / "said.txt").read_text(encoding="utf-8").strip().splitlines()
    return lines[-1] if lines else "nothing was said"


def main() -> int:
    """Run the rounds; 0 when every one ended with equal tables, 1 otherwise."""
    asked = argparse.ArgumentParser(description="Kill sweeps, go on, compare.")
    asked.add_argument("--rounds", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--study", type=Path, help="a study of your own instead of the small one")
    asked.add_argument("--futures", type=int, default=4)
    asked.add_argument("--replicates", type=int, default=8)
    given = asked.parse_args()
    root = Path(tempfile.mkdtemp(prefix="torture-"))
    study = given.study.resolve() if given.study else write_study(root, given.futures, given.replicates)
    arguments = ["sweep", str(study), "--workers", str(given.workers)]
    arguments += ["--futures", str(given.futures), "--replicates", str(given.replicates)]
    clock = time.monotonic()
    process = start([*arguments, "--out", "whole"], root)
    if waited(process) != 0:
        print(f"The uninterrupted sweep failed: {last_words(root)}")
        return 1
    span = time.monotonic() - clock
    whole = root / "whole"
    print(f"{len(open_results(whole).runs)} runs in {shards(whole)} blocks, {span:.1f} s uninterrupted; {root}")
    luck = random.Random(given.seed)
    faulty, kills = 0, 0
    for number in range(1, given.rounds + 1):
        made = torment(number, arguments, whole, span, luck)
        print(made.line(), flush=True)
        faulty += bool(made.faults)
        kills += len(made.kills)
    print(
        f"{given.rounds} rounds, {kills} kills, {given.rounds - faulty} ended with tables equal to those nobody touched"
        + (f", {faulty} did NOT; see {root}" if faulty else "; no process and no temporary file was left")
    )
    if not faulty:
        shutil.rmtree(root)
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
