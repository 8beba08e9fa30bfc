"""What a nation may count on in each tier of a body (7.11)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.docking.twin.arithmetic import mean, shares
from tests.docking.twin.courting import further
from tests.docking.twin.formulas import ALLOCATION, DUES, VOTE_WEIGHT
from tests.docking.twin.reading import POLICY, Charter

if TYPE_CHECKING:
    from tests.docking.twin.body import Body
    from tests.docking.twin.nation import Nation


class Prospects:
    """What stays fixed while the nations that look at a body move, one after the other."""

    def __init__(self, body: Body, charter: Charter, policy: dict[str, float]) -> None:
        self.body, self.charter, self.policy, self.world = body, charter, policy, body.world
        nations, fund = self.world.nations, charter.fund
        members = [nation for nation in nations if body.has_inside(nation)]
        universe = [nation for nation in nations if body.has_inside(nation) or nation in body.eligible]
        row = {nation: row_of(nation) for nation in universe}
        paid = {nation: nation.membership[body.name].paid for nation in universe}
        self.dues_weight = DUES[charter.dues.name](charter.dues, universe, row, paid)
        self.receipt_weight = ALLOCATION[charter.allocation.name](charter.allocation, universe, row, paid)
        chamber = charter.chambers[0]
        votes = VOTE_WEIGHT[chamber.weight.name](chamber.weight, universe, row, paid)
        self.vote_weight = shares({nation: votes[nation] for nation in universe if nation.in_group(chamber.group)})
        payers = [
            firm
            for firm in self.world.firms
            if firm.active and (firm.seats[body.name].held or firm.home_nation in members)
        ]
        levies = sum(body.levy_of(firm, payers, charter) for firm in payers)
        self.assessed = fund["envelope"] * 2.0 * policy["redistribution"]
        self.spent = max(self.assessed + levies + fund["other_income"], 0.0)
        self.spent *= (1.0 - fund["administrative_cost"]) * (1.0 - fund["leakage"])
        self.elsewhere = {nation: self._elsewhere(nation) for nation in nations}
        self.rival = {nation: self._rival(nation) for nation in nations}
        self.allowed = {nation: body.allowed(nation, charter) for nation in nations}
        self.contributed = body.contributed
        self.guests: set[Nation] = set()  # outsiders invited to a summit of this year

    def _platform(self, member: bool, lag: float) -> float:
        return self.body.platform(self.charter, self.contributed, self.policy["sharing"], member, lag)

    def _elsewhere(self, nation: Nation) -> float:
        """Access without this body: own channels and the other bodies' platforms without a lag."""
        others = [other for other in self.world.bodies.values() if other is not self.body]
        return max([nation.own_reach, *(other.through_platform(nation, lag=0.0) for other in others)])

    def _rival(self, nation: Nation) -> float:
        """Dependence on the pole that is farther from the sponsor, times tension."""
        poles, sponsor = self.world.poles, self.body.sponsor
        if poles is None or sponsor is None:
            return 0.0
        first, second = poles
        gap = [abs(sponsor.position - pole.position) for pole in poles]
        rival = second if gap[0] < gap[1] else first
        return nation.depends_on(rival) * self.world.tension

    def _share(self, weight: dict[Nation, float], nation: Nation, others: list[Nation]) -> float:
        """What share the nation would have among the members and itself."""
        own = weight.get(nation, 0.0)
        return own / max(sum(weight.get(other, 0.0) for other in others) + own, 1e-12)

    def terms(self, nation: Nation) -> list[dict[str, float]]:
        """What the utility of each tier is made of, as the world would be after the nation's own move."""
        body, world = self.body, self.world
        others = [other for other in world.nations if other is not nation and body.has_inside(other)]
        club = sum(nation.partners.get(other, 0.0) for other in others)
        product = sum(other.gdp for other in others) / sum(other.gdp for other in world.nations)
        dues, receipts, votes = (
            self._share(weight, nation, others) for weight in (self.dues_weight, self.receipt_weight, self.vote_weight)
        )
        base = max(self.elsewhere[nation], self._platform(False, 0.0))
        common = {
            "club": club,
            "apart": abs(nation.position - (body.sponsor.position if body.sponsor else 0.0)),
            "policy_apart": mean(abs(self.policy[name] - nation.ideal[name]) for name in POLICY),
            "rival": self.rival[nation],
            "trade": body.trade_pressure(self.charter, club, product),
            "related": body.related(nation),
            "own": nation.gdp / sum(other.gdp for other in world.nations),
            "others": product,
            "further": further(self, nation),
        }
        return [
            {
                **common,
                "gained": max(self._platform(True, tier.platform_lag) - base, 0.0),
                "net": 100.0
                * (self.spent * receipts * tier.fund_share - self.assessed * dues * tier.dues)
                / nation.gdp,
                "theta": tier.theta,
                "votes": votes * tier.votes,
            }
            for tier in self.charter.tiers
        ]


def row_of(nation: Nation) -> SimpleNamespace:
    """The columns a formula may use, as they stand now."""
    facts: dict[str, Any] = nation.facts
    return SimpleNamespace(
        gdp=nation.gdp,
        population=nation.population,
        income=nation.gdp / nation.population * 1e3,
        ldc=bool(facts["groups"]["ldc"]),
        readiness=nation.readiness,
        ai_service=nation.ai_service,
        compute=nation.compute,
        un_assessment=facts["un_assessment"],
        imf_quota=facts["imf_quota"],
    )
