"""Decisions: exact ties, the order of majorities, fairness between voters, and the rules of real bodies."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.decision import ConditionError, Decision, Threshold, is_monotone, parse_condition

ONE = ["members"]


def decide(data, votes, yes, no=None, present=None, of="cast", positions=None):
    """One vote under a condition; votes by chamber, ballots as lists of 0 and 1."""
    yes = np.array(yes, dtype=bool)
    no = ~yes if no is None else np.array(no, dtype=bool)
    rule = Decision.parse(data, list(votes), of, positions)
    return bool(rule.passes({name: np.array(given) for name, given in votes.items()}, yes, no, present))


def heads(data, yes, no, absent=0, abstain=0, of="cast"):
    """One vote among equals, by how many say what."""
    size = yes + no + abstain + absent
    ballots = np.arange(size)
    present = ballots < yes + no + abstain
    return decide(
        data,
        {"members": np.ones(size, dtype=int)},
        ballots < yes,
        (ballots >= yes) & (ballots < yes + no),
        present,
        of,
    )


# --- thresholds


@pytest.mark.parametrize("sign", [">=", ">", "<=", "<"])
def test_every_small_tie_is_decided_exactly(sign):
    compare = {">=": "__ge__", ">": "__gt__", "<=": "__le__", "<": "__lt__"}[sign]
    for denominator in range(1, 13):
        for numerator in range(1, denominator + (sign != ">")):
            threshold = Threshold.parse(f"{sign} {numerator}/{denominator}")
            for total in range(1, 40):
                votes = np.arange(total + 1)
                expected = [
                    getattr(Fraction(int(v), total), compare)(Fraction(numerator, denominator)) for v in votes
                ]
                assert threshold.met(votes, total).tolist() == expected


def test_large_totals_are_decided_exactly_to_one_vote():
    total = 3 * 10**9
    assert Threshold.parse("2/3").met([2 * 10**9 - 1, 2 * 10**9], total).tolist() == [False, True]
    assert Threshold.parse("> 0.666666667").met([2_000_000_001, 2_000_000_002], total).tolist() == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("> 1/2", "> 1/2"),
        ("2/3", ">= 2/3"),
        ("55 %", ">= 11/20"),
        (0.55, ">= 11/20"),
        (0.1, ">= 1/10"),
        ("≥ 85%", ">= 17/20"),
        ("<= 1/4", "<= 1/4"),
        ("100 %", ">= 100 %"),
        ("4 votes", ">= 4 votes"),
        ("1 vote", ">= 1 vote"),
        ("< 4 votes", "< 4 votes"),
        (Fraction(3, 4), ">= 3/4"),
    ],
)
def test_canonical_text_reads_back_as_itself(value, canonical):
    threshold = Threshold.parse(value)
    assert str(threshold) == canonical
    assert Threshold.parse(str(threshold)) == threshold


@pytest.mark.parametrize(
    "value",
    ["", "half", "4 members", "> 1", "101 %", "-1/2", "1/0", "55", 55, 1, 1.0, "1.5 votes", "< 0 %", None, True, [1],
     float("nan"), float("inf"), "0.12345678901", "> 1/2 of all"],
)  # fmt: skip
def test_unusable_thresholds_are_refused_with_what_to_write(value):
    with pytest.raises(ValueError, match="found .* (write|expected)"):
        Threshold.parse(value)


def test_votes_that_64_bits_cannot_compare_are_refused():
    with pytest.raises(ValueError, match="larger units"):
        Threshold.parse("0.123456789").met(1, 10**11)
    with pytest.raises(ValueError, match="more than"):
        decide("0.123456789", {"members": [10**10, 1]}, [1, 0])
    with pytest.raises(ValueError, match="whole"):
        decide("> 1/2", {"members": [0.5, 0.5]}, [1, 0])
    with pytest.raises(ValueError, match="below 0"):
        decide("> 1/2", {"members": [-1, 3]}, [1, 0])


def test_a_share_of_nothing_is_reached_by_nobody_and_exceeded_by_nobody():
    for text, met in [
        (">= 0", False),
        (">= 1/2", False),
        ("> 1/2", False),
        ("<= 1/4", True),
        ("< 1/4", True),
    ]:
        assert Threshold.parse(text).met(0, 0) == met


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


# --- the grammar says what real bodies say


def test_un_security_council():
    five = [f"P{place}" for place in range(5)]
    rule = {"all": [{"chamber": "members", "yes": "9 votes"}, {"veto": five}]}
    votes, at = {"members": np.ones(15, dtype=int)}, {name: place for place, name in enumerate(five)}
    ten = np.arange(15) >= 5
    assert decide(rule, votes, ten, np.zeros(15), positions=at), "the five abstain: no veto"
    first = np.arange(15) == 0
    assert not decide(rule, votes, ~first, first, positions=at), "one permanent member against"
    assert not decide(rule, votes, np.arange(15) < 8, np.zeros(15), positions=at), "eight are too few"
    assert decide(rule, votes, np.arange(15) < 9, np.arange(15) >= 9, positions=at)


STATES = {"chamber": "states", "yes": "55 %", "of": "all"}
PEOPLE = {"chamber": "people", "yes": "65 %", "of": "all"}
EU = {"all": [STATES, {"any": [PEOPLE, {"not": {"chamber": "states", "no": ">= 4 votes"}}]}]}


def test_eu_council_needs_four_to_block():
    people = np.array([84, 68, 67, 47] + [10] * 23)
    votes = {"states": np.ones(27, dtype=int), "people": people}
    three, four = np.arange(27) < 3, np.arange(27) < 4
    assert people[~three].sum() / people.sum() < 0.65
    assert decide(EU, votes, ~three), "three large states cannot block"
    assert not decide(EU, votes, ~four), "four can"
    assert not decide(EU, votes, np.arange(27) < 14, np.zeros(27)), (
        "abstention counts against: 14 of 27 states"
    )
    assert decide(EU, votes, np.arange(27) < 15, np.arange(27) >= 15)


def test_gef_sixty_per_cent_of_both():
    rule = {"all": [{"chamber": name, "yes": "60 %"} for name in ("participants", "contributions")]}
    votes = {"participants": [1] * 5, "contributions": [60, 10, 10, 10, 10]}
    assert not decide(rule, votes, [0, 1, 1, 1, 1])
    assert decide(rule, votes, [1, 1, 1, 0, 0])
    assert not decide(rule, votes, [1, 1, 0, 0, 0])


MONTREAL = {
    "all": [
        {"chamber": "all", "yes": "2/3"},
        {"chamber": "north", "yes": "> 1/2"},
        {"chamber": "south", "yes": "> 1/2"},
    ]
}


def test_montreal_fund_two_thirds_with_a_majority_of_each_group():
    north = np.arange(14) < 7
    votes = {"all": np.ones(14, dtype=int), "north": north.astype(int), "south": (~north).astype(int)}
    assert not decide(MONTREAL, votes, np.isin(np.arange(14), [0, 1, 2, 7, 8, 9, 10, 11, 12, 13])), (
        "3 of 7 northern"
    )
    assert decide(MONTREAL, votes, np.isin(np.arange(14), [0, 1, 2, 3, 7, 8, 9, 10, 11, 12]))
    assert not decide(MONTREAL, votes, np.isin(np.arange(14), [0, 1, 2, 3, 7, 8, 9, 10, 11])), "9 of 14"


ISO = {"all": [{"chamber": "p_members", "yes": "2/3"}, {"chamber": "all", "no": "<= 1/4"}]}


def test_iso_two_thirds_of_p_members_and_a_quarter_against():
    votes = {"p_members": [1] * 6 + [0] * 6, "all": [1] * 12}
    assert decide(ISO, votes, [1] * 4 + [0] * 2 + [1] * 5 + [0])
    assert not decide(ISO, votes, [1] * 4 + [0] * 2 + [1] * 4 + [0] * 2), "4 of 12 against"
    assert not decide(ISO, votes, [1] * 3 + [0] * 3 + [1] * 6), "3 of 6 P-members"
    assert decide(ISO, votes, np.arange(12) < 3, np.zeros(12)), "abstentions are excluded"


def test_seabed_no_majority_against_in_any_chamber():
    chambers = ["council", "consumers", "investors"]
    rule = {"all": [{"chamber": "council", "yes": "2/3"}]
            + [{"not": {"chamber": name, "no": "> 1/2", "of": "all"}} for name in chambers[1:]]}  # fmt: skip
    votes = {
        "council": np.ones(12, dtype=int),
        "consumers": (np.arange(12) < 4).astype(int),
        "investors": ((np.arange(12) >= 4) & (np.arange(12) < 8)).astype(int),
    }
    assert decide(rule, votes, np.arange(12) >= 2), "2 of 4 against is no majority"
    assert not decide(rule, votes, np.arange(12) >= 3), "3 of 4 consumers against"


AIIB_SUPER = {
    "all": [
        {"chamber": "governors", "yes": "2/3", "of": "all"},
        {"chamber": "votes", "yes": "3/4", "of": "all"},
    ]
}


def test_aiib_super_majority_gives_a_quarter_holder_a_block():
    votes = {"governors": [1] * 6, "votes": [26, 20, 20, 20, 10, 4]}
    assert not decide(AIIB_SUPER, votes, [0, 1, 1, 1, 1, 1])
    assert decide(AIIB_SUPER, votes, [1, 1, 1, 1, 0, 0])
    assert not decide(AIIB_SUPER, votes, [1, 1, 1, 0, 0, 0])


def test_canada_seven_fifty_with_parliament():
    people = [10753573, 7138795, 3724500, 2696826, 1113898, 990237, 909282, 738133, 551792, 134557]
    rule = {"all": [{"chamber": "parliament", "yes": "100 %"}, {"chamber": "provinces", "yes": "7 votes"},
                    {"chamber": "people", "yes": "50 %", "of": "all"}]}  # fmt: skip
    votes = {"parliament": [1] + [0] * 10, "provinces": [0] + [1] * 10, "people": [0, *people]}
    assert decide(rule, votes, [1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0])
    assert not decide(rule, votes, [0] + [1] * 10)
    assert not decide(rule, votes, [1, 0, 0] + [1] * 8), "eight provinces, too few people"


def test_us_federal_legislation():
    chambers = {"house": ">= 218 votes", "senate": ">= 51 votes"}
    simple = [{"chamber": name, "yes": text} for name, text in chambers.items()]
    tie = [
        simple[0],
        {"chamber": "senate", "yes": "50 votes"},
        {"chamber": "vice_president", "yes": "1 vote"},
    ]
    signed = {"chamber": "president", "yes": "1 vote"}
    override = [{"chamber": "house", "yes": "290 votes"}, {"chamber": "senate", "yes": "67 votes"}]
    rule = {"any": [{"all": [signed, *simple]}, {"all": [signed, *tie]}, {"all": override}]}
    place = np.repeat(np.arange(4), [435, 100, 1, 1])
    names = ["house", "senate", "vice_president", "president"]
    votes = {name: (place == number).astype(int) for number, name in enumerate(names)}

    def bill(house, senate, vice, president):
        many = zip([house, senate, vice, president], [435, 100, 1, 1], strict=True)
        return decide(rule, votes, np.concatenate([np.arange(size) < yes for yes, size in many]))

    assert bill(218, 51, 0, 1) and bill(218, 50, 1, 1) and bill(290, 67, 0, 0)
    assert not bill(217, 100, 1, 1) and not bill(218, 50, 0, 1) and not bill(289, 100, 1, 0)


def test_consensus_and_fallback_ilo_and_imf():
    assert heads("consensus", yes=1, no=0, abstain=3, absent=17)
    assert not heads("consensus", yes=20, no=1)
    assert not heads("consensus", yes=0, no=0, absent=21)
    assert heads({"any": ["consensus", "3/4"]}, yes=3, no=1)
    assert heads("2/3", yes=2, no=1, abstain=9) and not heads("2/3", yes=199, no=100)
    imf = {"members": [831_407, 5_032_443 - 831_407]}
    assert not decide("85 %", imf, [0, 1], of="all") and decide("> 1/2", imf, [0, 1], of="all")


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


def test_rules_tell_themselves():
    told = Decision.parse(EU, ["states", "people"]).describe()
    assert told.startswith("at least 55 % of the votes of all members in states in favour and (at least 65 %")
    assert "not (at least 4 votes against in states)" in told
    assert Decision.parse("consensus", ONE).describe() == "no objection by a member present"
    quorum = {"chamber": "members", "present": "> 1/2"}
    assert Decision.parse(quorum, ONE).describe() == "more than 1/2 of the votes in members present"
