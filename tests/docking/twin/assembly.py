"""The assembly of a body: who has how many votes, who proposes what, and what passes (7.12, 7.14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.docking.twin.arithmetic import clip, mean, shares
from tests.docking.twin.courting import host_sets_agenda
from tests.docking.twin.formulas import CORPORATE, VOTE_WEIGHT, VOTES_FOR_FIRMS
from tests.docking.twin.prospects import row_of
from tests.docking.twin.reading import POLICY, Chamber
from tests.docking.twin.voters import Voter

if TYPE_CHECKING:
    from tests.docking.twin.body import Body
    from tests.docking.twin.firm import Firm
    from tests.docking.twin.nation import Nation

ALL_VOTES = 100_000


def whole(share: float) -> int:
    """Votes of a share: rounded half to even, at least one for a share above 0."""
    return max(round(share * ALL_VOTES), 1) if share > 0.0 else 0


class Electorate:
    """Who may vote in a body now, and with how many votes in each chamber."""

    def __init__(self, body: Body) -> None:
        self.body, self.charter = body, body.charter
        rows = body.kept_rows or {nation: row_of(nation) for nation in body.world.nations}
        patience = self.charter.arrears["years_to_lose_vote"]
        self.nations: list[Nation] = [
            nation
            for nation in body.active_members
            if nation.membership[body.name].arrears < patience and body.tier_of(nation).votes > 0.0
        ]
        self.seated: list[Firm] = [
            firm for firm in body.world.firms if firm.active and body.in_force and firm.seats[body.name].held
        ]
        firms = self.seated if self.charter.corporate.name in VOTES_FOR_FIRMS else []
        self.voting: list[Voter] = [*self.nations, *firms]
        self.votes = {chamber.name: self._count(chamber, rows) for chamber in self.charter.chambers}

    def _count(self, chamber: Chamber, rows: dict[Nation, Any]) -> dict[Voter, int]:
        members = [
            nation
            for nation in self.nations
            if nation.in_group(chamber.group)
            and (not chamber.tiers or self.body.tier_of(nation).name in chamber.tiers)
        ]
        together = self._constituencies(chamber, members, rows)
        if chamber.one_a_seat:  # one vote a seat: who shares a constituency and does not sit there has none
            members = [one for one in members if not any(one in those and one not in sit for those, sit in together)]
        paid = {nation: nation.membership[self.body.name].paid for nation in members}
        weight = VOTE_WEIGHT[chamber.weight.name](chamber.weight, members, rows, paid)
        share = shares({nation: weight[nation] * self.body.tier_of(nation).votes for nation in members})
        heads = chamber.weight.name == "heads"
        of_nations: dict[Voter, int] = {
            nation: int(share[nation] > 0.0) if heads else whole(share[nation]) for nation in members
        }
        for those, sit in [] if chamber.one_a_seat else together:
            total = sum(of_nations[one] for one in those)
            of_nations.update(dict.fromkeys(those, 0))
            for place, one in enumerate(sit):
                of_nations[one] = total // len(sit) + (place < total % len(sit))
        role = self.charter.corporate
        held, split = CORPORATE[role.name](role, self.seated)
        if chamber.of == "firms":
            return {firm: whole(split[firm]) for firm in self.seated}
        if chamber.of == "nations":
            return of_nations
        if role.name == "state_designated":
            return self._designate(of_nations)
        pool = held / max(1.0 - held, 1e-9)
        return {**of_nations, **{firm: whole(pool * split[firm]) for firm in self.seated}}

    def _constituencies(
        self, chamber: Chamber, members: list[Nation], rows: dict[Nation, Any]
    ) -> list[tuple[list[Nation], list[Nation]]]:
        """The members of each constituency, and those of them who sit for it."""
        found = []
        for group, seats, lead in chamber.constituencies:
            those = [one for one in members if one.in_group(group)]
            if lead == "rotating" and those:
                first = self.body.world.year * seats % len(those)
                queue = those[first:] + those[:first]
            else:
                queue = sorted(those, key=lambda one: -rows[one].gdp)
            found.append((those, queue[:seats]))
        return found

    def _designate(self, votes: dict[Voter, int]) -> dict[Voter, int]:
        """Half of a nation's votes go to its seated firm with the largest compute."""
        moved = dict(votes)
        for nation in self.nations:
            firms = [firm for firm in self.seated if firm.home_nation is nation]
            if firms and nation in votes:
                chosen = max(firms, key=lambda firm: firm.compute)
                half = votes[nation] // 2
                moved[nation] -= half
                moved[chosen] = moved.get(chosen, 0) + half
        return moved

    def passes(self, kind: str, ballots: dict[Voter, str], absent: set[Voter] | None = None) -> bool:
        """Whether ballots pass by a kind of decision; who has none says nothing."""
        everyone: list[Voter] = [*self.body.world.nations, *self.body.world.firms]
        return bool(
            self.charter.decisions[kind].passes(
                {name: [votes.get(voter, 0) for voter in everyone] for name, votes in self.votes.items()},
                [ballots.get(voter) == "yes" for voter in everyone],
                [ballots.get(voter) == "no" for voter in everyone],
                [voter not in absent for voter in everyone] if absent else None,
            )
        )


