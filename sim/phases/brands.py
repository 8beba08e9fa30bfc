"""The customer bases at the start, once for all runs that start alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.bound import Bound, alike
from sim.rules.market import matching_brand
from sim.units import Array

__all__ = ["matched"]


def matched(market: Bound, wanted: Array, *columns: Any) -> Array:
    """The brand under which the market gives the wanted shares; `columns` are the rule's, without the brand.

    Replicates of a future start alike, so each start is matched once and handed to all of them: at 8 replicates a
    tenth of a block of 128 runs over two years.
    """
    runs = [place for place, column in enumerate(columns) if np.ndim(column) > 1]
    numbers = [each for each in market.numbers.values() if isinstance(each, np.ndarray)]
    first, kind = alike([wanted, *(columns[place] for place in runs), *numbers])
    offered, works, *rest = (each[first] if place in runs else each for place, each in enumerate(columns))
    own = market.of_rows(first)
    return matching_brand(wanted[first], lambda brand: own(offered, works, brand, *rest))[kind]
