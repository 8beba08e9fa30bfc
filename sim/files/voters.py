"""Who could ever sit in a chamber, and the largest number of votes it could ever hold: for what can never be met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.choices import FAMILIES
from sim.data import read_table
from sim.files.known import group_members, group_names, rosters, states
from sim.population import joiners
from sim.rules.weights import CORPORATE_MINIMUM, VOTES_IN_ALL

__all__ = ["Scope", "could_sit", "most_votes", "named_states"]


@dataclass(frozen=True)
class Scope:
    """Whom a study holds: `named` the states it names, None for any; `most` how many; `firms` how many at most."""

    named: frozenset[str] | None
    most: int
    firms: int
    made_up: bool = False

    @classmethod
    def of(cls, scenario: Mapping[str, Any]) -> Scope:
        """The scope of a resolved scenario."""
        nations, firms = scenario["nations"], scenario["firms"]
        entrants = int(scenario["entrants"])
        known = firms["synthetic"] if isinstance(firms, Mapping) else len(read_table("firms")["firm_id"])
        if isinstance(nations, list):
            return cls(frozenset(nations), len(nations), known + entrants)
        if isinstance(nations, Mapping):
            size = nations.get("sample", nations.get("synthetic"))
            return cls(None, int(size), known + entrants, "synthetic" in nations)
        return cls(None, len(states()), known + entrants)

    @classmethod
    def everybody(cls) -> Scope:
        """All states and firms, as for a charter on its own."""
        return cls(None, len(states()), 10**6)


def named_states(choice: str | list[str] | None) -> frozenset[str]:
    """The states that a name or a list names; all for None. Names that are unknown count for all: told elsewhere."""
    if choice is None:
        return states()
    if isinstance(choice, list):
        found: frozenset[str] = frozenset()
        for entry in choice:
            bare = entry.removeprefix("-")
            named = frozenset({bare}) if bare.isupper() else named_states(bare)
            found = found - named if entry.startswith("-") else found | named
        return found
    try:
        return group_members(choice)
    except KeyError:
        return states()


def could_sit(charter: Mapping[str, Any], scope: Scope) -> frozenset[str]:
    """States that may ever be members: who may join, and who is on record as joined, among those of the study."""
    found = named_states(charter["eligible"])
    record = charter["record"]
    if isinstance(record, list) or record in ("all", *group_names()):
        found |= named_states(record)
    elif record in rosters():
        found |= frozenset(joiners(record))
    return found & (states() if scope.named is None else scope.named)


def most_votes(charter: Mapping[str, Any], scope: Scope) -> dict[str, int]:
    """The largest number of votes that each chamber could ever hold, its members that are no nation here included."""
    voting = charter["voting"]
    role = FAMILIES["corporate_role"][voting["corporate"]["rule"]].metadata
    firms = scope.firms if role.get("votes") and scope.firms >= CORPORATE_MINIMUM else 0
    members = could_sit(charter, scope)
    found = {}
    for name, chamber in voting["chambers"].items():
        heads = _heads(charter, chamber, members, scope) if chamber["of"] != "firms" else 0
        own = firms if chamber["of"] != "nations" else 0
        if role.get("designated") and not heads:
            own = own if chamber["of"] == "firms" else 0
        single = FAMILIES["vote_weight"][chamber["weight"]["rule"]].metadata.get("heads") and not own
        # Weights are rounded to about 100,000 votes, at least one each; firms in a pool hold at most half of all.
        pool = VOTES_IN_ALL * (2 if heads and own else 1)
        found[name] = heads if single else (pool + heads + own if heads + own else 0)
    return found


def _heads(charter: Mapping[str, Any], chamber: Mapping[str, Any], members: frozenset[str], scope: Scope) -> int:
    """How many seats of a chamber could be filled, by members in tiers that have a vote."""
    named = chamber["tiers"] or list(charter["tiers"])
    if not any(tier["votes"] > 0.0 for name, tier in charter["tiers"].items() if name in named):
        return 0
    group = chamber["group"]
    beside = sum(_named(code, other, group) for code, other in charter["other_members"].items())
    inside = members & named_states(group)
    if scope.made_up:
        return scope.most
    filled = 0
    for each in (chamber["constituencies"] or {}).values():
        together = inside & named_states(each["members"])
        filled += min(len(together), int(each["seats"])) if chamber["casts"] == "seats" else len(together)
        inside -= together
    return min(len(inside) + filled, scope.most) + beside


def _named(code: str, other: Mapping[str, Any], group: str | list[str] | None) -> bool:
    """Whether a member that is no nation here is of a group, as far as names tell."""
    if group is None:
        return True
    named = [group] if isinstance(group, str) else group
    return any(entry in (code, "all", *other["groups"]) or entry.startswith("not:") for entry in named)
