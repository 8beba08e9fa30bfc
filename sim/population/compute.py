"""Where the world's AI chips stand: compute by nation, by a stated rule.

The stock is published by owner, not by place, and known clusters cover 31 nations and some 7.5 % of it. So a
nation's compute is built by rule, and is an uncertainty: sweep it over a factor of 3 to 10.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.data.tables import read_table
from sim.errors import ChoiceError

__all__ = ["COMPUTE_RULES", "by_nation", "world_stock"]

Reals = NDArray[np.float64]
COMPUTE_RULES: Final = ("owners", "clusters_scaled")
# assumption, range 0.5 to 0.9: share of the chips of US owners that stands in the USA. Known clusters
# (Epoch AI, GPU Clusters) have about 80 % of all capacity in the USA, but cover those abroad worse.
HOME_SHARE: Final = 0.75
# share of the published clusters that is in no UN member (Taiwan, Hong Kong) or undisclosed
OUTSIDE_SHARE: Final = 0.019
# assumption: part of the stock in nations without a known cluster, under the rule clusters_scaled
UNSEEN_SHARE: Final = 0.10
# assumption: barred by US export control from hosting chips of US owners
EMBARGOED: Final = ("BLR", "CHN", "CUB", "IRN", "PRK", "RUS", "SYR")


def world_stock() -> dict[str, float]:
    """AI chips at the end of 2025 by home of the owner, H100e: `USA`, `CHN`, `other` and their sum `world`.

    >>> round(world_stock()["world"] / 1e6, 1)
    20.9
    """
    table = read_table("compute_owners")
    stock = {"USA": 0.0, "CHN": 0.0, "other": 0.0}
    for home, value in zip(table["home"], table["h100e"], strict=True):
        stock[home or "other"] += float(value)
    stock["world"] = stock["USA"] + stock["CHN"] + stock["other"]
    return stock


def _spread(total: float, weight: Reals) -> Reals:
    return total * weight / weight.sum()


def by_nation(
    iso3: NDArray[np.str_], gdp: Reals, readiness: Reals, clusters: Reals, rule: str = "owners"
) -> Reals:
    """H100-equivalents in each nation or contracted by it at the end of 2025, shape (nations,).

    `clusters` are known clusters, NaN where unknown. `owners`: the Chinese stock is in China; `HOME_SHARE` of
    the stock of US owners is in the USA, the rest in nations not under embargo, by GDP times readiness; the
    stock of all other owners goes by GDP times readiness to everyone but China and the USA; `OUTSIDE_SHARE`
    of the world is outside the UN members. `clusters_scaled`: `UNSEEN_SHARE` by GDP times readiness to
    nations without a known cluster, the rest by known clusters. No nation gets less than its known clusters.
    """
    if rule not in COMPUTE_RULES:
        raise ChoiceError(f"unknown compute rule {rule!r}; expected one of {', '.join(COMPUTE_RULES)}")
    stock = world_stock()
    outside = OUTSIDE_SHARE * stock["world"]
    weight = gdp * readiness
    usa, china = iso3 == "USA", iso3 == "CHN"
    seen = np.nan_to_num(clusters)
    if rule == "clusters_scaled":
        total = stock["world"] - outside
        return np.maximum(
            _spread((1 - UNSEEN_SHARE) * total, seen)
            + _spread(UNSEEN_SHARE * total, np.where(seen > 0, 0, weight)),
            seen,
        )
    abroad = (1 - HOME_SHARE) * stock["USA"]
    open_to_us = ~np.isin(iso3, EMBARGOED) & ~usa
    placed = _spread(abroad, np.where(open_to_us, weight, 0))
    placed += _spread(stock["other"] - outside, np.where(usa | china, 0, weight))
    placed += np.where(usa, HOME_SHARE * stock["USA"], 0) + np.where(china, stock["CHN"], 0)
    rest = ~(usa | china)
    floored = np.maximum(placed, seen)
    below = rest & (floored == seen) & (seen > 0)
    movable = rest & ~below
    spare = placed[rest].sum() - floored[below].sum()
    return np.where(movable, placed * spare / placed[movable].sum(), floored)
