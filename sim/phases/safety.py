"""Phases of safety: the race, incidents and response, regulation and compliance, tension."""

from __future__ import annotations

import numpy as np

from sim.phases.run import Run
from sim.phases.technology import home_positions
from sim.rules import hazards
from sim.rules.regulation import bound_stringency
from sim.units import Array, Flags

__all__ = ["bind", "pole_place", "race", "regulate", "restrict_trade", "strain", "suffer"]



def pole_place(run: Run) -> Array:
    """Where nations stand between the poles, 0..1 (runs, nations)."""
    poles = run.plan.rule("poles")
    codes = list(run.plan.stage.nations.iso3)
    position = run.state.nations.position
    first, second = (
        codes.index(poles.numbers[end]) if poles.numbers[end] in codes else -1 for end in ("first", "second")
    )
    if min(first, second) < 0:
        return np.full(position.shape, 0.5)
    return np.asarray(poles(position, position[:, [first]], position[:, [second]]))


def home_places(run: Run) -> Array:
    """Where the firms' homes stand between the poles, 0..1 (runs, firms)."""
    poles, stage = run.plan.rule("poles"), run.plan.stage
    codes = list(stage.nations.iso3)
    position = run.state.nations.position
    ends = [codes.index(poles.numbers[end]) if poles.numbers[end] in codes else -1 for end in ("first", "second")]
    homes = home_positions(run)
    if min(ends) < 0:
        return np.full((run.plan.runs, len(stage.home)), 0.5)
    return np.take(poles(homes, position[:, [ends[0]]], position[:, [ends[1]]]), stage.home, axis=-1)


def race(run: Run) -> None:
    """Firms set their safety effort; fellow members share what they know."""
    firms, stage, dt = run.state.firms, run.plan.stage, run.plan.dt
    works = firms.active & ~stage.supplier
    side = home_places(run) - 0.5  # swapping the poles turns its sign and changes no bit
    strength = np.where(works, firms.market_share, 0.0)
    across = np.abs(
        side - (strength * side).sum(axis=-1, keepdims=True) / np.maximum(strength.sum(axis=-1, keepdims=True), 1e-12)
    )
    required = run.at_home(run.state.nations.stringency_effective)
    detected, slack = run.plan.rule("race").get("exposure") + np.zeros(firms.shape), np.zeros(firms.shape)
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        bound = works & (state.firms.seat | run.home_of(state.active).astype(bool)) & state.own.in_force
        strict = np.clip(state.own.stringency + state.own.surge, 0.0, 1.0)
        required = np.where(bound, np.maximum(required, state.firms.compliance * strict), required)
        watch = charter.rules["standards"].get("detection")
        detected = np.where(bound, np.maximum(detected, watch), detected)
        detected = np.maximum(detected, state.firms.found)
        slack = np.where(
            bound,
            np.maximum(slack, charter.rules["response"].get("slack") * state.own.response_powers),
            slack,
        )
    decided = run.plan.rule("race")(
        firms.safety, firms.capability, works, across, required, detected, slack, run.state.world.tension, dt
    )
    firms.safety = run.ask.choose_safety(decided, firms.safety)
    firms.safety_effective = _shared(run, firms.safety)


def _shared(run: Run, effort: Array) -> Array:
    """Safety knowledge spills over to fellow members: a part of the gap to their mean, with the body's sharing."""
    part = run.plan.rule("race").get("shared")
    best = effort
    for state in run.state.bodies.values():
        inside = state.firms.seat & state.own.in_force & run.state.firms.active
        number = np.maximum(inside.sum(axis=-1, keepdims=True), 1)
        mean = np.where(inside, effort, 0.0).sum(axis=-1, keepdims=True) / number
        gained = effort + part * state.own.sharing * np.maximum(mean - effort, 0.0)
        best = np.where(inside, np.maximum(best, gained), best)
    return best


