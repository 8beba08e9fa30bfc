"""Formulas of inequality against closed forms, printed tables and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from sim.measures.inequality import (
    atkinson,
    concentration,
    effective_number,
    gini,
    herfindahl,
    kakwani,
    mean_difference,
    reynolds_smolensky,
    theil,
    theil_between,
    top_bottom,
)

# x, Gini, Theil's T, Atkinson at 0.5, 1 and 2: computed in exact arithmetic; the last is 1 - harmonic mean / mean.
TABLE = [
    ([1, 2, 3, 4, 5], 0.2666666667, 0.1196875936, 0.0631533922, 0.1316096384, 0.2700729927),
    ([0, 0, 0, 1], 0.75, 1.3862943611, 0.75, 1.0, 1.0),
    ([1, 1, 1, 7], 0.45, 0.4458463725, 0.2031373033, 0.3493693753, 0.4909090909),
    (list(range(1, 101)), 0.33, 0.1882725960, 0.1072029914, 0.2476695179, 1.0 - 100.0 / 5.187377517639621 / 50.5),
]
INCOMES = st.lists(st.floats(0.01, 1e4), min_size=2, max_size=12)


@pytest.mark.parametrize(("x", "g", "t", "low", "one", "two"), TABLE)
def test_the_printed_table(x: list[float], g: float, t: float, low: float, one: float, two: float) -> None:
    values = np.array([x], dtype=float)
    assert gini(values)[0, 0] == pytest.approx(g, abs=1e-9)
    assert theil(values)[0, 0] == pytest.approx(t, abs=1e-9)
    for aversion, wanted in ((0.5, low), (1.0, one), (2.0, two)):
        assert atkinson(values, aversion)[0, 0] == pytest.approx(wanted, abs=1e-9)


def test_theil_splits_into_within_and_between() -> None:
    """{1, 2, 3} and {10, 20}: 0.4598808525 = 0.0617288475 + 0.3981520050."""
    x, people, group = np.array([[1.0, 2.0, 3.0, 10.0, 20.0]]), np.ones((1, 5)), np.array([0, 0, 0, 1, 1])
    whole, between = theil(x, people)[0, 0], theil_between(x, people, group)[0, 0]
    assert whole == pytest.approx(0.4598808525, abs=1e-10)
    assert between == pytest.approx(0.3981520050, abs=1e-10)
    assert whole - between == pytest.approx(0.0617288475, abs=1e-10)


def quantiles(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count


def test_closed_forms_of_distributions() -> None:
    """Lognormal of sigma 1: Gini 0.5204998778, Theil 1/2; Pareto of index 2: 1/3; exponential: 1/2."""
    u = quantiles(400_000)
    normal = np.exp(ndtri(u))[None]
    assert gini(normal)[0, 0] == pytest.approx(2.0 * 0.5 * (1.0 + math.erf(0.5)) - 1.0, abs=2e-4)
    assert theil(normal)[0, 0] == pytest.approx(0.5, abs=2e-3)
    assert atkinson(normal, 1.0)[0, 0] == pytest.approx(0.3934693403, abs=2e-4)
    assert gini(((1.0 - u) ** -0.5)[None])[0, 0] == pytest.approx(1.0 / 3.0, abs=2e-3)
    assert gini(-np.log1p(-u)[None])[0, 0] == pytest.approx(0.5, abs=1e-4)


def test_concentration_of_markets() -> None:
    """Horizontal merger guidelines: 30/30/20/20 is 2600; merging a and b adds 2ab."""
    shares = np.array([25, 20, 15, 10, 8, 7, 6, 5, 4]) / 100.0
    assert herfindahl(shares)[0] == pytest.approx(1540.0)
    small = np.array([25, 20, 15, 10, 8, 7, 6, 9]) / 100.0
    large = np.array([45, 15, 10, 8, 7, 6, 5, 4]) / 100.0
    assert herfindahl(small)[0] == pytest.approx(1580.0) and herfindahl(large)[0] == pytest.approx(2540.0)
    assert herfindahl(np.array([0.3, 0.3, 0.4]))[0] == pytest.approx(3400.0)
    assert effective_number(2600.0) == pytest.approx(3.846154, abs=1e-6)


@given(INCOMES, st.floats(0.1, 100.0))
def test_scale_and_replication_change_nothing(x: list[float], scale: float) -> None:
    values, ones = np.array([x]), np.ones((1, len(x)))
    for measure in (gini, theil, lambda v, w=None: atkinson(v, 1.0, w), lambda v, w=None: top_bottom(
            v, np.ones(v.shape) if w is None else w, 0.2)):
        base = measure(values)[0, 0]
        assert measure(values * scale)[0, 0] == pytest.approx(base, rel=1e-9, abs=1e-12)
        assert measure(np.repeat(values, 2, axis=-1))[0, 0] == pytest.approx(base, rel=1e-9, abs=1e-9)
        assert measure(values, 2.0 * ones)[0, 0] == pytest.approx(base, rel=1e-9, abs=1e-12)


@given(INCOMES)
def test_the_mean_difference_counts_pairs(x: list[float]) -> None:
    values = np.array([x])
    pairs = np.abs(values[0][:, None] - values[0][None, :]).mean()
    assert mean_difference(values, np.ones(values.shape))[0, 0] == pytest.approx(pairs, rel=1e-9, abs=1e-9)


@given(INCOMES, st.floats(0.01, 0.5))
def test_a_tax_is_kakwani_times_its_size(x: list[float], rate: float) -> None:
    """Kakwani (1984): RS = t/(1-t) * K, for a tax that takes a growing share of income."""
    income = np.array([sorted(x)])
    people = np.ones(income.shape)
    taken = rate * income * income / income.max()
    mean_rate = taken.sum() / income.sum()
    wanted = mean_rate / (1.0 - mean_rate) * kakwani(taken, income, people)
    np.testing.assert_allclose(reynolds_smolensky(income, income - taken, people), wanted, rtol=1e-6, atol=1e-9)


@given(INCOMES)
def test_a_proportional_payment_is_neutral_and_a_poll_tax_regressive(x: list[float]) -> None:
    income = np.array([x])
    people = np.ones(income.shape)
    assert kakwani(0.1 * income, income, people)[0, 0] == pytest.approx(0.0, abs=1e-9)
    poll = kakwani(np.ones(income.shape), income, people)[0, 0]
    assert poll == pytest.approx(-gini(income)[0, 0], abs=1e-9)
    assert concentration(income, income, people)[0, 0] == pytest.approx(gini(income)[0, 0], rel=1e-9, abs=1e-12)
