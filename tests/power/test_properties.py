"""What must hold for every game: identities, order, and agreement of independent ways to count."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sim import power
from sim.power.combining import count_sums
from sim.power.counting import count_halves, count_kinds
from sim.power.games import Game
from sim.power.sizes import smallest_winning
from sim.rules.decision import Decision
from tests.power.games import GAMES, brute_force

EXACT = 1e-9


@st.composite
def games(draw, most=9, heaviest=12):
    """One-weight games: votes, at least one above 0, and a quota that can be met."""
    weights = draw(st.lists(st.integers(0, heaviest), min_size=1, max_size=most).filter(any))
    return weights, draw(st.integers(1, sum(weights)))


@given(games())
def test_identities(game):
    weights, quota = game
    shares, absolute = power.banzhaf(weights, quota), power.banzhaf(weights, quota, absolute=True)
    shapley = power.shapley_shubik(weights, quota)
    _, prevent, initiate = power.coleman(weights, quota)
    assert_allclose([shares.sum(), shapley.sum()], 1, rtol=EXACT)
    assert_allclose(absolute / absolute.sum(), shares, rtol=EXACT)
    powerful = absolute > 0
    harmonic = 2 / (1 / prevent[powerful] + 1 / initiate[powerful])
    assert_allclose(harmonic, absolute[powerful], rtol=EXACT)
    assert (shapley[~powerful] == 0).all()
    for one, weight in enumerate(weights):
        for other, less in enumerate(weights):
            if weight == less:
                assert absolute[one] == absolute[other] and shapley[one] == shapley[other]
            if weight >= less:
                assert absolute[one] >= absolute[other] - 1e-12 and shapley[one] >= shapley[other] - 1e-12


@given(games(), st.data())
def test_own_power_does_not_fall_when_own_votes_rise_and_the_quota_stays(game, data):
    weights, quota = game
    member = data.draw(st.integers(0, len(weights) - 1))
    more = list(weights)
    more[member] += data.draw(st.integers(1, 9))
    for index in (lambda w: power.banzhaf(w, quota, absolute=True), lambda w: power.shapley_shubik(w, quota)):
        assert index(more)[member] >= index(weights)[member] - 1e-12


def test_the_share_of_swings_may_fall_when_own_votes_rise():
    assert power.banzhaf([8, 1, 1, 1, 5], 11)[0] < power.banzhaf([6, 1, 1, 1, 5], 11)[0]


@given(games(), st.integers(2, 7))
def test_units_do_not_matter(game, unit):
    weights, quota = game
    fractions = [Fraction(weight, unit) for weight in weights]
    assert_allclose(
        power.banzhaf(fractions, Fraction(quota, unit)), power.banzhaf(weights, quota), rtol=EXACT
    )
    many = [weight * 10**9 for weight in weights]
    assert_allclose(
        power.shapley_shubik(many, quota * 10**9), power.shapley_shubik(weights, quota), rtol=EXACT
    )


@given(games(), st.integers(0, 3))
def test_members_without_votes_change_nothing(game, strangers):
    weights, quota = game
    more = power.shapley_shubik(weights + [0] * strangers, quota)
    assert_allclose(more[: len(weights)], power.shapley_shubik(weights, quota), rtol=EXACT)
    assert (more[len(weights) :] == 0).all()


# --- compound rules against every ballot cast

CHAMBERS = ["a", "b", "c"]


def conditions():
    """Conditions of the whole grammar in which a yes can only help, three chambers and vetoes of names."""
    chamber = st.sampled_from(CHAMBERS)
    share = st.sampled_from(["1/3", "1/2", "55 %", "2/3", "3/4", "100 %", "2 votes", "5 votes"])
    low, high = st.sampled_from([">= ", "> "]), st.sampled_from(["<= ", "< "])
    base = st.sampled_from(["cast", "present", "all"])
    usable = st.tuples(low, share).map("".join).filter(lambda text: text != "> 100 %")
    yes = st.tuples(chamber, usable).map(lambda parts: {"chamber": parts[0], "yes": parts[1]})
    no = st.tuples(chamber, high, share).map(lambda parts: {"chamber": parts[0], "no": parts[1] + parts[2]})
    rest = st.tuples(chamber, high, share).map(lambda parts: {"chamber": parts[0], "not_yes": parts[1] + parts[2]})
    denied = st.tuples(chamber, usable).map(lambda parts: {"not": {"chamber": parts[0], "no": parts[1]}})
    based = st.tuples(chamber, base).map(lambda parts: {"chamber": parts[0], "yes": "> 1/2", "of": parts[1]})
    fixed = st.sampled_from(
        [
            "consensus",
            {"consensus": "a"},
            {"veto": ["m0"]},
            {"veto": ["m1", "m2"]},
            {"chamber": "a", "present": "1/2"},
        ]
    )
    return st.recursive(
        yes | no | rest | denied | based | fixed,
        lambda child: st.lists(child, min_size=1, max_size=3).flatmap(
            lambda parts: st.sampled_from([{"all": parts}, {"any": parts}])
        ),
        max_leaves=6,
    )


def smallest(rule, chambers, blocking=False):
    """The smallest winning or blocking coalition, by casting every ballot."""
    n = len(chambers["a"])
    ballots = (np.arange(2**n)[:, None] >> np.arange(n)) & 1 == 1
    won = rule.passes({name: np.array(votes) for name, votes in chambers.items()}, ballots, ~ballots)
    sizes = ballots.sum(axis=1)
    return int((n - sizes)[~won].min()) if blocking else int(sizes[won].min())


@given(conditions(), st.integers(3, 7), st.data())
@settings(max_examples=250, deadline=None)
def test_compound_rules_agree_with_casting_every_ballot(data, size, draw):
    column = st.lists(st.integers(0, 6), min_size=size, max_size=size)
    chambers = {name: draw.draw(column.filter(any)) for name in CHAMBERS}
    names = tuple(f"m{place}" for place in range(size))
    rule = Decision.parse(data, CHAMBERS, positions={name: place for place, name in enumerate(names)})
    everyone = np.ones(size, dtype=bool)
    assume(
        bool(rule.passes({name: np.array(votes) for name, votes in chambers.items()}, everyone, ~everyone))
    )
    banzhaf, shapley, winning = brute_force(rule, chambers)
    game = Game.of_condition(rule.condition, chambers, names)
    of = game.types[2]
    for count in (count_kinds, count_halves, count_sums):
        found = count(game)
        assert_allclose(
            np.where(of >= 0, found[0][of], 0), banzhaf, rtol=EXACT, atol=0, err_msg=count.__name__
        )
        assert_allclose(
            np.where(of >= 0, found[1][of], 0), shapley, rtol=EXACT, atol=0, err_msg=count.__name__
        )
        assert_allclose(found[2] * 2**size, winning, rtol=EXACT)
    table = power.of(
        {"chambers": dict.fromkeys(CHAMBERS), "decisions": {"x": data}}, chambers_by_member(chambers)
    )["x"]
    assert_allclose(table.absolute, banzhaf, rtol=EXACT, atol=0)
    assert table.smallest_winning == smallest(rule, chambers)
    assert table.smallest_blocking == smallest(rule, chambers, blocking=True)
    votes = {name: np.array(column) for name, column in chambers.items()}
    alone = [not rule.passes(votes, np.arange(size) != one, np.arange(size) == one) for one in range(size)]
    assert table.blocks_alone.tolist() == alone


@given(conditions(), st.integers(8, 12), st.data())
@settings(max_examples=25, deadline=None)
def test_larger_compound_rules_agree_with_casting_every_ballot(data, size, draw):
    column = st.lists(st.integers(0, 40), min_size=size, max_size=size)
    chambers = {name: np.array(draw.draw(column.filter(any))) for name in CHAMBERS}
    names = tuple(f"m{place}" for place in range(size))
    rule = Decision.parse(data, CHAMBERS, positions={name: place for place, name in enumerate(names)})
    yes = (np.arange(2**size)[:, None] >> np.arange(size)) & 1 == 1
    won = rule.passes(chambers, yes, ~yes)
    assume(bool(won[-1]))
    by_member = {name: {key: int(held[place]) for key, held in chambers.items()} for place, name in enumerate(names)}
    table = power.of({"chambers": dict.fromkeys(CHAMBERS), "decisions": {"x": data}}, by_member)["x"]
    others = yes.sum(axis=1)
    weight = np.array([factorial(k) * factorial(size - 1 - k) / factorial(size) for k in range(size)])
    for place in range(size):
        without = np.flatnonzero(~yes[:, place])
        swing = without[won[without + 2**place] & ~won[without]]
        assert_allclose(table.absolute[place], len(swing) / 2 ** (size - 1), rtol=EXACT, atol=0)
        assert_allclose(table.shapley_shubik[place], weight[others[swing]].sum(), rtol=EXACT, atol=1e-15)
    assert_allclose(table.act, won.mean(), rtol=EXACT)


def chambers_by_member(chambers):
    """The same votes with the members outside."""
    size = len(next(iter(chambers.values())))
    return {f"m{place}": {name: votes[place] for name, votes in chambers.items()} for place in range(size)}


# --- what is refused, and what is said


@pytest.mark.parametrize(
    ("weights", "quota"),
    [
        ([0.5, 0.5], 1),
        ([1, 2], 1.5),
        ([1, 2], 4),
        ([1, 2], 0),
        ([1, -2], 1),
        ([], 1),
        ([0, 0], 1),
        ([True, 1], 1),
    ],
)
def test_unusable_games_are_refused(weights, quota):
    with pytest.raises(ValueError, match="found .*expected"):
        power.banzhaf(weights, quota)


def test_rules_that_a_yes_can_hurt_or_nobody_can_meet_are_refused():
    with pytest.raises(ValueError, match="yes vote"):
        power.of({"chamber": "members", "yes": "< 1/2"}, {"A": 1, "B": 1})
    with pytest.raises(ValueError, match="ordinary: .*cannot meet"):
        power.of({"decisions": {"ordinary": "9 votes"}}, {"A": 1, "B": 1})
    with pytest.raises(ValueError, match="veto of C"):
        power.of({"all": ["> 1/2", {"veto": ["C"]}]}, {"A": 1, "B": 1})
    with pytest.raises(ValueError, match="votes by chamber"):
        power.of({"chambers": {"a": {}, "b": {}}, "decisions": {"x": "> 1/2"}}, {"A": 1})
    with pytest.raises(ValueError, match="fractions of votes"):
        power.of("1 vote", {"A": Fraction(1, 2), "B": 1})


def test_members_may_be_given_by_chamber():
    rule = {"chambers": {"a": {}, "b": {}}, "decisions": {"x": "> 1/2"}}
    by_chamber = power.of(rule, {"a": {"A": 1, "B": 2, "C": 3}, "b": {"A": 4, "C": 1}})["x"]
    by_member = power.of(rule, {"A": {"a": 1, "b": 4}, "B": {"a": 2}, "C": {"a": 3, "b": 1}})["x"]
    assert by_chamber.members == by_member.members == ("A", "B", "C")
    assert by_chamber.absolute.tolist() == by_member.absolute.tolist()


def test_smallest_coalitions_with_several_sums():
    names = [f"m{place}" for place in range(40)]
    votes = [400] + [15] * 39
    rule = {"all": [{"chamber": "heads", "yes": "> 1/2"}, {"chamber": "votes", "yes": "> 1/2"}]}
    chambers = {"heads": [1] * 40, "votes": votes}
    game = Game.of_condition(Decision.parse(rule, list(chambers)).condition, chambers, names)
    assert smallest_winning(game) == 21
    assert smallest_winning(game.dual) == 8  # the large member and seven others hold half of the votes


def test_every_published_game_agrees_between_methods():
    for one in GAMES:
        game = Game.of_weights(one["weights"], one["quota"])
        of = game.types[2]
        found = count_sums(game)
        assert_allclose(np.where(of >= 0, found[0][of], 0), one["banzhaf_absolute"], rtol=EXACT, atol=0)
        assert_allclose(np.where(of >= 0, found[1][of], 0), one["shapley_shubik"], rtol=EXACT, atol=0)
