"""A nation: it adopts, is served, suffers, makes its own rules, and looks at its memberships."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.docking.twin.arithmetic import clip, sigma
from tests.docking.twin.economy import ACCESS, ADOPTION, ECONOMY, ENERGY, GROWTH, READINESS, REGULATION, SERVICE
from tests.docking.twin.reading import INCOME_GROUPS, Tier
from tests.docking.twin.voters import Voter

if TYPE_CHECKING:
    from tests.docking.twin.body import Body
    from tests.docking.twin.prospects import Prospects
    from tests.docking.twin.world import World

NONE, INVITED, OBSERVER, SIGNATORY, PARTY, SUSPENDED, WITHDRAWN = range(7)


@dataclass
class Membership:
    """What one nation is in one body."""

    status: int = NONE
    tier: int = -1
    ratified: bool = False
    taste: float = 0.0
    tier_luck: float = 0.0
    certified: bool = False
    arrears: float = 0.0
    paid: float = 0.0
    dues: float = 0.0
    receipts: float = 0.0
    served: float = 0.0
    courted: float = 0.0
    deterred: float = 0.0
    votes_cast: int = 0
    wins: int = 0
    voted: int = 0
    agreed: int = 0
    decisive: int = 0

    @property
    def inside(self) -> bool:
        return SIGNATORY <= self.status <= SUSPENDED


class Nation(Voter):
    """One nation with its columns (section 2)."""

    def __init__(self, model: World, facts: dict[str, Any]) -> None:
        super().__init__(model)
        self.world = model
        self.name = facts["iso3"]
        self.facts = facts
        self.income_group: int = facts["income_group"]
        self.caucus = "south" if facts["groups"]["global_south"] else "others"
        self.gdp_base = self.gdp = facts["gdp"]
        self.population = facts["population"]
        self.income_start = self.gdp / self.population
        self.readiness = self.readiness_supported = facts["readiness"]
        self.position, self.rights = facts["ideal_point"], facts["rights"]
        self.partners: dict[Nation, float] = {}
        self.membership: dict[str, Membership] = {}
        self.gdp_gain = self.built = self.granted = self.trade_loss = self.loss_rate = self.losses = 0.0
        self.ai_use = self.compute = self.capability = self.own_reach = self.ai_service = 0.0
        self.stringency = self.stringency_effective = 0.0
        self.regime, self.matched = -1, 0.0
        self.applied_start = self.electricity = self.emissions = 0.0

    def in_group(self, group: str | Sequence[str] | None) -> bool:
        """Whether it belongs to a group, is the nation of a code, or stands in a list (`-ENTRY` takes out)."""
        if isinstance(group, list | tuple):
            belongs = False
            for entry in group:
                if self.in_group(entry.removeprefix("-")):
                    belongs = not entry.startswith("-")
            return belongs
        assert group is None or isinstance(group, str)
        if group is not None and group.isupper():
            return self.name == group
        if group is None or group == "all":
            return True
        if group.startswith("not:"):
            return not self.in_group(group[4:])
        if group in INCOME_GROUPS:
            return self.income_group == INCOME_GROUPS.index(group)
        return bool(self.facts["groups"].get(group, self.facts["region"].lower() == group))

    # ---- economy (7.4 to 7.7)

    @property
    def usefulness(self) -> float:
        """phi: the share of useful tasks that the best capability within reach can do."""
        rule = self.world.rules["service"]
        return sigma((self.capability - rule.get("midpoint", 2.0)) / rule.get("width", 2.5))

    @property
    def spending(self) -> float:
        return self.gdp * self.ai_use * self.usefulness

    def reach(self, best_at_home: dict[str, float]) -> None:
        """Capability through the nation's own channels, then through the platforms of bodies."""
        self.own_reach = ACCESS[self.world.rules["access"].name](self, best_at_home)
        self.capability = max([self.own_reach, *(body.through_platform(self) for body in self.world.bodies.values())])

    def adopt(self, dt: float) -> None:
        """Use spreads, readiness follows, output follows use."""
        rules, now = self.world.rules, self.world.elapsed
        phi = self.usefulness
        rule = rules["adoption"]
        self.ai_use = ADOPTION[rule.name](rule, self.ai_use, self.readiness, phi, dt)
        income = self.gdp / self.population
        built = self.built * dt
        self.readiness_supported = clip(self.readiness_supported + built, 0.01, 1.0)
        rule = rules["readiness"]
        self.readiness = READINESS[rule.name](rule, self, income, built, now, dt)
        rule = rules["growth"]
        growth, births = GROWTH[rule.name](rule, self.income_group, now)
        self.gdp_base *= math.exp(growth * dt)
        self.population *= math.exp(births * dt)
        rule = rules["economy"]
        self.gdp_gain = ECONOMY[rule.name](rule, phi * self.ai_use, self.applied_start)
        lost = self.loss_rate + self.trade_loss
        self.gdp = max(self.gdp_base * (1.0 + self.gdp_gain) - lost, 0.05 * self.gdp_base)

    def be_served(self, power: float) -> None:
        """AI service per head; electricity and emissions of the compute, `power` kW for each H100e."""
        rules, now = self.world.rules, self.world.elapsed
        self.ai_service = SERVICE[rules["service"].name](rules["service"], self, now)
        drawn = 1.0
        for body in self.world.bodies.values():
            if body.charter.green_compute.name == "efficiency" and body.has_active(self):
                drawn *= 1.0 - body.charter.green_compute.saving
        self.electricity, self.emissions = ENERGY[rules["energy"].name](
            rules["energy"], self.compute * power * drawn, now
        )

    # ---- rules (7.10)

    def legislate(self, dt: float) -> None:
        """The own stringency moves to what the nation wants, more after recent harm."""
        rule = self.world.rules["regulation"]
        self.stringency = REGULATION[rule.name](rule, self, dt)

    def obey(self) -> None:
        """Effective stringency: the own, and that of bodies in so far as they bind."""
        mine = [body for body in self.world.bodies.values() if body.has_active(self)]
        bound = [(body.tier_of(self).theta, body.strictness) for body in mine]
        total = sum(theta for theta, _ in bound)
        scale = 1.0 / max(total, 1.0)
        self.stringency_effective = self.stringency * (1.0 - total * scale)
        self.stringency_effective += sum(theta * scale * strict for theta, strict in bound)
        for body in self.world.bodies.values():
            if self.membership[body.name].certified and not body.has_active(self):
                self.stringency_effective = max(self.stringency_effective, body.strictness)

    # ---- membership (7.11)

    def opportunity(self, body: Body, luck: float) -> str | None:
        """What the nation looks at this year: join, ratify, change, leave, or nothing."""
        rule = self.world.rules["mobility"]
        return MOBILITY[rule.name](rule, self.membership[body.name], luck)

    def depends_on(self, power: Nation) -> float:
        """Dependence on a power in trade; full for the power itself."""
        column = {"CHN": "trade_share_china", "USA": "trade_share_usa"}.get(power.name)
        share = self.facts[column] if column else self.partners.get(power, 0.0)
        share = 1.0 if self is power else share
        return min(self.world.rules["membership"].get("dependence", 1.0) * share, 1.0)

    def utility(self, body: Body, seen: Prospects) -> list[float]:
        """Utility of each tier against staying out, as the world would be after the own move."""
        rule = self.world.rules["membership"]
        return [UTILITY[rule.name](rule, terms) + terms["further"] for terms in seen.terms(self)]

    def value(self, body: Body, seen: Prospects, allowed: list[bool]) -> tuple[list[float], float]:
        """Utility of each tier, and the inclusive value of those allowed (minus infinity without one)."""
        utility = self.utility(body, seen)
        if not any(allowed):
            return utility, -math.inf
        nesting = self.world.rules["membership"].nesting
        anchor = max(one for one, may in zip(utility, allowed, strict=True) if may)
        mass = sum(self._masses(utility, allowed, seen.charter.tiers, anchor))
        return utility, anchor + nesting * math.log(mass) if mass > 0.0 else -math.inf

    def _masses(self, utility: list[float], allowed: list[bool], tiers: list[Tier], anchor: float) -> list[float]:
        nesting = self.world.rules["membership"].nesting
        return [
            tier.weight * math.exp((one - anchor) / nesting) if may else 0.0
            for tier, one, may in zip(tiers, utility, allowed, strict=True)
        ]

    def choose_tier(self, body: Body, utility: list[float], allowed: list[bool], tiers: list[Tier]) -> int:
        """The tier that the nation's fixed uniform picks from the cumulated masses; the last one if none is allowed."""
        if not any(allowed):
            return len(tiers) - 1
        anchor = max(one for one, may in zip(utility, allowed, strict=True) if may)
        masses = self._masses(utility, allowed, tiers, anchor)
        aim = self.membership[body.name].tier_luck * sum(masses)
        last = max(number for number, may in enumerate(allowed) if may)
        reached = 0.0
        for number, mass in enumerate(masses):
            reached += mass
            if reached > aim:
                return min(number, last)
        return last

    def admits(self, applicant: Nation, nearness: float) -> bool:
        """The vote on an applicant: yes if its position is near enough."""
        return nearness - abs(self.position - applicant.position) >= 0.0


