"""Random small scenarios: every family of rules, numbers within their plausible ranges, one to three bodies."""

from __future__ import annotations

from random import Random
from typing import Any

from sim.choices import FAMILIES, Parameter
from sim.files.change import resolve_scenario
from sim.files.nodes import Place, from_plain
from sim.files.problems import Problems
from sim.plan import stage_of
from sim.sections import (
    ARREARS,
    CHARTER_SECTIONS,
    FUND,
    POLICY,
    POLICY_DIMENSIONS,
    PROGRAMMES,
    TIER,
    WORLD,
    Choice,
    Section,
)

RECORDS = (None, None, "WAICO", "GPAI", "SCO", "RCEP", "AIIB", "brics", ["CHN", "USA", "asean"])
GROUPS = ("asean", "oecd", "g77", "not:oecd", "high_income", "low_income", "ldc", "african_union", "africa", "not:asia")


def scenario(number: int) -> dict[str, Any]:
    """The resolved scenario of a number; equal numbers give equal scenarios."""
    luck = Random(number)
    synthetic = luck.random() < 0.35
    size = luck.randint(6, 14)
    names = ["waico", "gpai", "third"][: luck.randint(1, 3)]
    plain: dict[str, Any] = {
        "years": luck.choice((1, 2, 3, 3, 4, 4)),
        "steps_per_year": luck.choice((1, 2, 4)),
        "nations": {"synthetic" if synthetic else "sample": size, "seed": luck.randint(1, 99)},
        "firms": {"synthetic": luck.randint(4, 14), "seed": luck.randint(1, 99)},
        "entrants": luck.randint(0, 5),
        "world": {place: choice(luck, field) for place, field in WORLD.fields.items() if isinstance(field, Choice)},
        "bodies": {name: body(luck, name, names) for name in names},
    }
    if luck.random() < 0.8:  # small worlds and few years: let nations look at their memberships often
        fast = {"rule": "yearly_rates", "join": 0.4, "ratify": 0.9, "change": 0.4, "leave": 0.1, "exit_cost": 0.0}
        plain["world"]["mobility"] = {**fast, "rounds": luck.randint(1, 4)}
        plain["world"]["membership"]["shock"] = 1.0
    if not synthetic and luck.random() < 0.3:
        plain["firms"] = "all"
    for charter in plain["bodies"].values():
        seat_somebody(charter)
        if all(each["term"] != "rival" for each in charter["relations"].values()):
            if charter["side_payments"]["rule"] == "deter":  # nobody to keep states away from, which a file may not say
                charter["side_payments"]["rule"] = "recruit"
    resolved = resolved_of(plain)
    if synthetic:  # a made-up nation as sponsor and host, which no file may name
        codes = [str(code) for code in stage_of(resolved).nations.iso3]
        for charter in resolved["bodies"].values():
            charter["sponsor"], charter["host"] = luck.choice(codes), luck.choice([*codes, None])
    return resolved


def seat_somebody(charter: dict[str, Any]) -> None:
    """Undo what leaves a chamber without anybody who could ever sit in it, which a file may not say."""
    charter["tiers"]["rank_a"]["votes"] = max(charter["tiers"]["rank_a"]["votes"], 0.1)
    for chamber in charter["voting"]["chambers"].values():
        if charter["eligible"] != "all":
            chamber["group"] = None
        if charter["voting"]["corporate"]["rule"] == "none" and chamber["of"] == "firms":
            chamber["of"] = "nations"


def resolved_of(plain: dict[str, Any]) -> dict[str, Any]:
    """A scenario as if it had been read from a file."""
    problems = Problems()
    found = resolve_scenario(from_plain(plain, Place("random")), problems)
    problems.raise_if_any()
    assert found is not None
    return found


def value(luck: Random, parameter: Parameter) -> Any:
    """A value within the plausible range."""
    if parameter.kind == "number":
        assert parameter.low is not None and parameter.high is not None
        corner = luck.random()
        if corner < 0.1:
            return parameter.low
        return parameter.high if corner > 0.9 else luck.uniform(parameter.low, parameter.high)
    if parameter.kind == "whole":
        assert parameter.low is not None and parameter.high is not None
        return luck.randint(int(parameter.low), min(int(parameter.high), int(parameter.low) + 3))
    if parameter.kind == "flag":
        return luck.random() < 0.5
    if parameter.options:
        return luck.choice(parameter.options)
    if parameter.kind == "by_member":
        return {code: luck.randint(1, 500) for code in luck.sample(["CHN", "USA", "IND", "FRA", "BRA"], 3)}
    if parameter.kind == "names":
        return luck.sample(GROUPS, 2)
    if parameter.name == "path":
        return [[0.0, luck.random()], [1.0, luck.random()], [2.5, luck.random()]]
    return [list(row) for row in parameter.default] if parameter.kind == "table" else parameter.default


def choice(luck: Random, field: Choice) -> dict[str, Any]:
    """A rule of a family with its numbers."""
    rule = luck.choice(list(FAMILIES[field.family]))
    return {"rule": rule.name, **{key: value(luck, one) for key, one in rule.parameters.items()}}


def section(luck: Random, which: Section) -> dict[str, Any]:
    """All fields of a section."""
    return {
        key: choice(luck, field) if isinstance(field, Choice) else value(luck, field)
        for key, field in which.fields.items()
    }


