"""Samples of the real nations, and worlds of any size drawn from distributions like the real ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws, agent_keys
from sim.errors import ChoiceError
from sim.population.firms import Firms
from sim.population.frontier import SUPPLIER_CAPABILITY
from sim.population.nations import INCOME_GROUPS, Nations, load_nations

__all__ = ["sample_nations", "synthetic_firms", "synthetic_nations"]

Reals = NDArray[np.float64]
ALWAYS = ("CHN", "USA")
FILLED_COLUMNS = ("home", "capability", "compute", "openness", "safety", "ai_revenue", "market_share")


def _draws(seed: int) -> Draws:
    return Draws([seed], [0], [0])


def sample_nations(nations: Nations, size: int, seed: int) -> Nations:
    """A sample that keeps China and the USA and the mix of income groups, in the order of `nations`.

    Every nation has its own uniform, keyed by its ISO3 code, so the same seed prefers the same nations
    whatever the size or the pool; a nation keeps its identity and its columns. Places are shared among
    income groups by largest remainder. Raises `ChoiceError` if `size` is below the kept nations or above
    the pool.

    >>> world = load_nations()
    >>> few = sample_nations(world, 20, seed=1)
    >>> len(few), {"CHN", "USA"} <= set(few.iso3.tolist())
    (20, True)
    """
    kept = np.isin(nations.iso3, ALWAYS)
    if not max(int(kept.sum()), 1) <= size <= len(nations):
        raise ChoiceError(
            f"a sample of {size} nations from {len(nations)}; expected {int(kept.sum())} to {len(nations)}"
        )
    luck = _draws(seed).uniform("sample_nations", agent_keys(nations.iso3.tolist()))[0]
    luck = np.where(kept, -1.0, luck)
    counts = np.bincount(nations.income_group, minlength=len(INCOME_GROUPS))
    held = np.bincount(nations.income_group[kept], minlength=len(INCOME_GROUPS))
    exact = counts * size / len(nations)
    places = np.maximum(np.floor(exact).astype(int), held)
    while places.sum() != size:
        gap = exact - places
        if places.sum() < size:
            places[int(np.argmax(np.where(places < counts, gap, -np.inf)))] += 1
        else:
            places[int(np.argmin(np.where(places > held, gap, np.inf)))] -= 1
    chosen = np.zeros(len(nations), dtype=bool)
    for group, number in enumerate(places):
        at = np.flatnonzero(nations.income_group == group)
        chosen[at[np.argsort(luck[at], kind="stable")[:number]]] = True
    return nations.take(np.flatnonzero(chosen))


def synthetic_nations(size: int, seed: int) -> Nations:
    """A made-up world of any size: S0001, S0002, ..., each a jittered copy of a real nation.

    Nation k is drawn with its own id: a real nation as a pattern, then its size scaled by a lognormal factor
    (standard deviation 0.5), shares moved on the logit scale (0.3), ideal point (0.3) and capital moved
    (up to 5 degrees). So joint distributions stay like the real ones. Extensive columns (population, GDP,
    compute, assessments, quotas) are scaled so that the world keeps the real total. Every cell is flagged
    as filled. A larger world begins with the patterns of a smaller one.

    >>> world = synthetic_nations(500, seed=3)
    >>> len(world), world.iso3[0].item(), round(float(world.un_assessment.sum()), 6)
    (500, 'S0001', 100.0)
    """
    if size < 1:
        raise ChoiceError(f"a synthetic world of {size} nations; expected 1 or more")
    real, draws = load_nations(), _draws(seed)
    ids = [f"S{number:04d}" for number in range(1, size + 1)]
    keys = agent_keys(ids)
    pattern = np.minimum((draws.uniform("pattern", keys)[0] * len(real)).astype(np.int64), len(real) - 1)
    base = real.take(pattern)
    scale = np.exp(0.5 * draws.normal("size", keys)[0])
    wealth = np.exp(0.2 * draws.normal("wealth", keys)[0])

    def extensive(column: Reals, factor: Reals, total: float) -> Reals:
        raw = np.maximum(column, 1e-12) * factor
        return raw * (total / raw.sum())

    def share(name: str, column: Reals) -> Reals:
        inside = np.clip(column, 1e-4, 1 - 1e-4)
        logit = np.log(inside / (1 - inside)) + 0.3 * draws.normal(name, keys)[0]
        return 1 / (1 + np.exp(-logit))

    yes = np.ones(size, dtype=bool)
    return Nations(
        iso3=np.array(ids),
        name=np.array([f"Synthetic {number}" for number in range(1, size + 1)]),
        region=base.region,
        subregion=base.subregion,
        un_group=base.un_group,
        income_group=base.income_group,
        groups=base.groups,
        population=extensive(base.population, scale, real.population.sum()),
        gdp=extensive(base.gdp, scale * wealth, real.gdp.sum()),
        gdp_per_capita_ppp=base.gdp_per_capita_ppp * wealth,
        readiness=share("readiness", base.readiness),
        ai_use=share("ai_use", base.ai_use),
        ai_use_imputed=yes,
        ai_use_error=base.ai_use_error,
        compute=extensive(base.compute, scale * wealth, real.compute.sum()),
        ideal_point=base.ideal_point + 0.3 * draws.normal("ideal_point", keys)[0],
        rights=share("rights", base.rights),
        hdi=share("hdi", base.hdi),
        notable_models=base.notable_models,
        un_assessment=extensive(base.un_assessment, scale * wealth, 100.0),
        imf_quota=extensive(base.imf_quota, scale * wealth, real.imf_quota.sum()),
        internet_share=share("internet", base.internet_share),
        trade_share_china=base.trade_share_china,
        trade_share_usa=base.trade_share_usa,
        us_treaty_ally=base.us_treaty_ally,
        latitude=np.clip(base.latitude + 10 * draws.uniform("latitude", keys)[0] - 5, -89, 89),
        longitude=(base.longitude + 10 * draws.uniform("longitude", keys)[0] + 175) % 360 - 180,
        filled=dict.fromkeys(real.filled, yes),
    )


def synthetic_firms(size: int, seed: int, homes: Sequence[str]) -> Firms:
    """Made-up developers F0001, F0002, ... with homes drawn from `homes`; no suppliers among them.

    Capability: 0 for the best, lags behind it gamma distributed (shape 2, mean 1.4 OOM) as in the real
    ranking. Compute falls by two OOM per OOM of lag (the inverse of `CATCH_UP`) around a lognormal, at
    most 10 million H100e in all; revenue and market share rise with compute and fall with openness. Errors
    0.4 OOM.

    >>> firms = synthetic_firms(40, seed=2, homes=["CHN", "USA"])
    >>> len(firms), float(firms.capability.max()), round(float(firms.market_share.sum()), 9)
    (40, 0.0, 1.0)
    """
    if size < 1 or not homes:
        raise ChoiceError(f"{size} synthetic firms in {len(homes)} homes; expected one of each at least")
    draws = _draws(seed)
    ids = [f"F{number:04d}" for number in range(1, size + 1)]
    keys = agent_keys(ids)
    lag = -0.7 * (np.log(draws.uniform("lag one", keys)[0]) + np.log(draws.uniform("lag two", keys)[0]))
    capability = np.maximum(lag.min() - lag, SUPPLIER_CAPABILITY + 1)
    compute = 2e6 * 10 ** (2 * capability) * np.exp(0.3 * draws.normal("compute", keys)[0])
    compute = compute * min(1.0, 1e7 / compute.sum())
    openness = draws.uniform("openness", keys)[0]
    revenue = 2e-5 * compute * (1.5 - openness)
    where = np.minimum((draws.uniform("home", keys)[0] * len(homes)).astype(np.int64), len(homes) - 1)
    yes, no = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    return Firms(
        firm_id=np.array(ids),
        name=np.array([f"Synthetic firm {number}" for number in range(1, size + 1)]),
        role=np.full(size, "frontier lab"),
        home=np.array(list(homes))[where],
        supplier=no,
        capability=capability,
        capability_error=np.full(size, 0.4),
        compute=compute,
        openness=openness,
        safety=0.2 + 0.4 * draws.uniform("safety", keys)[0],
        ai_revenue=revenue,
        market_share=revenue / revenue.sum(),
        filled=dict.fromkeys(FILLED_COLUMNS, yes),
    )
