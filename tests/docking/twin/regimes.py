"""Many jurisdictions: whose assessments count where, and what firms pay for it (7.17); chips to parties (7.18)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.docking.twin.body import Body
    from tests.docking.twin.firm import Firm
    from tests.docking.twin.nation import Nation
    from tests.docking.twin.world import World


# ---- regimes (7.17)


def within_distance(rule: Any, members: list[Nation]) -> list[list[Nation]]:
    """Members from the laxest on, each with those at most so much stricter."""
    groups: list[list[Nation]] = []
    for nation in sorted(members, key=lambda one: one.stringency_effective):
        if groups and nation.stringency_effective <= groups[-1][0].stringency_effective + rule.distance:
            groups[-1].append(nation)
        else:
            groups.append([nation])
    return groups


def comply(world: World) -> None:
    trust: dict[Nation, float] = {}
    for place, nation in enumerate(world.nations):
        nation.regime = place
    for body in world.bodies.values():
        rule = body.charter.recognition
        for group in RECOGNITION[rule.name](rule, [one for one in body.active_members if one not in trust]):
            if len(group) > 1:
                first = min(one.regime for one in group)
                for one in group:
                    one.regime, trust[one] = first, rule.trust
    rule = world.rules["regimes"]
    whole = sum(nation.spending for nation in world.nations)
    part = {nation: nation.spending / whole for nation in world.nations}
    for firm in world.firms:
        firm.regime_cost = 0.0 if firm.supplier else REGIMES[rule.name](rule, firm.revenue, part, trust)


def fixed_cost(rule: Any, revenue: float, part: dict[Nation, float], trust: dict[Nation, float]) -> float:
    """The fixed cost of each regime, or the profit in it where that is less."""

    def cost(share: float) -> float:
        return min(rule.fixed, rule.margin * revenue * share)

    paid = 0.0
    for regime in {nation.regime for nation in part}:
        group = [nation for nation in part if nation.regime == regime]
        trusted = trust.get(group[0], 0.0)
        paid += trusted * cost(sum(part[one] for one in group))
        paid += (1.0 - trusted) * sum(cost(part[one]) for one in group)
    return paid


def harmonise(body: Body, dt: float) -> None:
    """Members' own rules move to the members' mean."""
    rule, members = body.charter.harmonisation, body.active_members
    if rule.name == "converging" and members:
        mean = sum(one.stringency for one in members) / len(members)
        for one in members:
            one.stringency += (mean - one.stringency) * (1.0 - math.exp(-rule.rate * dt))


# ---- chips (7.18)


def control(body: Body, members: list[Nation]) -> float:
    """Share of chip supply of suppliers with a seat or at home in a member."""
    return sum(
        share
        for firm, share in body.world.supplier_share.items()
        if firm.active and (firm.seats[body.name].held or firm.home_nation in members)
    )


def leverage(body: Body, rule: Any, held: float) -> float:
    return (held + rule.pledged * (1.0 - held)) * (1.0 - body.supply_elsewhere)


def denied(body: Body, rule: Any, held: float, members: list[Nation]) -> float:
    """The part of outsiders' purchases that is refused."""
    reached = leverage(body, rule, held)
    whole = sum(one.compute for one in body.world.nations)
    inside = sum(one.compute for one in members) / whole
    short = max(reached - inside, 0.0) / max(1.0 - inside, 1e-12)
    return float((rule.fungible * short + (1.0 - rule.fungible) * reached) * rule.denial * (1.0 - rule.leak))


def refuse(body: Body, dt: float) -> None:
    """What the condition reaches and refuses in this step, and how that wears it off."""
    rule = body.charter.chips
    body.leverage = body.refused = 0.0
    if rule.name == "parties_only":
        held = control(body, body.active_members)
        body.leverage = leverage(body, rule, held)
        body.refused = denied(body, rule, held, body.active_members) if body.in_force else 0.0
        kept = (1.0 - body.supply_elsewhere) * math.exp(-(rule.growth + rule.provoked * body.refused) * dt)
        body.supply_elsewhere = 1.0 - kept


def ration(world: World, bought: dict[Any, float], meets: Any) -> dict[Any, float]:
    """Purchases after the conditions of all bodies; `meets` tells whether a body's condition meets somebody."""
    for body in world.bodies.values():
        if body.charter.chips.name == "parties_only":
            lost = {one: body.refused * bought[one] if meets(body, one) else 0.0 for one in bought}
            others = sum(bought[one] for one in bought if not meets(body, one))
            more = body.charter.chips.redirected * sum(lost.values())
            bought = {
                one: bought[one] - lost[one]
                if meets(body, one)
                else bought[one] * (1.0 + (more / others if others > 0.0 else 0.0))
                for one in bought
            }
    return bought


def is_outside(body: Body, firm: Firm) -> bool:
    """Whether a condition meets a firm: it works, without a seat, at home outside."""
    return firm.works and not firm.seats[body.name].held and firm.home_nation not in body.active_members


def chips_term(body: Body, rule: Any, nation: Nation) -> float:
    """What a state would be refused outside, in utility."""
    if rule.name != "parties_only":
        return 0.0
    world = body.world
    members = [one for one in world.nations if body.has_inside(one)]
    refused = denied(body, rule, control(body, members), members)
    bought = world.investment * nation.compute / sum(one.compute for one in world.nations)
    return float(rule.weight * 100.0 * refused * bought / nation.gdp)


# ---- compute lent (7.19)


def lend(world: World) -> None:
    """Idle compute of members and seated firms serves members that lack some, one body after the other."""
    rule = world.rules["service"]
    per_head = rule.compute_need * 10.0 ** min(rule.efficiency * world.elapsed, 6.0)
    wanted = {one: one.ai_use * one.usefulness * one.population / per_head for one in world.nations}
    for nation in world.nations:
        nation.matched = 0.0
    for body in world.bodies.values():
        rule = body.charter.compute_matching
        if rule.name == "offers_and_needs":
            members = body.active_members
            beyond = sum(max(one.compute - wanted[one], 0.0) for one in members)
            guests = [
                firm
                for firm in world.firms
                if firm.active and body.in_force and firm.seats[body.name].held and firm.home_nation not in members
            ]
            offered = rule.idle * beyond + rule.firms_idle * sum(firm.compute for firm in guests)
            offered *= body.policy["sharing"]
            short = {one: max(wanted[one] - one.compute - one.matched, 0.0) for one in members}
            needs = sum(short.values())
            matched = min(offered, needs, rule.found * math.sqrt(offered * needs))
            for one in members:
                one.matched += matched * short[one] / needs if needs > 0.0 else 0.0


MATCHING = ("none", "offers_and_needs")
RECOGNITION = {"none": lambda rule, members: [], "within_distance": within_distance}
REGIMES = {"none": lambda rule, revenue, part, trust: 0.0, "fixed_cost": fixed_cost}
HARMONISATION = ("none", "converging")
CHIPS = ("none", "parties_only")
