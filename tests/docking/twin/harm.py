"""The race for capability, and the harm that comes of it (7.8, 7.9)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.docking.twin.arithmetic import mean, poisson_count, sigma
from tests.docking.twin.firm import Firm, Surroundings

if TYPE_CHECKING:
    from tests.docking.twin.world import World


# ---- race (7.8)


def race(world: World, dt: float) -> None:
    """Every working firm sets its effort, knowing the efforts of the step before."""
    rule = world.rules["race"]
    working = [firm for firm in world.firms if firm.works]
    slowdown = rule.get("slowdown")
    pace = {firm: firm.capability - slowdown * firm.safety for firm in working}
    weight = max(sum(firm.market_share for firm in working), 1e-12)
    centre = sum(firm.market_share * world.place(firm.stands_with.position) for firm in working) / weight
    chosen = {firm: firm.choose_safety(_around(world, firm, pace, centre), dt) for firm in working}
    for firm, effort in chosen.items():
        firm.safety = effort
    for firm in world.firms:
        firm.safety_effective = firm.safety
    for body in world.bodies.values():
        _share_knowledge(world, body, rule.get("shared"))


def _around(world: World, firm: Firm, pace: dict[Firm, float], centre: float) -> Surroundings:
    others = [other for other in pace if other is not firm]
    behind = [other for other in pace if pace[other] < max(pace.values())]
    rivals = behind if pace[firm] >= max(pace.values()) else list(pace)
    rival = max(rivals, key=lambda other: pace[other]) if rivals else world.firms[0]
    around = Surroundings(
        across=abs(world.place(firm.stands_with.position) - centre),
        required=firm.stands_with.stringency_effective,
        detected=world.rules["race"].get("exposure"),
        slack=0.0,
        rival_pace=max((pace[other] for other in others), default=-1e3),
        rival_effort=rival.safety,
        field=[other.capability for other in pace],
    )
    for body in world.bodies.values():
        seat, charter = firm.seats[body.name], body.charter
        if body.binds(firm):
            around.required = max(around.required, seat.compliance * body.strictness)
            around.detected = max(around.detected, charter.standards.get("detection"))
            around.slack = max(around.slack, charter.response.get("slack") * body.policy["response_powers"])
        around.detected = max(around.detected, seat.found)
    return around


def _share_knowledge(world: World, body: Any, part: float) -> None:
    """Seated firms close a part of the gap to the mean effort of those seated with them."""
    seated = [firm for firm in world.firms if firm.active and body.in_force and firm.seats[body.name].held]
    if seated:
        centre = mean(firm.safety for firm in seated)
        for firm in seated:
            gained = firm.safety + part * body.policy["sharing"] * max(centre - firm.safety, 0.0)
            firm.safety_effective = max(firm.safety_effective, gained)


# ---- harm (7.9)


def bounded_hazard(rule: Any, firm: Firm) -> float:
    ability = sigma((firm.capability - rule.midpoint) / rule.width)
    return rule.base * ability * math.sqrt(firm.market_share) * (1.0 - rule.effect * firm.safety_effective)


def open_capability(rule: Any, published: float, used: float, guard: float) -> float:
    ability = sigma((published - rule.midpoint) / rule.width)
    return rule.base * ability * (rule.floor + (1.0 - rule.floor) * used) * (1.0 - guard)


def weak_safeguards(rule: Any, published: float, used: float, guard: float, ruled: float) -> float:
    return open_capability(rule, published, max(used - rule.shield * ruled, 0.0), guard)


def truncated_pareto(rule: Any, luck: float, ceiling: float) -> float:
    kept = 1.0 - (rule.smallest / ceiling) ** rule.index
    return rule.smallest * (1.0 - luck * kept) ** (-1.0 / rule.index)


def expected_size(rule: Any, ceiling: float) -> float:
    index = 1.0 + 1e-9 if abs(rule.index - 1.0) < 1e-9 else rule.index
    ratio = rule.smallest / ceiling
    return index * rule.smallest / (index - 1.0) * (1.0 - ratio ** (index - 1.0)) / (1.0 - ratio**index)


def unit(rule: Any, powers: float) -> tuple[float, float]:
    """The share of a harm that is left, and months to containment."""
    cut = rule.reach * powers * math.exp(-rule.lag / 6.0)
    return 1.0 - cut, min(6.0, rule.lag + 6.0 * (1.0 - cut))


def decided_unit(rule: Any, powers: float, complies: float) -> tuple[float, float]:
    obeyed = {"advise": rule.advised * complies, "recommend": complies, "suspend": 1.0}[rule.authority]
    time = complies * min(rule.lag, rule.deadline / 730.0) + (1.0 - complies) * rule.lag + rule.delay
    cut = rule.reach * powers * obeyed * math.exp(-time / 6.0)
    return 1.0 - cut, min(6.0, time + 6.0 * (1.0 - cut))


def respond(world: World, firm: Firm, luck: dict[str, dict[Firm, float]]) -> tuple[float, float, float]:
    """The best response of the bodies that reach a firm: share of harm left, months, share expected to be left."""
    left, months, expected = 1.0, 6.0, 1.0
    for body in world.bodies.values():
        answer = RESPONSE[body.charter.response.name]
        if answer is not None and body.reaches(firm):
            rule = body.charter.response
            one, time = answer(rule, body.policy["response_powers"], firm.seats[body.name].compliance)
            chance = rule.detection * rule.agreement if rule.name == "decided_unit" else 1.0
            expected = min(expected, 1.0 - chance * (1.0 - one))
            if one < left and (chance == 1.0 or luck[body.name][firm] < chance):
                left, months = one, time
    return left, months, expected


def _sizes(world: World, purpose: str, counts: dict[Any, int], ceiling: float) -> dict[Any, float]:
    """Harm of each agent's events, each with a draw of its own."""
    rule = world.rules["severity"]
    total = dict.fromkeys(counts, 0.0)
    for number in range(max(counts.values(), default=0)):
        luck = world.uniform(f"{purpose} {number}", list(counts))
        for agent, count in counts.items():
            if count > number:
                total[agent] += SEVERITY[rule.name](rule, luck[agent], ceiling)
    return total


