"""Landmarks of the Bass curve and votes of independent voters: against the rule, brute force and limits."""

from __future__ import annotations

from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sim import power
from sim.rules.economy import bass
from sim.rules.textbook.diffusion import bass_peak
from sim.rules.textbook.juries import chance_to_pass, jagiellonian_quota

chance = st.floats(0.0, 1.0)


@given(st.floats(0.001, 0.05), st.floats(0.1, 0.7))
def test_the_rule_bass_is_fastest_at_the_peak(innovation, imitation):
    """Slopes of the engine's path around the time of the closed form, and its share there."""
    found = bass_peak(innovation, imitation)
    one = np.ones((1, 1))

    def share(years: float) -> float:
        numbers = {"innovation": innovation, "imitation": imitation, "floor": 1.0, "ceiling": 1.0}
        return float(bass(0.0 * one, one, one, years, **numbers)[0, 0])

    def slope(years: float) -> float:
        return (share(years + 1e-4) - share(years - 1e-4)) / 2e-4

    assert_allclose(share(found.time), found.share, atol=1e-9)
    assert_allclose(slope(found.time), found.speed, rtol=1e-5)
    assert slope(found.time) >= max(slope(found.time * 0.9), slope(found.time * 1.1))


def test_a_good_that_nobody_copies_peaks_at_once():
    assert bass_peak(0.3, 0.1) == (0.0, 0.0, 0.3)
    with pytest.raises(ValueError, match="p above 0"):
        bass_peak(0.0, 0.3)


@settings(max_examples=30)
@given(st.lists(st.tuples(chance, st.integers(0, 4)), min_size=1, max_size=7), st.integers(0, 12))
def test_chances_to_pass_by_casting_every_ballot(voters, needed):
    chances, votes = zip(*voters, strict=True)
    by_hand = half = 0.0
    for ballot in product((0, 1), repeat=len(voters)):
        weight = np.prod([one if yes else 1 - one for one, yes in zip(chances, ballot, strict=True)])
        cast = sum(vote for vote, yes in zip(votes, ballot, strict=True) if yes)
        by_hand += weight * (cast >= needed)
        half += weight * (1.0 if 2 * cast > sum(votes) else 0.5 if 2 * cast == sum(votes) else 0.0)
    assert_allclose(chance_to_pass(chances, votes, needed), by_hand, atol=1e-12)
    assert_allclose(chance_to_pass(chances, votes), half, atol=1e-12)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=8), st.data())
def test_tossing_coins_gives_the_power_to_act(votes, data):
    quota = data.draw(st.integers(sum(votes) // 2 + 1, sum(votes)))
    assert_allclose(chance_to_pass([0.5] * len(votes), votes, quota), power.coleman(votes, quota)[0], atol=1e-12)


@given(st.integers(1, 15), st.floats(0.5, 1.0))
def test_an_even_jury_equals_the_odd_one_below(half, competence):
    odd, even = (chance_to_pass([competence] * number) for number in (2 * half - 1, 2 * half))
    assert_allclose(odd, even, atol=1e-12)
    assert chance_to_pass([competence] * (2 * half + 1)) >= odd - 1e-12


@given(st.lists(st.floats(1.0, 1e8), min_size=2, max_size=40), st.floats(0.1, 10.0))
def test_the_quota_knows_no_unit_and_lies_above_a_half(people, scale):
    quota = jagiellonian_quota(people)
    assert 0.5 < quota <= 1.0
    assert_allclose(quota, jagiellonian_quota([one * scale for one in people]))
    equal = jagiellonian_quota([1.0] * len(people))
    assert equal <= quota + 1e-12 and abs(equal - (0.5 + 0.5 / sqrt(len(people)))) < 1e-12


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="chances between 0 and 1"):
        chance_to_pass([1.2])
    with pytest.raises(ValueError, match="as many votes"):
        chance_to_pass([0.5], [1, 1])
    with pytest.raises(ValueError, match="not all of them 0"):
        jagiellonian_quota([0.0])