class Meeting:
    """One year's assembly of one body."""

    def __init__(self, body: Body) -> None:
        self.body, self.world, self.charter = body, body.world, body.charter
        self.electorate = Electorate(body)
        self.rule = self.world.rules["ballots"]
        self.dealt_with: set[str] = set()

    def hold(self) -> None:
        body = self.body
        if not (body.in_force and self.electorate.nations):
            body.deadlock = body.gridlock = body.gridlock_low = 0.0
            body.gridlock_high = 1.0
            return
        point = {dimension: self._caucus_points(dimension) for dimension in POLICY}
        successes = [self._deal(number, point) for number in range(self.charter.agenda.proposals)]
        body.deadlock = 0.0 if any(successes) else body.deadlock + 1.0
        body.gridlock_low, body.gridlock_high = self._gridlock(point["stringency"])
        body.gridlock = clip(body.gridlock_high - body.gridlock_low, 0.0, 1.0)

    def _caucus_points(self, dimension: str) -> dict[Voter, float]:
        """Ideal points of the voters, drawn to the mean of their caucus."""
        voters, pull = self.electorate.voting, self.rule.get("cohesion")
        centre = {
            caucus: mean(one.ideal[dimension] for one in voters if one.caucus == caucus)
            for caucus in {one.caucus for one in voters}
        }
        return {one: (1.0 - pull) * one.ideal[dimension] + pull * centre[one.caucus] for one in voters}

    def _deal(self, number: int, point: dict[str, dict[Voter, float]]) -> bool:
        """One proposal: somebody sets it, the members vote on it. Whether it passed."""
        body = self.body
        luck = self.world.uniform(f"agenda {number}", self.world.nations, body.name)
        agenda = "host" if host_sets_agenda(self.body) else self.charter.agenda.name
        setter = AGENDA[agenda](self, luck)
        reach = {dimension: self._best_passing(dimension, setter, point[dimension]) for dimension in POLICY}
        left = [dimension for dimension in POLICY if dimension not in self.dealt_with]
        far = {one: abs(reach[one] - body.policy[one]) for one in left}
        chosen = max(left, key=lambda one: far[one] if far[one] > 1e-9 else 0.0) if left else POLICY[0]
        self.dealt_with.add(chosen)
        before, after = body.policy[chosen], reach[chosen]
        if abs(after - before) <= 1e-9:
            return False
        ballots, absent = self._ballots(number, point[chosen], before, after)
        passed = self.electorate.passes(self.charter.decide[chosen], ballots, absent)
        if passed:
            body.policy[chosen] = after
        self._remember(number, setter, ballots, absent, chosen, passed)
        return passed

    def _best_passing(self, dimension: str, setter: Nation | None, point: dict[Voter, float]) -> float:
        """The point nearest the setter's goal that would pass if all voted by distance."""
        now, kind = self.body.policy[dimension], self.charter.decide[dimension]
        goal = setter.ideal[dimension] if setter else median([one.ideal[dimension] for one in self.electorate.nations])
        up = 1.0 if goal >= now else -1.0
        far = abs(goal - now)
        goes = {voter: up * 2.0 * (wish - now) for voter, wish in point.items()}  # how far each goes along
        for step in sorted({far, *(clip(one, 0.0, far) for one in goes.values())}, reverse=True):
            if step <= 0.0:
                break
            if self.electorate.passes(kind, {voter: "yes" if one >= step else "no" for voter, one in goes.items()}):
                return now + up * step
        return now

    def _ballots(
        self, number: int, point: dict[Voter, float], before: float, after: float
    ) -> tuple[dict[Voter, str], set[Voter]]:
        """What those present say, and who is absent."""
        agents = [*self.world.nations, *self.world.firms]
        luck = self.world.uniform(f"ballot {number}", agents, self.body.name)
        away = self.world.uniform(f"absence {number}", agents, self.body.name)
        absent = {one for one in self.electorate.voting if away[one] < self.rule.get("absence")}
        absent |= {one for one in agents if one not in point}
        return {
            one: one.vote(self.rule, point[one], before, after, luck[one])
            for one in self.electorate.voting
            if one not in absent
        }, absent

    def _remember(
        self, number: int, setter: Nation | None, ballots: dict[Voter, str], absent: set[Voter], dimension: str,
        passed: bool,
    ) -> None:  # fmt: skip
        body, world, kind = self.body, self.world, self.charter.decide[dimension]
        body.proposals, body.passed = body.proposals + 1, body.passed + passed
        if passed:
            people = sum(one.population for one in self.electorate.nations if ballots.get(one) == "yes")
            body.flows["consented"] += people / sum(one.population for one in world.nations)
        for voter, said in ballots.items():
            if said == "abstain":
                continue
            other = {**ballots, voter: "no" if said == "yes" else "yes"}
            won = (said == "yes") == passed
            mine = place_of(voter, body.name)
            mine.voted += 1
            mine.agreed += won
            mine.decisive += won and self.electorate.passes(kind, other, absent) != passed
            if voter in self.electorate.nations:
                mine.votes_cast += 1
                mine.wins += won
        sides: dict[str, list[str]] = {"yes": [], "no": [], "abstain": [], "absent": []}
        for voter in [*world.nations, *world.firms]:
            if voter in self.electorate.voting:
                sides["absent" if voter in absent else ballots[voter]].append(voter.name)
        named = [" ".join(one) for one in sides.values()]
        counts = len(sides["yes"]), len(sides["no"])
        world.note("vote", body.name, setter and setter.name, number + 1, dimension, passed, *counts, *named)

    def _gridlock(self, point: dict[Voter, float]) -> tuple[float, float]:
        """Edges of the interval of status quos on stringency that no proposal can beat."""
        kind = self.charter.decide["stringency"]

        def decide(side: set[Voter]) -> bool:
            return self.electorate.passes(kind, {one: "yes" if one in side else "no" for one in point})

        up = max((at for at in point.values() if decide({one for one in point if point[one] >= at})), default=0.0)
        down = min((at for at in point.values() if decide({one for one in point if point[one] <= at})), default=1.0)
        return up, down


def place_of(voter: Voter, body: str) -> Any:
    """What a nation or firm is in a body."""
    return voter.membership[body] if hasattr(voter, "membership") else voter.seats[body]  # type: ignore[attr-defined]


def median(values: list[float]) -> float:
    """The lower median."""
    return sorted(values)[(len(values) - 1) // 2]


def rotating(meeting: Meeting, luck: dict[Nation, float]) -> Nation:
    return max(meeting.electorate.nations, key=lambda one: luck[one])


def host(meeting: Meeting, luck: dict[Nation, float]) -> Nation:
    seat = meeting.body.host
    return seat if seat in meeting.electorate.nations and seat is not None else rotating(meeting, luck)


def largest_contributor(meeting: Meeting, luck: dict[Nation, float]) -> Nation:
    name = meeting.body.name
    return max(meeting.electorate.nations, key=lambda one: one.membership[name].paid + 1e-9 * luck[one])


AGENDA: dict[str, Callable[[Meeting, dict[Nation, float]], Nation | None]] = {
    "rotating": rotating,
    "host": host,
    "largest_contributor": largest_contributor,
    "secretariat": lambda meeting, luck: None,
}
