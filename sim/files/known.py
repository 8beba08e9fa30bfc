"""The names a file may use for states, groups and rosters, read from the tables of the package."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.data import read_table
from sim.population.fill import INCOME_GROUPS, income_group

__all__ = ["group_members", "group_names", "rosters", "states"]


@lru_cache(maxsize=1)
def states() -> frozenset[str]:
    """ISO3 codes of the member states of the United Nations.

    >>> len(states()), "NOR" in states()
    (193, True)
    """
    return frozenset(read_table("nations")["iso3"])


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[str]]:
    table = read_table("groups")
    found = {
        name: frozenset(
            code
            for code, inside in zip(table["iso3"], column, strict=True)
            if inside.strip() not in ("", "0")
        )
        for name, column in table.items()
        if name != "iso3"
    }
    nations = read_table("nations")
    found["global_south"] = found["g77"] | {"CHN"}
    codes = np.array(nations["iso3"])
    incomes = income_group(codes, nations["income_group_fy26"])
    for place, name in enumerate(INCOME_GROUPS):
        found[name] = frozenset(codes[incomes == place].tolist())
    for code, region in zip(nations["iso3"], nations["m49_region"], strict=True):
        found[region.lower()] = found.get(region.lower(), frozenset()) | {code}
    return found


def group_names() -> tuple[str, ...]:
    """Names of all groups of states: organisations, development groups, income groups, regions.

    >>> {"oecd", "asean", "ldc", "low_income", "africa"} <= set(group_names())
    True
    """
    return tuple(_groups())


def group_members(name: str) -> frozenset[str]:
    """ISO3 codes of a group, or of every other state for `not:GROUP`; KeyError for an unknown name.

    >>> len(group_members("oecd")), len(group_members("not:oecd"))
    (38, 155)
    """
    if name.startswith("not:"):
        return states() - _groups()[name[4:]]
    return states() if name == "all" else _groups()[name]


@lru_cache(maxsize=1)
def rosters() -> tuple[str, ...]:
    """Bodies whose real membership is recorded, in the spelling of the table memberships."""
    return tuple(dict.fromkeys(read_table("memberships")["body"]))
