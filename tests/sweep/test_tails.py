"""Intervals under heavy tails: their coverage, counted; and expected shortfall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sim.comparison.estimates import mean_estimate, quantile_estimate
from sim.comparison.tails import expected_shortfall, order_interval
from sim.rules.hazards import expected_severity, truncated_pareto

TAIL, CEILING = 1.1, np.array(1e5)


def draws(trials: int, count: int, seed: int) -> np.ndarray:
    """Losses with the heaviest tail of the plausible range, (trials, count)."""
    uniform = np.random.default_rng(seed).random((trials, count))
    return np.asarray(truncated_pareto(uniform, CEILING, index=TAIL, smallest=1.0))


def exact(share: float) -> float:
    return float(truncated_pareto(np.array(share), CEILING, index=TAIL, smallest=1.0))


@pytest.mark.parametrize(("share", "count"), [(0.5, 24), (0.5, 96), (0.9, 96), (0.95, 200)])
def test_quantiles_are_covered_as_often_as_stated(share, count):
    """At 2,000 trials a coverage of 95 % is told to about one point; order statistics give that or a little more."""
    truth = exact(share)
    found = [order_interval(row, share) for row in draws(2000, count, 3)]
    covered = np.mean([one.low <= truth <= one.high for one in found])
    assert 0.94 <= covered <= 0.99


def test_the_bootstrap_covers_medians_of_pairs_and_not_means():
    """Paired differences in 24 futures: the median's interval holds, that of the mean misses far too often."""
    trials, futures = 120, 24
    one, other = draws(trials, futures, 5), draws(trials, futures, 6)
    cluster = np.arange(futures)
    medians = [quantile_estimate(a, b, cluster, 0.95, "median difference") for a, b in zip(one, other, strict=True)]
    assert 0.9 <= np.mean([found.low <= 0.0 <= found.high for found in medians]) <= 1.0
    truth = float(expected_severity(CEILING, np.array(TAIL), np.array(1.0)))
    for method in ("t", "bootstrap"):
        means = [mean_estimate(row, 0.95, method) for row in one]
        assert np.mean([found.low <= truth <= found.high for found in means]) < 0.85


@settings(max_examples=30)
@given(st.integers(1, 60), st.floats(0.05, 0.95), st.integers(0, 999))
def test_an_interval_holds_its_value_and_keeps_the_order(count, share, seed):
    values = np.random.default_rng(seed).random(count)
    found = order_interval(values, share)
    assert found.low <= found.value <= found.high
    turned = order_interval(3.0 * values + 1.0, share)  # another unit moves the ends along
    assert_allclose([turned.low, turned.high], [3.0 * found.low + 1.0, 3.0 * found.high + 1.0])
    if count < 3:
        assert np.isinf(found.low) and np.isinf(found.high)


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40), st.floats(0.0, 0.99))
def test_shortfall_lies_between_mean_and_worst(values, share):
    found, unit = expected_shortfall(np.array(values), share), 1e-9 * (1.0 + max(values))
    assert np.mean(values) - unit <= found <= max(values) + unit
    assert_allclose(expected_shortfall(np.array(values), 0.0), np.mean(values), atol=unit)


@pytest.mark.parametrize(
    ("values", "share"), [(np.array([]), 0.5), (np.array([1.0, np.inf]), 0.5), (np.array([1.0]), 1.0)]
)
def test_what_cannot_be_estimated_is_refused(values, share):
    with pytest.raises(ValueError, match="expected"):
        order_interval(values, share)
    with pytest.raises(ValueError, match="expected"):
        expected_shortfall(values, share)
