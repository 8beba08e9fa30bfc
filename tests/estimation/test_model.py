"""The fit: what it recovers, what it must not depend on, and where it must agree with another package."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

from sim.estimation.model import Data, Priors, fit, relevel

BODIES, STATES, SLOPES = 40, 120, np.array([1.0, -0.5, 0.0])


def synthetic(seed: int = 1, propensity: float = 0.8, missing: float = 0.1) -> Data:
    """Many bodies whose coefficients are known."""
    generator = np.random.default_rng(seed)
    slopes = generator.normal(size=(BODIES, STATES, len(SLOPES)))
    constant = generator.normal(-1.0, 0.7, (BODIES, 1))
    odds = slopes @ SLOPES + constant + generator.normal(0.0, propensity, STATES)
    outcome = (generator.random(odds.shape) < expit(odds)).astype(float)
    outcome[generator.random(odds.shape) < missing] = np.nan
    return Data(outcome, slopes, np.ones((BODIES, 1)), np.zeros(BODIES), np.ones(BODIES))


PRIORS = Priors(np.full(3, 2.0), np.array([10.0]), 0.7, 0.8, 0.0)


def test_known_coefficients_of_synthetic_bodies_are_recovered() -> None:
    found = fit(synthetic(), PRIORS)
    assert np.abs(found.slope - SLOPES).max() < 0.12
    assert abs(found.level[0] + 1.0) < 0.35
    assert found.gradient < 1e-7


def test_a_general_optimiser_finds_the_same_mode() -> None:
    """The same posterior, written out observation by observation, minimised by BFGS without its structure."""
    data = synthetic(7)
    data = Data(data.outcome[:4, :12], data.slopes[:4, :12], data.level[:4], np.array([1.0, -1, 1, -1]), np.ones(4))
    priors = Priors(np.full(3, 0.6), np.array([3.0]), 0.7, 0.8, 0.5, (1,), 0.4)
    ours = fit(data, priors)
    seen = np.argwhere(~np.isnan(data.outcome))

    def loss(values: np.ndarray) -> float:
        slope, level, body, own, state, lean = np.split(values, [3, 4, 8, 12, 24])
        total = 0.0
        for each, who in seen:
            row = data.slopes[each, who]
            odds = row @ slope + level[0] + body[each] + row[1] * own[each] + state[who] + data.side[each] * lean[who]
            total += np.logaddexp(0.0, odds) - data.outcome[each, who] * odds
        widths = zip((slope, level, body, own, state, lean), (0.6, 3.0, 0.7, 0.4, 0.8, 0.5), strict=True)
        return total + sum(0.5 * float((part**2).sum()) / width**2 for part, width in widths)

    theirs = minimize(loss, np.zeros(36), method="BFGS", options={"gtol": 1e-4, "maxiter": 60}).x
    assert np.allclose(ours.slope, theirs[:3], atol=2e-3)
    assert np.allclose(ours.body_slope[:, 1], theirs[8:12], atol=2e-3)
    assert np.allclose(ours.leaning, theirs[24:], atol=2e-3)


@pytest.mark.parametrize("varying", [(), (0, 1)])
def test_the_order_of_bodies_and_states_changes_nothing(varying: tuple[int, ...]) -> None:
    data, generator = synthetic(2), np.random.default_rng(3)
    priors = replace(PRIORS, leaning=0.4, varying=varying, variation=0.5)
    data = replace(data, side=np.where(np.arange(BODIES) % 2, 1.0, -1.0))
    rows, columns = generator.permutation(BODIES), generator.permutation(STATES)
    mixed = Data(
        data.outcome[rows][:, columns], data.slopes[rows][:, columns], data.level[rows], data.side[rows],
        data.weight[rows],
    )  # fmt: skip
    plain, moved = fit(data, priors), fit(mixed, priors)
    assert np.allclose(plain.slope, moved.slope, atol=1e-7)
    assert np.allclose(plain.state[columns], moved.state, atol=1e-7)
    assert np.allclose(plain.body_slope[rows], moved.body_slope, atol=1e-7)


def test_a_body_counted_twice_is_the_body_given_twice_up_to_its_own_effects() -> None:
    data = synthetic(4)
    wide = replace(PRIORS, body=1e-4)  # no effect of its own, so that the two are one likelihood
    doubled = fit(replace(data, weight=np.where(np.arange(BODIES) == 0, 2.0, 1.0)), wide)
    rows = np.r_[0, np.arange(BODIES)]
    columns = (data.outcome, data.slopes, data.level, data.side, data.weight)
    given = fit(Data(*(column[rows] for column in columns)), wide)
    assert np.allclose(doubled.slope, given.slope, atol=1e-5)


def test_a_body_without_weight_and_missing_outcomes_say_nothing() -> None:
    data = synthetic(5)
    silent = replace(data, weight=np.where(np.arange(BODIES) == 7, 0.0, 1.0))
    other = data.outcome.copy()
    other[7] = 1.0 - other[7]
    assert np.array_equal(fit(silent, PRIORS).slope, fit(replace(silent, outcome=other), PRIORS).slope)


def test_the_mode_of_one_state_and_one_body_is_the_closed_form() -> None:
    """One observation, one constant with prior width s: s^2 (1 - p) = constant."""
    data = Data(np.ones((1, 1)), np.zeros((1, 1, 1)), np.ones((1, 1)), np.zeros(1), np.ones(1))
    found = fit(data, Priors(np.ones(1), np.full(1, 1.5), 1e-6, 0.0, 0.0))
    assert np.isclose(found.level[0], 1.5**2 * (1 - expit(found.level[0])), atol=1e-6)


def test_nothing_to_fit_is_refused() -> None:
    data = synthetic()
    with pytest.raises(ValueError, match="no observation"):
        fit(replace(data, weight=np.zeros(BODIES)), PRIORS)


def test_relevelling_keeps_the_order_and_meets_the_number() -> None:
    odds = norm.rvs(size=50, random_state=6)
    moved = relevel(odds, 12.0)
    assert np.isclose(expit(moved).sum(), 12.0)
    assert np.allclose(np.diff(moved - odds), 0.0)
