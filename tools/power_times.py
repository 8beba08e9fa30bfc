"""Times voting power: the real votes of every preset, and 193 nations with 100 firms. Prints the tables of the page.

`python tools/power_times.py` takes a minute or two of one core and prints processor seconds (not the clock, so that a
shared machine does not matter) for docs/voting-power.md, with the commit they were taken at.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from sim import power
from sim.files import Charter, load
from sim.power.tables import table_of
from sim.rules.condition_reader import parse_condition
from sim.seats import power_of, seats_of

ROOT = Path(__file__).resolve().parents[1]
FAST = 0.5
SIZES = (193, 100)  # nations and firms


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of one call, with what it returned."""
    begun = process_time()
    found = work()
    return process_time() - begun, found


def presets(everybody: bool) -> tuple[list[tuple[str, int, float, str]], list[str]]:
    """Rows (charter, voters, seconds, methods) of slow presets, names of the fast; `everybody` seats all states."""
    slow, fast = [], []
    for path in sorted((ROOT / "scenarios" / "charters").glob("*.yaml")):
        charter = load(path)
        assert isinstance(charter, Charter)
        seconds, (seats, tables) = timed(lambda resolved=charter.resolved: table(resolved, everybody))
        if seconds < FAST:
            fast.append(path.stem)
            continue
        methods = dict.fromkeys(
            "exact" if each.method.startswith("exact") else each.method for each in tables.values()
        )
        slow.append((path.stem, int(seats.seated.sum()), seconds, "<br>".join(methods)))
    return slow, fast


def table(resolved: Any, everybody: bool) -> tuple[Any, Any]:
    """Seats and tables of a charter."""
    states = [str(code) for code in seats_of(resolved).columns["codes"][0][:193]] if everybody else None
    seats = seats_of(resolved, states)
    return seats, power_of(seats)


def bodies() -> list[tuple[str, float, str]]:
    """193 nations and 100 firms with 10^4 votes a chamber: one weight, and the double majorities."""
    luck = np.random.default_rng(7)
    nations, firms = SIZES
    held = luck.pareto(1.1, nations + firms) + 0.01
    votes = np.maximum((held / held.sum() * 10_000).astype(int), 1).tolist()
    heads = [1] * (nations + firms)
    houses = {"states": votes[:nations] + [0] * firms, "firms": [0] * nations + votes[nations:]}
    names = tuple(f"m{place}" for place in range(nations + firms))
    games: list[tuple[str, Any, dict[str, list[int]]]] = [
        ("one weight, more than half", {"chamber": "pool", "yes": "> 1/2"}, {"pool": votes}),
        ("one weight, 85 percent of all", {"chamber": "pool", "yes": ">= 85 %", "of": "all"}, {"pool": votes}),
        ("heads and votes, 60 percent of each", ">= 60 %", {"heads": heads, "pool": votes}),
        ("nations and firms in chambers of their own", "> 1/2", houses),
    ]
    rows = []
    for title, rule, chambers in games:
        condition = parse_condition(rule, list(chambers))
        seconds, found = timed(lambda rule=condition, held=chambers: table_of("ordinary", rule, names, held))
        rows.append((title, seconds, found.method))
    quota = sum(votes) // 2 + 1
    rows.append(("Banzhaf alone, one weight", timed(lambda: power.banzhaf(votes, quota))[0], "exact"))
    rows.append(("Shapley-Shubik alone, one weight", timed(lambda: power.shapley_shubik(votes, quota))[0], "exact"))
    return rows


def main() -> int:
    """Print both tables."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(f"Commit {commit}, processor seconds.\n")
    for title, everybody in (("Real votes of the presets", False), ("All 193 states, all firms", True)):
        slow, fast = presets(everybody)
        print(f"{title}:\n\n| preset | voters | processor seconds | how |\n|---|---:|---:|---|")
        for name, voters, seconds, how in slow:
            print(f"| `{name}` | {voters} | {seconds:.1f} | {how} |")
        print(f"\nBelow half a second: {', '.join(f'`{name}`' for name in fast)}.\n")
    print("193 nations and 100 firms, about 10^4 votes:\n\n| game | processor seconds | how |\n|---|---:|---|")
    for title, seconds, how in bodies():
        print(f"| {title} | {seconds:.2f} | {how} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
