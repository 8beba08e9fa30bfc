"""Decisions: who votes how, in which chambers, and whether that passes.

One object serves the assembly, the power analysis and the explanation: a condition tree
(`sim.rules.conditions`) read from plain data by `parse_condition`, asked about ballots by `Decision.passes`.

Conventions beside those of the conditions: a proposal without a single yes vote of a member who has votes
never passes, not even by consensus in an empty room; a vote of an absent member is not counted; the rule
"of" decides what an abstention does, as in real bodies: of the votes *cast* it has no effect, of those
*present* it counts against, of *all* absence counts against too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.rules.condition_reader import ConditionError, parse_condition
from sim.rules.conditions import (
    BASES,
    AllOf,
    AnyOf,
    Base,
    Bool,
    Condition,
    Consensus,
    Counted,
    Not,
    Tally,
    Veto,
    Votes,
    is_monotone,
    leaves,
    without_vetoes,
)
from sim.rules.thresholds import LARGEST_INTEGER, Threshold

__all__ = [
    "BASES", "AllOf", "AnyOf", "Base", "Condition", "ConditionError", "Consensus", "Decision", "Not", "Tally",
    "Threshold", "Veto", "is_monotone", "leaves", "parse_condition",
]  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """A condition made ready for ballots: who may veto stands where, and how many votes it can count.

    ``default_of`` is the charter's abstention rule for leaves written without "of"; ``positions`` gives the
    place of each vetoing member on the last axis (not needed where vetoes are given as indexes). Raises
    ValueError for a vetoing member who has no place.

    >>> rule = Decision.parse({"all": ["> 1/2", {"veto": ["CHN"]}]}, ["states"], positions={"CHN": 0})
    >>> yes = np.array([[True, True, False], [False, True, True]])
    >>> rule.passes({"states": np.array([1, 1, 1])}, yes, ~yes).tolist()
    [True, False]
    >>> rule.describe()
    'more than 1/2 of the votes cast in states in favour and no vote against by CHN'
    """

    condition: Condition
    default_of: Base = "cast"
    positions: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that every vetoing member has a place."""
        for leaf in leaves(self.condition):
            if isinstance(leaf, Veto):
                self.places(leaf.members)

    @classmethod
    def parse(
        cls,
        data: object,
        chambers: list[str] | tuple[str, ...],
        default_of: Base = "cast",
        positions: Mapping[str, int] | None = None,
        *,
        lapsing: bool = False,
    ) -> Decision:
        """The decision of a condition as read from YAML; errors as `parse_condition`.

        With ``lapsing`` the veto of a member who has no place lapses, as where a study draws some of the nations;
        otherwise it is refused.
        """
        condition = parse_condition(data, chambers, default_of)
        places = positions or {}
        return cls(without_vetoes(condition, places) if lapsing else condition, default_of, places)

    @property
    def chambers(self) -> tuple[str, ...]:
        """The chambers that the condition names, in its order."""
        named = (leaf.chamber for leaf in leaves(self.condition) if not isinstance(leaf, Veto))
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def vote_limit(self) -> int:
        """The largest total of votes in one chamber that this decision can count without overflow."""
        limits = [leaf.threshold.largest_total for leaf in leaves(self.condition) if isinstance(leaf, Tally)]
        return min(limits, default=LARGEST_INTEGER)

    def passes(
        self,
        chambers: Mapping[str, ArrayLike],
        yes: ArrayLike,
        no: ArrayLike,
        present: ArrayLike | None = None,
    ) -> Bool:
        """Whether each vote passes: ballots bool (..., V), one answer (...,) for each.

        ``chambers`` gives whole, non-negative votes by chamber, broadcastable to (..., V); ``present`` is
        everyone unless given; who is present and says neither yes nor no abstains. Raises ValueError for
        votes that are not whole, negative or too many, for a missing chamber, for a ballot both yes and no.
        """
        return self.holds(Ballots.count(self, chambers, yes, no, present))

    def asked_often(self, chambers: Mapping[str, ArrayLike]) -> Callable[[Bool, Bool], Bool]:
        """`passes` for a search that asks about the same votes again and again, everyone present.

        The votes are checked once and their totals kept; the ballots, (..., V) and never both yes and no, are not
        checked. In the assembly's search this halves the time of an answer.
        """
        weights, seated = _weighed(self, chambers)
        totals = {name: np.asarray(held.sum(axis=-1)) for name, held in weights.items()}

        def passes(yes: Bool, no: Bool) -> Bool:
            whole = {(name, "all"): np.broadcast_to(total, yes.shape[:-1]) for name, total in totals.items()}
            return self.holds(Ballots(self, weights, yes, no, np.broadcast_to(True, yes.shape), seated, whole))

        return passes

    @cached_property
    def counts_only(self) -> bool:
        """Whether only the numbers of votes matter, not whose they are, and more votes in favour never hurt."""
        return is_monotone(self.condition) and not any(isinstance(leaf, Veto) for leaf in leaves(self.condition))

    def holds(self, ballots: Ballots) -> Bool:
        """Whether counted ballots pass, the convention on votes without a yes included."""
        return np.asarray(self.condition.holds(ballots) & ballots.anyone(ballots.yes))

    def describe(self) -> str:
        """The condition in plain words."""
        return self.condition.describe()

    def places(self, members: tuple[str | int, ...]) -> list[int]:
        """Where these members stand on the last axis; ValueError for one who has no place."""
        places = [member if isinstance(member, int) else self.positions.get(member, -1) for member in members]
        missing = [str(member) for member, place in zip(members, places, strict=True) if place < 0]
        if missing:
            raise ValueError(
                f"found a veto of {', '.join(missing)}, expected members of the body; write names of members"
            )
        return places