def suffer(world: World, dt: float) -> None:
    rules, ceiling = world.rules, world.world_product
    rule = rules["incidents"]
    for firm in world.firms:
        firm.hazard = INCIDENTS[rule.name](rule, firm) if firm.works else 0.0
    luck = world.uniform("incident", world.firms)
    counts = {firm: poisson_count(luck[firm], firm.hazard * dt) for firm in world.firms}
    harm = _sizes(world, "incident size", counts, ceiling)
    decision = {name: world.uniform("response decision", world.firms, name) for name in world.bodies}
    response = {firm: respond(world, firm, decision) for firm in world.firms}
    left = {firm: harm[firm] * response[firm][0] for firm in world.firms}

    people = sum(nation.population for nation in world.nations)
    used = sum(nation.population * nation.ai_use for nation in world.nations) / people
    guard = 1.0 - math.prod(1.0 - body.protection for body in world.bodies.values())
    rule = rules["misuse"]
    ruled = sum(one.population * one.ai_use * one.stringency_effective for one in world.nations) / people
    rate = MISUSE[rule.name](rule, world.published, used, guard, ruled)
    misused = poisson_count(world.uniform("misuse", [world.itself])[world.itself], rate * dt)
    misuse_harm = _sizes(world, "misuse size", {world.itself: misused}, ceiling)[world.itself]

    total = sum(left.values()) + misuse_harm
    rule = rules["severity"]
    hazard = sum(firm.hazard * response[firm][2] for firm in world.firms)
    world.flows["expected_loss"] += (hazard + rate) * expected_size(rule, ceiling) * dt
    world.flows["realised_loss"] += total
    world.flows["prevented_loss"] += sum(harm[firm] - left[firm] for firm in world.firms)
    world.flows["incidents"] += sum(counts.values())
    world.flows["misuse"] += misused
    world.flows["response_months"] += sum(count * response[firm][1] for firm, count in counts.items())
    limit = rule.catastrophe * ceiling
    world.flows["catastrophes"] += sum(one > limit for one in left.values()) + (misuse_harm > limit)
    exposed = {nation: nation.gdp * nation.ai_use for nation in world.nations}
    for nation in world.nations:
        borne = total * exposed[nation] / sum(exposed.values())
        nation.losses += borne
        nation.loss_rate = borne / dt
    world.harm_percent = 100.0 * total / ceiling
    world.harm_memory *= math.exp(-rules["regulation"].get("memory", 0.4) * dt)
    world.harm_memory += world.harm_percent
    world.struck = sum(counts.values())
    for firm, count in counts.items():
        firm.incidents += count
        if count:
            world.note("incident", firm.name, left[firm])


INCIDENTS = {"bounded_hazard": bounded_hazard}
MISUSE: dict[str, Callable[[Any, float, float, float, float], float]] = {
    "open_capability": lambda rule, published, used, guard, ruled: open_capability(rule, published, used, guard),
    "weak_safeguards": weak_safeguards,
}
SEVERITY = {"truncated_pareto": truncated_pareto}
RESPONSE: dict[str, Callable[[Any, float, float], tuple[float, float]] | None] = {
    "none": None,
    "unit": lambda rule, powers, complies: unit(rule, powers),
    "decided_unit": decided_unit,
}
