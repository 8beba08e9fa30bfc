"""Power tables: what each member can do under every kind of decision of a charter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Number
from typing import cast

import numpy as np

from sim.power.counting import Float
from sim.power.games import Game
from sim.power.indices import TABLE_WORK, solve
from sim.power.sizes import smallest_winning
from sim.power.tallies import Bool
from sim.rules.conditions import Condition, Veto, leaves
from sim.rules.decision import parse_condition

Vote = int | Fraction
NO_ABSTENTION = "everybody votes yes or no: nobody abstains or stays away"


@dataclass(frozen=True, eq=False)
class PowerTable:
    """The voting power of every member under one kind of decision; arrays float64 (members,).

    ``nominal`` is a member's share of the votes, averaged over the chambers the rule names; ``banzhaf``
    (normalised) and ``shapley_shubik`` sum to 1, ``absolute`` is the chance to decide; ``act`` is the share
    of coalitions that win, ``prevent`` and ``initiate`` are Coleman's; ``blocks_alone`` marks who can stop
    everything alone; ``smallest_winning`` and ``smallest_blocking`` are numbers of members. ``method`` says
    how it was counted. Power is computed with everybody voting yes or no (no abstention).
    """

    decision: str
    rule: str
    members: tuple[str, ...]
    nominal: Float
    banzhaf: Float
    absolute: Float
    shapley_shubik: Float
    act: float
    prevent: Float
    initiate: Float
    blocks_alone: Bool
    smallest_winning: int
    smallest_blocking: int
    method: str

    @property
    def ratio(self) -> Float:
        """The normalised Banzhaf index over the nominal share; NaN for a member without votes."""
        return self._over_nominal(self.banzhaf)

    @property
    def shapley_ratio(self) -> Float:
        """The Shapley-Shubik index over the nominal share; NaN for a member without votes."""
        return self._over_nominal(self.shapley_shubik)

    @property
    def blockers(self) -> tuple[str, ...]:
        """The members who can block alone."""
        return tuple(name for name, alone in zip(self.members, self.blocks_alone, strict=True) if alone)

    def of(self, member: str) -> dict[str, float]:
        """One member's numbers by name."""
        place = self.members.index(member)
        names = (
            "nominal",
            "banzhaf",
            "absolute",
            "shapley_shubik",
            "prevent",
            "initiate",
            "ratio",
            "shapley_ratio",
        )
        return {name: float(getattr(self, name)[place]) for name in names}

    def _over_nominal(self, power: Float) -> Float:
        unknown = np.full_like(power, np.nan)
        return np.divide(power, self.nominal, out=unknown, where=self.nominal > 0)


def of(
    rule: Mapping[str, object] | str, members: Mapping[str, object], votes: int | None = None
) -> dict[str, PowerTable]:
    """The power tables of a voting rule, one for each kind of decision.

    ``rule`` is what stands under a charter's ``voting``: chambers and decisions (kind: condition); a
    condition alone is one kind, "decision". ``members`` gives votes, integers or exact fractions, as member:
    number (one chamber), member: {chamber: number}, or chamber: {member: number}; a chamber left out counts
    0. ``votes`` rounds larger totals to that many. Raises ValueError for what cannot be read, met or counted.

    >>> council = {"chambers": {"states": {}, "people": {}},
    ...            "decisions": {"ordinary": {"all": [{"chamber": "states", "yes": "> 1/2"},
    ...                                               {"chamber": "people", "yes": "2/3"}]}}}
    >>> votes = {name: {"states": 1, "people": many} for name, many in {"A": 60, "B": 30, "C": 10}.items()}
    >>> table = of(council, votes)["ordinary"]
    >>> table.banzhaf.tolist(), table.blockers, table.smallest_winning
    ([0.6, 0.2, 0.2], ('A',), 2)
    """
    decisions, chambers = _decisions(rule, members)
    names, columns = _votes_by_chamber(members, chambers)
    return {kind: table_of(kind, parse_condition(condition, chambers), names, columns, votes)
            for kind, condition in decisions.items()}  # fmt: skip


