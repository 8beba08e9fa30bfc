"""Effects by group: income groups, tiers, blocs, and whoever else a measure is broken down by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.comparison.columns import columns_of
from sim.comparison.paired import ORDER, compare
from sim.errors import ChoiceError
from sim.measures import metadata_of
from sim.population import INCOME_GROUPS
from sim.results import Results

__all__ = ["Part", "by_group", "part_of"]


KINDS = {"income": "income group", "group": "bloc"}
"""Words for what measures say they are broken down by, where these differ."""


class Part(NamedTuple):
    """What a column is made of: a body (blank for the world), a measure, the group it is of, and the kind of group."""

    body: str
    measure: str
    group: str
    grouping: str


def part_of(column: str, bodies: Sequence[str] = ()) -> Part:
    """The parts of BODY.MEASURE.GROUP, MEASURE.GROUP and MEASURE_GROUP; `bodies` names the bodies of the study.

    >>> part_of("waico.members.low_income.end", ["waico"])
    Part(body='waico', measure='members', group='low_income', grouping='income group')
    >>> part_of("ai_use.g77.mean")[1:], part_of("gdp_gain_high_income.end")[1:]
    (('ai_use', 'g77', 'bloc'), ('gdp_gain', 'high_income', 'income group'))
    >>> part_of("waico.members.tier_full", ["waico"])[2:], part_of("gdp_gain.end")[2:]
    (('full', 'tier'), ('', ''))
    """
    name = column.removesuffix(".end").removesuffix(".mean")
    first, _, rest = name.partition(".")
    body = first if rest and (first in bodies or rest.count(".")) else ""
    measure, _, group = (rest if body else name).partition(".")
    if not body and not group:
        for income in INCOME_GROUPS:
            whole = str(metadata_of(name).get("name", "")) == f"{measure.removesuffix(f'_{income}')}_by_income"
            if whole and measure.endswith(f"_{income}"):
                measure, group = measure.removesuffix(f"_{income}"), income
    known = metadata_of(name)
    kind = str(known.get("by") or ("income" if known.get("income") else "") or ("" if known else "group"))
    if group in INCOME_GROUPS:
        kind = "income"
    elif group.startswith("tier_"):
        group, kind = group.removeprefix("tier_"), "tier"
    return Part(body, measure, group, KINDS.get(kind, kind) if group else "")


def by_group(
    results: Results,
    baseline: str | None = None,
    measures: Sequence[str] | str | None = None,
    level: float = 0.95,
    *,
    grouping: str | None = None,
    method: str = "t",
    correction: str = "holm",
) -> pd.DataFrame:
    """The comparison of `compare` for what is broken down by group, with the columns body, grouping and group.

    `measures` are names without their group (`members`, `waico.dues`, `gdp_gain`), by default all that have groups;
    flows are taken as means over the years, all else at the end. `grouping` keeps one kind: income group, tier,
    bloc, parties. Raises `ChoiceError` where nothing is left.
    """
    bodies = list(dict.fromkeys(name for each in results.manifest["scenarios"].values() for name in each["bodies"]))
    wanted = [measures] if isinstance(measures, str) else measures
    parts = {name: part_of(name, bodies) for name in results.schema.measures}
    kept: dict[str, Part] = {}
    for name, part in parts.items():
        stems = (part.measure, f"{part.body}.{part.measure}", name)
        if part.group and grouping in (None, part.grouping) and (wanted is None or any(s in wanted for s in stems)):
            flow = str(metadata_of(name).get("unit", "")).endswith("/year")
            kept[f"{name}.{'mean' if flow else 'end'}"] = part
    if not kept:
        known = sorted({f"{part.measure} by {part.grouping}" for part in parts.values() if part.group})
        raise ChoiceError(
            f"no measure of {wanted or 'the results'} has groups{f' of the kind {grouping!r}' if grouping else ''}; "
            f"the results have {', '.join(known) or 'none'}"
        )
    frame = compare(results, baseline, columns_of(results, list(kept)), level, method=method, correction=correction)
    named: dict[str, Any] = {
        column: [getattr(kept[name], column) for name in frame["measure"]] for column in ("body", "grouping", "group")
    }
    return frame.assign(**named)[["policy", "body", "grouping", "group", *ORDER[1:]]]
