"""Sensitivity indices and boxes: properties, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.explore.discovery import find_box
from sim.explore.sensitivity import saltelli, sobol_indices


@settings(max_examples=10)
@given(st.lists(st.floats(0.5, 5.0), min_size=2, max_size=4))
def test_indices_of_a_sum(slopes):
    """First-order and total indices of an additive output are shares of the squared slopes."""
    bounds = {f"x{place}": (0.0, 1.0) for place in range(len(slopes))}
    found = sobol_indices(bounds, saltelli(bounds, 1024) @ np.array(slopes))
    shares = np.square(slopes) / np.square(slopes).sum()
    assert np.abs(found.first - shares).max() < 0.03
    assert np.abs(found.total - shares).max() < 0.03


@settings(max_examples=10)
@given(st.floats(0.2, 0.6), st.integers(0, 2))
def test_a_box_is_found_where_cases_are(edge, which):
    x = np.random.default_rng(4).random((1500, 3))
    found = find_box({name: x[:, place] for place, name in enumerate("abc")}, x[:, which] < edge, 0.9)
    assert found.density >= 0.9 and found.coverage > 0.8 and "abc"[which] in found.limits


BOUNDS = {"a": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: saltelli(BOUNDS, 1000), "power of two"),
        (lambda: saltelli({"a": (1.0, 0.0)}, 8), "low below high"),
        (lambda: saltelli({}, 8), "found no inputs"),
        (lambda: sobol_indices(BOUNDS, np.ones(7)), "multiple of 4"),
        (lambda: sobol_indices(BOUNDS, np.array([1.0, np.nan, 1.0, 1.0])), "not finite"),
        (lambda: sobol_indices(BOUNDS, np.ones(8)), "never varies"),
        (lambda: find_box({"a": np.arange(9.0)}, np.zeros(9, dtype=bool)), "both kinds"),
        (lambda: find_box({"a": np.full(9, np.nan)}, np.arange(9) > 3), "finite"),
    ],
)
def test_what_cannot_be_answered_is_refused(ask, says):
    with pytest.raises(ValueError, match=says):
        ask()
