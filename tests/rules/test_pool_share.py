"""The firms' capped share of a pool: nobody above the cap, nothing lost, order kept, ties and blocks alike."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.roll import FirmRoll
from sim.rules.weights import pool_share

REVENUES = st.lists(st.floats(0.0, 1e4), min_size=3, max_size=12)


def split(revenue: list[float], cap: float) -> np.ndarray:
    roll = FirmRoll(np.ones((1, len(revenue)), bool), revenue=np.array([revenue]))
    return np.asarray(pool_share(roll, share=np.array([[0.2]]), cap=np.array([[cap]]))[1][0])


@given(REVENUES, st.floats(0.05, 1.0))
def test_nobody_exceeds_the_cap_and_all_is_shared(revenue: list[float], cap: float) -> None:
    parts = split(revenue, cap)
    assert np.isclose(parts.sum(), 1.0, rtol=1e-12)
    assert parts.max() <= max(cap, 1.0 / len(revenue)) * (1.0 + 1e-9)
    larger = np.argsort(revenue, kind="stable")
    assert (np.diff(parts[larger]) >= -1e-12).all()


@given(st.lists(st.floats(0.001, 1e4), min_size=6, max_size=12))
def test_a_cap_below_equal_parts_is_equal_parts(revenue: list[float]) -> None:
    """Where the cap cannot be kept, everybody has the same, however the rounding falls."""
    assert np.allclose(split(revenue, 0.05), 1.0 / len(revenue), rtol=1e-9)


@given(REVENUES, st.floats(0.05, 1.0))
def test_a_row_of_a_block_is_the_row_alone(revenue: list[float], cap: float) -> None:
    other = [1e6, *([1.0] * (len(revenue) - 1))]
    roll = FirmRoll(np.ones((2, len(revenue)), bool), revenue=np.array([revenue, other]))
    block = pool_share(roll, share=np.array([[0.2], [0.2]]), cap=np.array([[cap], [cap]]))[1]
    assert np.array_equal(block[0], split(revenue, cap))
