"""How states are courted, rise and are put out: side payments, framing, summits, observers, promotion, expulsion."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.docking.twin.nation import INVITED, NONE, OBSERVER, PARTY, SUSPENDED, WITHDRAWN, Nation
from tests.docking.twin.regimes import chips_term

if TYPE_CHECKING:
    from tests.docking.twin.assembly import Electorate
    from tests.docking.twin.body import Body
    from tests.docking.twin.prospects import Prospects


# ---- summits


def holds_summit(body: Body) -> bool:
    """Whether the host holds a summit this year."""
    rule, year = body.charter.host_year, body.world.year
    if rule.name == "none":
        return False
    return year == rule.year or (rule.every > 0 and year > rule.year and (year - rule.year) % rule.every == 0)


def summit_guests(body: Body) -> set[Nation]:
    """Whom the host invites this year."""
    rule = body.charter.host_year
    if not holds_summit(body):
        return set()
    return {nation for nation in body.world.nations if any(nation.in_group(group) for group in rule.guests)}


def host_sets_agenda(body: Body) -> bool:
    """Whether the host proposes because it holds a summit this year."""
    return holds_summit(body) and body.charter.host_year.agenda


# ---- terms of the utility that few charters have


def further(seen: Prospects, nation: Nation) -> float:
    """Framing, taking part as an observer, an invitation to a summit, and promises."""
    body, world = seen.body, seen.world
    paid = worth_of_money(world) * 100.0 * promised(body, nation) / nation.gdp
    paid += chips_term(body, seen.charter.chips, nation)
    if world.rules["membership"].name == "stable_coalition":
        return paid
    total = FRAMING[seen.charter.framing.name](seen.charter.framing, nation)
    if seen.charter.observation.name != "none" and nation.membership[body.name].status == OBSERVER:
        total += seen.charter.observation.closer
    if nation in seen.guests:
        total += seen.charter.host_year.pull
    return total + paid


def worth_of_money(world: Any) -> float:
    """Utility of one percent of GDP."""
    rule = world.rules["membership"]
    return 1.0 if rule.name == "stable_coalition" else rule.get("money", 0.0)


def promised(body: Body, nation: Nation) -> float:
    """What a nation is promised for being inside, less what it would lose that it gets for staying out."""
    lost = sum(nation.membership[other.name].deterred for other in deterrers(body))
    return nation.membership[body.name].courted - lost


def deterrers(body: Body) -> list[Body]:
    """Bodies that call this one a rival and pay states for staying out of it."""
    return [
        other
        for other in body.world.bodies.values()
        if other.charter.side_payments.name == "deter"
        and other.node["relations"].get(body.name, {}).get("term") == "rival"
    ]


def against(rule: Any, nation: Nation) -> float:
    power = nation.world.named.get(rule.power)
    if power is None:
        return 0.0
    return rule.rally * abs(nation.position - power.position) - rule.deterrence * nation.depends_on(power)


FRAMING: dict[str, Callable[[Any, Nation], float]] = {"none": lambda rule, nation: 0.0, "against": against}


# ---- side payments


def promise(body: Body, worth: dict[Nation, float]) -> None:
    """Offers to those that look at joining and may, `worth` being what joining is worth to each without new offers."""
    rule = body.world.rules["membership"]
    utility = worth_of_money(body.world)
    if utility <= 0.0:
        return
    before = {nation: promised(body, nation) for nation in worth}

    def now(nation: Nation) -> float:
        change = promised(body, nation) - before[nation]
        return worth[nation] + utility * 100.0 * change / nation.gdp

    def spend(budget: float, gaps: dict[Nation, float], column: str, name: str) -> None:
        cost = {one: gap * one.gdp / (100.0 * utility) for one, gap in gaps.items()}
        spent = 0.0
        for nation in sorted((one for one in cost if cost[one] <= 0.05 * one.gdp), key=lambda one: cost[one]):
            spent += cost[nation]
            if spent > budget:
                return
            mine = nation.membership[name]
            setattr(mine, column, getattr(mine, column) + cost[nation])

    def total(name: str, column: str) -> float:
        return sum(getattr(nation.membership[name], column) for nation in body.world.nations)

    own = body.charter.side_payments
    mine = own.budget if own.name == "recruit" else 0.0
    if own.name == "recruit":
        gaps = {one: own.premium - now(one) for one in worth if now(one) <= 0.0}
        spend(mine - total(body.name, "courted"), gaps, "courted", body.name)
    if rule.name == "side_payment":
        gaps = {one: rule.premium - now(one) for one in worth if now(one) <= 0.0}
        spend(rule.budget - max(total(body.name, "courted") - mine, 0.0), gaps, "courted", body.name)
    for other in deterrers(body):
        theirs = other.charter.side_payments
        gaps = {one: theirs.premium + now(one) for one in worth if now(one) > 0.0}
        spend(theirs.budget - total(other.name, "deterred"), gaps, "deterred", other.name)


def lapse(body: Body) -> None:
    """Promises end with what they were made for, or where none are made."""
    recruits = body.charter.side_payments.name == "recruit" or body.world.rules["membership"].name == "side_payment"
    for nation in body.world.nations:
        mine = nation.membership[body.name]
        if not (mine.inside and recruits):
            mine.courted = 0.0
        for other in deterrers(body):
            if mine.inside:
                nation.membership[other.name].deterred = 0.0
        if body.charter.side_payments.name != "deter":
            mine.deterred = 0.0


# ---- observers, promotion, expulsion


def observe(body: Body, nation: Nation, worth: float) -> None:
    """Who looked at joining, did not, and nearly would takes part as an observer."""
    rule, mine = body.charter.observation, nation.membership[body.name]
    if rule.name == "fence_sitters" and body.node.get("observers", True) and mine.status in (NONE, INVITED):
        if worth >= -rule.near:
            mine.status = OBSERVER
            body.world.note("observes", body.name, nation.name)


def climbs(body: Body, nation: Nation, charter: Any) -> list[bool]:
    """Which tiers are open by rank: all, or the present one and, after enough years, the next."""
    mine, tiers = nation.membership[body.name], len(charter.tiers)
    if charter.promotion.name == "none" or not body.world.begun:
        return [True] * tiers
    served = mine.tier >= 0 and mine.served >= charter.promotion.years
    return [number <= max(mine.tier, 0) + served for number in range(tiers)]


def serve(body: Body) -> set[Nation]:
    """Years of service grow; returns the parties whose next tier opens this year."""
    rule, due = body.charter.promotion, set()
    if rule.name == "none" or body.world.rules["mobility"].name == "frozen":
        return due
    for nation in body.world.nations:
        mine = nation.membership[body.name]
        mine.served = mine.served + 1.0 if mine.status == PARTY else 0.0
        ripe = rule.years <= mine.served < rule.years + 1.0
        if mine.status == PARTY and ripe and mine.tier < len(body.charter.tiers) - 1:
            due.add(nation)
    return due


def expel(body: Body, electorate: Electorate) -> None:
    """The assembly puts out parties with long arrears, or with rules far below the standard."""
    rule = body.charter.expulsion
    if rule.name == "none" or not body.in_force:
        return
    for nation in body.world.nations:
        mine = nation.membership[body.name]
        short = body.policy["stringency"] - nation.stringency_effective
        accused = mine.arrears >= rule.unpaid or short > rule.breach
        if mine.status not in (PARTY, SUSPENDED) or not accused or nation is body.host:
            continue
        voters = [one for one in electorate.voting if isinstance(one, Nation) and one is not nation]
        ballots = {one: "yes" if abs(one.position - nation.position) > rule.nearness else "no" for one in voters}
        if electorate.passes(body.charter.decide["expulsion"], ballots):
            mine.status, mine.tier, mine.ratified = WITHDRAWN, -1, False
            mine.served = mine.courted = 0.0
            body.flows["expelled"] += 1.0
            body.world.note("expelled", body.name, nation.name)


OBSERVATION = ("none", "fence_sitters")
PROMOTION = ("none", "ladder")
EXPULSION = ("none", "by_vote")
SIDE_PAYMENTS = ("none", "recruit", "deter")
HOST_YEAR = ("none", "summit")
