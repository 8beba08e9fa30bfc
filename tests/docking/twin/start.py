"""The start of a run (section 5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.docking.twin import industry
from tests.docking.twin.arithmetic import best, clip, sigma
from tests.docking.twin.body import Body
from tests.docking.twin.firm import Firm, Seat
from tests.docking.twin.nation import NONE, OBSERVER, PARTY, SIGNATORY, Membership, Nation
from tests.docking.twin.prospects import Prospects
from tests.docking.twin.reading import POLICY, Charter

if TYPE_CHECKING:
    from tests.docking.twin.world import World

NATION_FACTS = (
    "iso3",
    "region",
    "income_group",
    "population",
    "gdp",
    "gdp_per_capita_ppp",
    "readiness",
    "ai_use",
    "ai_use_error",
    "compute",
    "ideal_point",
    "rights",
    "un_assessment",
    "imf_quota",
    "trade_share_china",
    "trade_share_usa",
)


def begin(world: World, scenario: Mapping[str, Any]) -> None:
    """Everybody at the end of the start year, with tastes that make the memberships those of the real world."""
    rules = world.rules
    populate(world)
    world.tension = rules["tension"].get("start", 0.5)
    world.pace = rules["frontier"].get("start_pace")
    world.compute_cost = rules["investment"].get("price")
    world.world_product = sum(nation.gdp for nation in world.nations)
    prefer(world)
    for name, node in scenario["bodies"].items():
        found(world, Body(world, name, node))
    arrive(world)
    industry.fit_brands(world, {firm: wanted_share(world, firm) for firm in world.firms})
    known = zip(world.firms, world.stage.firms.ai_revenue.tolist(), strict=False)  # firms that may enter come last
    start_revenue = sum(revenue for firm, revenue in known if not firm.supplier)
    world.revenue_per_spending = start_revenue / sum(nation.spending for nation in world.nations)
    industry.sell(world)
    world.serve()
    for body in world.bodies.values():
        join(world, body)
    arrive(world)
    world.serve()


def arrive(world: World) -> None:
    """Bodies bind, the frontier is observed, nations have access; applied use is measured from here."""
    for nation in world.nations:
        nation.obey()
    world.observe_frontier(0.0)
    world.reach()
    for nation in world.nations:
        nation.applied_start = nation.usefulness * nation.ai_use


# ---- who is there


def populate(world: World) -> None:
    stage, growth = world.stage, world.rules["investment"].get("start_growth", 2.0)
    columns = stage.nations
    for place in range(len(columns.iso3)):
        facts = {name: getattr(columns, name)[place].item() for name in NATION_FACTS}
        facts["groups"] = {name: bool(flags[place]) for name, flags in columns.groups.items()}
        world.nations.append(Nation(world, facts))
    world.named = {nation.name: nation for nation in world.nations}
    luck = world.normal("AI use", world.nations, step=0, per_future=True)
    for place, nation in enumerate(world.nations):
        nation.regime = place
        facts, error = nation.facts, nation.facts["ai_use_error"]
        nation.ai_use = clip(facts["ai_use"] * math.exp(error * luck[nation] - 0.5 * error**2), 0.002, 0.9)
        nation.compute = facts["compute"] * growth
        weights = stage.partners[place].tolist()
        nation.partners = {other: weight for other, weight in zip(world.nations, weights, strict=True) if weight > 0.0}
    populate_firms(world, growth)


def populate_firms(world: World, growth: float) -> None:
    stage, known = world.stage, world.stage.firms
    for place, name in enumerate(stage.firm_id):
        entrant, supplier = bool(stage.entrant[place]), bool(stage.supplier[place])
        facts = {
            "firm_id": str(name),
            "home": str(stage.firm_home[place]),
            "supplier": supplier,
            "entrant": entrant,
            "capability": -6.0 if entrant else float(known.capability[place]),
            "compute": 0.0 if entrant else float(known.compute[place]) * growth,
            "openness": 0.6 if entrant else float(known.openness[place]),
            "safety": 0.2 if entrant else float(known.safety[place]),
        }
        world.firms.append(Firm(world, facts))
    luck = world.normal("capability", world.firms, step=0, per_future=True)
    for place, firm in enumerate(world.firms):
        if firm.works:
            firm.capability += luck[firm] * float(known.capability_error[place])
    top = best(firm.capability for firm in world.firms if firm.works)
    for firm in world.firms:
        firm.capability -= top if firm.works else 0.0
    sales = {firm: max(float(known.ai_revenue[k]), 0.1) for k, firm in enumerate(world.firms) if firm.supplier}
    whole = max(sum(sales.values()), 1e-9)
    world.supplier_share = {firm: sold / whole for firm, sold in sales.items()}


def wanted_share(world: World, firm: Firm) -> float:
    """The observed market share of a developer, at least 1e-6."""
    return max(float(world.stage.firms.market_share[world.firms.index(firm)]), 1e-6) if firm.works else 0.0


def prefer(world: World) -> None:
    """Ideal policies of nations and firms, and national rules (7.13)."""
    rule, known = world.rules["preferences"], world.stage.firms.compute.tolist()
    weight = {firm: known[place] if firm.works else 0.0 for place, firm in enumerate(world.firms[: len(known)])}
    whole = max(sum(weight.values()), 1.0)

    def seen(nation: Nation, frontier: float) -> tuple[float, float, float, float]:
        income = math.log10(nation.facts["gdp_per_capita_ppp"]) - 4.0
        return nation.rights, income, world.place(nation.position), frontier

    agents, number = [*world.nations, *world.firms], int(rule.draw)
    luck = {
        name: world.normal(f"ideal {name} {number}" if number else f"ideal {name}", agents, step=0, per_future=True)
        for name in POLICY
    }
    for nation in world.nations:
        frontier = sum(size for firm, size in weight.items() if firm.home_nation is nation) / whole
        shock = {name: luck[name][nation] for name in POLICY}
        nation.want(rule, seen(nation, frontier), rule.get("error"), shock)
        nation.stringency = world.rules["regulation"].get("enacted", 1.0) * nation.ideal["stringency"]
    for firm in world.firms:
        shock = {name: luck[name][firm] for name in POLICY}
        observed = seen(firm.stands_with, 3.0 * weight.get(firm, 0.0) / whole)
        firm.want(rule, observed, rule.get("firm_error"), shock)


# ---- who belongs to what


def found(world: World, body: Body) -> None:
    """A body with the memberships on record, or its host alone."""
    world.bodies[body.name] = body
    tier_luck = world.uniform("tier", world.nations, body.name, step=0)
    seat_luck = world.uniform("seat taste", world.firms, body.name, step=0)
    for nation in world.nations:
        mine = Membership(status=body.recorded[nation], tier_luck=tier_luck[nation])
        hosts = nation is body.host and mine.status == NONE and not body.node.get("record")
        if mine.status == SIGNATORY or hosts:
            mine.status = PARTY if body.in_force else SIGNATORY
        mine.tier = 0 if mine.inside else -1
        mine.ratified = mine.status == PARTY
        nation.membership[body.name] = mine
    for firm in world.firms:
        firm.seats[body.name] = Seat(luck=seat_luck[firm], compliance=world.rules["seats"].get("start_compliance"))


Look = dict[Nation, tuple[list[float], float, list[bool]]]


def look_around(world: World, body: Body, charter: Charter) -> Look:
    """Utility of each tier, inclusive value and allowed tiers of every nation, under a charter at its founding."""
    seen = Prospects(body, charter, charter.policy)
    found: Look = {}
    for nation in world.nations:
        barred = body.barred(nation) and not body.has_inside(nation)
        allowed = [may and not barred for may in seen.allowed[nation]]
        found[nation] = (*nation.value(body, seen, allowed), allowed)
    return found


def join(world: World, body: Body) -> None:
    """The constant and the tastes, given what the nations really did; a conference where nothing is known."""
    charter, known = body.at(world.start_year), bool(body.node.get("record"))
    looks = look_around(world, body, body.reference or charter)
    steady = {nation: value if math.isfinite(value) else -30.0 for nation, (_, value, _) in looks.items()}
    joined = {nation for nation in world.nations if body.recorded[nation] == SIGNATORY}
    pool = [nation for nation in world.nations if any(looks[nation][2]) and nation in body.eligible]
    if world.rules["membership"].name == "stable_coalition":  # payoffs alone decide
        if not known:
            confer(world, body, charter)
        take_tiers(world, body, charter)
        return
    if known:
        pool = [nation for nation in world.nations if nation in pool or nation in joined]
        share = min(max(len(joined), 1) / max(len(pool), 1), 0.98)
    else:
        share = body.node.get("expected_share", 0.2)
    body.constant = level([steady[nation] for nation in pool], share)
    luck = world.uniform("taste", world.nations, body.name, step=0)
    for nation in world.nations:
        edge = sigma(-clip(steady[nation] + body.constant, -30.0, 30.0))
        low = edge if known and nation in joined else 0.0
        high = edge if known and nation not in joined else 1.0
        chance = clip(low + luck[nation] * (high - low), 1e-15, 1.0 - 1e-15)
        nation.membership[body.name].taste = math.log(chance) - math.log1p(-chance)
    if not known:
        confer(world, body, charter)
    take_tiers(world, body, charter)


def level(worth: list[float], share: float) -> float:
    """The constant under which the mean chance of joining is `share`, by bisection."""
    low, high = -25.0, 25.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if sum(sigma(one + middle) for one in worth) / max(len(worth), 1) < share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def confer(world: World, body: Body, charter: Charter) -> None:
    """A founding conference: all look at once, in rounds."""
    rule = world.rules["mobility"]
    pull = 0.0 if world.rules["membership"].name == "stable_coalition" else rule.get("invitation")
    for _ in range(rule.rounds):
        looks = look_around(world, body, charter)
        for nation in world.nations:
            mine, (_, value, allowed) = nation.membership[body.name], looks[nation]
            wants = any(allowed) and value + body.constant + mine.taste + pull > 0.0
            if wants or nation is body.host:
                mine.status = PARTY if charter.entry_into_force["reached"] else SIGNATORY
            else:
                mine.status = min(mine.status, OBSERVER)
            mine.ratified = mine.status == PARTY


def take_tiers(world: World, body: Body, charter: Charter) -> None:
    """Everyone inside takes a tier of the charter in force."""
    for nation, (utility, _, allowed) in look_around(world, body, charter).items():
        mine = nation.membership[body.name]
        open_ = allowed if any(allowed) else [True] * len(allowed)
        mine.tier = nation.choose_tier(body, utility, open_, charter.tiers) if mine.inside else -1
