"""Scenario discovery: boxes of inputs in which cases of interest gather, by PRIM and by trees.

PRIM: Friedman and Fisher 1999, Statistics and Computing 9; for policy: Bryant and Lempert 2010, Technological
Forecasting and Social Change 77. Trees: Breiman and others 1984. Both by EMA Workbench, to which rules and names are
handed over as one column of 0 and 1 for each value: a box then leaves out some of the values, never a range of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.tree import DecisionTreeClassifier

from sim.draws import Draws, agent_keys
from sim.explore.workbench import CART, Prim
from sim.units import Array, Flags

__all__ = ["Box", "Discovered", "Found", "Limit", "discover", "find_box", "leaves"]

FEWEST, FEWEST_CASES = 50, 5
SURE = 0.05
RESAMPLES = 10
SLACK = 0.05
"""Density that may be given up to free limits that chance explains (assumption)."""
MASS = 0.05
"""Smallest share of the points in a box, EMA Workbench's own default."""


class Box(NamedTuple):
    """Limits of the restricted inputs, and what lies within: all cases found, cases among points, points of all."""

    limits: dict[str, tuple[float, float]]
    coverage: float
    density: float
    mass: float


@dataclass(frozen=True)
class Limit:
    """What a box asks of one input: a range (an end is infinite where it does not bind), or some of its names.

    `quasi_p` is the chance of a box as dense by luck alone, were this input free (one-sided binomial test of Bryant
    and Lempert 2010); `again` the share of half samples in which a box of the same coverage restricts it too.
    """

    name: str
    low: float = -np.inf
    high: float = np.inf
    names: tuple[str, ...] = ()
    quasi_p: float = np.nan
    again: float = np.nan


