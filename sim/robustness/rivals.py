"""In how many rival rules of the world a ranking of policies holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from sim.results import Results
from sim.robustness.outcomes import Outcomes
from sim.units import Array

__all__ = ["rival_paths", "rivals"]

ORDER = [
    "path", "rival", "measure", "futures", "ranking", "best", "same_ranking", "same_best", "tau",
]  # fmt: skip


def _said(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) == {"rule"}:
        return str(value["rule"])
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def rival_paths(results: Results) -> dict[str, dict[int, str]]:
    """What the study varies that is no number: path to the value of each future. Rules, names, lists and flags."""
    design = results.manifest.get("design") or {"paths": [], "futures": [], "values": []}
    found: dict[str, dict[int, str]] = {}
    for place, path in enumerate(design["paths"]):
        taken = [row[place] for row in design["values"]]
        structural = [value for value in taken if isinstance(value, bool) or not isinstance(value, (int, float))]
        if structural and len({_said(value) for value in taken}) > 1:
            found[path] = dict(zip(design["futures"], map(_said, taken), strict=True))
    return found


def _ranking(good: Array, policies: tuple[str, ...]) -> tuple[str, str]:
    order = sorted(np.flatnonzero(~np.isnan(good)).tolist(), key=lambda place: (-good[place], place))
    names = [
        f"{'' if not rank else ' = ' if good[place] == good[order[rank - 1]] else ' > '}{policies[place]}"
        for rank, place in enumerate(order)
    ]
    return "".join(names), policies[order[0]] if order else ""


def rivals(results: Results, found: Outcomes) -> pd.DataFrame:
    """For each rival of each varied rule and each criterion: the ranking by mean over the futures that hold it.

    `same_ranking` and `same_best` compare with the ranking over all futures; `tau` is Kendall's rank correlation
    with it (tau-b). Empty where the study varies no rule. A ranking has no interval: differences of a pair and
    whether they are clear stand in the comparison.
    """
    lines: list[dict[str, Any]] = []
    for path, rival_of in rival_paths(results).items():
        held = np.array([rival_of.get(int(future), "") for future in found.futures])
        for number, criterion in enumerate(found.criteria):
            every = found.good[number]
            usable = ~np.isnan(every[~np.isnan(every).all(axis=1)]).any(axis=0)
            if not usable.any():
                continue
            overall = every[:, usable].mean(axis=1)
            ranking, best = _ranking(overall, found.policies)
            for rival in sorted(set(held)):
                some = usable & (held == rival)
                if not some.any():
                    continue
                good = every[:, some].mean(axis=1)
                mine, first = _ranking(good, found.policies)
                known = ~np.isnan(good)
                tau = float(kendalltau(good[known], overall[known]).statistic) if known.sum() > 1 else np.nan
                lines.append(
                    {
                        "path": path, "rival": rival, "measure": criterion.column, "futures": int(some.sum()),
                        "ranking": mine, "best": first, "same_ranking": mine == ranking, "same_best": first == best,
                        "tau": tau,
                    }
                )  # fmt: skip
    return pd.DataFrame(lines, columns=ORDER)
