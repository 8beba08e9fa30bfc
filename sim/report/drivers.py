"""What drives the outcomes: rank correlation of each uncertainty with the baseline and with each policy's difference.

Spearman's rho over futures, replicates averaged first: it sees whatever rises or falls throughout, and misses what
turns, or works only together with something else; the page says so.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from scipy.stats import spearmanr

from sim.comparison import adjusted, headlines, read_grids
from sim.comparison.columns import better_of
from sim.plots.wording import title_of
from sim.report.sheet import Sheet, plain
from sim.results import Results
from sim.units import Array

__all__ = ["FEWEST", "Drivers", "drivers"]

FEWEST = 30
"""Futures below which no association is computed: with fewer only the very strongest could be told from luck."""
PER_INPUT = 3
"""Futures wanted for each uncertainty."""
DESIGNS = ("latin_hypercube", "sobol", "grid")
NAMED = 4
SURE = 0.05


class Drivers(NamedTuple):
    """A table of what goes with what, or None and the reason why it was not computed."""

    sheet: Sheet | None
    reason: str


def drivers(results: Results) -> Drivers:
    """The uncertainties that the baseline's outcomes, and the differences to it, rise and fall with."""
    inputs = _inputs(results)
    if not inputs:
        return Drivers(None, "Not computed: futures of this study differ in no number.")
    kind = str(results.manifest["design"]["design"])
    if kind not in DESIGNS:
        return Drivers(
            None,
            f"Not computed: a design of the kind '{kind.replace('_', ' ')}' does not cover the ranges evenly. A Latin "
            "hypercube, a Sobol sequence or a grid would.",
        )
    count, needed = len(results.manifest["design"]["futures"]), max(FEWEST, PER_INPUT * len(inputs))
    if count < needed:
        return Drivers(
            None,
            f"Not computed: {count} futures are too few to tell {len(inputs)} uncertainties apart. With {needed} or "
            f"more this section says what goes with what (waico sweep ... --futures {needed}).",
        )
    return _scored(results, inputs)


def _inputs(results: Results) -> dict[str, Array]:
    """Numbers that differ by future, by path, in the design's order of futures."""
    design = results.manifest["design"]
    found = {}
    for place, path in enumerate(design["paths"]):
        taken = [row[place] for row in design["values"]]
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in taken) and len(set(taken)) > 1:
            found[str(path)] = np.array(taken, dtype=np.float64)
    return found


def _scored(results: Results, inputs: dict[str, Array]) -> Drivers:
    columns = [name for name in headlines(results) if name.count(".") == 1 and better_of(name)]
    columns = columns or headlines(results)
    outcomes: list[tuple[str, str, Array]] = []
    futures = list(results.manifest["design"]["futures"])
    for grid in read_grids(results, columns):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a future without a value is blank
            means = np.nanmean(grid.values, axis=2) if grid.values.shape[2] else np.full(grid.values.shape[:2], np.nan)
        spread = np.full((len(grid.policies), len(futures)), np.nan)
        spread[:, [futures.index(each) for each in grid.futures.tolist()]] = means
        base = spread[grid.policies.index(results.baseline)]
        outcomes.append((f"{results.policies[results.baseline]} (level)", grid.column, base))
        outcomes += [
            (f"{results.policies[policy]} (difference)", grid.column, spread[place] - base)
            for place, policy in enumerate(grid.policies)
            if policy != results.baseline
        ]
    needed = max(FEWEST, PER_INPUT * len(inputs))
    found = [(who, column, *_rhos(inputs, values, needed)) for who, column, values in outcomes]
    sure = adjusted(np.concatenate([p for *_, p in found]), "holm").reshape(len(found), -1) <= SURE
    order = sorted(range(len(found)), key=lambda place: "(level)" not in found[place][0])
    rows = []
    for place in order:
        who, column, rho, _ = found[place]
        said = _words(list(inputs), rho, sure[place])
        rows.append((who, title_of(column), said))
    notes = (
        f"Spearman's rank correlation over {len(futures)} futures, replicates averaged; named are at most {NAMED} "
        f"uncertainties per line that differ from none at the level {SURE:g} after Holm's correction for all "
        f"{sure.size} correlations. + rises with it, − falls with it. Effects that turn, or that need a second "
        "uncertainty beside them, are not seen by it. Association over the futures of the study, by the model's rules.",
    )
    return Drivers(plain("What goes with what", ("Policy", "Outcome", "Uncertainties"), rows, notes), "")


def _rhos(inputs: dict[str, Array], values: Array, needed: int) -> tuple[Array, Array]:
    """Rank correlations and their p-values, (inputs,); blank where too few futures have a value or none differ."""
    kept = ~np.isnan(values)
    rho, p = np.full(len(inputs), np.nan), np.full(len(inputs), np.nan)
    if kept.sum() < needed or np.ptp(values[kept]) == 0.0:
        return rho, p
    for place, each in enumerate(inputs.values()):
        if np.ptp(each[kept]) > 0.0:
            found = spearmanr(each[kept], values[kept])
            rho[place], p[place] = float(found.statistic), float(found.pvalue)
    return rho, p


def _words(names: list[str], rho: Array, sure: Array) -> str:
    if np.isnan(rho).all():
        return "no value, or no variation"
    order = [place for place in np.argsort(-np.abs(np.nan_to_num(rho)), kind="stable") if sure[place]]
    said = [f"{names[place]} ({rho[place]:+.2f})".replace("-", "−") for place in order[:NAMED]]
    return ", ".join(said) or "none stands out"
