"""Rules of voting compose: any corporate role, chambers, condition, abstention rule, quorum, veto and reform."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.choices import FAMILIES
from sim.engine import RunSpec, run_block
from sim.files.change import resolve_scenario
from sim.files.display import decisions_in_words
from sim.files.nodes import Place, from_plain
from sim.files.problems import Problems
from sim.seats import power_of, seats_of
from sim.sections import POLICY_DIMENSIONS

ROLES = [rule.name for rule in FAMILIES["corporate_role"]]
WEIGHTS = [rule.name for rule in FAMILIES["vote_weight"]]
NORTH = ["oecd", "eu"]
HALVES = {"north": {"group": NORTH}, "south": {"group": ["all", "-oecd", "-eu"]}}
CHAMBERS = st.one_of(
    st.sampled_from(WEIGHTS).map(lambda weight: {"one": {"weight": weight}}),
    st.just({"pool": {"of": "pool", "weight": "equal"}}),
    st.sampled_from(WEIGHTS).map(lambda weight: {"heads": {"weight": "heads"}, "second": {"weight": weight}}),
    st.just(
        {"all_states": {"weight": "heads"}, **{name: {**half, "weight": "heads"} for name, half in HALVES.items()}}
    ),
    st.just({"states": {"weight": "heads"}, "firms": {"of": "firms"}}),
    st.just({"states": {"weight": "equal"}, "founders": {"weight": "heads", "tiers": ["full"]}}),
    st.sampled_from(["members", "seats"]).map(
        lambda casts: {
            "board": {
                "weight": "heads",
                "casts": casts,
                "constituencies": {
                    "rich": {"members": NORTH, "seats": 2},
                    "others": {"members": ["africa", "asia", "-oecd", "-eu"], "lead": "rotating"},
                },
            }
        }
    ),
)


@st.composite
def conditions(draw: st.DrawFn, chambers: list[str]) -> Any:
    """A share, consensus with or without fallback, a blocking minority, no majority against anywhere, a veto."""
    chamber = draw(st.sampled_from(chambers))
    share = draw(st.sampled_from(["> 1/2", ">= 2/3", "85 %"]))
    leaf = {"chamber": chamber, "yes": share, "of": draw(st.sampled_from(["cast", "present", "all"]))}
    return draw(
        st.sampled_from(
            [
                share,
                leaf,
                "consensus",
                {"any": ["consensus", leaf]},
                {"all": [leaf, {"any": [{**leaf, "yes": "80 %"}, {"chamber": chamber, "not_yes": "< 4 votes"}]}]},
                {"all": [leaf, *({"not": {"chamber": name, "no": "> 1/2"}} for name in chambers)]},
                {"all": [leaf, {"veto": ["CHN"]}]},
                {"all": [leaf, {"consensus": chamber}]},
            ]
        )
    )


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A small world with one body whose voting is drawn."""
    chambers = draw(CHAMBERS)
    role = draw(st.sampled_from(ROLES))
    votes = FAMILIES["corporate_role"][role].metadata.get("votes")
    if not votes:  # such chambers are refused
        chambers.pop("firms", None)
    kinds = {kind: draw(conditions(list(chambers))) for kind in ("ordinary", "special", "super")}
    voting: dict[str, Any] = {
        "corporate": role,
        "chambers": chambers,
        "decisions": kinds,
        "abstention": draw(st.sampled_from(["cast", "present", "all"])),
        "quorum": draw(st.sampled_from([None, "1/2", "> 2 votes"])),
        "veto": draw(st.sampled_from([[], ["CHN"]])),
        "review_years": draw(st.integers(0, 2)),
    }
    reform = {f"voting.chambers.{next(iter(chambers))}.group": "g77"}
    later = draw(st.sampled_from([{"voting.abstention": "all"}, {"voting.decisions.ordinary": ">= 3/4"}, reform]))
    return {
        "name": "composed",
        "years": 2,
        "steps_per_year": 1,
        "nations": {"sample": 8, "seed": draw(st.integers(1, 5))},
        "firms": {"synthetic": 6},
        "entrants": 0,
        "bodies": {
            "body": {
                "name": "body",
                "sponsor": "CHN",
                "record": "all",
                "entry_into_force": {"reached": True},
                "tiers": {"half": {"votes": 0.5}, "full": {"admission": {"rule": "region", "groups": ["asia"]}}},
                "voting": voting,
                "events": [{"year": 2028, "set": later}],
            }
        },
    }


def resolved_of(plain: dict[str, Any]) -> dict[str, Any]:
    problems = Problems()
    found = resolve_scenario(from_plain(plain, Place("composed")), problems)
    problems.raise_if_any()
    assert found is not None
    return found


@given(scenarios())
@settings(max_examples=25, deadline=None)
def test_any_voting_rules_compose_and_run(plain: dict[str, Any]) -> None:
    resolved = resolved_of(plain)
    result = run_block([RunSpec("composed", 0, 0, 1, resolved)])
    assert result.errors == [None]
    for dimension in POLICY_DIMENSIONS:
        level = result.series[f"body.{dimension}"]
        assert np.isfinite(level).all() and (level >= 0.0).all() and (level <= 1.0).all()
    words = decisions_in_words(resolved["bodies"]["body"])
    assert set(words) == {"ordinary", "special", "super"} and all(text for _, text in words.values())


@given(scenarios(), st.sampled_from(["ordinary", "super"]), st.sampled_from([2026, 2028]))
@settings(max_examples=8, deadline=None)
def test_any_voting_rules_have_the_power_that_all_ballots_show(plain: dict[str, Any], kind: str, year: int) -> None:
    """The assembly's own decision asked about every ballot of seven states, before and after the reform."""
    charter = resolved_of(plain)["bodies"]["body"]
    seats = seats_of(charter, "CHN FRA IND NGA BRA DEU KEN".split(), firms=[], year=year)
    places = np.flatnonzero(seats.seated)
    yes = np.zeros((2 ** len(places), len(seats.members)), dtype=bool)
    yes[:, places] = (np.arange(2 ** len(places))[:, None] >> np.arange(len(places))) & 1 == 1
    votes = {name: held[None, :] for name, held in seats.votes.items()}
    wins = seats.charter.decisions[kind].passes(votes, yes, seats.seated & ~yes)
    assume(all(held.any() for held in votes.values()) and wins[-1])
    table = power_of(seats)[kind]
    assert abs(table.act - wins.mean()) < 1e-12
    for place in places:
        swings = (wins[yes[:, place]].sum() - wins[~yes[:, place]].sum()) / 2 ** (len(places) - 1)
        assert abs(table.of(seats.members[place])["absolute"] - swings) < 1e-12
