"""A firm: it does research, sells, sets its safety effort, causes harm, and looks at its seats."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.docking.twin import racing
from tests.docking.twin.arithmetic import approach, sigma
from tests.docking.twin.voters import Voter

if TYPE_CHECKING:
    from tests.docking.twin.body import Body
    from tests.docking.twin.world import World

@dataclass
class Seat:
    """What one firm is in one body."""

    held: bool = False
    compliance: float = 0.0
    found: float = 0.0
    sanctioned: float = 0.0
    luck: float = 0.0
    levy: float = 0.0
    voted: int = 0
    agreed: int = 0
    decisive: int = 0


@dataclass
class Surroundings:
    """What a firm knows when it sets its effort (7.8); `field` holds the capabilities of all at work."""

    across: float
    required: float
    detected: float
    slack: float
    rival_pace: float
    rival_effort: float
    field: list[float]


class Firm(Voter):
    """One firm with its columns (section 2)."""

    caucus = "firms"

    def __init__(self, model: World, facts: dict[str, Any]) -> None:
        super().__init__(model)
        self.world = model
        self.name, self.home = facts["firm_id"], facts["home"]
        self.supplier, self.active, self.waiting = facts["supplier"], not facts["entrant"], facts["entrant"]
        self.capability, self.compute = facts["capability"], facts["compute"]
        self.openness = self.openness_start = facts["openness"]
        self.safety = self.safety_effective = facts["safety"]
        self.granted = self.brand = self.market_share = self.revenue = self.hazard = self.regime_cost = 0.0
        self.incidents = 0
        self.seats: dict[str, Seat] = {}
        self.seen_now: Any = None
        self.seen_first: Any = None

    @property
    def works(self) -> bool:
        """Whether it is in business and no supplier."""
        return self.active and not self.supplier

    @property
    def home_nation(self) -> Any:
        """The nation it is at home in, None for Chinese Taipei and Hong Kong."""
        return self.world.nation_at(self.home)

    @property
    def stands_with(self) -> Any:
        """The nation whose position, readiness and rules its home shares."""
        return self.world.stands_at(self.home)

    @property
    def shown(self) -> float:
        """Capability of its best open model."""
        return self.capability - self.world.rules["access"].get("held_back", 3.0) * (1.0 - self.openness)

    @property
    def offered(self) -> float:
        """Capability of what it sells: its own or the best open model."""
        return max(self.capability, self.world.published)

    # ---- openness (7.3)

    def look_at_the_open(self, others: float) -> None:
        """What decides on publishing, as all see it before anybody changes; `others` is their best open model."""
        wanted = self.stands_with.ideal["sharing"]
        self.seen_now = (self.market_share, others, wanted, self.capability, self.world.frontier)
        self.seen_first = self.seen_first or self.seen_now

    def publishing_worth(
        self, rule: Any, share: float, others: float, wanted: float, own: float, frontier: float
    ) -> float:
        gained = rule.diffusion * (1.0 - share) + rule.standard * math.exp(-max(frontier - own, 0.0))
        return float(gained + rule.state * (2.0 * wanted - 1.0) - rule.rent * max(own - others, 0.0))

    def publish(self, dt: float) -> None:
        obliged = 0.0
        for body in self.world.bodies.values():
            if self.seats[body.name].held and body.in_force:
                obliged = max(obliged, body.charter.platform.get("obliged") * body.policy["sharing"])
        rule = self.world.rules["openness"]
        self.openness = OPENNESS[rule.name](rule, self, obliged, dt)

    # ---- the race (7.8)

    def choose_safety(self, around: Surroundings, dt: float) -> float:
        """The effort of the next step."""
        rule = self.world.rules["race"]
        return RACE[rule.name](rule, self, around, dt)

    # ---- seats (7.12)

    def wants_seat(self, body: Body, seated: int) -> bool:
        """Whether it wants a seat if the firms' votes are shared among so many."""
        rule = self.world.rules["seats"]
        return self.active and SEATS[rule.name](rule, self, body, seated) > self.seats[body.name].luck


def leader_incentive(rule: Any, firm: Firm, obliged: float, dt: float) -> float:
    leads = math.exp(-max(firm.world.frontier - firm.capability, 0.0))
    wished = max(firm.openness_start * (1.0 - rule.closing * leads), obliged)
    return approach(firm.openness, wished, rule.speed, dt)


def expected_gain(rule: Any, firm: Firm, obliged: float, dt: float) -> float:
    change = firm.publishing_worth(rule, *firm.seen_now) - firm.publishing_worth(rule, *firm.seen_first)
    kept = min(max(firm.openness_start, 0.02), 0.98)
    odds = math.log(kept / (1.0 - kept)) + change / rule.noise
    return approach(firm.openness, max(sigma(min(max(odds, -500.0), 500.0)), obliged), rule.speed, dt)


def unchanged(rule: Any, firm: Firm, obliged: float, dt: float) -> float:
    return max(firm.openness_start, obliged)


def adaptive(rule: Any, firm: Firm, around: Surroundings, dt: float) -> float:
    """Part of the way to the effort on a grid with the largest expected payoff."""
    hatred = min(rule.enmity + rule.pole_enmity * firm.world.tension * around.across, 1.0)
    rival_risk = 1.0 - around.rival_effort
    best_value, best_effort = -math.inf, 0.0
    slower = rule.slowdown * (1.0 - rule.foresight * (1.0 - hatred))
    for number in range(rule.levels):
        effort = number / (rule.levels - 1)
        win = sigma(rule.sharpness * (firm.capability - slower * effort - around.rival_pace))
        value = win * effort + (1.0 - win) * (1.0 - rival_risk) * (1.0 - hatred)
        value -= rule.liability * (1.0 - effort) * (1.0 - around.slack)
        value -= rule.cost * effort
        value -= rule.fine * around.detected * max(around.required - effort, 0.0)
        if value > best_value:
            best_value, best_effort = value, effort
    return approach(firm.safety, best_effort, rule.speed, dt)


def net_benefit(rule: Any, firm: Firm, body: Body, seated: int) -> float:
    """The chance that the firm wants a seat."""
    worth = rule.base + rule.market * body.share_of_product_inside()
    worth += rule.voice * body.corporate_share([other for other in body.world.firms if other.active]) / seated
    worth -= rule.burden * body.strictness
    worth -= rule.levy * body.levy_of(firm, body.world.firms) / max(firm.revenue, 1e-6)
    at_home = firm.home_nation is not None and firm.home_nation.membership[body.name].inside
    worth -= rule.disclosure * body.strictness * (1.0 - firm.openness)
    return sigma(worth - (0.0 if at_home else rule.abroad)) * (1.0 if at_home else 1.0 - rule.approval)


OPENNESS = {"leader_incentive": leader_incentive, "unchanged": unchanged, "expected_gain": expected_gain}
RACE = {
    "adaptive": adaptive,
    "fixed_effort": lambda rule, firm, around, dt: firm.safety,
    "abs": lambda rule, firm, around, dt: racing.settled(racing.precipice(rule, firm.capability, around), rule, around),
    "contest": lambda rule, firm, around, dt: racing.settled(racing.contest(rule, around), rule, around),
    "dsair": lambda rule, firm, around, dt: racing.settled(racing.dsair(rule, around), rule, around),
}
SEATS = {"net_benefit": net_benefit}
