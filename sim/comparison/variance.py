"""How much of an outcome's variance is due to what: a decomposition of a full grid of policies, futures and luck.

Every study is a full grid, so sums of squares part exactly (analysis of variance of a balanced design; Sobol 2001
states the same for functions of independent inputs). Within each future the policies' levers are crossed with
replicates; what differs between futures is theirs. A component is what remains of the means over all other factors
once the smaller components are taken away, so components are orthogonal and add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.grids import read_grids
from sim.errors import ChoiceError
from sim.results import Results
from sim.units import Array

__all__ = ["components", "variance_shares"]

POLICY = "policy"
LUCK = "luck"
BOOTSTRAPS = 1000


def components(values: Array, names: Sequence[str]) -> dict[str, Array]:
    """Variance of each component in every future, (futures,); `values` (futures, one axis for each name).

    Keys: `future` (squared distance of the future's mean from the mean of all), each name alone, each pair as "a x b",
    and `higher` for what is left. The mean over futures of all of them is the variance of the values.

    >>> grid = np.array([0.0, 2.0])[None, :, None] + np.array([0.0, 0.0, 3.0])[None, None, :] + np.zeros((1, 1, 1))
    >>> {name: round(float(part[0]), 3) for name, part in components(grid, ["rule", "luck"]).items()}
    {'future': 0.0, 'rule': 1.0, 'luck': 2.0, 'rule x luck': 0.0, 'higher': 0.0}
    """
    axes = tuple(range(1, values.ndim))
    middle = values.mean(axis=axes, keepdims=True)
    found = {"future": ((middle - middle.mean(axis=0)) ** 2).reshape(-1)}
    parts: dict[tuple[int, ...], Array] = {(): middle}
    for size in (1, 2):
        for chosen in combinations(range(len(names)), size):
            kept = tuple(axis for axis in axes if axis - 1 not in chosen)
            mean = values.mean(axis=kept, keepdims=True) if kept else values
            smaller = [part for key, part in parts.items() if set(key) < set(chosen)]
            parts[chosen] = mean - sum(smaller)
            found[" x ".join(names[one] for one in chosen)] = (parts[chosen] ** 2).mean(axis=axes)
    known = sum(part for name, part in found.items() if name != "future")
    found["higher"] = np.maximum(((values - middle) ** 2).mean(axis=axes) - known, 0.0)
    return found


def variance_shares(
    results: Results,
    measures: Sequence[str] | str,
    groups: Mapping[str, Sequence[str]],
    level: float = 0.95,
    *,
    policies: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Shares of the variance of columns of `runs` that groups of levers, futures and luck explain.

    `groups` names groups of levers by path; "policy" is the policy without its levers. Every lever has to stand in a
    group, and the settings of the groups have to be crossed. `policies` keeps those of these names, their levers left
    out, as where a measure is blank under some. A row for each measure and source: a group, `luck`
    (replicates), a pair of them, `higher` (more than two together), `future`; `share` of the variance with an interval
    by the bootstrap over futures, and `total`: the group with everything it takes part in, nan for pairs. `futures` is
    how many have a value in every run; the others are left out. The settings are taken as they are: a factor with few
    random settings (k draws) counts about (k - 1)/k of what infinitely many would.

    Raises `ChoiceError` for an unknown measure, a lever in no group, or settings that are not crossed.
    """
    wanted = [measures] if isinstance(measures, str) else list(measures)
    names = [*groups, LUCK]
    place = _places(results, groups, policies)
    shape = tuple(len({each[group] for each in place.values()}) for group in range(len(groups)))
    if len(place) != int(np.prod(shape)) or len(set(place.values())) != len(place):
        raise ChoiceError(
            f"the settings of {', '.join(groups)} are not crossed: {len(place)} policies for a grid of "
            f"{' x '.join(map(str, shape))}; put levers that go together into one group"
        )
    lines: list[dict[str, Any]] = []
    for grid in read_grids(results, wanted):
        cells = np.full((*shape, *grid.values.shape[1:]), np.nan)
        for row, policy in enumerate(grid.policies):
            if policy in place:
                cells[place[policy]] = grid.values[row]
        values = np.moveaxis(cells, -2, 0)
        values = values[np.isfinite(values).all(axis=tuple(range(1, values.ndim)))]
        lines += _lines(grid.column, values, names, level)
    return pd.DataFrame(lines)


def _lines(measure: str, values: Array, names: Sequence[str], level: float) -> list[dict[str, Any]]:
    if len(values) < 2 or float(np.ptp(values)) == 0.0:
        nothing = dict.fromkeys(("share", "low", "high", "total"), float("nan"))
        reason = "nothing varies" if len(values) > 1 else "blank in some run of (nearly) every future"
        return [{"measure": measure, "source": reason, **nothing, "futures": len(values)}]
    means = values.mean(axis=tuple(range(1, values.ndim)))
    found = components(values, names)
    within = {name: part for name, part in found.items() if name != "future"}
    picked = np.random.default_rng(0).integers(0, len(values), (BOOTSTRAPS, len(values)))
    between = means[picked].var(axis=1)
    drawn = {name: part[picked].mean(axis=1) for name, part in within.items()} | {"future": between}
    whole, again = sum(float(part.mean()) for part in found.values()), sum(drawn.values())
    tail = (1.0 - level) / 2.0
    lines = []
    for name, part in found.items():
        spread = drawn[name] / np.where(again > 0.0, again, np.nan)
        low, high = np.nanquantile(spread, [tail, 1.0 - tail])
        joint = [each for key, each in within.items() if name in key.split(" x ") or key == "higher"]
        total = float(sum(each.mean() for each in joint)) / whole if name in names else float("nan")
        share = float(part.mean()) / whole
        lines.append({"measure": measure, "source": name, "share": share, "low": float(low), "high": float(high),
                      "total": total, "futures": len(values)})  # fmt: skip
    return lines


def _places(
    results: Results, groups: Mapping[str, Sequence[str]], policies: Sequence[str] | None
) -> dict[str, tuple[int, ...]]:
    """The place of every policy in the grid of the groups' settings."""
    known = dict(results.manifest["policies"])
    plain = {policy: policy.partition("[")[0] for policy in known}
    if policies is not None:
        unknown = sorted(set(policies) - set(plain.values()))
        if unknown:
            every = ", ".join(dict.fromkeys(plain.values()))
            raise ChoiceError(f"there is no policy '{unknown[0]}'; write one of: {every}")
        known = {policy: each for policy, each in known.items() if plain[policy] in policies}
    asked = {path for paths in groups.values() for path in paths}
    settings: list[list[str]] = [[] for _ in groups]
    found = {}
    for policy, each in known.items():
        levers = each.get("levers", {})
        missing = sorted(set(levers) - asked)
        if missing:
            raise ChoiceError(f"the lever '{missing[0]}' stands in no group; add it to one of: {', '.join(groups)}")
        place = []
        for number, paths in enumerate(groups.values()):
            said = repr([plain[policy] if path == POLICY else levers.get(path) for path in paths])
            if said not in settings[number]:
                settings[number].append(said)
            place.append(settings[number].index(said))
        found[policy] = tuple(place)
    return found
