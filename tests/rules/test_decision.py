"""Decisions: the order of majorities, fairness between voters, abstention, and reading from plain data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.decision import ConditionError, Decision, is_monotone, parse_condition
from tests.rules.ballots import decide, heads

ONE = ["members"]


# --- properties over ballots


@st.composite
def votes_and_ballots(draw, abstention=True):
    """Votes of two chambers and ballots with yes, no, abstention and absence."""
    size = draw(st.integers(1, 8))
    column = st.lists(st.integers(0, 9), min_size=size, max_size=size).map(np.array)
    answers = np.array(draw(st.lists(st.integers(0, 3 if abstention else 1), min_size=size, max_size=size)))
    return {"a": draw(column), "b": draw(column)}, answers


def thresholds():
    share = st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda pair: pair[0] < pair[1])
    return share.map(lambda pair: f"{pair[0]}/{pair[1]}") | st.integers(1, 9).map(lambda n: f"{n} votes")


def monotone_conditions():
    """Conditions of the grammar in which a yes can only help."""
    bases = st.sampled_from(["cast", "present", "all"])
    chamber = st.sampled_from(["a", "b"])

    def leaf(parts):
        name, side, sign, text, of = parts
        data = {
            "chamber": name,
            side: {"yes": {"low": ">=", "high": ">"}, "no": {"low": "<=", "high": "<"}}[side][sign] + text,
        }
        return data if "votes" in text else data | {"of": of}

    sides = st.sampled_from(["yes", "no"])
    tallies = st.tuples(chamber, sides, st.sampled_from(["low", "high"]), thresholds(), bases).map(leaf)
    denied = chamber.map(lambda name: {"not": {"chamber": name, "no": "> 1/2"}})
    other = st.sampled_from(
        ["consensus", {"consensus": "a"}, {"veto": [0]}, {"chamber": "b", "present": "> 1/2"}]
    )
    return st.recursive(
        tallies | denied | other,
        lambda child: st.lists(child, min_size=1, max_size=3).flatmap(
            lambda parts: st.sampled_from([{"all": parts}, {"any": parts}])
        ),
        max_leaves=5,
    )


def passes(rule, votes, answers):
    return rule.passes(votes, answers == 0, answers == 1, answers != 3)


@given(votes_and_ballots(abstention=False), st.sampled_from(["cast", "present", "all"]))
def test_unanimity_implies_two_thirds_implies_half(case, of):
    votes, answers = case
    unanimous, two_thirds, half = (
        passes(Decision.parse(text, ["a", "b"], of), votes, answers) for text in ("100 %", "2/3", "> 1/2")
    )
    assert unanimous <= two_thirds <= half


@given(votes_and_ballots(), monotone_conditions(), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_voters_with_the_same_votes_are_interchangeable(case, data, random):
    votes, answers = case
    rule = Decision.parse(data, ["a", "b"])
    order = list(range(1, answers.size))  # member 0 may hold a veto and stays
    random.shuffle(order)
    order = [0, *order]
    moved = {name: column[order] for name, column in votes.items()}
    assert passes(rule, moved, answers[order]) == passes(rule, votes, answers)


@given(votes_and_ballots(), monotone_conditions(), st.data())
@settings(max_examples=300)
def test_one_more_yes_never_turns_passing_into_failing(case, data, choice):
    votes, answers = case
    rule = Decision.parse(data, ["a", "b"])
    assert is_monotone(rule.condition)
    voter = choice.draw(st.integers(0, answers.size - 1))
    changed = answers.copy()
    changed[voter] = 0
    if answers[voter] != 3:  # a newcomer may also raise the quorum's base; here the present stay present
        assert passes(rule, votes, answers) <= passes(rule, votes, changed)


@given(votes_and_ballots(), monotone_conditions(), st.lists(st.integers(0, 2**31), min_size=2, max_size=5))
def test_rows_and_proposals_of_a_block_equal_each_alone(case, data, seeds):
    votes, answers = case
    rule = Decision.parse(data, ["a", "b"])
    block = np.stack(
        [[np.random.default_rng([s, p]).integers(0, 4, answers.size) for p in range(3)] for s in seeds]
    )
    column = {
        name: np.stack([np.roll(array, row) for row in range(len(seeds))])[:, None]
        for name, array in votes.items()
    }
    together = passes(rule, column, block)
    assert together.shape == (len(seeds), 3)
    for row in range(len(seeds)):
        alone = {name: array[row, 0] for name, array in column.items()}
        for proposal in range(3):
            assert together[row, proposal] == passes(rule, alone, block[row, proposal])


@given(votes_and_ballots(), monotone_conditions())
def test_without_a_yes_nothing_passes(case, data):
    votes, answers = case
    rule = Decision.parse(data, ["a", "b"])
    assert not passes(rule, votes, np.where(answers == 0, 2, answers))
    nobody = {name: np.zeros_like(column) for name, column in votes.items()}
    assert not passes(rule, nobody, answers)


# --- abstention and absence as in real bodies


def test_abstention_counts_as_the_base_says():
    assert heads("2/3", yes=2, no=1, abstain=6, of="cast")
    assert not heads("2/3", yes=2, no=1, abstain=1, of="present")
    assert heads("2/3", yes=2, no=1, absent=6, of="present")
    assert not heads("2/3", yes=2, no=1, absent=1, of="all")


def test_absent_votes_do_not_count_and_quorum_is_a_condition():
    rule = {"all": ["> 1/2", {"chamber": "members", "present": ">= 1/2"}]}
    assert heads(rule, yes=3, no=1, abstain=1, absent=5)
    assert not heads(rule, yes=3, no=1, absent=5)
    assert not decide("> 1/2", {"members": [1, 1, 1]}, [1, 1, 0], present=[False, False, True])


def test_empty_chamber_meets_limits_on_objections_only():
    votes = {"states": [1, 1, 1], "firms": [0, 0, 0]}
    assert not decide("> 1/2", votes, [1, 1, 1])
    assert decide(
        {"all": [{"chamber": "states", "yes": "> 1/2"}, {"chamber": "firms", "no": "<= 1/4"}]},
        votes,
        [1, 1, 0],
    )
    deny = {"all": [{"chamber": "states", "yes": "> 1/2"}, {"not": {"chamber": "firms", "no": "> 1/2"}}]}
    assert decide(deny, votes, [1, 1, 0])
    assert decide({"consensus": "firms"}, votes, [1, 0, 0])


def test_both_yes_and_no_is_an_error():
    with pytest.raises(ValueError, match="both yes and no"):
        decide("> 1/2", {"members": [1]}, [1], [1])


# --- reading and telling


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"chamber": "nobody", "yes": "> 1/2"}, ("chamber",)),
        ({"all": ["> 1/2", {"chamber": "members", "yes": "half"}]}, ("all", 1, "yes")),
        ({"any": [{"not": {"chamber": "members"}}]}, ("any", 0, "not")),
        ({"all": []}, ("all",)),
        ({"all": "> 1/2"}, ("all",)),
        ({"all": ["> 1/2"], "any": ["> 1/2"]}, ()),
        ({"veto": ["A", "A"]}, ("veto", 1)),
        ({"veto": [True]}, ("veto", 0)),
        ({"consensus": "x"}, ("consensus",)),
        ({"not": "> 1/2", "of": "all"}, ("of",)),
        ({"chamber": "members", "yes": "> 1/2", "off": "all"}, ("off",)),
        ({"chamber": "members", "yes": "> 1/2", "of": "most"}, ("of",)),
        ({"chamber": "members", "yes": "4 votes", "of": "all"}, ("of",)),
        ({"chamber": "members", "present": "1/2", "of": "cast"}, ("of",)),
        ({"chamber": "members", "yes": "1/2", "no": "1/2"}, ()),
        ("< 1/2", ()),
        ("consent", ()),
        (None, ()),
        ([], ()),
        (True, ()),
        ({}, ()),
    ],
)
def test_faults_are_named_with_their_place(data, path):
    with pytest.raises(ConditionError, match="found .*(write|leave|name)") as caught:
        parse_condition(data, ONE)
    assert caught.value.path == path


def test_veto_of_a_stranger_is_refused():
    with pytest.raises(ValueError, match="veto of NIL"):
        Decision.parse({"veto": ["NIL"]}, ONE, positions={"CHN": 0})


def test_veto_without_votes_is_no_veto():
    votes = {"members": [0, 1, 1]}
    assert decide({"all": ["> 1/2", {"veto": [0]}]}, votes, [0, 1, 1])


def test_bare_threshold_asks_the_same_of_every_chamber():
    bare = Decision.parse("> 1/2", ["a", "b"])
    both = Decision.parse({"all": [{"chamber": name, "yes": "> 1/2"} for name in "ab"]}, ["a", "b"])
    assert bare == both
    assert bare.chambers == ("a", "b")


STATES = {"chamber": "states", "yes": "55 %", "of": "all"}
PEOPLE = {"chamber": "people", "yes": "65 %", "of": "all"}
COUNCIL = {"all": [STATES, {"any": [PEOPLE, {"not": {"chamber": "states", "no": ">= 4 votes"}}]}]}


def test_rules_tell_themselves():
    told = Decision.parse(COUNCIL, ["states", "people"]).describe()
    assert told.startswith("at least 55 % of the votes of all members in states in favour and (at least 65 %")
    assert "not (at least 4 votes against in states)" in told
    assert Decision.parse("consensus", ONE).describe() == "no objection by a member present"
    quorum = {"chamber": "members", "present": "> 1/2"}
    assert Decision.parse(quorum, ONE).describe() == "more than 1/2 of the votes in members present"
