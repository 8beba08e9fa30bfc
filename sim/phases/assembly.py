"""Phase of the assembly: weights are reviewed, somebody proposes, members vote, the policy moves."""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.charter_plan import Charter
from sim.phases.floor import Floor, floor
from sim.phases.run import Run
from sim.phases.tally import House, Motion, Outcome, count
from sim.phases.votes import chamber_votes, roll_columns
from sim.rules.assembly import best_passing, caucus_ideal, median_of
from sim.rules.assembly import host as host_sets
from sim.rules.decisive import turned
from sim.sections import POLICY_DIMENSIONS
from sim.state import BodyState
from sim.units import Array, Codes, Flags, Votes

__all__ = ["convene", "gridlock_edges", "gridlock_width", "ideals"]


def ideals(run: Run) -> Array:
    """Ideal policies of nations and firms, (runs, dimensions, nations + firms)."""
    nations, firms = run.state.nations, run.state.firms
    return np.stack(
        [
            np.concatenate([getattr(nations, f"ideal_{name}"), getattr(firms, f"ideal_{name}")], axis=-1)
            for name in POLICY_DIMENSIONS
        ],
        axis=-2,
    )


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
    elif not state.own.in_force.all():  # what a body freezes, it freezes at its entry into force
        state.weighing = {
            key: np.where(state.own.in_force, state.weighing[key], values) if values.shape[0] > 1 else values
            for key, values in roll_columns(run).items()
        }
    votes, voting = chamber_votes(run, name)
    nations = run.plan.nation_shape[1]
    members = voting[:, :nations]
    meets = members.any(axis=-1, keepdims=True) & state.own.in_force
    if not meets.any():
        state.own.deadlock = state.own.gridlock = state.own.gridlock_low = 0.0
        state.own.gridlock_high = 1.0
        return
    cohesion = run.plan.rule("ballots").get("cohesion")
    caucus = _caucus(run)
    wanted = ideals(run)
    pulled = caucus_ideal(wanted, caucus, voting[:, None, :], cohesion[:, :, None])
    kinds = dict.fromkeys(charter.decide[key] for key in POLICY_DIMENSIONS)
    seated = floor([charter.decisions[kind] for kind in kinds], votes, voting, pulled)
    agenda = charter.rules["agenda"]
    host = np.arange(nations) == body.host
    hosts_summit = body.summit_in(run.year) and bool(charter.rules["host_year"].numbers["agenda"])
    setters = partial(host_sets, **agenda.numbers) if hosts_summit else agenda
    passed_any = np.zeros((run.plan.runs, 1), dtype=bool)
    takes_part = np.any([voting.any(axis=0), *((held > 0).any(axis=0) for held in votes.values())], axis=0)
    house = House(votes, voting, pulled, np.flatnonzero(takes_part))
    touched = np.zeros((run.plan.runs, len(POLICY_DIMENSIONS)), dtype=bool)
    for number in range(int(agenda.numbers["proposals"])):
        draw = run.uniform(f"agenda {number}", "nations", name)
        setter = setters(members, host[None, :], state.nations.paid, draw)
        likes = _likes(wanted[:, :, :nations], members, setter)
        dimension, before, after = _propose(state, charter, seated, likes, touched)
        touched[np.arange(run.plan.runs), dimension[:, 0]] = True
        motion = Motion(setter, dimension, before, after, meets & (np.abs(after - before) > 1e-9))
        passed_any = passed_any | _decide(run, name, charter, house, motion, number)
    state.own.deadlock = np.where(meets, np.where(passed_any, 0.0, state.own.deadlock + 1.0), 0.0)
    low, high = gridlock_edges(charter, seated.votes, seated.voting, seated.ideal[:, 0])
    state.own.gridlock = np.where(meets, np.clip(high - low, 0.0, 1.0), 0.0)
    state.own.gridlock_low, state.own.gridlock_high = np.where(meets, low, 0.0), np.where(meets, high, 1.0)


def _likes(wanted: Array, members: Flags, setter: Codes) -> Array:
    """What the setter would like on each dimension, (runs, dimensions); the secretariat likes the median."""
    own = np.take_along_axis(wanted, np.maximum(setter, 0)[:, :, None], axis=-1)[:, :, 0]
    if (setter >= 0).all():  # no run has the secretariat propose: five sorts saved
        return own
    medians = [median_of(wanted[:, d], members) for d in range(len(POLICY_DIMENSIONS))]
    return np.where(setter >= 0, own, np.concatenate(medians, axis=-1))


def _propose(
    state: BodyState,
    charter: Charter,
    seated: Floor,
    likes: Array,
    touched: Flags,
) -> tuple[Codes, Array, Array]:
    """The dimension, not yet dealt with this year, that the setter can move farthest, from where, to which point."""
    now = np.concatenate([getattr(state.own, key) for key in POLICY_DIMENSIONS], axis=-1)
    points = np.empty(now.shape)
    by_dimension = {chamber: values[:, None, :] for chamber, values in seated.votes.items()}
    for kind in dict.fromkeys(charter.decide[key] for key in POLICY_DIMENSIONS):
        # Dimensions under one kind of decision are searched side by side: the same bits with a fifth of the calls.
        these = [number for number, key in enumerate(POLICY_DIMENSIONS) if charter.decide[key] == kind]
        points[:, these] = best_passing(
            now[:, these, None],
            likes[:, these, None],
            seated.ideal[:, these],
            seated.voting[:, None, :],
            charter.decisions[kind].asked_often(by_dimension),
        )[..., 0]
    far = np.abs(points - now)
    gains = np.where(touched, -1.0, np.where(far > 1e-9, far, 0.0))  # rounding must not choose
    dimension = gains.argmax(axis=-1)[:, None]
    return dimension, np.take_along_axis(now, dimension, axis=-1), np.take_along_axis(points, dimension, axis=-1)


