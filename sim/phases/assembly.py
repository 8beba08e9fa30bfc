"""Phase of the assembly: weights are reviewed, somebody proposes, members vote, the policy moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.charter_plan import Charter
from sim.phases.run import Run
from sim.phases.votes import chamber_votes, roll_columns
from sim.rules.assembly import best_passing, caucus_ideal, median_of
from sim.rules.decision import Decision
from sim.sections import POLICY_DIMENSIONS
from sim.units import Array, Flags, Votes

__all__ = ["convene", "ideals"]


def ideals(run: Run) -> Array:
    """Ideal policies of nations and firms, (runs, dimensions, nations + firms)."""
    nations, firms = run.state.nations, run.state.firms
    return np.stack([
        np.concatenate([getattr(nations, f"ideal_{name}"), getattr(firms, f"ideal_{name}")], axis=-1)
        for name in POLICY_DIMENSIONS
    ], axis=-2)


def convene(run: Run) -> None:
    """Every body in force meets once a year."""
    for name in run.plan.bodies:
        _meet(run, name)


def _caucus(run: Run) -> Array:
    south = run.plan.stage.nations.groups["global_south"].astype(np.int64)
    return np.concatenate([south, np.full(len(run.plan.stage.firm_id), 2)])


def _meet(run: Run, name: str) -> None:
    state, body = run.state.bodies[name], run.plan.bodies[name]
    charter = body.at(run.year)
    reviews = charter.review_years > 0 and run.year_index % charter.review_years == 0
    if state.weighing is None or reviews:
        state.weighing = {key: np.array(values) for key, values in roll_columns(run).items()}
    votes, voting = chamber_votes(run, name)
    nations = run.plan.nation_shape[1]
    members = voting[:, :nations]
    meets = members.any(axis=-1, keepdims=True) & state.own.in_force
    cohesion = run.plan.rule("ballots").get("cohesion")
    caucus = _caucus(run)
    wanted = ideals(run)
    pulled = np.stack(
        [caucus_ideal(wanted[:, d], caucus, voting, cohesion) for d in range(len(POLICY_DIMENSIONS))], axis=-2
    )
    agenda = charter.rules["agenda"]
    host = np.arange(nations) == body.host
    passed_any = np.zeros((run.plan.runs, 1), dtype=bool)
    touched = np.zeros((run.plan.runs, len(POLICY_DIMENSIONS)), dtype=bool)
    for number in range(int(agenda.numbers["proposals"])):
        draw = run.uniform(f"agenda {number}", "nations", name)
        setter = agenda(members, host[None, :], state.nations.paid, draw)
        dimension, goal = _goal(state, wanted[:, :, :nations], members, setter, touched)
        touched[np.arange(run.plan.runs), dimension[:, 0]] = True
        passed = _decide(run, name, charter, votes, voting, pulled, dimension, goal, meets, number)
        passed_any = passed_any | passed
    state.own.deadlock = np.where(meets, np.where(passed_any, 0.0, state.own.deadlock + 1.0), 0.0)
    state.own.gridlock = _gridlock(charter, votes, voting, pulled[:, 0], meets)


def _goal(state: Any, wanted: Array, members: Flags, setter: Array, touched: Flags) -> tuple[Array, Array]:
    """The dimension the setter would move most, not yet dealt with this year, and the point it would like there."""
    own = np.take_along_axis(wanted, np.maximum(setter, 0)[:, :, None], axis=-1)[:, :, 0]
    medians = np.concatenate([median_of(wanted[:, d], members) for d in range(len(POLICY_DIMENSIONS))], axis=-1)
    likes = np.where(setter >= 0, own, medians)
    now = np.concatenate([getattr(state.own, name) for name in POLICY_DIMENSIONS], axis=-1)
    gap = np.where(touched, -1.0, np.abs(likes - now))
    dimension = gap.argmax(axis=-1)[:, None]
    return dimension, np.take_along_axis(likes, dimension, axis=-1)


def _decide(
    run: Run, name: str, charter: Charter, votes: dict[str, Votes], voting: Flags, pulled: Array, dimension: Array,
    goal: Array, meets: Flags, number: int,
) -> Flags:
    """The setter proposes what it expects to pass; members vote; what passes becomes policy."""
    state = run.state.bodies[name]
    now = np.concatenate([getattr(state.own, key) for key in POLICY_DIMENSIONS], axis=-1)
    status_quo = np.take_along_axis(now, dimension, axis=-1)
    ideal = np.take_along_axis(pulled, dimension[:, :, None], axis=-2)[:, 0]
    proposal = status_quo.copy()
    passed = np.zeros((run.plan.runs, 1), dtype=bool)
    groups: dict[str, list[int]] = {}
    for d, key in enumerate(POLICY_DIMENSIONS):
        groups.setdefault(charter.decide[key], []).append(d)
    draw = np.concatenate(
        [run.uniform(f"ballot {number}", "nations", name), run.uniform(f"ballot {number}", "firms", name)], axis=-1
    )
    ballots = run.plan.rule("ballots")
    for kind, dimensions in groups.items():
        rows = np.flatnonzero(np.isin(dimension[:, 0], dimensions) & meets[:, 0])
        if not len(rows):
            continue
        decision, counted = charter.decisions[kind], {key: value[rows] for key, value in votes.items()}

        def passes(yes: Flags, no: Flags, decision: Decision = decision, counted: dict[str, Votes] = counted) -> Flags:
            return decision.passes(counted, yes, no)

        found = best_passing(status_quo[rows], goal[rows], ideal[rows], voting[rows], passes)
        proposal[rows] = found
        put = np.abs(found - status_quo[rows]) > 1e-9
        gain = np.abs(ideal[rows] - status_quo[rows]) - np.abs(ideal[rows] - found)
        numbers = {key: value[rows] if isinstance(value, np.ndarray) else value for key, value in ballots.numbers.items()}
        yes, no = ballots.rule.function(gain, draw[rows], voting[rows], **numbers)
        yes, no = _asked(run, name, rows, yes, no, voting[rows], dimension[rows], status_quo[rows], found)
        fine = decision.passes(counted, yes, no)[:, None] & put
        passed[rows] = fine
        _count(run, name, rows, put, fine, yes, no, dimension[rows], status_quo[rows], found)
    for d, key in enumerate(POLICY_DIMENSIONS):
        moved = passed & (dimension == d)
        setattr(state.own, key, np.where(moved, proposal, getattr(state.own, key)))
    return passed


def _asked(
    run: Run, name: str, rows: Array, yes: Flags, no: Flags, voting: Flags, dimension: Array, before: Array, after: Array
) -> tuple[Flags, Flags]:
    if len(rows) != 1:
        return yes, no
    proposal = {"dimension": POLICY_DIMENSIONS[int(dimension[0, 0])], "from": float(before[0, 0]), "to": float(after[0, 0])}
    return run.ask.vote(name, proposal, yes, no, voting)


def _count(
    run: Run, name: str, rows: Array, put: Flags, fine: Flags, yes: Flags, no: Flags, dimension: Array, before: Array,
    after: Array,
) -> None:
    """Keep who voted on the winning side, and note the vote."""
    state, nations = run.state.bodies[name], run.plan.nation_shape[1]
    own = state.own
    for key, flags in (("proposals", put), ("passed", fine)):
        total = getattr(own, key).copy()
        total[rows] += flags
        setattr(own, key, total)
    cast, wins = state.nations.votes_cast.copy(), state.nations.wins.copy()
    cast[rows] += put & (yes | no)[:, :nations]
    wins[rows] += put & np.where(fine, yes, no)[:, :nations]
    state.nations.votes_cast, state.nations.wins = cast, wins
    if run.record is None:
        return
    for place, row in enumerate(rows):
        if put[place, 0]:
            run.event(
                "vote", int(row), body=name, dimension=POLICY_DIMENSIONS[int(dimension[place, 0])],
                before=float(before[place, 0]), after=float(after[place, 0]), passed=bool(fine[place, 0]),
                yes=int(yes[place].sum()), no=int(no[place].sum()),
            )


def _gridlock(charter: Charter, votes: dict[str, Votes], voting: Flags, ideal: Array, meets: Flags) -> Array:
    """Width of the gridlock interval (Krehbiel 1998) on stringency: status quos that no proposal can beat.

    A status quo can be moved up while those with higher ideal points are enough to decide; the interval runs
    from the last such point to the first from which those with lower ideal points could move it down.
    """
    decision = charter.decisions[charter.decide["stringency"]]
    ordered = np.sort(np.where(voting, ideal, np.inf), axis=-1)
    last = np.maximum(voting.sum(axis=-1, keepdims=True) - 1, 0)
    up, down = np.zeros(last.shape), np.ones(last.shape)
    for side in (1.0, -1.0):
        low, high = np.zeros_like(last), last.copy()
        for _ in range(int(ideal.shape[-1]).bit_length() + 1):
            middle = (low + high) // 2
            point = np.take_along_axis(ordered, middle, axis=-1)
            yes = voting & (ideal >= point if side > 0 else ideal <= point)
            fine = decision.passes(votes, yes, voting & ~yes)[:, None] & (low <= high)
            if side > 0:
                up = np.where(fine, np.maximum(up, np.where(np.isfinite(point), point, 0.0)), up)
                low, high = np.where(fine, middle + 1, low), np.where(fine | (low > high), high, middle - 1)
            else:
                down = np.where(fine, np.minimum(down, point), down)
                low, high = np.where(fine | (low > high), low, middle + 1), np.where(fine, middle - 1, high)
            low, high = np.minimum(low, last), np.maximum(high, 0)
    return np.where(meets, np.clip(down - up, 0.0, 1.0), 0.0)
