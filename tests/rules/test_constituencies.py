"""Seats that groups fill together, tiers with a veto, and rules that nobody could meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.files.change import resolve_charter, resolve_scenario
from sim.files.nodes import Place, from_plain
from sim.files.problems import Problems
from sim.phases.votes import chamber_votes
from sim.plan import Plan, RunSpec
from sim.rules.attainable import hindrance
from sim.rules.constituencies import benches
from sim.rules.decision import Decision, parse_condition
from sim.seats import power_of, seats_of
from sim.start import begin


def charter(**voting: Any) -> dict[str, Any]:
    problems = Problems()
    plain = {
        "name": "body",
        "sponsor": "CHN",
        "eligible": ["CHN", "RUS", "LAO", "BLR", "KAZ", "FRA", "DEU", "NLD"],
        "tiers": {"associate": {"votes": 1.0}, "full": {"admission": {"rule": "region", "groups": ["CHN", "FRA"]}}},
        "voting": voting,
    }
    found = resolve_charter(from_plain(plain, Place("charter")), problems)
    problems.raise_if_any()
    assert found is not None
    return found


@given(st.data())
def test_constituencies_lose_no_vote_and_seat_whom_they_should(data: st.DataObject) -> None:
    size, runs = 9, 2
    belongs = data.draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size))
    groups = np.array([[each == place for each in belongs] for place in range(3)])
    seats = np.array(data.draw(st.lists(st.integers(1, 4), min_size=3, max_size=3)))
    turns = np.array(data.draw(st.lists(st.booleans(), min_size=3, max_size=3)))
    flags = data.draw(st.lists(st.booleans(), min_size=runs * size, max_size=runs * size))
    inside = np.array(flags).reshape(runs, size)
    wealth = np.array(data.draw(st.permutations(range(size))), dtype=float)[None, :] + np.zeros((runs, 1))
    votes = np.where(inside, np.array(data.draw(st.lists(st.integers(0, 50), min_size=size, max_size=size))), 0)
    found = benches(groups, seats, inside, wealth, data.draw(st.integers(2020, 2060)), turns)
    cast = found.gather(votes)
    assert (cast.sum(axis=-1) == votes.sum(axis=-1)).all()
    assert not cast[~found.holders].any() and not found.holders[~inside].any()
    for run in range(runs):
        for place in range(3):
            those = inside[run] & groups[place]
            sits = found.holders[run] & groups[place]
            assert sits.sum() == min(seats[place], those.sum())
            assert cast[run, groups[place]].sum() == votes[run, groups[place]].sum()
            if not turns[place] and sits.any() and (those & ~sits).any():
                assert wealth[run, sits].min() > wealth[run, those & ~sits].max()
    free = ~groups.any(axis=0)
    assert (found.holders[:, free] == inside[:, free]).all() and (cast[:, free] == votes[:, free]).all()


def test_every_member_has_its_turn() -> None:
    inside = np.array([[True, True, False, True, True, True]])
    one = np.ones((1, 6), dtype=bool)
    sat = [benches(one, np.array([2]), inside, np.ones((1, 6)), year, np.array([True])).holders for year in range(5)]
    assert np.sum(sat, axis=0).tolist() == [[2, 2, 0, 2, 2, 2]]


def test_who_shares_a_seat_has_no_power_of_its_own_and_the_seat_that_of_all() -> None:
    """A bloc of three votes among five states: [3; 3, 1, 1, 1, 1] where the bloc casts all it has, one of five else."""
    asia = {"asia": {"members": ["CHN", "LAO", "KAZ"]}}
    whole = charter(chambers={"states": {"weight": "heads", "constituencies": asia}}, decisions={"ordinary": "> 1/2"})
    names = ["CHN", "LAO", "KAZ", "RUS", "BLR", "FRA", "DEU", "NLD"]
    table = power_of(seats_of(whole, names))["ordinary"]
    assert sorted(table.members) == ["BLR", "CHN", "DEU", "FRA", "NLD", "RUS"]
    # more than four of eight: the bloc of three decides unless fewer than two or all five others agree with it
    assert table.of("CHN")["absolute"] == pytest.approx((10 + 10 + 5) / 32, abs=1e-15)
    each = charter(
        chambers={"states": {"weight": "heads", "casts": "seats", "constituencies": asia}},
        decisions={"ordinary": "> 1/2"},
    )
    table = power_of(seats_of(each, names))["ordinary"]
    assert np.allclose(table.banzhaf, 1 / 6) and table.smallest_winning == 4


def test_a_tier_may_veto() -> None:
    """The tier's veto is consensus in a chamber of its members: China and France are full members."""
    found = charter(
        chambers={"states": {"weight": "equal"}, "full": {"weight": "heads", "tiers": ["full"]}},
        decisions={"ordinary": {"all": [{"chamber": "states", "yes": "> 1/2"}, {"consensus": "full"}]}},
    )
    table = power_of(seats_of(found, ["CHN", "RUS", "LAO", "FRA", "DEU"]))["ordinary"]
    assert table.blockers == ("CHN", "FRA") or table.blockers == ("FRA", "CHN")


