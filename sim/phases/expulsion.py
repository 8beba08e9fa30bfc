"""Phase of expulsion: parties in long arrears or far below the standard are put to the vote of the others."""

from __future__ import annotations

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.phases.run import Run
from sim.phases.votes import chamber_votes
from sim.units import Codes, Flags

__all__ = ["expel"]


def expel(run: Run) -> None:
    """Every body in force votes on putting out parties whose arrears or rules call for it, one after the other."""
    for name, body in run.plan.bodies.items():
        charter = body.at(run.year)
        if charter.rules["expulsion"].numbers:
            _expel_from(run, body, charter, name)


def _expel_from(run: Run, body: BodyPlan, charter: Charter, name: str) -> None:
    state, nations = run.state.bodies[name], run.state.nations
    shortfall = state.own.stringency - nations.stringency_effective
    accused = charter.rules["expulsion"](state.nations.arrears, shortfall)
    accused = accused & state.parties & state.own.in_force & (np.arange(accused.shape[1]) != body.host)
    if not accused.any():
        return
    votes, voting = chamber_votes(run, name)
    decision = charter.decisions[charter.decide["expulsion"]]
    out = np.zeros(accused.shape, dtype=bool)
    for nation in np.flatnonzero(accused.any(axis=0)):
        rows = np.flatnonzero(accused[:, nation])
        yes, no = _ballots(run, charter, voting, rows, int(nation))
        who = np.full(len(rows), nation)
        yes, no = run.ask.vote(name, {"accused": who}, yes, no, voting[rows])
        passed = decision.passes({key: held[rows] for key, held in votes.items()}, yes, no)
        out[rows[passed], nation] = True
    for row, nation in zip(*np.nonzero(out), strict=True):
        run.event("expelled", int(row), body=name, agent=str(run.plan.stage.nations.iso3[nation]))
    state.own.expelled = state.own.expelled + out.sum(axis=-1, keepdims=True)
    state.nations.status = np.where(out, 6, state.nations.status).astype(np.int8)
    state.nations.tier = np.where(out, -1, state.nations.tier).astype(np.int8)
    state.nations.ratified = state.nations.ratified & ~out
    for column in ("served", "courted"):
        setattr(state.nations, column, np.where(out, 0.0, getattr(state.nations, column)))


def _ballots(run: Run, charter: Charter, voting: Flags, rows: Codes, accused: int) -> tuple[Flags, Flags]:
    """Yes and no to putting a nation out, (rows, nations + firms): its friends say no; it and the firms do not vote."""
    position = run.state.nations.position[rows]
    nations = position.shape[1]
    nearness = charter.rules["expulsion"].get("nearness") + np.zeros((run.plan.runs, 1))
    far = np.abs(position - position[:, [accused]]) > nearness[rows]
    votes = voting[rows, :nations] & (np.arange(nations) != accused)
    firms = np.zeros((len(rows), voting.shape[1] - nations), dtype=bool)
    return np.concatenate([votes & far, firms], axis=-1), np.concatenate([votes & ~far, firms], axis=-1)
