"""How measures are enrolled, named and collected.

A measure of the world is a function of the run; a measure of a body also takes the body's name. Both return
(runs, 1), or (runs, groups) where the decorator names a breakdown. A new measure touches one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.choices import Family, Rule
from sim.measures.inequality import ascending
from sim.phases.run import Run
from sim.population import INCOME_GROUPS
from sim.units import Array, Codes, Flags

__all__ = [
    "GROUPS",
    "body_measure",
    "columns",
    "headline_columns",
    "is_heavy",
    "measure",
    "measure_all",
    "measure_of_body",
    "may_be_undefined",
    "metadata_of",
    "once",
    "order_of",
    "world_measure",
]

measure = Family("measure", "What a run is judged by, one row a year: measures of the world.")
measure_of_body = Family("body_measure", "The same for each body; columns are named BODY.MEASURE.")

# Groups of states whose members are counted in every body: the overlap with other bodies, and who is poor.
GROUPS = ("oecd", "gpai", "g20", "brics", "asean", "african_union", "ldc")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def world_measure(
    unit: str,
    *,
    income: bool = False,
    headline: bool = False,
    undefined: bool = False,
    heavy: bool = False,
    better: int = 0,
    evidence: str = "assumed",
) -> Decorator:
    """Enrol a measure of the world: function(run) -> (runs, 1); with `income`, (runs, 4) by income group.

    A measure `service_by_income` gives the columns `service_low_income` and so on: a dot is for bodies.
    `better` is 1 where more is better, -1 where less is, 0 where the model takes no side; `heavy` marks tails so
    heavy that means mislead; `undefined` allows blank cells.
    """
    return measure(
        evidence,
        {
            "scope": "world",
            "unit": unit,
            "income": income,
            "headline": headline,
            "undefined": undefined,
            "heavy": heavy,
            "better": better,
            "by": "",
        },
    )


def body_measure(
    unit: str,
    *,
    by: str = "",
    headline: bool = False,
    undefined: bool = False,
    better: int = 0,
) -> Decorator:
    """Enrol a measure of a body: function(run, body) -> (runs, 1), or by `income` group or `tier` -> (runs, groups).

    A measure broken down takes its name up to `_by_` as the first part of its columns: `members_by_income` gives
    `waico.members.low_income` and so on. By `parties` is what parties alone have: `waico.gdp_share.parties`; by `group`
    one column for each of `GROUPS`; by `stability` internal, external and potential; by `voter` the host, all firms and
    the states of each income group (the host's among them); by `actor` the host and firms.
    """
    return measure_of_body(
        "assumed",
        {
            "scope": "body",
            "unit": unit,
            "by": by,
            "headline": headline,
            "undefined": undefined,
            "heavy": False,
            "better": better,
            "income": False,
        },
    )


def _names(rule: Rule, body: str, tiers: list[str]) -> list[str]:
    stem = rule.name.split("_by_")[0]
    by = "income" if rule.metadata["income"] else rule.metadata["by"]
    groups = {
        "": [],
        "income": list(INCOME_GROUPS),
        "tier": [f"tier_{tier}" for tier in tiers],
        "parties": ["parties"],
        "group": list(GROUPS),
        "stability": ["internal", "external", "potential"],
        "voter": ["host", "firms", *INCOME_GROUPS],
        "actor": ["host", "firms"],
    }[by]
    first = f"{body}.{stem}" if body else stem
    return [f"{first}{'.' if body else '_'}{group}" for group in groups] if by else [first]


def columns(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    """Series columns of a resolved scenario: the world's measures, then each body's, in the order enrolled."""
    found: list[str] = []
    for rule in measure:
        found += _names(rule, "", [])
    for body, charter in resolved["bodies"].items():
        for rule in measure_of_body:
            found += _names(rule, body, list(charter["tiers"]))
    return tuple(found)


def measure_all(run: Run) -> dict[str, Array]:
    """Every measure as it stands, each (runs, 1), by column name."""
    found: dict[str, Array] = {}

    def keep(names: list[str], values: Array) -> None:
        values = np.broadcast_to(np.asarray(values, dtype=np.float64), (run.plan.runs, len(names)))
        for number, name in enumerate(names):
            found[name] = values[:, number : number + 1]

    named = run.fixed.get("measure names")
    if named is None:
        named = [(rule, "", _names(rule, "", [])) for rule in measure]
        for body, plan in run.plan.bodies.items():
            named += [(rule, body, _names(rule, body, list(plan.tiers))) for rule in measure_of_body]
        run.fixed["measure names"] = named
    run.fixed["measuring"] = {}
    for rule, body, names in named:
        keep(names, rule.function(run, body) if body else rule.function(run))
    del run.fixed["measuring"]
    return found


def once(run: Run, key: str, compute: Callable[[], Any]) -> Any:
    """What several measures read, computed once while all are taken; nothing is kept from one moment to the next."""
    kept = run.fixed.get("measuring")
    if kept is None:
        return compute()
    if key not in kept:
        kept[key] = compute()
    return kept[key]


def order_of(run: Run, column: str) -> Codes:
    """The order of nations by `income` (GDP per head) or a column of theirs, sorted once while all measures are taken.

    Ten measures of inequality rank nations by three columns; sorting is half of what each of them costs.
    """
    nations = run.state.nations

    def sort() -> Codes:
        return ascending(nations.gdp / nations.population if column == "income" else getattr(nations, column))

    found: Codes = once(run, f"order of {column}", sort)
    return found


def metadata_of(column: str) -> Mapping[str, Any]:
    """Unit, direction and text of a series column (a suffix `.end` or `.mean` may follow); {} if unknown."""
    column = column.removesuffix(".end").removesuffix(".mean")
    body, *rest = column.split(".")
    tiers = [group.removeprefix("tier_") for group in rest[1:] if group.startswith("tier_")]
    for rule in measure_of_body if rest else measure:
        if column in _names(rule, body if rest else "", tiers):
            return {**rule.metadata, "text": rule.text, "name": rule.name}
    return {}


def is_heavy(column: str) -> bool:
    """Whether a column has a tail so heavy that its mean misleads.

    >>> is_heavy("realised_loss.mean"), is_heavy("gdp_gain.end")
    (True, False)
    """
    return bool(metadata_of(column).get("heavy")) or "realised_loss" in column


def headline_columns(measures: Sequence[str]) -> list[str]:
    """Columns of `runs` that tell a study shortly: its headline measures, flows by mean, all else at the end.

    Where no measure is marked as a headline, all are taken.

    >>> headline_columns(["gdp_gain", "waico.net_to_south", "waico.costs"])
    ['gdp_gain.end', 'waico.net_to_south.mean']
    """
    marked = [name for name in measures if metadata_of(name).get("headline")]
    flows = {name for name in measures if str(metadata_of(name).get("unit", "")).endswith("/year")}
    return [f"{name}.mean" if name in flows or is_heavy(name) else f"{name}.end" for name in marked or measures]


def may_be_undefined(column: str) -> bool:
    """Whether a blank is allowed in this column.

    >>> may_be_undefined("gdp_gain")
    False
    """
    return bool(metadata_of(column).get("undefined", False))


def by_income(run: Run, values: Array, inside: Flags | None = None) -> Array:
    """Sums of values over nations of each income group, (runs, 4)."""
    group = run.plan.stage.nations.income_group
    kept = values if inside is None else np.where(inside, values, 0.0)
    return np.stack([np.where(group == code, kept, 0.0).sum(axis=-1) for code in range(4)], axis=-1)
