"""Phases of membership: nations look at joining, ratifying, changing tier and leaving; firms at their seats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.phases.board import Board
from sim.phases.courting import lapse, promise
from sim.phases.run import Run
from sim.phases.votes import firm_roll
from sim.phases.worth import exit_cost, prospects
from sim.units import Flags

__all__ = ["amend", "come_into_force", "move", "take_seats"]


def amend(run: Run) -> None:
    """Dated changes of a charter take effect: nations in a tier keep it, vote weights are reviewed."""
    for name, body in run.plan.bodies.items():
        if body.at(run.year) is not body.at(run.year - 1):
            run.state.bodies[name].weighing = None
            charter = body.at(run.year)
            for dimension in charter.amends:
                setattr(run.state.bodies[name].own, dimension, charter.start[dimension])
            for row in range(run.plan.runs):
                run.event("amendment", row, body=name)


def move(run: Run) -> None:
    """Body by body, the nations that look at their membership move one at a time in a drawn order.

    The bodies take turns in coming first: the order of the file in the first, third, ... year, reversed between.
    """
    names = list(run.plan.bodies)
    if run.year_index % 2:
        names.reverse()
    for name in names:
        _move_in(run, run.plan.bodies[name])


def _move_in(run: Run, body: BodyPlan) -> None:
    state, charter = run.state.bodies[body.name], body.at(run.year)
    mobility, utility_rule = run.plan.rule("mobility"), run.plan.rule("membership")
    uniform = run.uniform("opportunity", "nations", body.name)
    join, ratify, change, leave = mobility(state.nations.status, uniform)
    guests = _guests(run, body, charter)
    if guests is not None:
        join = join | charter.rules["host_year"](guests, uniform)
    change = change | (_due(run, body, charter) & ~leave)
    look = join | ratify | change | leave
    asked = run.ask.tier_movers(body.name)
    if asked is not None:
        look = look | asked
    if not look.any():
        return
    seen = prospects(
        run,
        body,
        charter,
        lambda key: getattr(state.own, key),
        state.own.in_force,
        state.own.contributed,
        state.inside,
    )
    if guests is not None and not utility_rule.metadata.get("counterfactual"):
        seen = replace(seen, further={**seen.further, "invitation": charter.rules["host_year"].get("pull") * guests})
    shock = utility_rule.get("shock") * run.normal("change of mind", "nations", body.name)
    seen = promise(run, body, charter, seen, join, shock)
    order = np.argsort(np.where(look, run.uniform("order", "nations", body.name), 2.0), axis=-1)
    board = Board(run, body, charter, seen, shock, exit_cost(run), (join, ratify, change, leave), asked)
    looking = look.sum(axis=-1)
    for turn in range(int(looking.max())):
        rows = np.flatnonzero(looking > turn)
        board.turn(rows, order[rows, turn])
    tier = state.nations.tier
    board.close()
    if charter.rules["promotion"].numbers:
        state.nations.served = np.where(state.nations.tier == tier, state.nations.served, 0.0)
    lapse(run, body, charter)


def _guests(run: Run, body: BodyPlan, charter: Charter) -> Flags | None:
    """Outsiders whom the host invites to its summit, or None in a year without one."""
    if not body.summit_in(run.year) or run.plan.rule("mobility").metadata.get("still"):
        return None
    return np.asarray(charter.guests & body.eligible & ~run.state.bodies[body.name].inside)


def _due(run: Run, body: BodyPlan, charter: Charter) -> Flags:
    """Parties for whom the next tier opens this year; counts the years of service."""
    state, rule = run.state.bodies[body.name], charter.rules["promotion"]
    if not rule.numbers or run.plan.rule("mobility").metadata.get("still"):
        return np.zeros(run.plan.nation_shape, dtype=bool)
    party = state.nations.status == 4
    served = np.where(party, state.nations.served + 1.0, 0.0)
    state.nations.served = served
    years = rule.get("years")
    due = party & (served >= years) & (served < years + 1.0) & (state.nations.tier < len(charter.tiers) - 1)
    return np.asarray(due)


def come_into_force(run: Run) -> None:
    """A body comes into force when enough have ratified; then its ratified signatories are parties."""
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        signed = state.nations.ratified & ((state.nations.status == 3) | (state.nations.status == 4))
        gdp = run.state.nations.gdp
        share = np.where(signed, gdp, 0.0).sum(axis=-1, keepdims=True) / gdp.sum(axis=-1, keepdims=True)
        enough = signed.sum(axis=-1, keepdims=True) >= charter.in_force["ratifications"]
        reached = enough & (share >= charter.in_force["gdp_share"])
        for row in np.flatnonzero(reached & ~state.own.in_force):
            run.event("in force", int(row), body=name)
        state.own.in_force = state.own.in_force | reached
        party = state.nations.ratified & (state.nations.status == 3) & state.own.in_force
        state.nations.status = np.where(party, 4, state.nations.status).astype(np.int8)


def take_seats(run: Run) -> None:
    """Firms look at their seats: market and voice against compliance and levy, with the home state's approval."""
    firms, nations = run.state.firms, run.state.nations
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        if not charter.firms_seated:
            state.firms.seat = np.zeros(firms.shape, dtype=bool)
            continue
        rule = run.plan.rule("seats")
        inside = state.inside
        gdp = nations.gdp
        share = np.where(inside, gdp, 0.0).sum(axis=-1, keepdims=True) / gdp.sum(axis=-1, keepdims=True)
        held, _ = charter.rules["corporate"](firm_roll(run, np.ones(firms.shape, dtype=bool) & firms.active))
        seated = state.firms.seat & firms.active
        first = ~state.own.in_force | (run.year_index == 0)
        levied = charter.rules["levy"](firm_roll(run, np.ones(firms.shape, dtype=bool)))
        strict = np.clip(state.own.stringency + state.own.surge, 0.0, 1.0)
        # Votes are shared with those seated and the firm itself. When all look at once, none can know who that will
        # be: they look round the table, at first expecting everyone.
        number = np.where(first, firms.active.sum(axis=-1, keepdims=True), seated.sum(axis=-1, keepdims=True) + ~seated)
        wants = seated
        for _ in range(int(run.plan.rule("mobility").numbers["rounds"])):
            wants = (
                rule(
                    share,
                    held / number,
                    strict + np.zeros(firms.shape),
                    levied / np.maximum(firms.revenue, 1e-6),
                    run.home_of(inside).astype(bool),
                    strict * (1.0 - firms.openness),
                )
                > state.firms.seat_uniform
            ) & firms.active
            number = np.where(first, wants.sum(axis=-1, keepdims=True) + ~wants, number)
        looks = run.uniform("seat", "firms", name) < rule.get("reconsider", 0.3)
        state.firms.seat = np.where(looks | first, wants, state.firms.seat) & firms.active