@dataclass(frozen=True, eq=False)
class Ballots:
    """The ballots of one or many votes, counted by chamber on demand and each count kept."""

    decision: Decision
    weights: Mapping[str, Votes]
    yes: Bool
    no: Bool
    present: Bool
    seated: Bool
    counts: dict[tuple[str, str], Votes] = field(default_factory=dict)

    @classmethod
    def count(
        cls,
        decision: Decision,
        chambers: Mapping[str, ArrayLike],
        yes: ArrayLike,
        no: ArrayLike,
        present: ArrayLike | None,
    ) -> Ballots:
        """Check the votes and the ballots, and bring them to one shape."""
        yes, no = np.asarray(yes, dtype=bool), np.asarray(no, dtype=bool)
        here = np.ones(1, dtype=bool) if present is None else np.asarray(present, dtype=bool)
        if (yes & no).any():
            raise ValueError("found a ballot that says both yes and no, expected one answer; write yes & ~no")
        weights, seated = _weighed(decision, chambers)
        shape = np.broadcast_shapes(
            yes.shape, no.shape, here.shape, *(array.shape for array in weights.values())
        )
        here = np.broadcast_to(here, shape)
        return cls(
            decision,
            weights,
            np.broadcast_to(yes & here, shape),
            np.broadcast_to(no & here, shape),
            here,
            seated,
        )

    def votes(self, chamber: str, counted: Counted | Base) -> Votes:
        """The weight of the yes, no, cast, present or all votes of a chamber."""
        key = (chamber, counted)
        if key not in self.counts:
            self.counts[key] = self._votes(chamber, counted)
        return self.counts[key]

    def _votes(self, chamber: str, counted: Counted | Base) -> Votes:
        weights = self.weights[chamber]
        if counted == "cast":
            return self.votes(chamber, "yes") + self.votes(chamber, "no")
        if counted == "not_yes":
            return self.votes(chamber, "all") - self.votes(chamber, "yes")
        if counted == "all":
            return np.asarray(np.broadcast_to(weights, self.yes.shape).sum(axis=-1))
        who = {"yes": self.yes, "no": self.no, "present": self.present}[counted]
        return np.asarray((weights * who).sum(axis=-1, dtype=np.int64))

    def anyone(self, who: Bool, chamber: str | None = None) -> Bool:
        """Whether a member with votes in the chamber (in any, for None) is among these."""
        seated = self.seated if chamber is None else self.weights[chamber] > 0
        return np.asarray((who & seated).any(axis=-1))

    def objection(self, chamber: str | None) -> Bool:
        """Whether a present member with votes in the chamber (in any, for None) votes no."""
        return self.anyone(self.no, chamber)

    def vetoed(self, members: tuple[str | int, ...]) -> Bool:
        """Whether one of these members, having votes in some chamber, votes no."""
        against = self.no & self.seated
        return np.asarray(against[..., self.decision.places(members)].any(axis=-1))


def _weighed(decision: Decision, chambers: Mapping[str, ArrayLike]) -> tuple[dict[str, Votes], Bool]:
    """The checked votes of each chamber, and who has votes in some chamber."""
    weights = {name: whole_votes(name, array, decision.vote_limit) for name, array in chambers.items()}
    missing = [name for name in decision.chambers if name not in weights]
    if missing or not weights:
        raise ValueError(f"found no votes for the chamber {missing}, expected one array for each chamber")
    seated = np.zeros(1, dtype=bool)
    for array in weights.values():
        seated = seated | (array > 0)
    return weights, seated


def whole_votes(chamber: str, votes: ArrayLike, limit: int) -> NDArray[np.int64]:
    """The votes of a chamber in 64-bit integers; ValueError if they are not whole, negative or too many."""
    array = np.asarray(votes)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(
            f"found votes of type {array.dtype} in {chamber}, expected whole numbers; "
            "turn weights into votes first, at one named place"
        )
    if array.size and int(array.min()) < 0:
        raise ValueError(f"found {int(array.min())} votes in {chamber}, expected none below 0")
    if array.size and float(array.sum(axis=-1, dtype=np.float64).max()) > limit:
        raise ValueError(f"found more than {limit} votes in {chamber}, expected fewer; count in larger units")
    return array.astype(np.int64, copy=False)
