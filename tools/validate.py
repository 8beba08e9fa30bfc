"""Compares what the project computes with published and exact figures; writes the table, the page and its plot.

`python tools/validate.py` writes results/reference/validation.csv, docs/validation.md and docs/figures/validation.png;
with `--quick` it leaves out slow targets and writes nothing. Status 1 if a target fails.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from validation import CHECKS, SLOW  # noqa: E402

TABLE = Path(__file__).resolve().parent / "validation" / "targets.csv"
COLUMNS = ("id", "what", "source", "expected", "got", "tolerance", "verdict", "reason")
SUBJECTS = ("power", "coalitions", "race", "inequality", "diffusion", "opinion", "sensitivity")
EXTRAS = {"SALib", "ema_workbench"}


def load() -> dict[str, str]:
    """Read what each subject computes; subjects that lack an extra, with the reason."""
    lacking = {}
    for subject in SUBJECTS:
        try:
            importlib.import_module(f"validation.{subject}")
        except ModuleNotFoundError as error:
            if error.name not in EXTRAS:
                raise
            lacking[subject] = f"{error.name} is not installed; install the extra `analysis`"
    return lacking


def targets() -> list[dict[str, str]]:
    """The rows of the table of targets."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(text: str) -> list[float]:
    """The numbers of a cell."""
    return [float(part) for part in text.split()]


def told(values: list[float]) -> str:
    """Numbers as they go into the table."""
    return " ".join(f"{value:.15g}" for value in values)


def judged(target: dict[str, str], lacking: dict[str, str], quick: bool = False) -> dict[str, str]:
    """One row of the result."""
    row = {**target, "got": "", "verdict": "not_covered"}
    name = target["id"]
    if name not in CHECKS:
        missing = next((why for part, why in lacking.items() if name.startswith(("sensitivity", "discovery"))), "")
        row["reason"] = target["reason"] or missing
        if not row["reason"]:
            raise LookupError(f"{name}: no function computes it, and targets.csv gives no reason")
        return row
    if target["reason"]:
        raise LookupError(f"{name}: a function computes it, yet targets.csv gives a reason for leaving it out")
    if quick and name in SLOW:
        row["reason"] = "slow; left out of the quick check"
        return row
    wanted, tolerance = figures(target["expected"]), float(target["tolerance"])
    found = [float(value) for value in np.atleast_1d(np.asarray(CHECKS[name](), dtype=np.float64))]
    row["got"] = told(found)
    apart = math.inf
    if len(found) == len(wanted) and all(math.isfinite(mine) for mine in found):
        apart = max(abs(mine - theirs) for mine, theirs in zip(found, wanted, strict=True))
    row["verdict"] = "pass" if apart <= tolerance else "fail"
    row["used"] = repr(0.0 if apart == 0.0 else apart / max(tolerance, 1e-300))
    return row


def judge(quick: bool = False) -> list[dict[str, str]]:
    """Every target, judged; raises `LookupError` where table and functions do not fit."""
    lacking = load()
    rows = targets()
    unknown = sorted(set(CHECKS) - {row["id"] for row in rows})
    if unknown:
        raise LookupError(f"targets.csv has no row for: {', '.join(unknown)}")
    return [judged(row, lacking, quick) for row in rows]


def write(rows: list[dict[str, str]], path: Path) -> None:
    """The table of results."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({column: row[column] for column in COLUMNS} for row in rows)


def main() -> int:
    """Judge, write and say how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out slow targets and write nothing")
    quick: bool = parser.parse_args().quick
    rows = judge(quick)
    for row in rows:
        if row["verdict"] == "fail":
            print(f"fail: {row['id']}: expected {row['expected']}, got {row['got']}, tolerance {row['tolerance']}")
    count: Counter[Any] = Counter(row["verdict"] for row in rows)
    print(f"{len(rows)} targets: {count['pass']} pass, {count['fail']} fail, {count['not_covered']} not covered")
    if not quick:
        page = importlib.import_module("validation.page")
        write(rows, ROOT / "results" / "reference" / "validation.csv")
        page.write(rows, ROOT)
    return 1 if count["fail"] else 0


if __name__ == "__main__":
    sys.exit(main())
