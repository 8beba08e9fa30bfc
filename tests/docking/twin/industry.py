"""What firms do together in a step: invest, do research, enter and leave, and sell (7.1 to 7.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.docking.twin import regimes
from tests.docking.twin.arithmetic import approach, best, mean, sigma
from tests.docking.twin.firm import Firm
from tests.docking.twin.nation import Nation

if TYPE_CHECKING:
    from tests.docking.twin.world import World

FLOOR = 100.0  # H100e


# ---- research (7.1)


def capped(world: World, rule: Any, dt: float) -> dict[Firm, float]:
    """Firms' compute after investment; sets the world's investment, cost and additions."""
    now, firms = world.elapsed, world.firms
    stock = {firm: firm.compute if firm.active else 0.0 for firm in firms}
    installed = sum(nation.compute for nation in world.nations)
    capital = rule.outside * math.exp(rule.outside_growth * now)
    whole = max(installed, sum(stock.values()), FLOOR)
    wished = {
        firm: (rule.reinvested * (firm.revenue - firm.regime_cost) if firm.works else 0.0)
        + capital * stock[firm] / whole
        for firm in firms
    }
    total = sum(wished.values()) + capital * (1.0 - sum(stock.values()) / whole)
    cost = rule.price * math.exp(-rule.price_decline * now)
    affordable = min(1.0, rule.world_share * world.world_product / max(total, 1e-9))
    survives = math.exp(-rule.depreciation * dt)
    ceiling = rule.power * math.exp(rule.power_growth * now) * 1e6 / (rule.draw * math.exp(-rule.draw_decline * now))
    room = max(ceiling - installed * survives, 0.0)
    fitted = affordable * min(1.0, room / max(affordable * total * 1e9 / cost * dt, 1e-9))
    world.investment, world.compute_cost = total * fitted, cost
    world.additions = total * fitted * 1e9 / cost * dt
    return {firm: stock[firm] * survives + wished[firm] * fitted * 1e9 / cost * dt for firm in firms}


def effective_compute(world: World, rule: Any, after: dict[Firm, float], dt: float) -> dict[Firm, float]:
    """Capability of every working firm after the step."""
    own = {firm: math.log10((after[firm] + FLOOR) / (firm.compute + FLOOR)) for firm in world.firms}
    leader = own[max(world.firms, key=lambda firm: firm.compute)]
    largest, top = max(after.values()) + FLOOR, max(firm.capability for firm in world.firms)
    discovery = rule.algorithmic_gain * math.exp(-rule.fade * world.elapsed)
    grown = {}
    for firm in world.firms:
        supported = top + rule.returns * math.log10((after[firm] + FLOOR) / largest)
        hardware = leader + min(rule.returns * (own[firm] - leader), max(supported - firm.capability, 0.0))
        ideas = discovery * (1.0 - rule.effort_cost * firm.safety) * dt
        learnt = max(world.published - firm.capability, 0.0) * (1.0 - math.exp(-rule.spillover * dt))
        grown[firm] = firm.capability + max(hardware + ideas, 0.0) + learnt if firm.works else firm.capability
    return grown


def verified_cap(rule: Any, firm: Firm, grown: float) -> float:
    """What a bound firm may reach beyond the cap."""
    start = max(firm.capability, rule.cap)
    allowed = start + rule.leave * (grown - start)
    return rule.detection * min(allowed, grown) + (1.0 - rule.detection) * grown


def research(world: World, dt: float) -> None:
    invest = world.rules["investment"]
    after = INVESTMENT[invest.name](world, invest, dt)
    for body in world.bodies.values():
        regimes.refuse(body, dt)
    kept = math.exp(-invest.get("depreciation", 0.2) * dt)
    stays = {firm: firm.compute * kept if firm.active else 0.0 for firm in world.firms}
    bought = regimes.ration(world, {firm: after[firm] - stays[firm] for firm in world.firms}, regimes.is_outside)
    after = {firm: stays[firm] + bought[firm] + firm.granted for firm in world.firms}
    rule = world.rules["frontier"]
    grown = FRONTIER[rule.name](world, rule, after, dt)
    for body in world.bodies.values():
        _safeguard(world, body, grown, dt)
    host_compute(world, kept, dt)
    for firm in world.firms:
        firm.granted, firm.capability = 0.0, grown[firm]
        if firm.active:
            firm.compute = after[firm]
    world.observe_frontier(dt)


def inspected_cap(world: World, rule: Any, body: Any, bound: list[Firm], grown: dict[Firm, float], dt: float) -> None:
    luck = world.uniform("inspection", world.firms, body.name)
    for firm in world.firms:
        seat, reached, now = firm.seats[body.name], grown[firm], firm.capability
        above = firm in bound and reached > rule.cap
        start = max(now, rule.cap)
        allowed = min(start + rule.leave * (reached - start), reached)
        honest = seat.compliance * allowed + (1.0 - seat.compliance) * reached if above else reached
        breach = above and seat.compliance < 1.0
        rate = rule.inspections * (rule.detection if breach else rule.accusation)
        watched = firm in bound and reached > rule.cap - rule.margin
        if watched and luck[firm] < -math.expm1(-rate * dt):
            seat.sanctioned = rule.penalty
        else:
            seat.sanctioned = max(seat.sanctioned - dt, 0.0)
        under = firm in bound and seat.sanctioned > 0.0
        grown[firm] = min(now + rule.leave * (reached - now), honest) if under else honest
        seat.found = 1.0 if under else 0.0


def _safeguard(world: World, body: Any, grown: dict[Firm, float], dt: float) -> None:
    """A body holds back what its safeguards hold back, and protects the open models of bound firms."""
    rule = body.charter.safeguards
    held = SAFEGUARDS[rule.name]
    bound = [firm for firm in world.firms if body.binds(firm)]
    for firm in world.firms:
        firm.seats[body.name].found = 0.0
        if held is not None and firm in bound and grown[firm] > rule.cap:
            grown[firm] = held(rule, firm, grown[firm])
            firm.seats[body.name].found = rule.detection
    if rule.name == "inspected_cap":
        inspected_cap(world, rule, body, bound, grown, dt)
    best_open = best(firm.shown for firm in world.firms if firm.works)
    reached = best(firm.shown for firm in bound)
    body.protection = rule.get("protection") if bound and reached >= best_open else 0.0


def readiness_share(rule: Any, nation: Nation, compute: float, draw: float) -> float:
    """The nation's share of the world's additions."""
    here, there = nation.compute / compute, nation.gdp * nation.readiness / draw
    return rule.inertia * here + (1.0 - rule.inertia) * there


def host_compute(world: World, kept: float, dt: float) -> None:
    rule = world.rules["hosting"]
    compute = sum(nation.compute for nation in world.nations)
    draw = sum(nation.gdp * nation.readiness for nation in world.nations)
    share = {nation: HOSTING[rule.name](rule, nation, compute, draw) for nation in world.nations}
    wanted = {nation: world.additions * share[nation] for nation in world.nations}
    sold = regimes.ration(world, wanted, lambda body, nation: not body.has_active(nation))
    if sum(wanted.values()) > 0.0:
        world.investment *= sum(sold.values()) / sum(wanted.values())
    for nation in world.nations:
        nation.compute = nation.compute * kept + sold[nation] + nation.granted * dt


# ---- entry and exit (7.2, 7.3)


def by_readiness(world: World, rule: Any, dt: float) -> None:
    """Firms enter, give up or are bought, each by one uniform."""
    luck = world.uniform("firm entry", world.firms)
    near = math.exp(-max(world.frontier - world.published, 0.0) / 2.0)
    entering, leaving, bought = [], [], []
    for firm in world.firms:
        if firm.waiting:
            rate = rule.rate * firm.stands_with.readiness * near * _help(world, firm.stands_with)
            if luck[firm] < -math.expm1(-rate * dt):
                entering.append(firm)
        elif firm.works and world.frontier - firm.capability > rule.exit_lag:
            chance = -math.expm1(-rule.exit_rate * dt)
            if luck[firm] < chance:
                leaving.append(firm)
                if luck[firm] < chance * rule.bought:
                    bought.append(firm)
    staying = [firm for firm in world.firms if firm.works and firm not in leaving]
    for firm in bought:
        kin = [other for other in staying if other.home == firm.home and other.compute > 0.0]
        if kin:
            max(kin, key=lambda other: other.compute).granted += firm.compute
    for firm in entering:
        firm.active, firm.waiting = True, False
        firm.compute = max(firm.compute, rule.entry_compute)
        firm.capability = max(world.published - rule.entry_lag, -8.0)
        world.note("entry", firm.name)
    for firm in leaving:
        firm.active, firm.compute = False, 0.0
        world.note("exit", firm.name)


def _help(world: World, nation: Nation) -> float:
    factor = 1.0
    for body in world.bodies.values():
        if body.charter.ecosystems.name == "local_firms" and body.has_active(nation):
            factor *= body.charter.ecosystems.boost
    return factor


def enter_and_exit(world: World, dt: float) -> None:
    rule = world.rules["entry"]
    ENTRY[rule.name](world, rule, dt)
    for firm in world.firms:
        firm.look_at_the_open(best(other.shown for other in world.firms if other.works and other is not firm))
    for firm in world.firms:
        firm.publish(dt)
    openers = [firm for firm in world.firms if firm.works and firm.openness_start >= 0.5]
    if openers and world.closing_year == 0.0:
        leader = max(openers, key=lambda firm: firm.capability)
        world.closing_year = float(world.year) if leader.openness < 0.5 else 0.0


# ---- market (7.4)


def saturating_logit(world: World, rule: Any) -> dict[Firm, float]:
    working = [firm for firm in world.firms if firm.works]
    top = best(firm.offered for firm in working)
    total = sum(nation.spending for nation in world.nations)
    areas = [nation for home in world.homes if (nation := world.nation_at(home)) is not None]
    rest = total - sum(nation.spending for nation in areas)
    places: list[tuple[Nation | None, float, float, float]] = [
        (nation, nation.spending, nation.position, nation.stringency_effective) for nation in areas
    ]
    places.append(
        (
            None,
            rest,
            mean(nation.position for nation in world.nations),
            mean(nation.stringency_effective for nation in world.nations),
        )
    )
    share = dict.fromkeys(world.firms, 0.0)
    everywhere = {
        firm: rule.quality * sigma(rule.steepness * (firm.offered - top + 1.0)) + firm.brand for firm in working
    }
    for nation, spending, position, strict in places:
        appeal = {}
        for firm in working:
            value = everywhere[firm]
            value += rule.home_bias if nation is not None and firm.home_nation is nation else 0.0
            value -= rule.barrier * world.tension * abs(position - firm.stands_with.position)
            value -= rule.regulation * strict * (1.0 - firm.safety)
            appeal[firm] = value
        anchor = max(appeal.values())
        mass = {firm: math.exp(value - anchor) for firm, value in appeal.items()}
        whole = sum(mass.values())
        for firm in working:
            share[firm] += spending / total * mass[firm] / whole
    return share


def by_compute(world: World, rule: Any) -> dict[Firm, float]:
    mass = {firm: math.exp(rule.exponent * firm.offered + firm.brand) if firm.works else 0.0 for firm in world.firms}
    return {firm: value / sum(mass.values()) for firm, value in mass.items()}


def market_shares(world: World) -> dict[Firm, float]:
    rule = world.rules["market"]
    return MARKET[rule.name](world, rule)


def fit_brands(world: World, wanted: dict[Firm, float]) -> None:
    """Brands under which the start's shares are the observed ones: forty rounds of proportional fitting."""
    whole = sum(wanted.values())
    for _ in range(40):
        got = market_shares(world)
        for firm in world.firms:
            if wanted[firm] > 0.0:
                firm.brand += math.log(wanted[firm] / whole / (got[firm] if got[firm] > 0.0 else 1.0))
    usual = mean(firm.brand for firm in world.firms if firm.works)
    for firm in world.firms:
        if firm.waiting:
            firm.brand = usual + world.rules["market"].get("entry_brand")


