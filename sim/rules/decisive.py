"""Whose vote turned an outcome: every member's vote changed alone, the others as they were cast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.rules.conditions import Base, Bool, Counted, Votes
from sim.rules.decision import Decision

__all__ = ["turned"]


def turned(
    decision: Decision, chambers: Mapping[str, Votes], yes: Bool, no: Bool, present: Bool, passed: Bool
) -> Bool:
    """Who was decisive: on the side that won, which would have lost with this one vote on the other side.

    Ballots and votes by chamber (runs, members), checked ones as in `Decision.passes`, and what it answered, (runs,).
    Who abstained or was absent is never decisive. Success and decisiveness are those of Laruelle and Valenciano (2005).

    >>> rule, votes = Decision.parse("> 1/2", ["all"]), {"all": np.array([[2, 1, 1, 1]])}
    >>> yes = np.array([[True, True, False, False]])
    >>> turned(rule, votes, yes, ~yes, np.ones((1, 4), dtype=bool), np.array([True])).tolist()
    [[True, True, False, False]]
    """
    changed = _Changed(decision, chambers, yes & present, no & present, present)
    otherwise = decision.condition.holds(changed) & changed.anyone()
    return np.asarray(np.where(passed[:, None], changed.yes & ~otherwise, changed.no & otherwise))


class _Changed:
    """The tallies of each run with each member's vote changed, (runs, members), as a condition asks for them."""

    def __init__(self, decision: Decision, chambers: Mapping[str, Votes], yes: Bool, no: Bool, present: Bool) -> None:
        self.decision, self.chambers = decision, chambers
        self.yes, self.no, self.present = yes, no, present
        self.side = no.astype(np.int64) - yes  # what a change adds to the yes votes
        self.seated = np.zeros(yes.shape, dtype=bool)
        for held in chambers.values():
            self.seated = self.seated | (held > 0)

    def votes(self, chamber: str, counted: Counted | Base) -> Votes:
        """The weight of the yes, no, cast, present, all or not_yes votes of a chamber after the change."""
        held = self.chambers[chamber]
        if counted in ("yes", "not_yes"):
            found = (held * self.yes).sum(axis=-1, keepdims=True) + held * self.side
            return np.asarray(found if counted == "yes" else held.sum(axis=-1, keepdims=True) - found)
        if counted == "no":
            return np.asarray((held * self.no).sum(axis=-1, keepdims=True) - held * self.side)
        who = {"cast": self.yes | self.no, "present": self.present}.get(counted)
        whole = held if who is None else held * who
        return np.broadcast_to(whole.sum(axis=-1, keepdims=True), self.yes.shape)

    def objection(self, chamber: str | None) -> Bool:
        """Whether a member with votes in the chamber (in any) votes no after the change."""
        seated = self.seated if chamber is None else self.chambers[chamber] > 0
        return self._some(self.no & seated, -self.side * seated)

    def vetoed(self, members: tuple[str | int, ...]) -> Bool:
        """Whether one of these members votes no after the change."""
        named = np.isin(np.arange(self.yes.shape[-1]), self.decision.places(members)) & self.seated
        return self._some(self.no & named, -self.side * named)

    def anyone(self) -> Bool:
        """Whether a member with votes says yes after the change."""
        return self._some(self.yes & self.seated, self.side * self.seated)

    @staticmethod
    def _some(who: Bool, change: Votes) -> Bool:
        return np.asarray(who.sum(axis=-1, keepdims=True) + change > 0)
