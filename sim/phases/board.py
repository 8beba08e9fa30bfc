"""The moves of one body in one year: nations look at their membership one at a time, each seeing those before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.phases.members import Members
from sim.phases.run import Look, Run
from sim.phases.votes import chamber_votes
from sim.phases.worth import Prospects, tier_terms, worth_of
from sim.rules.membership import choose_tier
from sim.units import Array, Codes, Flags

__all__ = ["Board", "weigh"]


class Board:
    """The moves of one body in one year: working copies of its columns, written back at the end."""

    def __init__(
        self,
        run: Run,
        body: BodyPlan,
        charter: Charter,
        seen: Prospects,
        shock: Array,
        exit_cost: Array,
        looks: tuple[Flags, Flags, Flags, Flags],
        asked: Flags | None,
    ) -> None:
        self.run, self.body, self.charter, self.seen, self.shock = run, body, charter, seen, shock
        self.exit_cost = np.broadcast_to(exit_cost, (run.plan.runs, 1))
        self.looks, self.asked = looks, asked
        nations = run.state.bodies[body.name].nations
        self.status, self.tier, self.ratified = (
            nations.status.copy(),
            nations.tier.copy(),
            nations.ratified.copy(),
        )
        self.members = Members(run, seen, run.state.bodies[body.name].inside)

    def turn(self, rows: Codes, who: Codes) -> None:
        """One nation of each row looks at its membership and moves."""
        run, body, charter = self.run, self.body, self.charter
        state = run.state.bodies[body.name]
        terms, allowed, utility, value = weigh(run, body, charter, self.seen, self.members, rows, who)
        worth = value[:, 0] + state.own.constant[rows, 0] + state.nations.taste[rows, who] + self.shock[rows, who]
        nesting = run.plan.rule("membership").lifted(rows, ("nesting",))["nesting"]
        wanted = choose_tier(
            utility,
            charter.tier["weight"][rows],
            nesting,
            allowed,
            state.nations.tier_uniform[rows, who][:, None],
        )[:, 0]
        status, tier = self.status[rows, who], self.tier[rows, who]
        join, ratify, change, leave = (flags[rows, who] for flags in self.looks)
        open_ = allowed[:, :, 0].any(axis=-1)
        goes = leave & (worth + self.exit_cost[rows, 0] < 0.0) & (who != body.host)
        joins = join & open_ & (worth > 0.0)
        joins = joins & self._admitted(rows, who, wanted, joins)
        confirms = ratify & open_ & (worth > 0.0)
        changes = change & open_ & (worth > 0.0)
        moves = (confirms | changes) & (wanted != tier)
        wanted = np.where(moves & ~self._admitted(rows, who, wanted, moves), tier, wanted)
        chosen = np.where(goes, -1, np.where(joins | confirms | changes, wanted, np.where(status >= 3, tier, -1)))
        chosen = np.where(status == 6, np.where(joins, wanted, -1), chosen)
        if self.asked is not None or run.ask.watches:
            chosen = self._ask(rows, who, chosen, allowed, terms, utility, value)
        self._settle(rows, who, status, chosen, confirms, join & self._observes(rows, worth))

    def _observes(self, rows: Codes, worth: Array) -> Flags:
        """Who would take part as an observer if it does not join."""
        rule = self.charter.rules["observation"]
        if not rule.numbers or not self.body.observers:
            return np.zeros(len(rows), dtype=bool)
        numbers = {key: np.broadcast_to(value, (self.run.plan.runs, 1))[rows, 0] for key, value in rule.numbers.items()}
        return np.asarray(rule.rule.function(worth, **numbers))

    def _ask(
        self,
        rows: Codes,
        who: Codes,
        chosen: Codes,
        allowed: Flags,
        terms: dict[str, Array],
        utility: Array,
        value: Array,
    ) -> Codes:
        """The answers of those that are asked, in place of the rule's; a vote on admission still has to be won."""
        ask, answer = self.run.ask, chosen.copy()
        told: list[tuple[int, Look]] = []
        for place, (row, nation) in enumerate(zip(rows, who, strict=True)):
            asked = self.asked is not None and bool(self.asked[row, nation])
            if asked or ask.watches:
                look = self._look(place, int(row), int(nation), int(chosen[place]), allowed, terms, utility, value)
                told.append((place, look))
                if asked:
                    answer[place] = ask.choose_tier(look)
        outside = (self.status[rows, who] <= 2) | (self.status[rows, who] == 6)
        applying = outside & (chosen < 0) & (answer >= 0)
        if applying.any():
            answer = np.where(applying & ~self._admitted(rows, who, np.maximum(answer, 0), applying), -1, answer)
        for place, look in told:
            ask.looked(look, int(answer[place]))
        return answer

    def _look(
        self,
        place: int,
        row: int,
        nation: int,
        default: int,
        allowed: Flags,
        terms: dict[str, Array],
        utility: Array,
        value: Array,
    ) -> Look:
        state = self.run.state.bodies[self.body.name]
        names = ("join", "ratify", "change", "leave")
        shape = utility.shape
        return Look(
            body=self.body.name,
            row=row,
            nation=nation,
            year=self.run.year,
            occasion=next((name for name, flags in zip(names, self.looks, strict=True) if flags[row, nation]), "asked"),
            status=int(self.status[row, nation]),
            tier=int(self.tier[row, nation]),
            tiers=self.charter.tiers,
            open=tuple(allowed[place, :, 0].tolist()),
            terms={name: tuple(_whole(term, shape)[place, :, 0].tolist()) for name, term in terms.items()},
            utility=tuple(utility[place, :, 0].tolist()),
            value=float(value[place, 0]),
            constant=float(state.own.constant[row, 0]),
            taste=float(state.nations.taste[row, nation]),
            shock=float(self.shock[row, nation]),
            exit_cost=float(self.exit_cost[row, 0]),
            default=default,
        )

    def _admitted(self, rows: Codes, who: Codes, wanted: Codes, joins: Flags) -> Flags:
        """Where the tier admits by vote, whether the assembly agrees: each member prefers near positions."""
        by_vote = [bool(rule.metadata.get("vote")) for rule in self.charter.admission]
        if not any(by_vote):
            return np.ones(len(rows), dtype=bool)
        needs = np.array(by_vote)[wanted]
        run, state = self.run, self.run.state.bodies[self.body.name]
        ask = np.flatnonzero(joins & needs & state.own.in_force[rows, 0])
        admitted = np.ones(len(rows), dtype=bool)
        if len(ask):
            votes, voting = chamber_votes(run, self.body.name)
            at = rows[ask]
            position = run.state.nations.position
            near = self._nearness(at, wanted[ask])[:, None] - np.abs(position[at] - position[at, who[ask]][:, None])
            yes = np.concatenate(
                [near >= 0.0, np.ones((len(at), voting.shape[1] - near.shape[1]), dtype=bool)], axis=-1
            )
            decision = self.charter.decisions[self.charter.decide["admission"]]
            ballots = run.ask.vote(
                self.body.name, {"applicant": who[ask]}, voting[at] & yes, voting[at] & ~yes, voting[at]
            )
            fine = decision.passes({key: value[at] for key, value in votes.items()}, *ballots)
            admitted[ask] = fine | ~voting[at].any(axis=-1)
            self._tell(at, who[ask], wanted[ask], admitted[ask], *ballots[:2])
        return admitted

    def _tell(self, rows: Codes, who: Codes, wanted: Codes, passed: Flags, yes: Flags, no: Flags) -> None:
        """Note each vote on an applicant, won or lost."""
        if self.run.record is None:
            return
        codes = np.concatenate([self.run.plan.stage.nations.iso3, self.run.plan.stage.firm_id]).astype(str)
        for place, (row, nation) in enumerate(zip(rows, who, strict=True)):
            self.run.event(
                "admission",
                int(row),
                body=self.body.name,
                agent=str(self.run.plan.stage.nations.iso3[nation]),
                tier=self.charter.tiers[wanted[place]],
                passed=bool(passed[place]),
                yes=int(yes[place].sum()),
                no=int(no[place].sum()),
                in_favour=" ".join(codes[yes[place]]),
                against=" ".join(codes[no[place]]),
            )

    def _nearness(self, rows: Codes, wanted: Codes) -> Array:
        """Largest distance of positions at which a member agrees, by the wanted tier's rule of admission."""
        runs = np.zeros((self.run.plan.runs, 1))
        by_tier = np.concatenate([rule.get("nearness", np.inf) + runs for rule in self.charter.admission], axis=-1)
        return by_tier[rows, wanted]

    def _settle(self, rows: Codes, who: Codes, status: Codes, chosen: Codes, confirms: Flags, observes: Flags) -> None:
        run, name = self.run, self.body.name
        stays = chosen >= 0
        entering = stays & ((status <= 2) | (status == 6))
        leaving = ~stays & (status >= 3) & (status <= 5)
        observing = observes & ~stays & (status <= 1)
        now = np.where(entering, 3, np.where(leaving, 6, np.where(observing, 2, status)))
        self.status[rows, who] = now
        self.tier[rows, who] = chosen
        self.members.change(rows, who, entering, leaving)
        self.ratified[rows, who] = np.where(leaving | entering, False, self.ratified[rows, who] | confirms)
        if run.record is None:
            return
        for flags, kind in ((entering, "signs"), (leaving, "leaves"), (observing, "observes")):
            for place in np.flatnonzero(flags):
                run.event(
                    kind,
                    int(rows[place]),
                    body=name,
                    agent=str(run.plan.stage.nations.iso3[who[place]]),
                    tier=self.charter.tiers[chosen[place]] if chosen[place] >= 0 else "",
                )

    def close(self) -> None:
        """Write the columns back, and let ratified signatories of a body in force be parties."""
        state = self.run.state.bodies[self.body.name]
        party = self.ratified & (self.status == 3) & state.own.in_force
        state.nations.status = np.where(party, 4, self.status).astype(np.int8)
        state.nations.tier, state.nations.ratified = self.tier, self.ratified