def move_brands(world: World, dt: float) -> None:
    """Customer bases move to what sales support."""
    rule = world.rules["market"]
    sold = {firm: math.log(max(firm.market_share, 1e-9)) for firm in world.firms if firm.works}
    for firm in sold:
        supported = rule.get("loyalty") * (sold[firm] - mean(sold.values()))
        firm.brand = approach(firm.brand, supported, rule.get("brand_decay"), dt)


def sell(world: World) -> None:
    share = market_shares(world)
    world.revenue = world.revenue_per_spending * sum(nation.spending for nation in world.nations)
    chips = world.rules["investment"].get("chips") * world.investment
    for firm in world.firms:
        firm.market_share = share[firm]
        firm.revenue = chips * world.supplier_share[firm] if firm.supplier else share[firm] * world.revenue
    world.concentration = sum((100.0 * one) ** 2 for one in share.values())


INVESTMENT = {"capped": capped}
FRONTIER = {"effective_compute": effective_compute}
HOSTING = {"readiness_share": readiness_share}
SAFEGUARDS: dict[str, Callable[[Any, Firm, float], float] | None] = {
    "none": None,
    "verified_cap": verified_cap,
    "inspected_cap": None,
}
ENTRY: dict[str, Callable[[World, Any, float], None]] = {
    "readiness": by_readiness,
    "none": lambda world, rule, dt: None,
}
MARKET = {"saturating_logit": saturating_logit, "by_compute": by_compute}
