"""A year's books of a body: dues and levies in, costs and allocations out, and what the money does (7.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.docking.twin.arithmetic import shares
from tests.docking.twin.formulas import ALLOCATION, DUES
from tests.docking.twin.nation import PARTY, SUSPENDED
from tests.docking.twin.prospects import row_of

if TYPE_CHECKING:
    from tests.docking.twin.body import Body
    from tests.docking.twin.nation import Nation

HIGH_INCOME = 3


class Year:
    """One closing of the books."""

    def __init__(self, body: Body) -> None:
        self.body, self.world, self.charter = body, body.world, body.charter
        self.fund = self.charter.fund
        self.members = body.active_members
        self.paid = {nation: nation.membership[body.name].paid for nation in self.world.nations}
        self.rows = {nation: row_of(nation) for nation in self.world.nations}

    def close(self) -> None:
        body, fund = self.body, self.fund
        levies = self._levy() if self.members else 0.0
        other = fund["other_income"] if self.members else 0.0
        dues = self._collect(levies + other)
        income = dues + levies + other
        costs, taught, pooled = self._spend(income)
        left = max(income + body.reserve - costs - fund["reserve_target"] * income, 0.0)
        receipts = self._allocate(left)
        paid_out = sum(receipts.values())
        body.flows.update(dues=dues, levies=levies, other_income=other, costs=costs, allocations=paid_out)
        body.reserve = max(body.reserve + income - costs - paid_out, 0.0)
        self._take_effect(receipts, taught, pooled)
        for nation in self.world.nations:  # the sponsor's promises pass through the books
            mine = nation.membership[body.name]
            mine.receipts += mine.courted + mine.deterred
            body.flows["other_income"] += mine.courted + mine.deterred
            body.flows["allocations"] += mine.courted + mine.deterred

    def _collect(self, besides: float) -> float:
        """Dues are assessed and paid, or not; arrears follow. Returns what came in."""
        body, fund = self.body, self.fund
        budget = fund["envelope"] * 2.0 * body.policy["redistribution"] if self.members else 0.0
        surplus = max(body.reserve - fund["reserve_target"] * (budget + besides), 0.0)
        owed = max(budget - surplus, 0.0)
        share = DUES[self.charter.dues.name](self.charter.dues, self.members, self.rows, self.paid)
        unlucky = self.world.uniform("default", self.world.nations, body.name)
        settles = self.world.uniform("repayment", self.world.nations, body.name)
        arrears, total = self.charter.arrears, 0.0
        for nation in self.world.nations:
            mine = nation.membership[body.name]
            was_suspended = mine.status == SUSPENDED
            if nation in share:
                assessed = owed * share[nation] * body.tier_of(nation).dues
                chance = arrears["default_rate"] * max(2.0 - nation.income_group, 0.0) / 2.0
                if assessed > 0.0 and unlucky[nation] < chance:
                    mine.arrears += 1.0
                else:
                    mine.arrears = max(mine.arrears - 1.0, 0.0)
                    mine.dues = assessed
                    mine.paid += assessed
                    total += assessed
            if mine.status == PARTY and mine.arrears >= arrears["years_to_suspend"]:
                mine.status = SUSPENDED
            elif was_suspended and settles[nation] < arrears["repayment"]:
                mine.status, mine.arrears = PARTY, 0.0
        return total

    def _levy(self) -> float:
        """What active firms with a seat, or with a home among the members, pay."""
        payers = [
            firm
            for firm in self.world.firms
            if firm.active and (firm.seats[self.body.name].held or firm.home_nation in self.members)
        ]
        for firm in payers:
            firm.seats[self.body.name].levy = self.body.levy_of(firm, payers)
        return sum(firm.seats[self.body.name].levy for firm in payers)

    def _spend(self, income: float) -> tuple[float, dict[Nation, float], float]:
        """Costs, readiness taught by nation, and money for pooled compute."""
        charter, body = self.charter, self.body
        taught, training = TRAINING[charter.capacity_building.name](
            charter.capacity_building, [one for one in self.members if one.income_group < HIGH_INCOME]
        )
        pooled = charter.joint_research.get("budget") if self._seated_developers() else 0.0
        wished = training + pooled
        if self.members:
            wished += charter.green_compute.get("cost") + charter.ecosystems.get("cost")
        for rule in (charter.platform, charter.response, charter.standards, charter.safeguards, charter.recognition,
                     charter.chips, charter.compute_matching):
            wished += rule.get("cost")
        running = self.fund["administrative_cost"] * income
        if not self.members:
            return running, {}, 0.0
        part = min(1.0, max(income + body.reserve - running, 0.0) / max(wished, 1e-12))
        return running + wished * part, {one: added * part for one, added in taught.items()}, pooled * part

    def _seated_developers(self) -> list[Any]:
        return [firm for firm in self.world.firms if firm.works and firm.seats[self.body.name].held]

    def _allocate(self, left: float) -> dict[Nation, float]:
        """What each eligible member receives."""
        body, fund = self.body, self.fund
        eligible = [one for one in self.members if body.tier_of(one).fund_share > 0.0]
        if fund["conditional"]:
            least = fund["condition"] * body.policy["stringency"]
            eligible = [one for one in eligible if one.stringency_effective >= least]
        # `paid` as before this year's dues
        weight = ALLOCATION[self.charter.allocation.name](self.charter.allocation, eligible, self.rows, self.paid)
        part = shares({one: weight[one] * body.tier_of(one).fund_share for one in eligible})
        receipts = {one: left * part[one] for one in eligible}
        for nation, received in receipts.items():
            nation.membership[body.name].receipts = received
        return receipts

    def _take_effect(self, receipts: dict[Nation, float], taught: dict[Nation, float], pooled: float) -> None:
        """Compute granted and readiness built over the next year; pooled compute for the seated developers."""
        fund, cost = self.fund, self.world.compute_cost
        in_kind = 1.0 - fund["cash_part"] * (1.0 - fund["cash_use"])
        for nation in self.world.nations:
            useful = receipts.get(nation, 0.0) * (1.0 - fund["leakage"]) * in_kind
            nation.granted += useful * fund["compute_part"] * 1e9 / cost
            people = useful * (1.0 - fund["compute_part"]) * 1e9 / fund["connection_cost"]
            reached = min(people / (nation.population * 1e6), fund["connection_limit"])
            nation.built += taught.get(nation, 0.0) + reached * (1.0 - nation.readiness)
        developers = self._seated_developers()
        rule = self.charter.joint_research
        own, spillover = rule.get("nations_part"), rule.get("spillover")
        for firm in developers:
            mine = pooled * (1.0 - own) / len(developers)
            firm.granted += mine * (1.0 + spillover * (len(developers) - 1)) * 1e9 / cost
        users = [one for one in self.members if one.income_group < HIGH_INCOME]
        for one, part in shares({one: one.population * (1.0 - one.ai_service) for one in users}).items():
            one.granted += pooled * own * part * 1e9 / cost


def training_places(rule: Any, learners: list[Nation]) -> tuple[dict[Nation, float], float]:
    """Readiness added a year, and cost."""
    need = {one: one.population * (1.0 - one.readiness) for one in learners}
    total = sum(need.values())
    if total <= 0.0:
        return {}, 0.0
    taught = {}
    for nation in learners:
        seats = rule.places * need[nation] / total
        taught[nation] = seats * rule.reach / (nation.population * 1e6) * (1.0 - nation.readiness)
    return taught, rule.places * rule.place_cost * 1e-9


def places_and_centres(rule: Any, learners: list[Nation]) -> tuple[dict[Nation, float], float]:
    """As training places, for so many people as places, while they last, and centres reach."""
    need = {one: one.population * (1.0 - one.readiness) for one in learners}
    if sum(need.values()) <= 0.0:
        return {}, 0.0
    offered = rule.places if learners[0].world.elapsed < rule.years else 0.0
    people = offered * rule.reach + rule.centres * rule.centre_people
    taught = {
        one: people * need[one] / sum(need.values()) / (one.population * 1e6) * (1.0 - one.readiness)
        for one in learners
    }
    return taught, offered * rule.place_cost * 1e-9 + rule.centres * rule.centre_cost


TRAINING = {
    "none": lambda rule, learners: ({}, 0.0),
    "training_places": training_places,
    "places_and_centres": places_and_centres,
}
