"""The choice of the specification: every rival scored on bodies left out, WAICO not among them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from sim.estimation.covariates import poles_of, state_before
from sim.estimation.evaluation import tuning
from sim.estimation.risk_sets import bodies
from sim.estimation.specification import GRID, Specification

__all__ = ["COLUMNS", "criterion", "row_of", "tune"]

COLUMNS: Final = ("number", "specification", "criterion", "auc_china", "log_china", "auc_usa", "log_usa")


def row_of(numbered: tuple[int, Specification]) -> dict[str, str]:
    """One specification scored on every scorable body but WAICO, each predicted from the others but WAICO."""
    number, spec = numbered
    pool = bodies("train")
    near = {one.name: poles_of(one, state_before(one.founded.year))[0] for one in pool}
    found = tuning(pool, spec)
    means: dict[str, tuple[float, float]] = {}
    for pole in ("CHN", "USA"):
        scores = [pair for name, pair in found.items() if near[name] == pole]
        means[pole] = tuple(sum(pair[at] for pair in scores) / len(scores) for at in (0, 1))  # type: ignore[assignment]
    return {
        "number": str(number),
        "specification": spec.label,
        "criterion": f"{(means['CHN'][1] + means['USA'][1]) / 2:.5f}",
        "auc_china": f"{means['CHN'][0]:.4f}",
        "log_china": f"{means['CHN'][1]:.4f}",
        "auc_usa": f"{means['USA'][0]:.4f}",
        "log_usa": f"{means['USA'][1]:.4f}",
    }


def criterion(row: dict[str, str]) -> float:
    """Mean of the log score over bodies nearer to China and over those nearer to the USA, one half each."""
    return float(row["criterion"])


def tune(path: Path, grid: Sequence[Specification] = GRID, workers: int = 2) -> list[dict[str, str]]:
    """Score a grid and write the table; the first row in rank is the one to freeze."""
    with ProcessPoolExecutor(workers) as pool:
        rows = list(pool.map(row_of, enumerate(grid)))
    rows.sort(key=criterion, reverse=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows)
    return rows