def suffer(run: Run) -> None:
    """Incidents happen, are contained, and fall on nations; expected harm is kept beside the realised."""
    world, nations, firms, dt = run.state.world, run.state.nations, run.state.firms, run.plan.dt
    works = firms.active & ~run.plan.stage.supplier
    severity = run.plan.rule("severity")
    ceiling = world.world_product
    mean_size = hazards.expected_severity(ceiling, severity.get("index"), severity.get("smallest"))
    firms.hazard = np.where(
        works, run.plan.rule("incidents")(firms.capability, firms.market_share, firms.safety_effective), 0.0
    )
    count = hazards.poisson_count(run.uniform("incident", "firms"), firms.hazard * dt)
    harm = _sizes(run, "incident size", "firms", count, ceiling)
    left, months, reach = _respond(run, harm)
    kept_share = reach
    people = nations.population
    used = (people * nations.ai_use).sum(axis=-1, keepdims=True) / people.sum(axis=-1, keepdims=True)
    guard = np.zeros(world.shape)
    for state in run.state.bodies.values():
        guard = 1.0 - (1.0 - guard) * (1.0 - state.own.protection)
    rule = run.plan.rule("misuse")
    ruled: tuple[Array, ...] = ()
    if rule.metadata.get("lax"):
        strict = people * nations.ai_use * nations.stringency_effective
        ruled = (strict.sum(axis=-1, keepdims=True) / people.sum(axis=-1, keepdims=True),)
    misuse_rate = rule(world.published, used, guard, *ruled)
    misused = hazards.poisson_count(run.uniform("misuse", "world"), misuse_rate * dt)
    misuse_harm = _sizes(run, "misuse size", "world", misused, ceiling)
    total = left.sum(axis=-1, keepdims=True) + misuse_harm
    expected = ((firms.hazard * kept_share).sum(axis=-1, keepdims=True) + misuse_rate) * mean_size * dt
    firms.incidents = firms.incidents + count
    world.incidents = world.incidents + count.sum(axis=-1, keepdims=True)
    world.misuse = world.misuse + misused
    world.expected_loss = world.expected_loss + expected
    world.realised_loss = world.realised_loss + total
    world.prevented_loss = world.prevented_loss + (harm - left).sum(axis=-1, keepdims=True)
    world.response_months = world.response_months + np.where(count > 0.0, count * months, 0.0).sum(
        axis=-1, keepdims=True
    )
    limit = severity.get("catastrophe", 0.01) * world.world_product
    struck = (left > limit).sum(axis=-1, keepdims=True) + (misuse_harm > limit)
    world.catastrophes = world.catastrophes + struck
    borne = total * hazards.loss_shares(nations.gdp, nations.ai_use)
    nations.losses, nations.loss_rate = nations.losses + borne, borne / dt
    percent = 100.0 * total / world.world_product
    world.harm_memory = world.harm_memory * np.exp(-run.plan.rule("regulation").get("memory", 0.4) * dt) + percent
    world.harm_percent, world.struck = percent, count.sum(axis=-1, keepdims=True)
    for row, firm in zip(*np.nonzero(count), strict=True):
        run.event("incident", int(row), agent=str(run.plan.stage.firm_id[firm]), loss_bn_usd=float(left[row, firm]))


def _sizes(run: Run, purpose: str, who: str, count: Array, ceiling: Array) -> Array:
    """Total severity where something happened: one draw of size for each event of a step."""
    severity = run.plan.rule("severity")
    total = np.zeros(count.shape)
    for number in range(int(count.max(initial=0.0))):
        hit = count > number
        if not hit.any():
            break
        size = severity(run.uniform(f"{purpose} {number}", who), ceiling)
        total = total + np.where(hit, size, 0.0)
    return total


def _respond(run: Run, harm: Array) -> tuple[Array, Array, Array]:
    """Harm left after the best of the bodies' units, months to containment, and the share expected to be left."""
    left, months, share = harm, np.full(harm.shape, 6.0), np.ones(harm.shape)
    kept = share
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        unit = charter.rules["response"]
        if not unit.metadata.get("unit", True):
            continue
        bound = (state.firms.seat | run.home_of(state.active).astype(bool)) & state.own.in_force
        if unit.metadata.get("decides"):
            one, time = unit(
                np.ones(harm.shape), state.own.response_powers, bound.astype(float), state.firms.compliance
            )
            chance = unit.get("detection") * unit.get("agreement")
            kept = np.minimum(kept, 1.0 - chance * (1.0 - one))
            acts = run.uniform("response decision", "firms", name) < chance
            one, time = np.where(acts, one, 1.0), np.where(acts, time, 6.0)
        else:
            one, time = unit(np.ones(harm.shape), state.own.response_powers, bound.astype(float))
            kept = np.minimum(kept, one)
        better = one < share
        share, months = np.where(better, one, share), np.where(better, time, months)
        left = harm * share
    return left, months, kept


def regulate(run: Run) -> None:
    """National rules move, bodies bind, firms comply, alarms tighten or cost."""
    world, nations, firms, dt = run.state.world, run.state.nations, run.state.firms, run.plan.dt
    nations.stringency = run.plan.rule("regulation")(
        nations.stringency, nations.ideal_stringency, world.harm_memory, dt
    )
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        if charter.rules["harmonisation"].numbers:
            nations.stringency = charter.rules["harmonisation"](nations.stringency, state.active, dt)
        strict = np.clip(state.own.stringency + state.own.surge, 0.0, 1.0)
        complied = charter.rules["standards"](state.firms.compliance, strict + 0.0 * state.firms.compliance, dt)
        lapsed = state.firms.compliance * np.exp(-run.plan.rule("seats").get("fading") * dt)
        state.firms.compliance = np.where(state.firms.seat & firms.active, complied, lapsed)
        _tighten(run, name)
    bind(run)


def bind(run: Run) -> None:
    """Effective stringency of nations under the bodies that bind them."""
    bodies = []
    for name, body in run.plan.bodies.items():
        state, charter = run.state.bodies[name], body.at(run.year)
        theta = charter.tier["binding"] * (1.0 - charter.tier["latitude"])
        held = np.take_along_axis(theta[:, :, 0], np.maximum(state.nations.tier, 0).astype(np.int64), axis=-1)
        strict = np.clip(state.own.stringency + state.own.surge, 0.0, 1.0)
        bodies.append((np.where(state.active, held, 0.0), strict))
    effective = bound_stringency(run.state.nations.stringency, bodies)
    for name, (_, strict) in zip(run.plan.bodies, bodies, strict=True):
        certified = run.state.bodies[name].nations.certified
        if certified.any():
            effective = np.where(certified & ~run.state.bodies[name].active, np.maximum(effective, strict), effective)
    run.state.nations.stringency_effective = effective