def yearly_rates(rule: Any, now: Membership, luck: float) -> str | None:
    if not now.inside:
        return "join" if luck < rule.join else None
    if luck < rule.leave:
        return "leave"
    if now.status == SIGNATORY:
        return "ratify" if luck < rule.leave + (1.0 - rule.leave) * rule.ratify else None
    return "change" if luck < rule.leave + (1.0 - rule.leave) * rule.change else None


def random_utility(rule: Any, terms: dict[str, float]) -> float:
    return (
        rule.access * min(terms["gained"], 4.0)
        + rule.money * clip(terms["net"], -5.0, 5.0)
        + rule.club * terms["club"]
        - rule.distance * terms["apart"]
        - rule.policy * terms["theta"] * terms["policy_apart"]
        + rule.voice * terms["votes"] * terms["policy_apart"]
        - rule.pressure * terms["rival"]
        + terms["trade"]
        + terms["related"]
    )


def bandwagon(rule: Any, terms: dict[str, float]) -> float:
    return rule.following * terms["club"] - rule.distance * terms["apart"]


def stable_coalition(rule: Any, terms: dict[str, float]) -> float:
    theta, own, others = terms["theta"], terms["own"], terms["others"]
    public = theta * others * own - (theta * others) ** 2 / 2.0
    return rule.access * min(terms["gained"], 4.0) + terms["net"] + rule.public * public + terms["trade"]


MOBILITY: dict[str, Callable[[Any, Membership, float], str | None]] = {
    "yearly_rates": yearly_rates,
    "frozen": lambda rule, now, luck: None,
}
UTILITY = {
    "random_utility": random_utility,
    "bandwagon": bandwagon,
    "side_payment": random_utility,
    "stable_coalition": stable_coalition,
}
