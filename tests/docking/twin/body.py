"""A body: who is in it and in which tier, what it offers, and who moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from sim.population import joiners, signatories
from tests.docking.twin import courting
from tests.docking.twin.arithmetic import NOTHING, best, clip
from tests.docking.twin.assembly import Electorate, Meeting
from tests.docking.twin.formulas import CORPORATE, LEVY, SEATS_FOR_FIRMS
from tests.docking.twin.fund import Year
from tests.docking.twin.nation import NONE, PARTY, SIGNATORY, WITHDRAWN, Nation
from tests.docking.twin.offers import ADMISSION, PLATFORM, TRADE
from tests.docking.twin.prospects import Prospects, row_of
from tests.docking.twin.reading import Charter, Tier, versions

if TYPE_CHECKING:
    from tests.docking.twin.firm import Firm
    from tests.docking.twin.world import World
STAGES = {"invited": 1, "declined": 1, "observer": 2, "applied": 2, "dialogue_partner": 2}
FLOWS = ("dues", "levies", "other_income", "allocations", "costs", "expelled", "consented")


class Body(mesa.Agent):
    """One body with its charter, policy and books."""

    def __init__(self, model: World, name: str, node: dict[str, Any]) -> None:
        super().__init__(model)
        self.world, self.name, self.node = model, name, node
        places = {agent.name: place for place, agent in enumerate(model.nations)}
        self.versions = versions(node, places)
        reference = node.get("reference")
        self.reference = Charter(reference, places) if isinstance(reference, dict) else None
        named = {nation.name: nation for nation in model.nations}
        self.sponsor: Nation | None = named.get(node["sponsor"])
        self.host: Nation | None = named.get(node.get("host") or node["sponsor"], self.sponsor)
        choice = node["eligible"]
        self.eligible = {
            nation
            for nation in model.nations
            if (nation.name in choice if isinstance(choice, list | tuple) else nation.in_group(choice))
        }
        self.recorded = self._roster()
        self.invited = {
            nation
            for nation in model.nations
            if self.recorded[nation] == 1 or nation.name in (node.get("invited") or [])
        }
        self.policy = dict(self.at(model.start_year).policy)
        self.in_force = bool(self.at(model.start_year).entry_into_force["reached"])
        self.reserve = self.surge = self.constant = self.protection = self.deadlock = self.gridlock = 0.0
        self.gridlock_low, self.gridlock_high = 0.0, 1.0
        self.supply_elsewhere = self.leverage = self.refused = 0.0
        self.contributed = NOTHING
        self.flows = dict.fromkeys(FLOWS, 0.0)
        self.proposals = self.passed = 0
        self.certified_in, self.lost_in_trade = -1, dict[Nation, float]()
        self.kept_rows: dict[Nation, Any] | None = None

    def _roster(self) -> dict[Nation, int]:
        """Status at the start by the recorded roster; 3 for whoever joined."""
        record = self.node.get("record")
        if not record:
            return dict.fromkeys(self.world.nations, NONE)
        if not (isinstance(record, str) and record.isupper()):  # a group of nations or a list of them
            return {nation: SIGNATORY if nation.in_group(record) else NONE for nation in self.world.nations}
        joined, stage = joiners(record), signatories(record)
        return {
            nation: SIGNATORY if nation.name in joined else STAGES.get(stage.get(nation.name, ("", ""))[0], NONE)
            for nation in self.world.nations
        }

    def at(self, year: float) -> Charter:
        return [charter for since, charter in self.versions if since <= year][-1]

    @property
    def charter(self) -> Charter:
        return self.at(self.world.year)

    @property
    def strictness(self) -> float:
        """The standard as it binds now, tightened after incidents."""
        return clip(self.policy["stringency"] + self.surge, 0.0, 1.0)

    # ---- who belongs to it (section 2)

    def has_inside(self, nation: Nation) -> bool:
        return nation.membership[self.name].inside

    def has_active(self, nation: Nation) -> bool:
        return self.in_force and nation.membership[self.name].status == PARTY

    @property
    def active_members(self) -> list[Nation]:
        return [nation for nation in self.world.nations if self.has_active(nation)]

    def tier_of(self, nation: Nation) -> Tier:
        return self.charter.tiers[max(nation.membership[self.name].tier, 0)]

    def reaches(self, firm: Firm) -> bool:
        """Whether the body is in force and the firm has a seat or an active member as its home."""
        home = firm.home_nation
        return self.in_force and (firm.seats[self.name].held or (home is not None and self.has_active(home)))

    def binds(self, firm: Firm) -> bool:
        return firm.works and self.reaches(firm)

    def share_of_product_inside(self) -> float:
        world = self.world
        return sum(one.gdp for one in world.nations if self.has_inside(one)) / sum(one.gdp for one in world.nations)

    # ---- the platform (7.5)

    def contribute(self) -> None:
        """The best that bound firms put on the platform."""
        held_back = self.world.rules["access"].get("held_back", 3.0)
        self.contributed = best(
            firm.capability - held_back * (1.0 - max(firm.openness, self.asks(firm) * self.policy["sharing"]))
            for firm in self.world.firms
            if self.binds(firm)
        )

    def asks(self, firm: Firm) -> float:
        """The share of what the firm holds back that the platform gets at full sharing."""
        rule = self.charter.platform
        if rule.name == "voluntary_sharing":
            return float(rule.eager * (1.0 - math.exp(-max(self.world.frontier - firm.capability, 0.0))))
        if rule.name == "state_provided":
            at_home = self.sponsor is not None and firm.home_nation is self.sponsor
            return float(rule.provided) if at_home else 0.0
        return float(rule.get("obliged"))

    def platform(self, charter: Charter, contributed: float, sharing: float, member: bool, lag: float) -> float:
        return PLATFORM[charter.platform.name](charter.platform, contributed, self.world.pace, member, lag)

    def through_platform(self, nation: Nation, lag: float | None = None) -> float:
        lag = self.tier_of(nation).platform_lag if lag is None else lag
        return self.platform(self.charter, self.contributed, self.policy["sharing"], self.has_active(nation), lag)

    def levy_of(self, firm: Firm, payers: list[Firm], charter: Charter | None = None) -> float:
        """The levy of a firm if these firms pay, itself among them."""
        rule = (charter or self.charter).levy
        return LEVY[rule.name](rule, firm, payers, self.world.world_product)

    def corporate_share(self, firms: list[Firm]) -> float:
        """The share of the pool that these firms would hold together if they were seated."""
        return CORPORATE[self.charter.corporate.name](self.charter.corporate, firms)[0]

    def seat_firms(self) -> None:
        """Firms look at their seats, all at once."""
        if self.charter.corporate.name not in SEATS_FOR_FIRMS:
            for firm in self.world.firms:
                firm.seats[self.name].held = False
            return
        luck = self.world.uniform("seat", self.world.firms, self.name)
        reconsider = self.world.rules["seats"].get("reconsider", 0.3)
        together = not self.in_force or self.world.year_index == 0
        one_by_one = {firm: firm.wants_seat(self, self._with(firm)) for firm in self.world.firms}
        wants = self._all_look() if together else one_by_one
        for firm in self.world.firms:
            seat = firm.seats[self.name]
            seat.held = firm.active and (wants[firm] if together or luck[firm] < reconsider else seat.held)

    def _with(self, firm: Firm) -> int:
        """How many firms are seated, this one included."""
        others = [other for other in self.world.firms if other is not firm]
        return 1 + sum(other.active and other.seats[self.name].held for other in others)

    def _all_look(self) -> dict[Firm, bool]:
        """All firms look at once, in rounds: at first they expect every firm, then those of the round before."""
        firms = self.world.firms
        number = dict.fromkeys(firms, sum(firm.active for firm in firms))
        wants: dict[Firm, bool] = {}
        for _ in range(self.world.rules["mobility"].rounds):
            wants = {firm: firm.wants_seat(self, number[firm]) for firm in firms}
            number = {firm: sum(wants.values()) + (not wants[firm]) for firm in firms}
        return wants

    def trade_pressure(self, charter: Charter, club: float, product: float) -> float:
        """What outsiders with these partners inside lose, in utility."""
        rule = charter.trade
        return rule.get("weight") * 100.0 * TRADE[rule.name](rule, club, product)

    def certify(self) -> dict[Nation, float]:
        """What each nation loses to a ban or to adopting the standard; settled once a year, for all at once."""
        if self.certified_in == self.world.number:
            return self.lost_in_trade
        rule, nations = self.charter.trade, self.world.nations
        banning = [one for one in nations if self.in_force and (
            self.has_active(one) or one.membership[self.name].certified)]
        product = sum(one.gdp for one in banning) / sum(one.gdp for one in nations)
        adopts, self.lost_in_trade = {}, dict.fromkeys(nations, 0.0)
        for nation in nations:
            club = sum(nation.partners.get(one, 0.0) for one in banning)
            banned = TRADE[rule.name](rule, club, product)
            cost = rule.adopting * max(self.strictness - nation.stringency, 0.0)
            outside = self.in_force and not self.has_active(nation)
            adopts[nation] = outside and banned > cost
            self.lost_in_trade[nation] = min(banned, cost) * nation.gdp if outside else 0.0
        for nation in nations:
            nation.membership[self.name].certified = adopts[nation]
        self.certified_in = self.world.number
        return self.lost_in_trade

    def trade_loss(self, nation: Nation) -> float:
        """What a nation outside loses over the next year, bn USD."""
        if self.charter.trade.name == "certification":
            return self.certify()[nation]
        if self.has_active(nation):
            return 0.0
        inside = self.active_members
        club = sum(nation.partners.get(one, 0.0) for one in inside)
        product = sum(one.gdp for one in inside) / sum(one.gdp for one in self.world.nations)
        return TRADE[self.charter.trade.name](self.charter.trade, club, product) * nation.gdp

    def _others_of(self, nation: Nation) -> list[tuple[str, float]]:
        known = {name: one for name, one in self.node["relations"].items() if name in self.world.bodies}
        return [
            (one["term"], one["strength"]) for name, one in known.items() if self.world.bodies[name].has_inside(nation)
        ]

    def related(self, nation: Nation) -> float:
        sign = {"complement": 1.0, "rival": -1.0, "exclusive": 0.0}
        return sum(sign[term] * strength for term, strength in self._others_of(nation))

    def barred(self, nation: Nation) -> bool:
        return any(term == "exclusive" for term, _ in self._others_of(nation))

    # ---- admission (7.11)

    def allowed(self, nation: Nation, charter: Charter) -> list[bool]:
        """Which tiers a nation may take."""
        mine = nation.membership[self.name]
        open_ = [
            nation in self.eligible and ADMISSION[tier.admission.name](tier.admission, nation) for tier in charter.tiers
        ]
        open_ = [may and here for may, here in zip(open_, courting.climbs(self, nation, charter), strict=True)]
        if mine.inside and not any(open_):
            open_ = [number == max(mine.tier, 0) for number in range(len(open_))]
        guests = courting.summit_guests(self) if self.world.begun else set()
        if self.node.get("invites") and mine.status == NONE and nation not in self.invited and nation not in guests:
            open_ = [False] * len(open_)
        return open_

    def admits(self, applicant: Nation, tier: Tier, electorate: Electorate | None) -> bool:
        """Whether the assembly agrees, where the tier admits by vote."""
        if tier.admission.name != "vote" or not self.in_force or electorate is None or not electorate.voting:
            return True
        nearness = tier.admission.nearness
        ballots = {
            voter: "yes" if not isinstance(voter, Nation) or voter.admits(applicant, nearness) else "no"
            for voter in electorate.voting
        }
        fine = electorate.passes(self.charter.decide["admission"], ballots)
        said = list(ballots.values())
        self.world.note("admission", self.name, applicant.name, fine, said.count("yes"), said.count("no"))
        return fine

    # ---- the year (7.11 to 7.15)

    def amend(self) -> None:
        """A dated change of the charter takes effect."""
        if self.charter is not self.at(self.world.year - 1):
            self.kept_rows = None
            for dimension in self.charter.amends:
                self.policy[dimension] = self.charter.policy[dimension]

    def move(self) -> None:
        """The nations that look at their membership move one at a time."""
        world, charter = self.world, self.charter
        luck = world.uniform("opportunity", world.nations, self.name)
        looks = {nation: nation.opportunity(self, luck[nation]) for nation in world.nations}
        due = courting.serve(self)
        guests: set[Nation] = set()
        if world.rules["mobility"].name != "frozen":
            guests = {one for one in courting.summit_guests(self) & self.eligible if not self.has_inside(one)}
        for nation in world.nations:
            if nation in guests and luck[nation] < charter.host_year.looks:
                looks[nation] = "join"
            elif nation in due and looks[nation] is None:
                looks[nation] = "change"
        if not any(looks.values()):
            return
        seen = Prospects(self, charter, self.policy)
        shock = world.normal("change of mind", world.nations, self.name)
        order = world.uniform("order", world.nations, self.name)
        by_vote = any(tier.admission.name == "vote" for tier in charter.tiers)
        electorate = Electorate(self) if by_vote else None
        scale = world.rules["membership"].get("shock")
        seen.guests = guests
        self.court(seen, [one for one in world.nations if looks[one] == "join"], scale, shock)
        ranks = {nation: nation.membership[self.name].tier for nation in world.nations}
        for nation in sorted((one for one in world.nations if looks[one]), key=lambda one: order[one]):
            self.turn(nation, looks[nation], seen, scale * shock[nation], electorate)
        self.promote()
        for nation, rank in ranks.items():
            mine = nation.membership[self.name]
            mine.served = mine.served if mine.tier == rank else 0.0
        courting.lapse(self)

    def court(self, seen: Prospects, lookers: list[Nation], scale: float, shock: dict[Nation, float]) -> None:
        """Sponsors make their offers, knowing who looks at joining."""
        worth = {}
        for nation in lookers:
            allowed = [may and not self.barred(nation) for may in seen.allowed[nation]]
            if any(allowed):
                value = nation.value(self, seen, allowed)[1]
                worth[nation] = value + self.constant + nation.membership[self.name].taste + scale * shock[nation]
        courting.promise(self, worth)

    def turn(
        self, nation: Nation, look: str | None, seen: Prospects, shock: float, electorate: Electorate | None
    ) -> None:
        """One nation looks at its membership."""
        mine, tiers = nation.membership[self.name], seen.charter.tiers
        allowed = [may and not self.barred(nation) for may in seen.allowed[nation]]
        utility, value = nation.value(self, seen, allowed)
        worth = value + self.constant + mine.taste + shock
        wanted = nation.choose_tier(self, utility, allowed, tiers)
        willing = any(allowed) and worth > 0.0
        exit_cost = self.world.rules["mobility"].get("exit_cost", 1.5)
        if self.world.rules["membership"].name == "stable_coalition":
            exit_cost = 0.0
        if look == "leave" and worth + exit_cost < 0.0 and nation is not self.host:
            mine.status, mine.tier, mine.ratified = WITHDRAWN, -1, False
            self.world.note("leaves", self.name, nation.name)
        elif look == "join" and willing and self.admits(nation, tiers[wanted], electorate):
            mine.status, mine.tier, mine.ratified = SIGNATORY, wanted, False
            self.world.note("signs", self.name, nation.name)
        elif look == "join":
            courting.observe(self, nation, worth)
        elif look in ("ratify", "change") and willing:
            if wanted != mine.tier and self.admits(nation, tiers[wanted], electorate):
                mine.tier = wanted
            mine.ratified = mine.ratified or look == "ratify"

    def promote(self) -> None:
        """Ratified signatories of a body in force are parties."""
        for nation in self.world.nations:
            mine = nation.membership[self.name]
            if self.in_force and mine.ratified and mine.status == SIGNATORY:
                mine.status = PARTY

    def come_into_force(self) -> None:
        signed = [
            nation
            for nation in self.world.nations
            if nation.membership[self.name].ratified and nation.membership[self.name].status in (SIGNATORY, PARTY)
        ]
        needed = self.charter.entry_into_force
        share = sum(nation.gdp for nation in signed) / sum(nation.gdp for nation in self.world.nations)
        if len(signed) >= needed["ratifications"] and share >= needed["gdp_share"]:
            self.in_force = True
        self.promote()

    def expel(self) -> None:
        """The assembly puts members out."""
        courting.expel(self, Electorate(self))

    def convene(self) -> None:
        """The assembly: weights are reviewed, members propose and vote."""
        review = self.charter.review_years
        due = review > 0 and self.world.year_index % review == 0
        if self.kept_rows is None or due or not self.in_force:
            self.kept_rows = {nation: row_of(nation) for nation in self.world.nations}
        Meeting(self).hold()

    def settle(self) -> None:
        """The books of the year are closed."""
        Year(self).close()