def weigh(
    run: Run, body: BodyPlan, charter: Charter, seen: Prospects, members: Members, rows: Codes, who: Codes
) -> tuple[dict[str, Array], Flags, Array, Array]:
    """What one nation of each row would get from membership as the world would be after its own move.

    `members` is who is in now. Returns the terms of the utility and the tiers open to it, both (rows, tiers, 1), the
    utility of each tier, and the inclusive value (rows, 1).
    """
    related, barred = _relations(run, body, rows, who)
    pick = _picker(rows, who)
    terms = tier_terms(run, body, charter, seen, rows, pick, members.standing(rows, who, related))
    allowed = pick(seen.allowed) & ~barred[:, None, :]
    return terms, allowed, *worth_of(run, charter, terms, allowed, rows)


def _whole(values: Array, shape: tuple[int, ...]) -> Array:
    return values if values.shape == shape else np.broadcast_to(values, shape)


def _picker(rows: Codes, who: Codes) -> Any:
    """Picks the mover of each row: (runs, ..., nations) to (rows, ..., 1)."""

    def pick(values: Array) -> Array:
        return values[rows, ..., who][..., None]

    return pick


def _relations(run: Run, body: BodyPlan, rows: Codes, who: Codes) -> tuple[Array, Flags]:
    """What membership of other bodies adds, (rows, 1), and whether it bars this one."""
    total, barred = np.zeros((len(rows), 1)), np.zeros((len(rows), 1), dtype=bool)
    for other, (term, numbers) in body.relations.items():
        if other in run.state.bodies:
            member = run.state.bodies[other].inside[rows, who][:, None]
            strength = numbers["strength"][rows]
            total = total + np.where(member, {"complement": 1.0, "rival": -1.0}.get(term, 0.0) * strength, 0.0)
            barred = barred | (member & (term == "exclusive"))
    return total, barred
