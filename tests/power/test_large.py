"""Large bodies: where a careless method is wrong by 39 powers of ten, and where votes have to be rounded."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sim import power
from sim.power.combining import count_sums, enough_nodes, exact_nodes
from sim.power.counting import count_halves
from sim.power.games import Game
from sim.power.indices import solve
from sim.rules.decision import Decision
from tests.power.games import exact_orders, exact_swings

EXACT = 1e-9


def large_body(n, total, seed):
    """Votes of a body with a few large members, in whole numbers."""
    raw = np.random.default_rng(seed).lognormal(0, 1.5, n)
    return [int(vote) for vote in np.maximum(1, np.round(raw / raw.sum() * total))]


@pytest.mark.parametrize(("n", "share"), [(193, 0.5), (193, 0.85), (250, 2 / 3), (293, 0.2)])
def test_large_bodies_agree_with_whole_number_arithmetic(n, share):
    weights = large_body(n, 5000, n)
    quota = int(sum(weights) * share) + 1
    swings, winning = exact_swings(weights, quota)
    absolute = power.banzhaf(weights, quota, absolute=True)
    assert_allclose(absolute, [float(Fraction(one, 2 ** (n - 1))) for one in swings], rtol=EXACT, atol=0)
    assert_allclose(power.coleman(weights, quota)[0], float(Fraction(winning, 2**n)), rtol=EXACT)


def test_a_large_body_agrees_with_whole_number_orders():
    weights = large_body(193, 900, 7)
    quota = sum(weights) // 2 + 1
    found = power.shapley_shubik(weights, quota)
    assert_allclose(found.sum(), 1, rtol=EXACT)
    for member in (int(np.argmax(weights)), int(np.argmin(weights))):
        assert_allclose(found[member], exact_orders(weights, quota, member), rtol=EXACT)


def test_a_large_body_agrees_with_random_orders():
    weights = np.array(large_body(193, 10_000, 3))
    quota = int(weights.sum() // 2 + 1)
    orders = np.random.default_rng(1).permuted(np.tile(np.arange(193), (40_000, 1)), axis=1)
    pivot = (np.cumsum(weights[orders], axis=1) >= quota).argmax(axis=1)
    share = np.bincount(orders[np.arange(len(orders)), pivot], minlength=193) / len(orders)
    found = power.shapley_shubik(weights.tolist(), quota)
    error = np.sqrt(found * (1 - found) / len(orders))
    assert (np.abs(share - found) < 5 * error + 1e-4).all()


def test_rare_swings_keep_their_digits():
    """A holder of 49.9 % leaves the others almost no say; what is left keeps its digits."""
    weights = [4990] + [51 + place % 7 for place in range(93)]
    quota = sum(weights) // 2 + 1
    swings, _ = exact_swings(weights, quota)
    absolute = power.banzhaf(weights, quota, absolute=True)
    assert min(absolute) < 1e-8
    assert_allclose(absolute, [float(Fraction(one, 2**93)) for one in swings], rtol=EXACT, atol=0)


@pytest.mark.parametrize("heads", [[1] * 22, [1] * 11 + [0] * 11, [2] * 21 + [3]])
def test_heads_and_votes_counted_by_sums_and_by_meeting_in_the_middle(heads):
    """Every member one head (sizes are known), some, or unequal ones (the integral over p)."""
    votes = large_body(22, 300, 5)
    rule = {"all": [{"chamber": "heads", "yes": "> 1/2"}, {"chamber": "votes", "yes": "60 %"}]}
    condition = Decision.parse(rule, ["heads", "votes"]).condition
    game = Game.of_condition(
        condition, {"heads": heads, "votes": votes}, [f"m{place}" for place in range(22)]
    )
    by_sums, by_halves = count_sums(game), count_halves(game)
    for one, other in zip(by_sums, by_halves, strict=True):
        assert_allclose(one, other, rtol=EXACT, atol=0)


def test_two_independent_chambers_of_a_large_body():
    """Power in separate houses: the absolute index is that of the own house, times the other's to act."""
    nations, firms = large_body(193, 2000, 11), large_body(100, 1000, 12)
    members = {f"n{place}": {"nations": vote} for place, vote in enumerate(nations)}
    members |= {f"f{place}": {"firms": vote} for place, vote in enumerate(firms)}
    rule = {"all": [{"chamber": "nations", "yes": "> 1/2"}, {"chamber": "firms", "yes": "2/3"}]}
    table = power.of(rule, members)["decision"]
    first = nations, sum(nations) // 2 + 1
    second = firms, -(-2 * sum(firms) // 3)
    acts = power.coleman(*first)[0], power.coleman(*second)[0]
    assert_allclose(table.act, acts[0] * acts[1], rtol=EXACT)
    assert_allclose(table.absolute[:193], power.banzhaf(*first, absolute=True) * acts[1], rtol=EXACT)
    assert_allclose(table.absolute[193:], power.banzhaf(*second, absolute=True) * acts[0], rtol=EXACT)
    assert_allclose(table.shapley_shubik.sum(), 1, rtol=EXACT)


def test_rounding_is_said_and_its_error_is_the_one_said():
    weights = large_body(80, 90_000, 2)
    game = Game.of_weights(weights, sum(weights) // 2 + 1)
    rounded = solve(game, votes=4000)
    exact = solve(game, work=10**11)
    assert "rounded to a total of 4,000" in rounded.method and "exact" in exact.method
    said = [float(number) for number in re.findall(r"more than (\S+e-\d+)", rounded.method)]
    assert len(said) == 2 and 0 < min(said) <= max(said) < 0.02
    for name, change in (("banzhaf", said[0]), ("absolute", said[0]), ("shapley_shubik", said[1])):
        assert np.abs(getattr(rounded, name) - getattr(exact, name)).max() < 2 * change


@pytest.mark.parametrize("spread", [0.0, 0.7, 1.5, 2.5])
@pytest.mark.parametrize("share", [0.5, 0.85])
def test_as_many_nodes_as_are_taken_give_the_digits_of_all(spread, share):
    raw = np.random.default_rng(5).lognormal(0, spread, 193)
    weights = [int(vote) for vote in np.maximum(1, np.round(raw / raw.sum() * 3000))]
    game = Game.of_weights(weights, int(sum(weights) * share) + 1)
    nodes = enough_nodes(game)
    assert nodes < exact_nodes(game)
    every, some = solve(game), count_sums(game)[1]
    of = game.types[2]
    assert_allclose(every.shapley_shubik, np.where(of >= 0, some[of], 0.0), rtol=EXACT, atol=1e-15)
    assert "exact" in every.method


def test_consensus_of_many_weighted_members_is_a_count_of_heads():
    """A full sum asks only whether all are in: [total; any votes] is unanimity, however large the votes."""
    votes = large_body(193, 10**6, 9)
    members = {f"m{place}": vote for place, vote in enumerate(votes)}
    table = power.of({"any": ["consensus", {"chamber": "members", "yes": "100 %"}]}, members)["decision"]
    assert table.act == 2.0**-193 and "194 kinds" in table.method
    assert_allclose(table.shapley_shubik, 1 / 193, rtol=EXACT)


def test_fewer_nodes_than_exact_are_off_by_as_little_as_they_say():
    """Where the exact number of nodes is too much work, 32 are used; their sum tells their error."""
    game = Game.of_weights(large_body(193, 3000, 4), 2000)
    exact, few = count_sums(game)[1], count_sums(game, nodes=32)[1]
    said = abs(float((few * game.types[1]).sum()) - 1)
    assert np.abs(few - exact).max() < max(said, 1e-12)
