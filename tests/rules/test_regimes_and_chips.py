"""Recognition, costs of regimes, converging rules, chips to parties only, compute lent, bounded allocations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.allocations import global_fund, star_bounded
from sim.rules.chips import parties_only, rationed
from sim.rules.matching import offers_and_needs
from sim.rules.recognition import by_regime, converged, fixed_cost, regimes_among, within_distance
from sim.rules.roll import Roll
from sim.rules.transfers import star

AMOUNTS = st.just(0.0) | st.floats(1e-3, 1e6)
RULES = st.lists(st.integers(0, 100), min_size=2, max_size=6)


def fewest(levels: list[int], distance: int) -> int:
    """The fewest groups of rules that are pairwise within a distance, by trying every choice of first members."""
    for count in range(1, len(levels) + 1):
        for laxest in combinations(sorted(levels), count):
            if all(any(low <= one <= low + distance for low in laxest) for one in levels):
                return count
    return len(levels)


@settings(max_examples=60, deadline=None)
@given(RULES, st.integers(0, 60))
def test_regimes_are_cliques_and_as_few_as_can_be(levels: list[int], distance: int) -> None:
    """Any two of one regime accept each other, and no fewer regimes would do."""
    everyone = np.ones((1, len(levels)), bool)
    lead = within_distance(np.array([levels], dtype=float), everyone, distance=float(distance))[0]
    groups = [[one for one, first in zip(levels, lead, strict=True) if first == each] for each in set(lead.tolist())]
    assert all(max(group) - min(group) <= distance for group in groups)
    assert len(groups) == fewest(levels, distance)


@settings(max_examples=40, deadline=None)
@given(RULES, st.floats(0.0, 1.0), st.floats(0.0, 0.5))
def test_recognition_never_costs_more_and_a_row_alone_is_itself(levels: list[int], trust: float, apart: float) -> None:
    """Shared regimes are fewer and cheaper; cost is within the profit; rows do not see each other."""
    strict = np.array([levels, levels[::-1]]) / 100.0
    spent = strict + 0.5
    revenue = np.array([[4.0, 0.1, 0.0]] * 2)
    alone = np.broadcast_to(np.arange(len(levels)), strict.shape)
    regime = within_distance(strict, np.ones(strict.shape, bool), distance=apart)
    numbers = {"fixed": 0.05, "margin": 0.25}
    without = fixed_cost(revenue, spent, alone, 0.0 * strict, **numbers)
    shared = fixed_cost(revenue, spent, regime, trust + 0.0 * strict, **numbers)
    assert (shared <= without + 1e-15).all() and (without <= 0.25 * revenue + 1e-15).all()
    assert (regimes_among(spent, regime) <= regimes_among(spent, alone) + 1e-12).all()
    for row in range(2):
        one = slice(row, row + 1)
        assert np.array_equal(
            fixed_cost(revenue[one], spent[one], regime[one], trust + 0.0 * strict[one], **numbers), shared[one]
        )
    assert by_regime(spent, regime).sum() == pytest.approx(spent.sum())


def test_converging_rules_halve_their_distance_and_keep_their_mean() -> None:
    """In ln 2 / rate years, in one step or in many."""
    rules, who = np.array([[0.1, 0.5, 0.9, 0.3]]), np.array([[True, True, True, False]])
    once = converged(rules, who, 10.0, rate=np.log(2.0) / 10.0)
    assert once == pytest.approx(np.array([[0.3, 0.5, 0.7, 0.3]]))
    many = rules
    for _ in range(40):
        many = converged(many, who, 0.25, rate=np.log(2.0) / 10.0)
    assert many == pytest.approx(once)


def test_leverage_that_is_used_wears_off_sooner() -> None:
    """Elsewhere grows by the clock alone without refusal, and the faster the more is refused."""
    half, none = np.array([[0.5]]), np.zeros((1, 1))
    idle = parties_only(half, 0.0, none, np.array([[False]]), 10.0)
    used = parties_only(half, 0.0, none, np.array([[True]]), 10.0)
    assert idle[1] == 0.0 and idle[2] == pytest.approx(1.0 - np.exp(-0.3))
    assert used[2] > idle[2]
    # fungible chips: a club that buys as much as its suppliers make can refuse nobody
    assert parties_only(half, 0.5, none, np.array([[True]]), 1.0, fungible=1.0)[1] == 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(AMOUNTS, min_size=2, max_size=6), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_what_is_refused_is_lost_or_redirected(added: list[float], refused: float, redirected: float) -> None:
    """The books of a refusal: buyers lose (1 - redirected) of what is refused, if somebody can take the rest."""
    bought, outside = np.array([added]), np.arange(len(added))[None, :] % 2 == 0
    after = rationed(bought, outside, refused, redirected)
    lost = refused * bought[outside].sum()
    taken = redirected * lost if bought[~outside].sum() > 0.0 else 0.0
    assert after.sum() == pytest.approx(bought.sum() - lost + taken)
    assert (after[~outside] >= bought[~outside] * (1.0 - 1e-12)).all() and (after >= 0.0).all()


@settings(max_examples=40, deadline=None)
@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=5), st.floats(0.0, 1.0))
def test_no_more_is_lent_than_offered_or_lacking(offered: float, short: list[float], found: float) -> None:
    """A matching function stays within both sides, and constant returns hold."""
    needs, supply = np.array([short]), np.array([[offered]])
    lent = offers_and_needs(supply, needs, found=found)
    assert (lent <= needs * (1.0 + 1e-12)).all() and lent.sum() <= offered * (1.0 + 1e-12)
    assert offers_and_needs(2.0 * supply, 2.0 * needs, found=found) == pytest.approx(2.0 * lent)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 1e3), min_size=1, max_size=30), st.floats(0.0, 0.05), st.floats(0.05, 1.0))
def test_bounded_shares_sum_to_one_within_their_bounds(people: list[float], floor: float, ceiling: float) -> None:
    """Floor and ceiling hold, unbound members keep the proportions of the formula without bounds."""
    n = len(people)
    same = {"readiness": np.full((1, n), 0.4), "income": np.full((1, n), 2e3)}
    roll = Roll(np.ones((1, n), bool), population=np.array([people]), **same)
    held, free = star_bounded(roll, floor=floor, ceiling=ceiling), star(roll)
    least, most = min(floor, 1.0 / n), max(ceiling, 1.0 / n)
    assert held.sum() == pytest.approx(1.0)
    assert (held >= least - 1e-9).all() and (held <= most + 1e-9).all()
    inner = (held > least + 1e-6) & (held < most - 1e-6)
    if inner.any():
        ratio = held[inner] / free[inner]
        assert ratio == pytest.approx(np.full(ratio.shape, ratio[0]), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(300.0, 60000.0), min_size=1, max_size=30), st.floats(0.02, 1.0))
def test_the_global_fund_curve_favours_the_poor(income: list[float], most: float) -> None:
    """Equal burdens: the poorer never receives less, the rich nothing, nobody more than the most."""
    n = len(income)
    roll = Roll(np.ones((1, n), bool), population=np.ones((1, n)), income=np.array([income]))
    held = global_fund(roll, most=most)[0]
    assert held.sum() == pytest.approx(1.0)
    if min(income) < 13999.0:
        order = np.argsort(income)
        assert (np.diff(held[order]) <= 1e-9).all()
        able = sum(one < 14000.0 for one in income)
        assert held.max() <= max(most, 1.0 / able) + 1e-9
        assert (held[np.array(income) >= 14000.0] == 0.0).all()
