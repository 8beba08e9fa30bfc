"""Incidents: bounded hazards, counts that only fall with the hazard, severities, expected harm and its exposure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import poisson

from sim.rules import hazards

share = st.floats(0.0, 1.0)
capability = st.floats(-9.0, 40.0)
index = st.floats(1.05, 2.5)


def one(value: float) -> np.ndarray:
    return np.full((1, 1), value)


@given(capability, capability, share, share, share, share)
def test_the_hazard_is_bounded_and_goes_the_right_ways(low, high, held, more_held, safety, safer):
    def rate(c: float, market: float, care: float) -> float:
        return float(hazards.bounded_hazard(one(c), one(market), one(care))[0, 0])

    low, high = sorted((low, high))
    held, more_held = sorted((held, more_held))
    safety, safer = sorted((safety, safer))
    assert 0.0 <= rate(low, held, safer) <= rate(high, held, safer) <= rate(high, more_held, safer)
    assert rate(high, more_held, safer) <= rate(high, more_held, safety) <= 4.0
    assert rate(high, 1.0, 1.0) <= 4.0 * (1.0 - 0.9) + 1e-12


@given(capability, share, share, share)
def test_misuse_rises_with_what_is_open_and_falls_with_safeguards(published, used, guard, more):
    guard, more = sorted((guard, more))
    rates = [float(hazards.open_capability(one(published), one(used), one(part))[0, 0]) for part in (guard, more)]
    assert 0.0 <= rates[1] <= rates[0] <= 1.5
    wider = float(hazards.open_capability(one(published), one(min(used + 0.1, 1.0)), one(guard))[0, 0])
    assert wider >= rates[0]


@given(st.lists(st.floats(0.0, 0.999), min_size=1, max_size=9), st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_counts_are_poisson_and_a_lower_hazard_only_removes(draws, mean, other):
    low, high = sorted((mean, other))
    uniform = np.array(draws)
    fewer, more = (hazards.poisson_count(uniform, np.full(uniform.shape, rate)) for rate in (low, high))
    assert (fewer <= more).all()
    assert_allclose(more, np.maximum(poisson.ppf(uniform, high), 0.0), atol=0.0 if high < 15 else 1.0)


@given(index, st.floats(0.1, 10.0), st.floats(50.0, 2e5), share)
def test_severity_is_a_truncated_pareto(tail, smallest, ceiling, uniform):
    """Its inverse is the distribution function, and no draw leaves its range."""
    size = float(hazards.truncated_pareto(np.array(uniform), np.array(ceiling), index=tail, smallest=smallest))
    assert smallest <= size <= ceiling
    kept = 1.0 - (smallest / ceiling) ** tail
    assert_allclose((1.0 - (smallest / size) ** tail) / kept, uniform, atol=1e-9)


@given(st.floats(0.6, 2.5), st.floats(0.1, 10.0), st.floats(50.0, 1e4))
def test_expected_severity_is_the_integral(tail, smallest, ceiling):
    kept = 1.0 - (smallest / ceiling) ** tail
    exact, _ = quad(lambda u: smallest * np.exp(u) * tail / kept * np.exp(-tail * u), 0.0, np.log(ceiling / smallest))
    found = float(hazards.expected_severity(np.array(ceiling), np.array(tail), np.array(smallest)))
    assert_allclose(found, exact, rtol=1e-6)


@pytest.mark.parametrize("tail", [1.1, 1.4, 2.5])
def test_realised_harm_is_the_expected_one_in_the_long_run(tail):
    """Counts times sizes over 400,000 years, against rate times mean size; within four standard errors."""
    luck, years, rate, ceiling = np.random.default_rng(11), 400_000, 0.8, np.array(2000.0)
    count = hazards.poisson_count(luck.random(years), np.full(years, rate))
    total = np.zeros(years)
    for number in range(int(count.max())):
        size = hazards.truncated_pareto(luck.random(years), ceiling, index=tail, smallest=1.0)
        total += np.where(count > number, size, 0.0)
    expected = rate * float(hazards.expected_severity(ceiling, np.array(tail), np.array(1.0)))
    assert abs(total.mean() - expected) < 4.0 * total.std() / np.sqrt(years)


@given(st.lists(st.tuples(st.floats(0.1, 1e4), st.floats(1e-3, 1.0)), min_size=1, max_size=9), st.floats(0.1, 10.0))
def test_exposure_shares_sum_to_one_and_know_no_unit(nations, scale):
    gdp, use = (np.array([part]) for part in zip(*nations, strict=True))
    found = hazards.loss_shares(gdp, use)
    assert_allclose(found.sum(), 1.0)
    assert_allclose(hazards.loss_shares(gdp * scale, use), found)
