"""A body of a block: its charter's rules bound to numbers, and what its charter changes on a date."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bound import Bound, Numbers
from sim.errors import RunError
from sim.population import INCOME_GROUPS, joiners, signatories
from sim.rules.courting import in_host_year
from sim.rules.decision import Decision
from sim.sections import CHARTER_SECTIONS, PROGRAMMES
from sim.units import Codes, Flags

if TYPE_CHECKING:
    from sim.plan import Stage

__all__ = ["BodyPlan", "Chamber", "Charter", "body_plans", "group_flags"]

STATUS_OF_STAGE = {
    "invited": 1,
    "declined": 1,
    "observer": 2,
    "applied": 2,
    "represented": 0,
    "dialogue_partner": 2,
}


def group_flags(stage: Stage, group: str | Sequence[str] | None) -> Flags:
    """Nations of a group, flags (nations,).

    A group is its name, an income group, a region, `not:GROUP`, `all`, None, a code, or a list. A list is read
    from left to right: each entry adds its states, `-ENTRY` takes them out.
    """
    nations = stage.nations
    if isinstance(group, (list, tuple)):
        flags = np.zeros(len(nations.iso3), dtype=bool)
        for entry in group:
            named = group_flags(stage, entry.removeprefix("-"))
            flags = flags & ~named if entry.startswith("-") else flags | named
        return flags
    assert group is None or isinstance(group, str)
    if group is not None and group.isupper():
        return np.asarray(nations.iso3 == group)
    if group is None or group == "all":
        return np.ones(len(nations.iso3), dtype=bool)
    if group.startswith("not:"):
        return ~group_flags(stage, group[4:])
    if group in INCOME_GROUPS:
        return np.asarray(nations.income_group == INCOME_GROUPS.index(group))
    if group in nations.groups:
        return np.asarray(nations.groups[group])
    return np.asarray([str(region).lower() == group for region in nations.region], dtype=bool)


@dataclass(frozen=True, eq=False)
class Chamber:
    """Who votes together: `of` nations, firms or pool; flags (nations,) of its `group`; flags (tiers,) of its tiers.

    `weight` is the bound formula. `constituencies` are flags (constituencies, nations), `seats` (constituencies,)
    how many seats each fills, `by_turns` flags (constituencies,) of those whose members take turns, the largest
    economies sitting elsewhere; with `one_a_seat` a seat counts as one member, else it casts the votes of all its
    members.
    """

    of: str
    group: Flags
    tiers: Flags
    weight: Bound
    constituencies: Flags
    seats: Codes
    by_turns: Flags
    one_a_seat: bool

    @classmethod
    def of_nodes(cls, nodes: Sequence[Mapping[str, Any]], stage: Stage, tiers: Sequence[str]) -> Chamber:
        """The chamber of its resolved forms, one per run."""
        first = nodes[0]
        named = first.get("tiers") or tiers
        listed = first.get("constituencies") or {}
        flags = [group_flags(stage, each["members"]) for each in listed.values()]
        return cls(
            str(first["of"]),
            group_flags(stage, first.get("group")),
            np.array([tier in named for tier in tiers], dtype=bool),
            Bound("vote_weight", [node["weight"] for node in nodes]),
            np.array(flags, dtype=bool).reshape(len(flags), len(stage.nations.iso3)),
            np.array([int(each["seats"]) for each in listed.values()], dtype=np.int64),
            np.array([each["lead"] == "rotating" for each in listed.values()], dtype=bool),
            first.get("casts") == "seats",
        )


class Charter:
    """The rules of one version of a charter, bound; `nodes` are its resolved forms, one per run."""

    def __init__(self, nodes: Sequence[Mapping[str, Any]], stage: Stage) -> None:
        first = nodes[0]
        self.amends: tuple[str, ...] = ()  # dimensions of policy that the amendment to this version sets
        self.tiers = tuple(first["tiers"])
        per_tier = [[node["tiers"][tier] for node in nodes] for tier in self.tiers]
        numbers = [Numbers(rows) for rows in per_tier]
        # (runs, tiers, 1), so that a tier's number meets (runs, tiers, nations)
        self.tier = {
            key: np.stack([part[key] for part in numbers], axis=-2)
            for key in ("weight", "dues", "votes", "binding", "latitude", "platform_lag", "fund_share")
        }
        total = self.tier["weight"].cumsum(axis=-2)[:, -1:, :]
        self.tier["weight"] = self.tier["weight"] / np.where(total > 0.0, total, 1.0)
        self.admission = [Bound("admission", [row["admission"] for row in rows]) for rows in per_tier]
        self.admission_groups = [self._groups(stage, bound) for bound in self.admission]
        self.in_force = Numbers([node["entry_into_force"] for node in nodes])
        self.start = Numbers([node["policy"] for node in nodes])
        self.fund = Numbers([node["fund"] for node in nodes])
        self.arrears = Numbers([node["fund"]["arrears"] for node in nodes])
        self.rules: dict[str, Bound] = {
            "dues": Bound("dues", [node["fund"]["dues"] for node in nodes]),
            "levy": Bound("levy", [node["fund"]["levy"] for node in nodes]),
            "allocation": Bound("allocation", [node["fund"]["allocation"] for node in nodes]),
            "corporate": Bound("corporate_role", [node["voting"]["corporate"] for node in nodes]),
            "agenda": Bound("agenda", [node["voting"]["agenda"] for node in nodes]),
        }
        for key, choice in CHARTER_SECTIONS.items():
            self.rules[key] = Bound(choice.family, [node[key] for node in nodes])
        self.guests = self._groups(stage, self.rules["host_year"], "guests")
        for key in PROGRAMMES.fields:
            self.rules[key] = Bound(key, [node["programmes"][key] for node in nodes])
        self._voting(nodes, stage)

    @staticmethod
    def _groups(stage: Stage, bound: Bound, key: str = "groups") -> Flags:
        groups = bound.numbers.get(key, ())
        return group_flags(stage, list(groups))

    def _voting(self, nodes: Sequence[Mapping[str, Any]], stage: Stage) -> None:
        voting = nodes[0]["voting"]
        self.review_years = int(voting["review_years"])
        self.chambers = {
            name: Chamber.of_nodes([node["voting"]["chambers"][name] for node in nodes], stage, self.tiers)
            for name in voting["chambers"]
        }
        place = {str(code): number for number, code in enumerate(stage.nations.iso3)}
        names = list(self.chambers)
        vetoes = [code for code in voting["veto"] if code in place]
        self.decisions: dict[str, Decision] = {}
        for kind, condition in voting["decisions"].items():
            parts: list[Any] = [condition]
            if vetoes:
                parts.append({"veto": vetoes})
            if voting.get("quorum"):
                parts.append({"chamber": names[0], "present": voting["quorum"]})
            whole = parts[0] if len(parts) == 1 else {"all": parts}
            self.decisions[kind] = Decision.parse(whole, names, voting["abstention"], place, lapsing=True)
        self.decide: Mapping[str, str] = voting["decide"]

    @property
    def firms_vote(self) -> bool:
        """Whether the corporate role gives firms votes."""
        return bool(self.rules["corporate"].metadata.get("votes"))

    @property
    def firms_seated(self) -> bool:
        """Whether firms may hold seats."""
        return bool(self.rules["corporate"].metadata.get("seats"))


class BodyPlan:
    """One body: facts that never change in a run, and the versions of its charter by year."""

    def __init__(self, name: str, nodes: Sequence[Mapping[str, Any]], stage: Stage) -> None:
        self.name, self.stage = name, stage
        first = nodes[0]
        place = {str(code): number for number, code in enumerate(stage.nations.iso3)}
        self.sponsor = place.get(str(first["sponsor"]), -1)
        self.host = place.get(str(first.get("host") or first["sponsor"]), self.sponsor)
        self.gate = str(first["gate"])
        self.invites = bool(first.get("invites", False))
        self.observers = bool(first.get("observers", True))
        self.numbers = Numbers(nodes)
        self.relations = {
            other: (str(relation["term"]), Numbers([node["relations"][other] for node in nodes]))
            for other, relation in first["relations"].items()
        }
        self.eligible = self._eligible(first["eligible"])
        self.record, self.joined = self._roster(first)
        self.observer = self.record == 2
        self.invited = (self.record == 1) | self._named(first.get("invited") or [])
        self.versions = self._dated(nodes)
        reference = first.get("reference")
        if isinstance(reference, str):
            raise RunError(
                f"body '{name}' names the charter '{reference}' as its reference, but does not hold it; "
                "set 'charter' to a file that names it, or write the whole charter under 'reference'"
            )
        self.reference = (
            Charter([node["reference"] for node in nodes], stage) if isinstance(reference, Mapping) else None
        )
        self.has_record = bool(first.get("record"))

    def _named(self, codes: Sequence[str]) -> Flags:
        return np.isin(self.stage.nations.iso3, list(codes))

    def _eligible(self, choice: Any) -> Flags:
        return self._named(choice) if isinstance(choice, (list, tuple)) else group_flags(self.stage, choice)

    def _roster(self, node: Mapping[str, Any]) -> tuple[Codes, Flags]:
        """Status at the start by the recorded roster, and who joined: (nations,) each."""
        record = node.get("record")
        status = np.zeros(len(self.stage.nations.iso3), dtype=np.int8)
        if record and not _is_roster(record):
            status[group_flags(self.stage, record)] = 3
        elif record:
            place = {str(code): number for number, code in enumerate(self.stage.nations.iso3)}
            joined = set(joiners(record))
            for code, (stage, _) in signatories(record).items():
                if code in place:
                    status[place[code]] = 3 if code in joined else STATUS_OF_STAGE.get(stage, 0)
        return status, np.asarray(status == 3)

    def _dated(self, nodes: Sequence[Mapping[str, Any]]) -> list[tuple[int, Charter]]:
        """Versions of the charter by the year from which they hold; the first holds from the beginning."""
        versions: list[tuple[int, Charter]] = [(-(10**6), Charter(nodes, self.stage))]
        if not nodes[0].get("events"):
            return versions
        current = [copy.deepcopy(dict(node)) for node in nodes]
        for event in sorted(nodes[0].get("events", []), key=lambda one: one["year"]):
            for node in current:
                for path, value in event["set"].items():
                    _put(node, path.split("."), value)
            charter = Charter(current, self.stage)
            charter.amends = tuple(path.split(".")[1] for path in event["set"] if path.startswith("policy."))
            versions.append((int(event["year"]), charter))
        return versions

    def at(self, year: float) -> Charter:
        """The charter in force in a year."""
        return [charter for since, charter in self.versions if since <= year][-1]

    def summit_in(self, year: int) -> bool:
        """Whether the host holds a summit in a year."""
        numbers = self.at(year).rules["host_year"].numbers
        return "year" in numbers and in_host_year(year, int(numbers["year"]), int(numbers["every"]))

    def tier_number(self, tier: str) -> int:
        """Number of a tier by its name."""
        return self.versions[0][1].tiers.index(tier)

    @property
    def tiers(self) -> tuple[str, ...]:
        """Names of the tiers, from outside to most bound."""
        return self.versions[0][1].tiers


def _put(node: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        node = node[key]
    if path[-1] not in node:
        raise RunError(f"an event sets '{'.'.join(path)}', which the charter does not have")
    if isinstance(node[path[-1]], float) and isinstance(value, int):
        value = float(value)
    node[path[-1]] = value


def _is_roster(record: Any) -> bool:
    """Whether a record names a roster (WAICO), not a group of states (oecd) or a list of them."""
    return isinstance(record, str) and record.isupper()


def body_plans(rows: Sequence[Mapping[str, Any]], stage: Stage) -> dict[str, BodyPlan]:
    """Plans of all bodies by name; `rows` are the resolved `bodies` of the runs, of one structure."""
    return {name: BodyPlan(name, [row[name] for row in rows], stage) for name in rows[0]}
