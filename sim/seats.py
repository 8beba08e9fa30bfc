"""A charter on paper: who would sit in its body, with which votes, before anybody has met.

Votes come from `sim.phases.votes.votes_by_chamber`, the function the simulated assembly asks, with the columns of
the start (end of 2026, future 0). What a run decides later is stated by convention and told in `notes`: everyone
named is a party and stands in the most bound tier open to it, firms that may sit do, and what nobody has paid yet
is one year's dues.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.charter_plan import BodyPlan, Charter
from sim.errors import ChoiceError
from sim.files.change import resolve_scenario
from sim.files.nodes import Node, Place
from sim.files.problems import Problems
from sim.phases.assembly import gridlock_width
from sim.phases.run import Run
from sim.phases.votes import firm_roll, roll, roll_columns, votes_by_chamber
from sim.plan import Plan, RunSpec, Stage
from sim.power.indices import TABLE_WORK
from sim.power.tables import PowerTable, table_of
from sim.rules.conditions import Veto, leaves
from sim.rules.roll import FirmRoll
from sim.start import begin
from sim.units import Array, Flags, Votes

__all__ = ["Seats", "power_of", "seats_of"]


@dataclass(frozen=True, eq=False)
class Seats:
    """Who sits in a body and with which votes; arrays over `members`: nations, other members, firms, in that order.

    `votes` int64 (members,) by chamber, `columns` what formulas may know of nations and other members, (1, nations +
    others) or (1, 1); `kind` one of state, other, firm; `host` is the code of the seat's state;
    `gridlock` the width of the gridlock interval on stringency under the ideal policies of future 0.
    """

    charter: Charter
    members: tuple[str, ...]
    titles: dict[str, str]
    kind: tuple[str, ...]
    votes: dict[str, Votes]
    columns: dict[str, Any]
    host: str
    gridlock: float
    notes: tuple[str, ...]

    @property
    def seated(self) -> Flags:
        """Who has a vote in some chamber, flags (members,)."""
        return np.asarray(np.any([held > 0 for held in self.votes.values()], axis=0))


def seats_of(
    charter: Mapping[str, Any],
    members: Mapping[str, str | None] | Sequence[str] | None = None,
    firms: Sequence[str] | None = None,
    year: int = 2026,
) -> Seats:
    """The seats of a resolved charter.

    `members` are codes of states and of the charter's other members, or code to tier; by default whoever the
    charter's record shows as joined, with the other members, else all who are eligible. `firms` are firm ids, by
    default all, where the corporate role seats firms. Raises `ChoiceError` for unknown members, tiers, firms.
    """
    run = _world()
    others: Mapping[str, Any] = charter["other_members"]
    stage = _with_others(run.plan.stage, others)
    body = BodyPlan("body", [{**charter, "reference": None}], stage)  # on paper nobody joined under another charter
    rules = body.at(year)
    codes = [str(code) for code in stage.nations.iso3]
    chosen = _chosen(members, body, codes, len(others))
    columns = _columns(run, others)
    tier, voting = _tiers(rules, columns, run, chosen, codes, len(others))
    factor = rules.tier["votes"][:, :, 0][:, tier]
    paid = _year_of_dues(rules, columns, voting, tier)
    seated = _firm_seats(rules, run, firms)
    votes = votes_by_chamber(rules, stage, columns, voting & (factor > 0.0), tier[None, :], paid, seated, year)
    nations = len(run.plan.stage.nations.iso3)
    kinds = ["state"] * nations + ["other"] * len(others) + ["firm"] * len(stage.firm_id)
    titles = {code: str(name) for code, name in zip(codes, stage.nations.name, strict=True)}
    return Seats(
        rules,
        (*codes, *map(str, stage.firm_id)),
        titles,
        tuple(kinds),
        {name: held[0] for name, held in votes.items()},
        columns,
        codes[body.host] if body.host >= 0 else "",
        _gridlock(run, rules, votes, voting & (factor > 0.0), seated, nations),
        _notes(charter, rules, seated, voting, others),
    )


def power_of(seats: Seats, votes: int | None = None) -> dict[str, PowerTable]:
    """The power tables of a body, one for each kind of decision, over everyone who has a vote.

    `votes` rounds larger totals to that many. Raises ValueError for a rule that these members cannot meet.
    """
    keep = seats.seated
    several = {one.condition for one in seats.charter.decisions.values() if len(one.chambers or seats.votes) > 1}
    # double majorities share the time that one may take; who asks for a total of votes gets it
    work = TABLE_WORK // max(len(several), 1) if votes is None else TABLE_WORK
    known: dict[Any, PowerTable] = {}
    tables: dict[str, PowerTable] = {}
    for kind, decision in seats.charter.decisions.items():
        if decision.condition not in known:
            _no_empty_chamber(kind, decision.chambers, seats)
            named = {member for leaf in leaves(decision.condition) if isinstance(leaf, Veto) for member in leaf.members}
            places = [place for place, name in enumerate(seats.members) if keep[place] or name in named]
            names = tuple(seats.members[place] for place in places)
            columns = {chamber: held[places].tolist() for chamber, held in seats.votes.items()}
            columns = {chamber: held for chamber, held in columns.items() if sum(held) > 0}
            known[decision.condition] = table_of(kind, decision.condition, names, columns, votes, work)
        tables[kind] = replace(known[decision.condition], decision=kind)
    return tables


def _no_empty_chamber(kind: str, chambers: tuple[str, ...], seats: Seats) -> None:
    for name in chambers or tuple(seats.votes):
        if seats.votes[name].sum() == 0:
            raise ChoiceError(
                f"nobody among these members has a vote in the chamber '{name}', which decides '{kind}' questions; "
                "name members of it with --members"
            )


def _world() -> Run:
    scenario = resolve_scenario(Node({}, Place("defaults")), Problems())
    assert scenario is not None
    with np.errstate(all="ignore"):
        return begin(Plan([RunSpec("on paper", 0, 0, 1, {**scenario, "entrants": 0, "bodies": {}})]))


def _with_others(stage: Stage, others: Mapping[str, Any]) -> Stage:
    """The stage with the other members after its nations, in what a charter reads: codes, groups, income groups."""
    nations = stage.nations
    groups = {
        name: np.append(flags, [name in other["groups"] for other in others.values()]).astype(bool)
        for name, flags in nations.groups.items()
    }
    longer = replace(
        nations,
        iso3=np.append(nations.iso3, list(others)) if others else nations.iso3,
        name=np.append(nations.name, [other["title"] for other in others.values()]) if others else nations.name,
        income_group=np.append(nations.income_group, [-1] * len(others)).astype(np.int64),
        groups=groups,
    )
    return replace(stage, nations=longer)


def _columns(run: Run, others: Mapping[str, Any]) -> dict[str, Array]:
    extra = {key: [float(other[key]) for other in others.values()] for key in ("gdp", "population", "imf_quota")}
    extra["un_assessment"] = [float(other["un_assessment"]) for other in others.values()]
    found: dict[str, Any] = {}
    for key, values in roll_columns(run).items():
        added = np.array([list(others) if key == "codes" else extra.get(key, [0.0] * len(others))])
        found[key] = np.concatenate([values, added], axis=-1) if others else values
    if others:
        found["income"] = np.where(
            found["population"] > 0.0, found["gdp"] / np.maximum(found["population"], 1e-9) * 1e3, 0.0
        )
    return found


def _chosen(
    members: Mapping[str, str | None] | Sequence[str] | None, body: BodyPlan, codes: list[str], others: int
) -> dict[int, str | None]:
    """Places of the members, with the tier asked for."""
    if members is None:
        inside = body.joined if body.has_record else body.eligible
        places = [int(place) for place in np.flatnonzero(inside)]
        return dict.fromkeys([*places, *(range(len(codes) - others, len(codes)))])
    asked: Mapping[str, str | None] = members if isinstance(members, Mapping) else dict.fromkeys(members)
    unknown = [code for code in asked if code not in codes]
    if unknown:
        raise ChoiceError(f"there is no state '{unknown[0]}' among the 193; write ISO3 codes")
    return {codes.index(code): tier for code, tier in asked.items()}


def _tiers(
    rules: Charter,
    columns: dict[str, Array],
    run: Run,
    chosen: Mapping[int, str | None],
    codes: list[str],
    others: int,
) -> tuple[Any, Flags]:
    """Everyone's tier (members,), the most bound open to it unless one is asked for, and flags of members."""
    compute = columns["compute"]
    share = compute / compute.sum(axis=-1, keepdims=True)
    rights = np.append(run.plan.stage.nations.rights, np.zeros(others))[None, :]
    tier, inside = np.zeros(len(codes), dtype=np.int64), np.zeros((1, len(codes)), dtype=bool)
    for number, (rule, groups) in enumerate(zip(rules.admission, rules.admission_groups, strict=True)):
        tier = np.where(np.broadcast_to(rule(rights, share, groups[None, :]), share.shape)[0], number, tier)
    for place, asked in chosen.items():
        inside[0, place] = True
        if asked is not None and asked not in rules.tiers:
            raise ChoiceError(f"there is no tier '{asked}'; write one of: {', '.join(rules.tiers)}")
        tier[place] = tier[place] if asked is None else rules.tiers.index(asked)
    return tier, inside