@pytest.mark.parametrize(
    ("chamber", "words"),
    [
        ({"tiers": ["ful"]}, "there is no tier 'ful'"),
        ({"constituencies": {"a": {"members": "asean"}, "b": {"members": ["LAO"]}}}, "LAO stands in 'a' too"),
        ({"constituencies": {"a": {"members": "asia_"}}}, "there is no group 'asia_'"),
        ({"weight": "gdp", "casts": "seats", "constituencies": {"a": {"members": "asia"}}}, "one vote a seat"),
    ],
)
def test_what_is_refused(chamber: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        charter(chambers={"states": chamber})


def test_a_veto_lapses_where_its_holder_is_not_in_the_study_and_is_refused_where_none_could_be() -> None:
    problems = Problems()
    rule = {"all": ["> 1/2", {"veto": ["GBR", "FRA"]}]}
    body = {"name": "b", "sponsor": "CHN", "voting": {"decisions": {"ordinary": rule}}}
    plain = {"name": "s", "nations": {"sample": 5, "seed": 3}, "years": 1, "bodies": {"body": body}}
    found = resolve_scenario(from_plain(plain, Place("scenario")), problems)
    problems.raise_if_any()
    assert found is not None
    run = begin(Plan([RunSpec("policy", 0, 0, 1, found)]))
    assert not {"GBR", "FRA"} & set(run.plan.stage.nations.iso3)
    decision = run.plan.bodies["body"].at(2027).decisions["ordinary"]
    assert "nobody who holds one takes part" in decision.describe()
    assert run.plan.bodies["body"].at(2027).chambers.keys() == chamber_votes(run, "body")[0].keys()
    with pytest.raises(ValueError, match="found a veto of GBR"):
        Decision.parse(rule, ["states"], positions={"FRA": 0})


PARTS = st.sampled_from(
    [
        {"chamber": "a", "yes": ">= 3 votes"}, {"chamber": "a", "yes": "> 1/2"}, {"chamber": "b", "yes": "> 2 votes"},
        {"chamber": "b", "no": "< 2 votes"}, {"chamber": "a", "no": "<= 1/3"}, {"chamber": "b", "present": "1/2"},
        {"not": {"chamber": "a", "no": ">= 2 votes"}}, {"not": {"chamber": "b", "no": "<= 2 votes"}},
        {"chamber": "b", "present": ">= 4 votes"}, "consensus", {"consensus": "b"},
    ]
)  # fmt: skip


@given(
    st.recursive(PARTS, lambda part: st.lists(part, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([{"all": parts}, {"any": parts}])), max_leaves=5),
    st.integers(0, 4), st.integers(0, 4),
)  # fmt: skip
def test_a_rule_that_some_vote_meets_is_never_called_hopeless(rule: Any, first: int, second: int) -> None:
    """All ballots of all memberships of up to 4 + 4 single votes: what passes anywhere is not refused."""
    condition = parse_condition(rule, ["a", "b"])
    decision = Decision(condition)
    ever = False
    for many in range(first + 1):
        for others in range(second + 1):
            size = many + others
            if not size:
                continue
            side = np.arange(size) < many
            votes = {"a": side.astype(np.int64), "b": (~side).astype(np.int64)}
            yes = (np.arange(2**size)[:, None] >> np.arange(size)) & 1 == 1
            ever = ever or bool(decision.passes(votes, yes, ~yes).any())
    if hindrance(condition, {"a": first, "b": second}, rule) is not None:
        assert not ever
