"""Who matters to whom: a gravity matrix of partners, derived, not observed.

Only trade shares with China and the USA are at hand; `docs/data.md` compares the matrix with them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ChoiceError
from sim.population.nations import Nations

__all__ = ["TRADE_GROUPS", "distances", "partner_matrix"]

Reals = NDArray[np.float64]
EARTH_RADIUS: Final = 6371.0  # km, mean radius
SHORTEST: Final = 100.0  # km, assumption: capitals stand nearer than economies do
# organisations with a common market or trade agreement
TRADE_GROUPS: Final = ("eu", "asean", "rcep", "gcc", "african_union")
# assumption, in logarithms, of the size of trade agreement effects in the gravity literature
# (Head and Mayer 2014, Handbook of International Economics, chapter 3)
SAME_REGION, SHARED_GROUP, MOST_SHARED = 0.25, 0.30, 2
BLOCK_ROWS: Final = 256


def distances(latitude: Reals, longitude: Reals, rows: slice = slice(None)) -> Reals:
    """Great circle distances in km between capitals, shape (rows, nations), by the haversine formula.

    >>> bool(abs(distances(np.array([0.0, 0.0]), np.array([0.0, 90.0]))[0, 1] - 6371 * np.pi / 2) < 1e-6)
    True
    """
    lat, lon = np.radians(latitude), np.radians(longitude)
    half_lat = np.sin((lat[rows, None] - lat) / 2) ** 2
    half_lon = np.sin((lon[rows, None] - lon) / 2) ** 2
    chord = half_lat + np.cos(lat[rows, None]) * np.cos(lat) * half_lon
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def _whole_parts(shares: Reals, parts: int, own: NDArray[np.int64]) -> Reals:
    """Shares as whole numbers of parts that sum to `parts`, by largest remainder, ties to the first."""
    exact = shares * parts
    floor = np.floor(exact)
    missing = (parts - floor.sum(axis=-1)).astype(np.int64)
    remainder = exact - floor
    remainder[np.arange(len(own)), own] = -1.0
    rank = np.argsort(np.argsort(-remainder, axis=-1, kind="stable"), axis=-1, kind="stable")
    return floor + (rank < missing[:, None])


def partner_matrix(nations: Nations, *, quantum: float = 2**-15) -> Reals:
    """Weight of nation j among the partners of nation i, shape (nations, nations).

    Gravity: GDP_i * GDP_j / distance of capitals, times exp(0.25) in the same M49 region and exp(0.30) for
    each shared trade organisation, at most two. The diagonal is 0. Rows are multiples of
    `quantum` (a power of two) and sum to exactly 1, so sums over partners are exact in any order. Needs
    two nations at least.

    >>> from sim.population.nations import load_nations
    >>> matrix = partner_matrix(load_nations())
    >>> matrix.shape, set(matrix.sum(axis=-1).tolist()), float(matrix.diagonal().max())
    ((193, 193), {1.0}, 0.0)
    """
    size = len(nations)
    parts = 1 / quantum
    if parts != int(parts) or int(parts) & (int(parts) - 1):
        raise ChoiceError(f"quantum is {quantum}; expected a power of two such as 2**-15")
    if size < 2:
        raise ChoiceError(f"a partner matrix needs two nations or more, got {size}")
    member = np.column_stack([nations.groups[name] for name in TRADE_GROUPS]).astype(np.float64)
    matrix = np.empty((size, size))
    for start in range(0, size, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, size))
        own = np.arange(rows.start, rows.stop)
        shared = (member[rows, None, :] * member).sum(axis=-1)
        bonus = SAME_REGION * (nations.region[rows, None] == nations.region)
        bonus = bonus + SHARED_GROUP * np.minimum(shared, MOST_SHARED)
        pull = nations.gdp * np.exp(bonus)
        pull = pull / np.maximum(distances(nations.latitude, nations.longitude, rows), SHORTEST)
        pull[np.arange(len(own)), own] = 0.0
        shares = pull / pull.sum(axis=-1, keepdims=True)
        matrix[rows] = _whole_parts(shares, int(parts), own) / parts
    return matrix