@dataclass(frozen=True)
class Found:
    """A box and what lies within: `coverage` of all cases, `density` cases among points, `mass` points of all."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    points: int


@dataclass(frozen=True)
class Discovered:
    """PRIM's chosen box, the path of boxes it was chosen from, and the dense leaves of a tree.

    `path` has columns coverage, density, mass, restricted (inputs); `chosen` is its row. `dropped` are inputs whose
    limits chance explains and which were freed again. `futures` is how many groups of points there are, `ranges` are
    those of the inputs over all points.
    """

    box: Found
    path: pd.DataFrame
    chosen: int
    dropped: tuple[str, ...]
    leaves: tuple[Found, ...]
    points: int
    cases: int
    futures: int
    ranges: Mapping[str, tuple[float, float]]


class _Table:
    """Inputs as columns of numbers; a named input is one column of 0 and 1 for each of its values."""

    def __init__(self, inputs: Mapping[str, Array], names: Mapping[str, Sequence[str]]) -> None:
        self.names = {name: tuple(names[name]) for name in inputs if name in names}
        self.inputs = {name: np.asarray(column, dtype=np.float64) for name, column in inputs.items()}
        columns: dict[str, NDArray[Any]] = {}
        self.owner: dict[str, tuple[str, int]] = {}
        for name, column in self.inputs.items():
            values = [-1] if name not in self.names else range(len(self.names[name]))
            for value in values:
                key = f"x{len(columns)}"
                self.owner[key] = (name, value)
                columns[key] = column if value < 0 else (column == value).astype(np.float64)
        self.frame = pd.DataFrame(columns)

    def limits(self, box: pd.DataFrame) -> dict[str, Limit]:
        """What the limits of the columns ask of the inputs."""
        found: dict[str, Limit] = {}
        kept: dict[str, set[int]] = {}
        for key, (name, value) in self.owner.items():
            low, high = float(box[key].iloc[0]), float(box[key].iloc[1])
            column = self.frame[key]
            binds_below, binds_above = low > column.min(), high < column.max()
            if not (binds_below or binds_above):
                continue
            if value < 0:
                found[name] = Limit(name, low if binds_below else -np.inf, high if binds_above else np.inf)
                continue
            every = kept.setdefault(name, set(range(len(self.names[name]))))
            every &= {value} if binds_below else every - {value}
        for name, values in kept.items():
            found[name] = Limit(name, names=tuple(self.names[name][value] for value in sorted(values)))
        return found

    def within(self, limits: Mapping[str, Limit]) -> Flags:
        """Which points meet all limits, (points,)."""
        inside = np.ones(len(self.frame), dtype=bool)
        for name, limit in limits.items():
            column = self.inputs[name]
            if limit.names:
                inside &= np.isin(column, [self.names[name].index(each) for each in limit.names])
            else:
                inside &= (column >= limit.low) & (column <= limit.high)
        return inside


def _checked(table: _Table, cases: Flags) -> Flags:
    hit = np.asarray(cases, dtype=bool)
    if len(table.frame) != len(hit) or not np.isfinite(table.frame.to_numpy(dtype=np.float64)).all():
        raise ValueError("expected one finite number for each input and point, and one flag for each point")
    if hit.all() or not hit.any():
        raise ValueError(f"{int(hit.sum())} of {len(hit)} points are cases; a box needs points of both kinds")
    return hit


def _peeled(frame: pd.DataFrame, hit: Flags, peel: float) -> Any:
    return Prim(frame, hit, threshold=0.5 * hit.mean(), peel_alpha=peel, mass_min=MASS).find_box()


def _choose(steps: pd.DataFrame, density: float) -> int:
    dense = steps["density"].to_numpy() >= density
    if not dense.any():
        return int(np.argmax(steps["density"].to_numpy()))
    return int(np.argmax(np.where(dense, steps["coverage"].to_numpy(), -1.0)))


def find_box(inputs: Mapping[str, Array], cases: Flags, density: float = 0.8, peel: float = 0.05) -> Box:
    """The box with most coverage among those of PRIM's path whose density is `density` at least.

    `inputs` are numbers, (points,) each; `cases` says which points are of interest; `peel` is the part cut off at a
    time. Where no box is dense enough, the densest is returned: look at its density. Raises `ValueError` for inputs
    that are not finite, and where all points or none are cases.

    >>> draws = np.random.default_rng(1).random((1000, 2))
    >>> found = find_box({"a": draws[:, 0], "b": draws[:, 1]}, draws[:, 0] < 0.3)
    >>> sorted(found.limits), found.density >= 0.8
    (['a'], True)
    """
    table = _Table(inputs, {})
    path = _peeled(table.frame, _checked(table, cases), peel)
    chosen = _choose(path.peeling_trajectory, density)
    limits = {}
    for name, limit in table.limits(path.box_lims[chosen]).items():
        column = table.inputs[name]
        limits[name] = (max(limit.low, float(column.min())), min(limit.high, float(column.max())))
    row = path.peeling_trajectory.iloc[chosen]
    return Box(limits, float(row["coverage"]), float(row["density"]), float(row["mass"]))


def discover(
    inputs: Mapping[str, Array],
    cases: Flags,
    names: Mapping[str, Sequence[str]] | None = None,
    *,
    density: float = 0.8,
    peel: float = 0.05,
    seed: int = 1,
    groups: NDArray[Any] | None = None,
    within: Sequence[str] = (),
) -> Discovered:
    """Where cases gather: PRIM's box, tested and resampled, and the dense leaves of a tree beside it.

    `inputs` are (points,) each; of an input in `names` they are places in its list of values. The box is the one with
    most coverage among those of `density` at least, or the densest; limits that chance explains (quasi-p above 0.05)
    are dropped, worst first, while the density stays within 0.05 of what was asked or found, and the rest is measured
    anew. Points that share a number of `groups` (one future under several policies) count as one in the tests of every
    input but those in `within`, which differ inside a group, and stand in the same half sample. Raises `ValueError`
    for fewer than 50 points or 5 cases, for inputs that are not finite, and where all points are cases.

    >>> x = np.random.default_rng(2).random((400, 2))
    >>> rule = (np.arange(400) % 3).astype(float)
    >>> found = discover({"x": x[:, 0], "rule": rule}, (x[:, 0] > 0.6) & (rule != 1), {"rule": "abc"}, density=0.95)
    >>> sorted((each.name, each.names) for each in found.box.limits), found.box.density >= 0.95
    ([('rule', ('a', 'c')), ('x', ())], True)
    """
    table = _Table(inputs, names or {})
    hit = _checked(table, cases)
    if len(hit) < FEWEST or hit.sum() < FEWEST_CASES:
        found = f"{int(hit.sum())} of {len(hit)} points are cases"
        raise ValueError(f"{found}, expected {FEWEST_CASES} cases and {FEWEST} points at least")
    path = _peeled(table.frame, hit, peel)
    steps = path.peeling_trajectory
    chosen = _choose(steps, density)
    limits, dropped = table.limits(path.box_lims[chosen]), []
    together = np.arange(len(hit)) if groups is None else np.asarray(groups)

    def tested(name: str) -> float:
        return _quasi_p(table, hit, limits, name, np.arange(len(hit)) if name in within else together)

    floor = min(density, _measured(table, hit, limits).density) - SLACK
    while limits:
        tests = {name: tested(name) for name in limits}
        worst = max(tests, key=lambda name: tests[name])
        left = {name: limit for name, limit in limits.items() if name != worst}
        if tests[worst] <= SURE or _measured(table, hit, left).density < floor:
            break
        dropped.append(worst)
        limits = left
    share = _measured(table, hit, limits)
    again = _again(table, hit, share.coverage, peel, seed, together)
    tests = {name: tested(name) for name in limits}
    told = tuple(
        Limit(name, limits[name].low, limits[name].high, limits[name].names, tests[name], again.get(name, 0.0))
        for name in sorted(limits, key=lambda name: (tests[name], name))
    )
    box = Found(told, share.coverage, share.density, share.mass, share.points)
    restricted = [len(table.limits(each)) for each in path.box_lims]
    line = steps[["coverage", "density", "mass"]].astype(float).assign(restricted=restricted)
    ranges = {name: (float(column.min()), float(column.max())) for name, column in table.inputs.items()}
    dense = leaves(table, hit, density)
    futures = len(np.unique(together))
    return Discovered(box, line, chosen, tuple(dropped), dense, len(hit), int(hit.sum()), futures, ranges)


def _measured(table: _Table, hit: Flags, limits: Mapping[str, Limit]) -> Found:
    inside = table.within(limits)
    number, cases = int(inside.sum()), int(hit[inside].sum())
    return Found(tuple(limits.values()), cases / int(hit.sum()), cases / max(number, 1), number / len(hit), number)


def _quasi_p(table: _Table, hit: Flags, limits: Mapping[str, Limit], name: str, groups: NDArray[Any]) -> float:
    """Chance of as many cases in the box if its groups were drawn from the box without this limit."""
    own = table.within(limits)
    free = table.within({other: limit for other, limit in limits.items() if other != name})
    number = len(np.unique(groups[own]))
    return float(binom.sf(round(float(hit[own].mean()) * number) - 1, number, float(hit[free].mean())))


def _again(
    table: _Table, hit: Flags, coverage: float, peel: float, seed: int, groups: NDArray[Any]
) -> dict[str, float]:
    """How often a box of the same coverage restricts each input in keyed half samples of the groups.

    A group is taken whole: copies of one future in both halves would find any limit again.
    """
    every = np.unique(groups)
    keys = agent_keys(map(str, range(len(every))))
    draws = Draws([seed], [0], [0])
    counts: dict[str, int] = {}
    for number in range(RESAMPLES):
        order = np.argsort(draws.uniform("explore:half", keys, number)[0], kind="stable")
        half = np.flatnonzero(np.isin(groups, every[order[: len(every) // 2]]))
        some = hit[half]
        if some.all() or not some.any():
            continue
        path = _peeled(table.frame.iloc[half].reset_index(drop=True), some, peel)
        far = np.abs(path.peeling_trajectory["coverage"].to_numpy() - coverage)
        dense = path.peeling_trajectory["density"].to_numpy()
        at = int(np.argmax(np.where(far <= far.min() + 1e-12, dense, -1.0)))
        for name in table.limits(path.box_lims[at]):
            counts[name] = counts.get(name, 0) + 1
    return {name: count / RESAMPLES for name, count in counts.items()}


def leaves(table: _Table, hit: Flags, density: float) -> tuple[Found, ...]:
    """The leaves of a classification tree whose density is `density` at least, largest coverage first."""
    tree = CART(table.frame, hit, mass_min=MASS)
    least = max(1, int(MASS * len(hit)))
    tree.clf = DecisionTreeClassifier(min_samples_leaf=least, random_state=0).fit(table.frame.to_numpy(float), hit)
    if tree.clf.tree_.node_count == 1:
        return ()
    found = [_measured(table, hit, table.limits(box)) for box in tree.boxes]
    return tuple(sorted((each for each in found if each.density >= density), key=lambda each: -each.coverage))