def table_of(
    kind: str,
    condition: Condition,
    names: tuple[str, ...],
    columns: Mapping[str, Sequence[Vote]],
    votes: int | None = None,
    work: int = TABLE_WORK,
) -> PowerTable:
    """The power table of one condition over votes by chamber, in the order of ``names``; errors as `of`.

    ``work`` is how many additions may be made before votes are rounded.
    """
    try:
        game = Game.of_condition(condition, columns, names)
    except ValueError as error:
        raise ValueError(f"{kind}: {error}") from None
    indices = solve(game, votes, work)
    totals = np.array(game.totals, dtype=np.int64)
    return PowerTable(
        decision=kind,
        rule=condition.describe(),
        members=names,
        nominal=_nominal(condition, columns),
        banzhaf=indices.banzhaf,
        absolute=indices.absolute,
        shapley_shubik=indices.shapley_shubik,
        act=indices.act,
        prevent=indices.prevent,
        initiate=indices.initiate,
        blocks_alone=~game.wins(totals - game.weights),
        smallest_winning=smallest_winning(game),
        smallest_blocking=smallest_winning(game.dual),
        method=f"{indices.method}; {NO_ABSTENTION}",
    )


def _nominal(condition: Condition, columns: Mapping[str, Sequence[Vote]]) -> Float:
    named = {leaf.chamber for leaf in leaves(condition) if not isinstance(leaf, Veto)}
    used = [name for name in columns if name in named] or list(columns)
    shares = [[float(Fraction(vote) / sum(columns[name])) for vote in columns[name]] for name in used]
    return np.asarray(np.mean(shares, axis=0))


def _decisions(
    rule: Mapping[str, object] | str, members: Mapping[str, object]
) -> tuple[dict[str, object], list[str]]:
    chambers: list[str] = []
    decisions: Mapping[str, object] = {"decision": rule}
    if isinstance(rule, Mapping) and "decisions" in rule:
        found, listed = rule["decisions"], rule.get("chambers", {})
        if not isinstance(found, Mapping) or not found or not isinstance(listed, (Mapping, list, tuple)):
            raise ValueError(
                "found no decisions, expected kinds with their conditions; write {ordinary: '> 1/2'}"
            )
        decisions, chambers = found, [str(name) for name in listed]
    if not chambers:
        for value in members.values():
            chambers += (
                [str(name) for name in value if name not in chambers] if isinstance(value, Mapping) else []
            )
    return dict(decisions), chambers or ["members"]


def _votes_by_chamber(
    members: Mapping[str, object], chambers: list[str]
) -> tuple[tuple[str, ...], dict[str, list[Vote]]]:
    if members and all(name in chambers and isinstance(value, Mapping) for name, value in members.items()):
        names = tuple(dict.fromkeys(str(name) for value in members.values() for name in value))  # type: ignore[attr-defined]
        turned: dict[str, dict[str, Vote]] = {name: {} for name in names}
        for chamber, value in members.items():
            for name, vote in value.items():  # type: ignore[attr-defined]
                turned[name][chamber] = vote
        return _votes_by_chamber(dict(turned), chambers)
    columns: dict[str, list[Vote]] = {chamber: [] for chamber in chambers}
    for name, value in members.items():
        if isinstance(value, Number) and len(chambers) > 1:
            raise ValueError(
                f"found one number for {name} and {len(chambers)} chambers, expected votes by chamber; "
                f"write {{{name}: {{{chambers[0]}: {value}, ...}}}}"
            )
        given = value if isinstance(value, Mapping) else {chambers[0]: value}
        strange = [key for key in given if key not in chambers]
        if strange:
            raise ValueError(f"found votes of {name} in {strange[0]}, expected one of {', '.join(chambers)}")
        for chamber in chambers:
            columns[chamber].append(cast(Vote, given.get(chamber, 0)))
    return tuple(str(name) for name in members), columns
