"""Prints whom a founding conference brings into a WAICO without a record, beside what was observed in 2026.

`python tools/cold_start.py [--replicates N] [--seed N] [--rule NAME]` runs `scenarios/cold-start.yaml` to the first
year and shows, at the founding and a year later, the distribution over replicates of how many join and of the members
of the OECD, of the GPAI before it joined the OECD, and of the least developed countries among them. Observed: Guey et
al., arXiv 2606.23860, and the roster of 24 September 2026 in `sim/data/memberships.csv`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from sim.engine import RunSpec, run_block
from sim.files import Scenario, apply, load

SCENARIO = Path(__file__).resolve().parents[1] / "scenarios" / "cold-start.yaml"
# What was observed of the 37 signatories; the share of the inside is the test, as their number is given.
OBSERVED = {"inside": 37, "inside.oecd": 0, "inside.gpai": 3, "inside.ldc": 11}
WORDS = {
    "inside": "signatories",
    "inside.oecd": "members of the OECD",
    "inside.gpai": "members of the former GPAI",
    "inside.ldc": "least developed countries",
}


def table(replicates: int = 200, seed: int = 1, rule: str = "random_utility") -> list[tuple[str, ...]]:
    """Rows of the table: what, observed, then median and 80 % range at the founding and a year later, and a tail."""
    scenario = load(SCENARIO)
    assert isinstance(scenario, Scenario)
    resolved = apply(scenario.resolved, {"years": 1, "steps_per_year": 1, "world.membership": {"rule": rule}})
    blocks = [
        run_block([RunSpec("cold", 0, one, seed, resolved) for one in range(first, min(first + 100, replicates))])
        for first in range(0, replicates, 100)
    ]
    rows = []
    for name, seen in OBSERVED.items():
        found = np.concatenate([block.series[f"waico.{name}"] for block in blocks])
        start, later = found[:, 0], found[:, 1]
        below, above = (start <= seen).mean(), (start >= seen).mean()
        rows.append((WORDS[name], str(seen), _range(start), _range(later), f"{below:.2f}", f"{above:.2f}"))
    return rows


def _range(values: np.ndarray) -> str:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{middle:.0f} ({low:.0f} to {high:.0f})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rule", default="random_utility")
    asked = parser.parse_args()
    print(f"Founding conference without a record, rule {asked.rule}, {asked.replicates} replicates, seed {asked.seed}:")
    print("median (80 % of replicates between)\n")
    head = ("", "observed", "founding", "a year later", "P(model <= observed)", "P(>=)")
    rows = [head, *table(asked.replicates, asked.seed, asked.rule)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
