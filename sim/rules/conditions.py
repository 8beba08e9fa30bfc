"""Conditions: what must hold for a proposal to pass, as a tree over the tallies of a body's chambers.

The same tree is asked by the simulated assembly (tallies of ballots), by the power analysis (tallies of
coalitions) and by the explanation in words. Conventions for degenerate cases:

- at least a share, or more than a share, of nothing is not met; at most, or less than, a share of nothing is;
  so an empty chamber meets no yes-threshold and every limit on objections;
- consensus fails by the objection (no vote) of a present member who has votes, and by nothing else;
- a threshold that counts votes asks for that many whoever is there: with fewer members it is not met, and the
  body decides nothing of that kind until it has more;
- a veto belongs to a member who has votes in some chamber; absence and abstention are no veto, and the veto of
  somebody who takes no part lapses (`without_vetoes`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.rules.thresholds import Threshold

Bool = NDArray[np.bool_]
Votes = NDArray[np.int64]
Counted = Literal["yes", "no", "present", "not_yes"]
Base = Literal["cast", "present", "all"]
BASES: tuple[Base, ...] = ("cast", "present", "all")
_BASE_WORDS = {
    "cast": "votes cast",
    "present": "votes present, abstentions included,",
    "all": "votes of all members",
}


class Tallies(Protocol):
    """What a condition may ask about a vote; every answer has the shape of the votes without the voters."""

    def votes(self, chamber: str, counted: Counted | Base) -> Votes:
        """The weight of the yes, no, cast (yes and no), present, all or not_yes (all but yes) votes of a chamber."""

    def objection(self, chamber: str | None) -> Bool:
        """Whether a present member with votes in the chamber (in any, for None) votes no."""

    def vetoed(self, members: tuple[str | int, ...]) -> Bool:
        """Whether one of these members votes no."""


@dataclass(frozen=True)
class Tally:
    """A threshold on the yes, no or present votes of one chamber, as a share of the votes in ``of``.

    ``not_yes`` counts who is not in favour: against, abstaining or absent, as in a blocking minority of the EU.
    """

    chamber: str
    counted: Counted
    threshold: Threshold
    of: Base

    def holds(self, tallies: Tallies) -> Bool:
        """Whether the chamber's votes meet the threshold."""
        return self.threshold.met(
            tallies.votes(self.chamber, self.counted), tallies.votes(self.chamber, self.of)
        )

    def describe(self) -> str:
        """The leaf in words."""
        limit = self.threshold.describe()
        if self.counted == "present":
            where = f"in {self.chamber}" if self.threshold.counts else f"of the votes in {self.chamber}"
            return f"{limit} {where} present"
        side = {"yes": "in favour", "no": "against"}.get(self.counted, "not in favour")
        if self.threshold.counts:
            return f"{limit} {side} in {self.chamber}"
        return f"{limit} of the {_BASE_WORDS[self.of]} in {self.chamber} {side}"


@dataclass(frozen=True)
class AllOf:
    """Every part must hold."""

    parts: tuple[Condition, ...]

    def holds(self, tallies: Tallies) -> Bool:
        """Whether every part holds."""
        met = self.parts[0].holds(tallies)
        for part in self.parts[1:]:
            met = met & part.holds(tallies)
        return met

    def describe(self) -> str:
        """The parts in words, joined by "and"."""
        return " and ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """One part is enough."""

    parts: tuple[Condition, ...]

    def holds(self, tallies: Tallies) -> Bool:
        """Whether at least one part holds."""
        met = self.parts[0].holds(tallies)
        for part in self.parts[1:]:
            met = met | part.holds(tallies)
        return met

    def describe(self) -> str:
        """The parts in words, joined by "or"."""
        return " or ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True)
class Not:
    """The part must not hold."""

    part: Condition

    def holds(self, tallies: Tallies) -> Bool:
        """Whether the part fails."""
        return ~self.part.holds(tallies)

    def describe(self) -> str:
        """The part in words, denied."""
        return f"not ({self.part.describe()})"


@dataclass(frozen=True)
class Consensus:
    """No present member with votes in the chamber objects; without a chamber, in any chamber."""

    chamber: str | None = None

    def holds(self, tallies: Tallies) -> Bool:
        """Whether nobody objects."""
        return ~tallies.objection(self.chamber)

    def describe(self) -> str:
        """The condition in words."""
        return f"no objection by a member present{'' if self.chamber is None else ' in ' + self.chamber}"


@dataclass(frozen=True)
class Veto:
    """None of the named members votes no; absence and abstention do not block."""

    members: tuple[str | int, ...]

    def holds(self, tallies: Tallies) -> Bool:
        """Whether none of them votes no."""
        return ~tallies.vetoed(self.members)

    def describe(self) -> str:
        """The condition in words."""
        if not self.members:
            return "no vote against by anybody with a veto (nobody who holds one takes part)"
        return f"no vote against by {_listed([str(member) for member in self.members])}"


Condition = Tally | AllOf | AnyOf | Not | Consensus | Veto


def leaves(condition: Condition) -> Iterator[Tally | Consensus | Veto]:
    """Every leaf of the tree, from left to right."""
    if isinstance(condition, (AllOf, AnyOf)):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def without_vetoes(condition: Condition, present: Container[str | int]) -> Condition:
    """The condition in which only those present hold a veto; a veto that nobody holds any more always allows.

    >>> without_vetoes(AllOf((Consensus(), Veto(("CHN", "FRA")))), {"CHN"}).describe()
    'no objection by a member present and no vote against by CHN'
    """
    if isinstance(condition, AllOf):
        return AllOf(tuple(without_vetoes(part, present) for part in condition.parts))
    if isinstance(condition, AnyOf):
        return AnyOf(tuple(without_vetoes(part, present) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(without_vetoes(condition.part, present))
    if isinstance(condition, Veto):
        return Veto(tuple(member for member in condition.members if isinstance(member, int) or member in present))
    return condition


def is_monotone(condition: Condition, rising: bool = True) -> bool:
    """Whether, by the form of the tree, a vote changed from no to yes can never turn passing into failing.

    Sufficient, not necessary: a tree may be monotone although a leaf of it is not.
    """
    if isinstance(condition, (AllOf, AnyOf)):
        return all(is_monotone(part, rising) for part in condition.parts)
    if isinstance(condition, Not):
        return is_monotone(condition.part, not rising)
    if isinstance(condition, Tally):
        if condition.counted == "present":
            return True
        return (condition.threshold.rises == (condition.counted == "yes")) == rising
    return rising


def _bracketed(condition: Condition) -> str:
    words = condition.describe()
    return f"({words})" if isinstance(condition, (AllOf, AnyOf)) else words


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
