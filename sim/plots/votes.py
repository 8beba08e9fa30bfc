"""The votes of everybody in a body at its start, chamber by chamber, and the power these votes give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.phases.membership import take_seats
from sim.phases.votes import chamber_votes
from sim.plan import Plan, RunSpec
from sim.plots.wording import NothingToShowError, body_title
from sim.power.games import Game
from sim.power.indices import solve
from sim.rules.decision import Decision, Veto, leaves
from sim.start import begin
from sim.units import Array, Flags, Votes

__all__ = ["VotingPower", "voting_power"]

PARTY, SIGNATORY = 4, 3


@dataclass(frozen=True)
class VotingPower:
    """Members with votes under one kind of decision: shares of the votes and of the power, arrays (members,).

    `nominal` is the share of votes, averaged over the chambers the rule names; `banzhaf` is normalised; `firm` flags
    firms, `host` the state that hosts the body; `states` counts all states inside; `rule` says the rule in words.
    """

    members: tuple[str, ...]
    firm: Flags
    host: Flags
    nominal: Array
    banzhaf: Array
    shapley_shubik: Array
    states: int
    decision: str
    rule: str


def voting_power(spec: RunSpec, body: str, decision: str | None = None) -> VotingPower:
    """The voting power in a body at the start of a run, as if all signatories had ratified and firms had chosen seats.

    `decision` is a kind of decision of the charter, by default the one that settles stringency. Votes are those of
    the simulated assembly. Raises `NothingToShowError` where nobody has a vote or the power cannot be counted.
    """
    with np.errstate(all="ignore"):
        run = begin(Plan([spec]))
        state = run.state.bodies[body]
        state.nations.status = np.where(state.nations.status == SIGNATORY, PARTY, state.nations.status)
        take_seats(run)
        state.own.in_force = np.ones((1, 1), dtype=bool)
        votes, voting = chamber_votes(run, body)
    plan, charter = run.plan.bodies[body], run.plan.bodies[body].at(run.year)
    kind = decision or str(charter.decide["stringency"])
    if kind not in charter.decisions:
        known = ", ".join(charter.decisions)
        raise NothingToShowError(f"{body_title(body)} has no decision '{kind}'; write one of: {known}")
    rule = charter.decisions[kind]
    stage = run.plan.stage
    nations = len(stage.nations.iso3)
    columns = {name: np.where(voting[0], votes_of[0], 0) for name, votes_of in votes.items()}
    seated = np.any([votes_of > 0 for votes_of in columns.values()], axis=0)
    if not seated.any():
        raise NothingToShowError(f"Nobody in {body_title(body)} has a vote at the start.")
    kept = np.flatnonzero(seated | np.isin(np.arange(len(seated)), _vetoing(rule)))
    names = [*map(str, stage.nations.iso3), *map(str, stage.firm_id)]
    held = {name: votes_of[kept] for name, votes_of in columns.items()}
    banzhaf, shapley = _indices(rule, held, [names[place] for place in kept], body)
    shown = seated[kept]
    members = kept[shown]
    return VotingPower(
        tuple(names[place] for place in members),
        members >= nations,
        members == plan.host,
        _nominal(rule, held)[shown],
        banzhaf[shown],
        shapley[shown],
        int(state.inside.sum()),
        kind,
        rule.describe(),
    )


def _vetoing(rule: Decision) -> list[int]:
    """Places of everybody whom the rule names as vetoing, members or not."""
    named = [member for leaf in leaves(rule.condition) if isinstance(leaf, Veto) for member in leaf.members]
    return [member if isinstance(member, int) else rule.positions[member] for member in named]


def _indices(rule: Decision, columns: Mapping[str, Votes], names: list[str], body: str) -> tuple[Array, Array]:
    try:
        game = Game.of_condition(rule.condition, {name: held.tolist() for name, held in columns.items()}, names)
        found = solve(game)
    except ValueError as error:
        raise NothingToShowError(f"The voting power in {body_title(body)} cannot be counted: {error}.") from None
    return found.banzhaf, found.shapley_shubik


def _nominal(rule: Decision, columns: Mapping[str, Votes]) -> Array:
    used = [name for name in rule.chambers if columns[name].sum() > 0] or list(columns)
    return np.asarray(np.mean([columns[name] / max(int(columns[name].sum()), 1) for name in used], axis=0))