def _decide(run: Run, name: str, charter: Charter, house: House, motion: Motion, number: int) -> Flags:
    """Members vote on what is proposed; what passes becomes policy. Returns who passed something, (runs, 1)."""
    state = run.state.bodies[name]
    ideal = np.take_along_axis(house.ideal, motion.dimension[:, :, None], axis=-2)[:, 0]
    gain = np.abs(ideal - motion.before) - np.abs(ideal - motion.after)
    draw = np.concatenate(
        [run.uniform(f"ballot {number}", "nations", name), run.uniform(f"ballot {number}", "firms", name)],
        axis=-1,
    )
    away = np.concatenate(
        [run.uniform(f"absence {number}", "nations", name), run.uniform(f"absence {number}", "firms", name)], axis=-1
    )
    ballots = run.plan.rule("ballots")
    present = house.voting & (away >= ballots.get("absence"))
    yes, no = ballots(gain, draw, present)
    asked = {"dimension": motion.dimension, "from": motion.before, "to": motion.after, "put": motion.put}
    yes, no = run.ask.vote(name, asked, yes, no, house.voting)
    present = present | yes | no
    passed, decisive = np.zeros((run.plan.runs, 1), dtype=bool), np.zeros(yes.shape, dtype=bool)
    kind_of = [charter.decide[key] for key in POLICY_DIMENSIONS]
    for kind in dict.fromkeys(kind_of):
        settled = [d for d, own in enumerate(kind_of) if own == kind]
        rows = np.flatnonzero((motion.put & np.isin(motion.dimension, settled))[:, 0])
        if len(rows):
            decision = charter.decisions[kind]
            at = np.ix_(rows, house.places if decision.counts_only else np.arange(yes.shape[-1]))
            said = ({chamber: votes[at] for chamber, votes in house.votes.items()}, yes[at], no[at], present[at])
            passed[rows, 0] = decision.passes(*said)
            decisive[at] = turned(decision, *said, passed[rows, 0])
    for d, key in enumerate(POLICY_DIMENSIONS):
        fine = passed & (motion.dimension == d)
        if fine.any():
            setattr(state.own, key, np.where(fine, motion.after, getattr(state.own, key)))
    count(run, name, Outcome(motion, number, house.voting, yes, no, present, passed, decisive))
    return passed


def gridlock_width(charter: Charter, votes: dict[str, Votes], voting: Flags, ideal: Array, meets: Flags) -> Array:
    """Width of the gridlock interval on stringency, (runs, 1); 0 where nobody meets."""
    low, high = gridlock_edges(charter, votes, voting, ideal)
    return np.where(meets, np.clip(high - low, 0.0, 1.0), 0.0)


def gridlock_edges(charter: Charter, votes: dict[str, Votes], voting: Flags, ideal: Array) -> tuple[Array, Array]:
    """Edges of the gridlock interval (Krehbiel 1998) on stringency, (runs, 1) each: what no proposal can beat.

    A status quo can be moved up while those with higher ideal points are enough to decide; the interval runs
    from the last such point to the first from which those with lower ideal points could move it down. Where the
    first edge is above the second, every status quo can be moved.
    """
    decision = charter.decisions[charter.decide["stringency"]]
    ordered = np.sort(np.where(voting, ideal, np.inf), axis=-1)
    last = np.maximum(voting.sum(axis=-1, keepdims=True) - 1, 0)[:, None, :]
    # Both edges are searched side by side, (runs, 2, ...): first the one from which it can be moved up, then down.
    rises, shape = np.array([[True], [False]]), (len(ordered), 2, 1)
    edge = np.where(rises, np.zeros(shape), np.ones(shape))
    low, high = np.zeros(shape, dtype=last.dtype), last + np.zeros(shape, dtype=last.dtype)
    members, wanted = voting[:, None, :], ideal[:, None, :]
    passes = decision.asked_often({chamber: values[:, None, :] for chamber, values in votes.items()})
    for _ in range(int(ideal.shape[-1]).bit_length() + 1):
        middle = (low + high) // 2
        point = np.take_along_axis(ordered[:, None, :], middle, axis=-1)
        yes = members & np.where(rises, wanted >= point, wanted <= point)
        fine = passes(yes, members & ~yes)[..., None] & (low <= high)
        farther = np.where(rises, np.maximum(edge, np.where(np.isfinite(point), point, 0.0)), np.minimum(edge, point))
        edge = np.where(fine, farther, edge)
        # Above the edge sought the search goes up for the first and down for the second, and back where it fails.
        above, below = fine == rises, (fine != rises) & ((low <= high) | fine)
        low, high = np.where(above & (fine | (low <= high)), middle + 1, low), np.where(below, middle - 1, high)
        low, high = np.minimum(low, last), np.maximum(high, 0)
    return edge[:, 0], edge[:, 1]
