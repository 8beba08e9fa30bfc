"""Published models of the race: printed and exact figures, through the rules and through the functions they call."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sim.rules.race_published import effective_number
from sim.rules.textbook import contest, dsair, evolution, precipice, trust
from tests.rules.test_race import asked

ROW = {"safety_scale": 10.0, "safety_power": 0.5, "performance_scale": 10.0, "performance_power": 0.5, "damage": 1.0}
INFORMATION = ("none", "private", "public")
positive = st.floats(0.05, 8.0)


@pytest.mark.parametrize("information", INFORMATION)
@given(seed=st.integers(0, 999), teams=st.integers(2, 9), spread=positive, enmity=st.floats(0.05, 1.0))
def test_the_rule_plays_the_equilibrium(information, seed, teams, spread, enmity):
    """Capabilities as drawn by Armstrong and others, the best at mu, so that the rule measures from the same zero."""
    c = np.sort(np.random.default_rng(seed).random(teams))[None] * spread
    c[0, -1] = spread
    found = asked("abs", 0.5, c, information=information, enmity=enmity, scale=1.0, spread=spread)[0]
    if information == "none":
        assert_allclose(found, min(1.0, spread / (teams * enmity)))
    if information == "private":
        assert_allclose(found, np.minimum(1.0, c[0] / (1 + enmity * (teams - 1))), atol=1e-12)
    if information == "public":
        assert_allclose(found, [0.0] * (teams - 1) + [min(1.0, (c[0, -1] - c[0, -2]) / enmity)], atol=1e-12)


@pytest.mark.parametrize("information", INFORMATION)
@pytest.mark.parametrize(("teams", "spread", "enmity"), [(2, 1.0, 0.5), (2, 4.0, 1.0), (3, 2.0, 0.5), (5, 8.0, 0.3)])
def test_risk_is_that_of_many_races(information, teams, spread, enmity):
    """Closed forms of the risk against races that are run, safety by safety."""
    c = spread * np.random.default_rng(3).random((100_000, teams))
    if information == "none":
        safety = np.broadcast_to(precipice.safety_without_information(spread, teams, enmity), c.shape)
    elif information == "private":
        safety = precipice.safety_with_private_information(c, teams, enmity)
    else:
        two = np.sort(c, axis=-1)[:, -2:]
        safety = precipice.safety_with_public_information(np.where(c == two[:, 1:], two[:, 1:] - two[:, :1], 0), enmity)
    winner = (c if information == "public" else c - safety).argmax(axis=-1)
    risk = 1.0 - safety[np.arange(len(c)), winner]
    suffix = {"none": "without", "private": "with_private", "public": "with_public"}[information]
    exact = getattr(precipice, f"risk_{suffix}_information")(spread, teams, enmity)
    assert abs(risk.mean() - float(exact)) < 5e-3


@given(st.integers(2, 12), positive, st.floats(0.05, 1.0))
def test_knowing_more_never_helps_here(teams, spread, enmity):
    """Ignorance is safest; at full enmity and mu <= 1 one's own and all capabilities come to the same."""
    of = (spread, teams, enmity)
    none = float(precipice.risk_without_information(*of))
    assert none <= float(precipice.risk_with_private_information(*of)) + 1e-12
    assert none <= float(precipice.risk_with_public_information(*of)) + 1e-12
    small = (min(spread, 1.0), teams, 1.0)
    assert_allclose(precipice.risk_with_private_information(*small), precipice.risk_with_public_information(*small))


@pytest.mark.parametrize(
    ("teams", "tradeoff", "price", "sigma"),
    [(2, 0.25, 0.05, 0.853627), (2, 0.5, 0.05, 0.795040), (2, 0.25, 0.1, 0.828511)],
)
def test_contest_through_the_rule(teams, tradeoff, price, sigma):
    found = asked("contest", 0.0, [[1.0] * teams], tradeoff=tradeoff, price=price)
    assert_allclose(found, sigma, atol=6e-7)


@given(st.integers(2, 30), st.floats(0.0, 0.45), st.floats(0.0, 2.0), st.floats(0.01, 0.2))
def test_contest_meets_its_conditions(firms, tradeoff, damage, price):
    """Utility is flat in both inputs of one firm at the solution, by numerical slopes."""
    row = ROW | {"tradeoff": tradeoff, "damage": damage, "price": price}
    found = contest.symmetric_equilibrium(float(firms), **row)
    x = np.array([float(found.safety_input), float(found.performance_input)])
    for place in (0, 1):
        step = np.zeros(2)
        step[place] = 1e-5 * x[place]
        up, down = (contest.utility(tuple(x + sign * step), found, firms, **row) for sign in (1.0, -1.0))
        assert abs(float(up - down)) / 2e-5 < 1e-5


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=9), st.floats(0.5, 20))
def test_effective_number_lies_between_one_and_all(capability, decisive):
    c = np.array([capability])
    number = float(effective_number(c, np.ones(c.shape, dtype=bool), np.array([[decisive]]))[0, 0])
    assert 1.0 - 1e-12 <= number <= len(capability) + 1e-9