def _tighten(run: Run, name: str) -> None:
    """A response unit tightens the standard after incidents and costs output by false alarms."""
    state, unit = run.state.bodies[name], run.plan.bodies[name].at(run.year).rules["response"]
    if not unit.metadata.get("unit", True):
        return
    world, nations, dt = run.state.world, run.state.nations, run.plan.dt
    powers = state.own.response_powers * state.own.in_force
    struck = world.struck > 0.0
    state.own.surge = np.maximum(state.own.surge * np.exp(-dt), np.where(struck, unit.get("tightening") * powers, 0.0))
    alarms = hazards.poisson_count(run.uniform("false alarm", "world", name), unit.get("false_alarms") * powers * dt)
    cost = alarms * unit.get("alarm_cost") * nations.gdp * state.active
    nations.losses, nations.loss_rate = nations.losses + cost, nations.loss_rate + cost / dt
    world.false_alarm_cost = world.false_alarm_cost + cost.sum(axis=-1, keepdims=True)


def strain(run: Run) -> None:
    """Tension between the poles and foreign-policy positions move."""
    world, nations, firms, dt = run.state.world, run.state.nations, run.state.firms, run.plan.dt
    place = pole_place(run)
    home_place = home_places(run)
    works = firms.active & ~run.plan.stage.supplier
    low = np.max(np.where(works & (home_place < 0.5), firms.capability, -9.0), axis=-1, keepdims=True)
    high = np.max(np.where(works & (home_place >= 0.5), firms.capability, -9.0), axis=-1, keepdims=True)
    closeness = np.exp(-np.abs(low - high))
    world.tension = run.plan.rule("tension")(
        world.tension,
        world.harm_percent,
        closeness,
        _overlap(run, place),
        run.normal("tension", "world"),
        run.elapsed,
        dt,
    )
    nations.position = run.plan.rule("ideal_points")(nations.position, run.normal("position", "nations"), dt)


def _overlap(run: Run, place: Array) -> Array:
    """Population share of states in at least two bodies whose sponsors stand on different sides, (runs, 1)."""
    sides: dict[bool, Flags] = {}
    for name, body in run.plan.bodies.items():
        if body.sponsor >= 0:
            side = place[:, [body.sponsor]] >= 0.5
            inside = run.state.bodies[name].inside
            for key in (False, True):
                sides[key] = sides.get(key, np.zeros(inside.shape, dtype=bool)) | (inside & (side == key))
    if len(sides) < 2:
        return np.zeros((run.plan.runs, 1))
    both = sides[False] & sides[True]
    people = run.state.nations.population
    return np.asarray(np.where(both, people, 0.0).sum(axis=-1, keepdims=True) / people.sum(axis=-1, keepdims=True))


def restrict_trade(run: Run) -> None:
    """What outsiders lose to the trade measures of bodies in force over the next year."""
    nations = run.state.nations
    lost = np.zeros(run.plan.nation_shape)
    for name, body in run.plan.bodies.items():
        state, rule = run.state.bodies[name], body.at(run.year).rules["trade"]
        if not rule.metadata.get("measure", True):
            continue
        if rule.metadata.get("certifies"):
            lost = lost + _certify(run, name) * nations.gdp
            continue
        club = np.where(state.active, 1.0, 0.0) @ run.plan.stage.partners.T  # exact: multiples of 2**-15 times 0 or 1
        gdp = nations.gdp
        inside = np.where(state.active, gdp, 0.0).sum(axis=-1, keepdims=True) / gdp.sum(axis=-1, keepdims=True)
        lost = lost + np.where(state.active, 0.0, rule(club, inside)[1]) * gdp
    nations.trade_loss = lost


def _certify(run: Run, name: str) -> Array:
    """What outsiders lose to a ban or to adopting the standard, whichever is less, as a share of GDP; who adopts."""
    state, rule = run.state.bodies[name], run.plan.bodies[name].at(run.year).rules["trade"]
    nations = run.state.nations
    banning = (state.active | state.nations.certified) & state.own.in_force
    club = np.where(banning, 1.0, 0.0) @ run.plan.stage.partners.T  # exact: multiples of 2**-15 times 0 or 1
    inside = np.where(banning, nations.gdp, 0.0).sum(axis=-1, keepdims=True) / nations.gdp.sum(axis=-1, keepdims=True)
    banned = rule(club, inside)[1]
    strict = np.clip(state.own.stringency + state.own.surge, 0.0, 1.0)
    adopting = rule.get("adopting") * np.maximum(strict - nations.stringency, 0.0)
    outside = state.own.in_force & ~state.active
    state.nations.certified = outside & (banned > adopting)
    return np.where(outside, np.minimum(banned, adopting), 0.0)