def _year_of_dues(rules: Charter, columns: dict[str, Array], inside: Flags, tier: Any) -> Array:
    nobody = np.zeros(inside.shape)
    return np.asarray(rules.rules["dues"](roll(columns, inside, nobody)) * rules.tier["dues"][:, :, 0][:, tier])


def _firm_seats(rules: Charter, run: Run, firms: Sequence[str] | None) -> FirmRoll:
    known = run.plan.stage.firm_id
    if firms is not None:
        unknown = [name for name in firms if name not in known]
        if unknown:
            raise ChoiceError(f"there is no firm '{unknown[0]}'; the table of firms has their ids")
    inside = run.state.firms.active & rules.firms_seated
    return firm_roll(run, inside if firms is None else inside & np.isin(known, list(firms)))


def _gridlock(run: Run, rules: Charter, votes: dict[str, Votes], voting: Flags, firms: FirmRoll, nations: int) -> float:
    """The gridlock interval of states and firms; other members have no ideal policy here and are left out."""
    others = voting.shape[-1] - nations
    keep = np.r_[0:nations, nations + others : nations + others + firms.inside.shape[-1]]
    voters = np.concatenate([voting[:, :nations], firms.inside & rules.firms_vote], axis=-1)
    ideal = np.concatenate([run.state.nations.ideal_stringency, run.state.firms.ideal_stringency], axis=-1)
    held = {name: each[:, keep] for name, each in votes.items()}
    if not voters.any():
        return float("nan")
    return float(gridlock_width(rules, held, voters, ideal, np.ones((1, 1), dtype=bool))[0, 0])


def _notes(
    charter: Mapping[str, Any], rules: Charter, firms: FirmRoll, inside: Flags, others: Mapping[str, Any]
) -> tuple[str, ...]:
    notes = ["Votes as at the end of 2026, weights rounded to about 100,000 votes a chamber as in the assembly."]
    weights = {chamber.weight.rule.name for chamber in rules.chambers.values()}
    if weights == {"heads"}:
        notes = ["One member, one vote in every chamber."]
    if len(rules.tiers) > 1:
        notes.append("Every member stands in the most bound tier open to it, unless a tier is named.")
    if "contribution" in weights:
        notes.append("Contributions are one year's dues: nobody has paid yet.")
    if {"use"} & weights:
        notes.append("Use of AI is that of future 0; it carries an error in every other future.")
    if firms.inside.any():
        notes.append(f"{int(firms.inside.sum())} firms hold seats; a run seats those that choose to.")
    if others:
        named = ", ".join(str(other["title"]) for other in others.values())
        notes.append(f"Members that are no nation of the simulation vote here and are left out of a run: {named}.")
    return tuple(notes)