@pytest.mark.parametrize(("disaster", "unsafe"), [(0.7, 0.99986212), (0.8, 0.07557824), (0.9, 9.2174e-7)])
def test_dsair_through_the_rule(disaster, unsafe):
    """A hundred firms at work are the population of the paper."""
    found = asked("dsair", 0.4, np.zeros((1, 100)), disaster=disaster)
    assert_allclose(1.0 - found, unsafe, atol=6e-9)


@given(st.floats(1.01, 5.0), st.floats(0.0, 1.0))
def test_the_three_regions_of_dsair(speed, disaster):
    """At a large prize: unsafe is better and selected, the dilemma, safe is better and selected."""
    large = (4.0, 1.0, 1e12, 100.0, speed)
    assert_allclose(dsair.social_preference(*large), 1 - 1 / speed, atol=1e-6)
    assert_allclose(dsair.risk_dominance(*large), 1 - 1 / (3 * speed), atol=1e-6)
    threshold = dsair.risk_dominance(4.0, 1.0, 1e4, 100.0, speed)
    if abs(disaster - threshold) > 0.02:
        odds = dsair.log_odds_of_unsafe(dsair.payoffs(4.0, 1.0, 1e4, 100.0, speed, disaster), 5000, 0.01)
        assert (float(odds) > 0) == (disaster < threshold)


games = st.tuples(*[st.floats(-5, 5)] * 4)


@given(games, st.integers(2, 60), st.floats(0.0, 0.3))
def test_fixation_against_the_chain(game, size, strength):
    """The formula against the linear equations of the birth-death chain, and against its closed-form ratio."""
    aa, ab, ba, bb = game
    up = np.zeros(size + 1)
    for j in range(1, size):
        a = ((j - 1) * aa + (size - j) * ab) / (size - 1)
        b = (j * ba + (size - j - 1) * bb) / (size - 1)
        up[j] = 1 / (1 + np.exp(-strength * (a - b)))
    chain, ends = np.eye(size + 1), np.zeros(size + 1)
    for j in range(1, size):
        chain[j, j + 1], chain[j, j - 1] = -up[j], -(1 - up[j])
    ends[size] = 1.0
    by_hand = np.linalg.solve(chain, ends)[1]
    found = evolution.fixation(game, size, strength)
    assert_allclose(found, by_hand, rtol=1e-6, atol=1e-12)
    back = evolution.fixation((bb, ba, ab, aa), size, strength)
    assert_allclose(evolution.log_ratio_of_fixations(game, size, strength), np.log(found) - np.log(back), atol=1e-6)


@given(st.integers(2, 300), st.floats(-5.0, 5.0))
def test_neutral_and_constant_advantage(size, advantage):
    assert_allclose(evolution.fixation((1.0,) * 4, size, 0.1), 1 / size)
    constant = (advantage, advantage, 0.0, 0.0)
    assert_allclose(
        evolution.fixation(constant, size, 1.0),
        evolution.fixation_at_constant_advantage(advantage, size), rtol=1e-9, atol=1e-300,
    )  # fmt: skip


NUMBERS = {
    "user": 4.0, "creator": 4.0, "regulator": 4.0,
    "compliance": 0.5, "enforcement": 0.5, "sanction": 1.5, "pursuit": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("misled", "state", "share"),
    [(0.2, "TDD", 0.992435), (0.2, "TCD", 0.007081), (-0.1, "NDD", 0.960355), (-0.1, "NDC", 0.006676)],
)
def test_trust_in_three_populations(misled, state, share):
    assert abs(trust.long_run(100, 0.1, misled=misled, bounty=0.0, **NUMBERS)[state] - share) < 2e-6


@given(st.floats(-1.0, 1.0), st.floats(0.0, 2.0))
def test_trust_sums_to_one_and_enforcing_needs_a_bounty(misled, bounty):
    found = trust.long_run(100, 0.1, misled=misled, bounty=bounty, **NUMBERS)
    assert_allclose(sum(found.values()), 1.0)
    paid = [trust.payoffs(state, misled=misled, bounty=bounty, **NUMBERS)[2] for state in ("TDC", "TDD")]
    assert (paid[0] > paid[1]) == (bounty - NUMBERS["pursuit"] > NUMBERS["enforcement"])
