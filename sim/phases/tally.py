"""What is kept of a vote in the assembly: who was on the side that won, who turned it, and the vote as an event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.phases.run import Run
from sim.sections import POLICY_DIMENSIONS
from sim.units import Array, Codes, Flags, Places, Votes

__all__ = ["House", "Motion", "Outcome", "count"]


@dataclass(frozen=True, eq=False)
class House:
    """Who meets: votes by chamber and who may vote, (runs, members); ideal points (runs, dimensions, members).

    `places` are those of the members who have a vote in some run of the block: decisions count over these alone.
    """

    votes: dict[str, Votes]
    voting: Flags
    ideal: Array
    places: Places


@dataclass(frozen=True, eq=False)
class Motion:
    """What is proposed, (runs, 1) each: by which nation (-1: the secretariat), on which dimension, from where to where.

    `put` says where it is put to the vote.
    """

    setter: Codes
    dimension: Codes
    before: Array
    after: Array
    put: Flags


@dataclass(frozen=True, eq=False)
class Outcome:
    """A vote: ballots, who was present and whose vote was decisive, (runs, members); what passed (runs, 1)."""

    motion: Motion
    number: int
    voting: Flags
    yes: Flags
    no: Flags
    present: Flags
    passed: Flags
    decisive: Flags


def count(run: Run, name: str, vote: Outcome) -> None:
    """Keep who voted on the side that won and who turned it, and note the vote."""
    state, nations = run.state.bodies[name], run.plan.nation_shape[1]
    put, passed = vote.motion.put, vote.passed
    state.own.proposals, state.own.passed = state.own.proposals + put, state.own.passed + passed
    people = run.state.nations.population
    consent = np.where(passed & vote.yes[:, :nations], people, 0.0).sum(axis=-1, keepdims=True)
    state.own.consented = state.own.consented + consent / people.sum(axis=-1, keepdims=True)
    said, agreed = put & (vote.yes | vote.no), put & np.where(passed, vote.yes, vote.no)
    state.nations.votes_cast = state.nations.votes_cast + said[:, :nations]
    state.nations.wins = state.nations.wins + agreed[:, :nations]
    for columns, part in ((state.nations, slice(None, nations)), (state.firms, slice(nations, None))):
        columns.voted = columns.voted + said[:, part]
        columns.agreed = columns.agreed + agreed[:, part]
        columns.decisive = columns.decisive + (put & vote.decisive)[:, part]
    if run.record is not None:
        _note(run, name, vote)


def _note(run: Run, name: str, vote: Outcome) -> None:
    """One event for each proposal, with the members of each side packed into one text each."""
    stage, motion = run.plan.stage, vote.motion
    codes = np.concatenate([stage.nations.iso3, stage.firm_id]).astype(str)
    sides = {
        "in_favour": vote.yes,
        "against": vote.no,
        "abstaining": vote.voting & vote.present & ~vote.yes & ~vote.no,
        "absent": vote.voting & ~vote.present,
    }
    for row in np.flatnonzero(motion.put[:, 0]):
        setter = int(motion.setter[row, 0])
        run.event(
            "vote",
            int(row),
            body=name,
            agent=str(codes[setter]) if setter >= 0 else None,
            proposal=vote.number + 1,
            dimension=POLICY_DIMENSIONS[int(motion.dimension[row, 0])],
            before=float(motion.before[row, 0]),
            after=float(motion.after[row, 0]),
            passed=bool(vote.passed[row, 0]),
            yes=int(vote.yes[row].sum()),
            no=int(vote.no[row].sum()),
            **{side: " ".join(codes[who[row]]) for side, who in sides.items()},
        )