def condition(luck: Random, chamber: str) -> Any:
    """When a proposal passes; more votes in favour never hurt."""
    share = luck.choice(("> 1/2", ">= 2/3", ">= 3/4", ">= 40 %"))
    leaf = {"chamber": chamber, "yes": share, "of": luck.choice(("cast", "present", "all"))}
    blocked = luck.choice(({"no": "<= 1/2"}, {"not_yes": "< 1/3"}, {"not_yes": "< 3 votes"}, {"no": "< 2 votes"}))
    against = {"chamber": chamber, **blocked}
    least = {"chamber": chamber, "yes": luck.choice((">= 1 votes", "> 1 votes"))}
    return luck.choice(
        (
            share,
            leaf,
            "consensus",
            {"any": ["consensus", leaf]},
            {"all": [leaf, {"chamber": chamber, "no": "< 1/3"}]},
            {"all": [leaf, against]},
            {"any": [against, leaf]},
            {"all": [least, {"not": {"chamber": chamber, "no": "> 1/2"}}]},
        )
    )


def voting(luck: Random) -> dict[str, Any]:
    corporate = choice(luck, Choice("corporate_role", "none", ""))
    firms_vote = bool(FAMILIES["corporate_role"][corporate["rule"]].metadata.get("votes"))
    chambers = {}
    for name in ("states", "money")[: luck.randint(1, 2)]:
        weight = choice(luck, Choice("vote_weight", "equal", ""))
        mixed = firms_vote and weight["rule"] != "heads"
        chambers[name] = {
            "of": luck.choice(("nations", "pool", "firms") if mixed else ("nations",)),
            "group": luck.choice((None, None, *GROUPS)),
            "weight": weight,
        }
        if luck.random() < 0.2:
            chambers[name]["tiers"] = ["rank_a"]
        if chambers[name]["of"] != "firms" and luck.random() < 0.4:
            halves = luck.choice((("oecd", "not:oecd"), ("g77", "not:g77"), (["asean", "eu"], ["africa", "CHN"])))
            if weight["rule"] in ("equal", "heads"):
                chambers[name]["casts"] = luck.choice(("members", "seats"))
            chambers[name]["constituencies"] = {
                f"part_{place}": {
                    "members": half,
                    "seats": luck.randint(1, 3),
                    "lead": luck.choice(("largest", "rotating")),
                }
                for place, half in enumerate(halves)
            }
    subjects = (*POLICY_DIMENSIONS, "admission")
    return {
        "corporate": corporate,
        "agenda": choice(luck, Choice("agenda", "rotating", "")),
        "review_years": luck.randint(0, 3),
        "abstention": luck.choice(("cast", "present", "all")),
        "chambers": chambers,
        "quorum": luck.choice((None, None, None, "1/2", ">= 80 %", ">= 2 votes", "> 1 votes")),
        "veto": luck.choice(([], [], ["CHN"])),
        "decisions": {kind: condition(luck, luck.choice(list(chambers))) for kind in ("ordinary", "special", "super")},
        "decide": {subject: luck.choice(("ordinary", "special", "super")) for subject in subjects},
    }


def body(luck: Random, name: str, names: list[str]) -> dict[str, Any]:
    """A random charter."""
    tiers = {f"rank_{number}": section(luck, TIER) for number in "abc"[: luck.randint(1, 3)]}
    tiers["rank_a"]["weight"] = luck.uniform(0.1, 1.0)
    if luck.random() < 0.4:  # at the moment of admission an assembly has to exist
        luck.choice(list(tiers.values()))["admission"] = {"rule": "vote", "nearness": luck.uniform(0.2, 2.0)}
    fund = {**section(luck, FUND), "arrears": section(luck, ARREARS)}
    if luck.random() < 0.5:  # few years: let members fall into arrears and be suspended soon
        fund["arrears"].update(default_rate=0.2, years_to_lose_vote=0.5, years_to_suspend=1.0)
    others = [other for other in names if other != name and luck.random() < 0.6]
    events = [
        {"year": luck.randint(2026, 2029), "set": {"policy.stringency": luck.random(), "fund.envelope": luck.random()}}
        for _ in range(luck.randint(0, 2))
    ]
    return {
        "name": name,
        "sponsor": luck.choice(("CHN", "USA", "FRA", "IND")),
        "host": luck.choice((None, "CHN", "USA")),
        "eligible": luck.choice(
            ("all", "all", "not:oecd", "brics", "asia", ["CHN", "USA", "IND", "BRA", "FRA", "KEN"])
        ),
        "record": luck.choice(RECORDS),
        "invites": luck.random() < 0.2,
        "invited": ["CHN", "USA", "BRA"],
        "expected_share": luck.uniform(0.1, 0.6),
        "entry_into_force": {
            "ratifications": luck.randint(1, 3),
            "gdp_share": luck.choice((0.0, 0.0, 0.2)),
            "reached": luck.random() < 0.6,
        },
        "policy": section(luck, POLICY),
        "tiers": tiers,
        "voting": voting(luck),
        "fund": fund,
        **{key: choice(luck, field) for key, field in CHARTER_SECTIONS.items()},
        "programmes": section(luck, PROGRAMMES),
        "relations": {
            other: {"term": luck.choice(("complement", "rival", "exclusive")), "strength": luck.uniform(0.0, 1.0)}
            for other in others
        },
        "events": events,
    }
