"""The world: who is in it, the order of a step, and what happens between the poles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import mesa

from sim.draws import Draws, agent_keys
from sim.plan import stage_of
from tests.docking.twin import harm, industry, regimes
from tests.docking.twin.arithmetic import best, clip, poisson_count
from tests.docking.twin.body import Body
from tests.docking.twin.firm import Firm
from tests.docking.twin.nation import Nation
from tests.docking.twin.reading import WORLD_FAMILIES, Rule
from tests.docking.twin.start import begin

FLOWS = (
    "expected_loss", "realised_loss", "incidents", "misuse", "catastrophes", "response_months", "false_alarm_cost",
    "prevented_loss",
)  # fmt: skip
WORLD_KEY = 0x5EED


class World(mesa.Model):
    """One run of the model; `scenario` is a resolved scenario, the three numbers key its luck."""

    def __init__(self, scenario: Mapping[str, Any], seed: int, future: int, replicate: int) -> None:
        super().__init__(rng=0)
        self.start_year = int(scenario["start"])
        self.steps_per_year = int(scenario["steps_per_year"])
        self.dt = 1.0 / self.steps_per_year
        self.number = 0  # steps done
        self.year = self.start_year  # the calendar year of the step under way, or of the last one
        self.draws = Draws([seed], [future], [replicate])
        self.itself = "the world"
        self.rules = {place: Rule(WORLD_FAMILIES.get(place, place), node) for place, node in scenario["world"].items()}
        self.tension = self.harm_memory = self.harm_percent = 0.0
        self.frontier = self.published = self.pace = 0.0
        self.compute_cost = self.investment = self.additions = 0.0
        self.world_product = self.revenue = self.revenue_per_spending = self.concentration = 0.0
        self.closing_year = 0.0
        self.struck = 0  # incidents of firms in the last step
        self.supplier_share: dict[Firm, float] = {}
        self.happened: list[tuple[Any, ...]] = []
        self.flows = dict.fromkeys(FLOWS, 0.0)
        self.stage = stage_of(scenario)
        self.homes: list[str] = list(self.stage.homes)
        self.nations: list[Nation] = []
        self.firms: list[Firm] = []
        self.bodies: dict[str, Body] = {}
        self.named: dict[str, Nation] = {}
        self.begun = False
        begin(self, scenario)
        self.begun = True

    # ---- time, luck, notes

    @property
    def elapsed(self) -> float:
        """Years since the start, at the beginning of the step."""
        return self.number * self.dt

    @property
    def year_index(self) -> int:
        return self.number // self.steps_per_year

    def uniform(self, purpose: str, agents: Sequence[Any], body: str = "", **more: Any) -> dict[Any, float]:
        """A uniform draw for each agent, of this step unless told otherwise."""
        return self._luck(self.draws.uniform, purpose, agents, body, **more)

    def normal(self, purpose: str, agents: Sequence[Any], body: str = "", **more: Any) -> dict[Any, float]:
        """A standard normal draw for each agent."""
        return self._luck(self.draws.normal, purpose, agents, body, **more)

    def _luck(
        self, draw: Any, purpose: str, agents: Sequence[Any], body: str, step: int | None = None, **more: Any
    ) -> dict[Any, float]:
        keys = agent_keys([getattr(agent, "name", "") for agent in agents])
        if agents and agents[0] is self.itself:
            keys[0] = WORLD_KEY
        numbers = draw(purpose, keys, self.number + 1 if step is None else step, body, **more)[0].tolist()
        return dict(zip(agents, numbers, strict=True))

    def note(self, kind: str, *facts: Any) -> None:
        """Keep what happened, with its year."""
        self.happened.append((self.year, kind, *facts))

    # ---- places

    def nation_at(self, home: str) -> Nation | None:
        """The nation of a home; None for a home without a seat."""
        return self.named.get(home)

    def stands_at(self, home: str) -> Nation:
        """The nation whose position, readiness and rules a home shares."""
        partner = {"TWN": "USA", "HKG": "CHN"}.get(home, "")
        return self.named.get(home) or self.named.get(partner) or self.nations[0]

    @property
    def poles(self) -> tuple[Nation, Nation] | None:
        rule = self.rules["poles"]
        first, second = self.named.get(rule.first), self.named.get(rule.second)
        return (first, second) if first and second else None

    def place(self, position: float) -> float:
        """Where a position stands between the poles."""
        return POLES[self.rules["poles"].name](self.poles, position)

    # ---- the step (section 3)

    def step(self) -> None:
        begins = self.number % self.steps_per_year == 0
        ends = self.number % self.steps_per_year == self.steps_per_year - 1
        bodies = list(self.bodies.values())
        self.year = self.start_year + 1 + self.year_index
        if begins:
            self._start_year()
            for body in bodies:
                body.amend()
        industry.research(self, self.dt)
        industry.enter_and_exit(self, self.dt)
        industry.move_brands(self, self.dt)
        industry.sell(self)
        regimes.comply(self)
        self.reach()
        for nation in self.nations:
            nation.adopt(self.dt)
        self.world_product = sum(nation.gdp for nation in self.nations)
        self.serve()
        harm.race(self, self.dt)
        harm.suffer(self, self.dt)
        self.regulate()
        if ends:
            for body in bodies if self.year_index % 2 == 0 else reversed(bodies):
                body.move()
            for body in bodies:
                body.come_into_force()
            for body in bodies:
                body.seat_firms()
            for body in bodies:
                body.expel()
            for body in bodies:
                body.convene()
            for nation in self.nations:
                nation.granted = nation.built = 0.0
            for body in bodies:
                body.settle()
            for nation in self.nations:
                nation.trade_loss = sum(body.trade_loss(nation) for body in bodies)
        self.strain()
        self.number += 1

    def _start_year(self) -> None:
        """Flows begin at 0."""
        self.flows = dict.fromkeys(FLOWS, 0.0)
        for nation in self.nations:
            nation.losses = 0.0
            for membership in nation.membership.values():
                membership.dues = membership.receipts = 0.0
                membership.voted = membership.agreed = membership.decisive = 0
        for firm in self.firms:
            firm.incidents = 0
            for seat in firm.seats.values():
                seat.levy = 0.0
                seat.voted = seat.agreed = seat.decisive = 0
        for body in self.bodies.values():
            body.flows = dict.fromkeys(body.flows, 0.0)
            body.proposals = body.passed = 0

    def observe_frontier(self, dt: float) -> None:
        """The frontier, its speed, and the best open capability (7.1)."""
        top = best(firm.capability for firm in self.firms if firm.works)
        if dt > 0.0:
            self.pace += (max(top - self.frontier, 0.0) / dt - self.pace) * min(dt, 1.0)
        self.frontier = top
        self.published = best(firm.shown for firm in self.firms if firm.works)

    def reach(self) -> None:
        """What every nation can use (7.5)."""
        at_home = {
            home: best(firm.capability for firm in self.firms if firm.works and firm.home == home)
            for home in self.homes
        }
        for body in self.bodies.values():
            body.contribute()
        for nation in self.nations:
            nation.reach(at_home)

    def serve(self) -> None:
        regimes.lend(self)
        rule = self.rules["investment"]
        power = rule.get("draw", 1.4) * math.exp(-rule.get("draw_decline", 0.2) * self.elapsed)
        for nation in self.nations:
            nation.be_served(power)

    def regulate(self) -> None:
        """National rules move, firms comply, units tighten and raise false alarms, bodies bind (7.10)."""
        for nation in self.nations:
            nation.legislate(self.dt)
        fading = self.rules["seats"].get("fading")
        for body in self.bodies.values():
            regimes.harmonise(body, self.dt)
            rule = body.charter.standards
            target = STANDARDS[rule.name](rule, body.strictness)
            for firm in self.firms:
                seat = firm.seats[body.name]
                if seat.held and firm.active:
                    seat.compliance += (target - seat.compliance) * (1.0 - math.exp(-rule.speed * self.dt))
                else:
                    seat.compliance *= math.exp(-fading * self.dt)
            if body.charter.response.name != "none":
                self._raise_alarm(body)
        for nation in self.nations:
            nation.obey()

    def _raise_alarm(self, body: Body) -> None:
        """A unit tightens the standard after incidents, and false alarms cost its members output."""
        rule = body.charter.response
        powers = body.policy["response_powers"] if body.in_force else 0.0
        tightening = rule.tightening * powers if self.struck > 0 else 0.0
        body.surge = max(body.surge * math.exp(-self.dt), tightening)
        luck = self.uniform("false alarm", [self.itself], body.name)[self.itself]
        alarms = poisson_count(luck, rule.false_alarms * powers * self.dt)
        for nation in body.active_members:
            cost = alarms * rule.alarm_cost * nation.gdp
            nation.losses += cost
            nation.loss_rate += cost / self.dt
            self.flows["false_alarm_cost"] += cost

    def strain(self) -> None:
        """Tension and positions move (7.16)."""
        low = best(firm.capability for firm in self.firms if firm.works and self.place(firm.stands_with.position) < 0.5)
        high = best(
            firm.capability for firm in self.firms if firm.works and self.place(firm.stands_with.position) >= 0.5
        )
        rule = self.rules["tension"]
        shock = self.normal("tension", [self.itself])[self.itself]
        overlap = self._overlap()
        self.tension = TENSION[rule.name](self, rule, math.exp(-abs(low - high)), overlap, shock)
        rule = self.rules["ideal_points"]
        shocks = self.normal("position", self.nations)
        for nation in self.nations:
            nation.position = IDEAL_POINTS[rule.name](rule, nation.position, shocks[nation], self.dt)

    def _overlap(self) -> float:
        """Population share of nations inside bodies whose sponsors stand on different sides."""
        sides = {
            side: [
                body
                for body in self.bodies.values()
                if body.sponsor is not None and (self.place(body.sponsor.position) >= 0.5) == side
            ]
            for side in (False, True)
        }
        both = [
            nation
            for nation in self.nations
            if all(any(body.has_inside(nation) for body in sides[side]) for side in (False, True))
        ]
        return sum(one.population for one in both) / sum(one.population for one in self.nations)


def two(poles: tuple[Nation, Nation] | None, position: float) -> float:
    if poles is None:
        return 0.5
    first, second = poles
    return clip((position - first.position) / (second.position - first.position), 0.0, 1.0)


def mean_reverting(world: World, rule: Any, closeness: float, overlap: float, shock: float) -> float:
    dt = world.dt
    pull = (rule.mean - world.tension) * (1.0 - math.exp(-rule.speed * dt))
    push = rule.blame * min(world.harm_percent, 5.0) + (rule.closeness * closeness - rule.overlap * overlap) * dt
    return clip(world.tension + pull + push + rule.noise * math.sqrt(dt) * shock, 0.0, 1.0)


def exogenous_path(world: World, rule: Any, closeness: float, overlap: float, shock: float) -> float:
    now, path = world.elapsed + world.dt, rule.path
    if now <= path[0][0]:
        return clip(path[0][1], 0.0, 1.0)
    for (since, level), (until, aim) in zip(path, path[1:], strict=False):
        if now < until:
            return clip(level + (aim - level) * (now - since) / (until - since), 0.0, 1.0)
    return clip(path[-1][1], 0.0, 1.0)


def complying(rule: Any, strict: float) -> float:
    """The compliance firms move to, by the chance of being found and what that costs."""
    worth = rule.detection * (1.0 + rule.sanction)
    return worth / (worth + rule.burden * strict + 1e-9)


POLES = {"two": two}
STANDARDS = {"minimal": complying, "monitored": complying}
TENSION = {"mean_reverting": mean_reverting, "exogenous_path": exogenous_path}
IDEAL_POINTS = {
    "fixed": lambda rule, position, shock, dt: position,
    "random_walk": lambda rule, position, shock, dt: position + rule.change * math.sqrt(dt) * shock,
}
