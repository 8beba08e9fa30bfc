"""What a blank becomes: one function per rule.

Every function takes the published column (NaN where blank) and returns a complete one. Which cells were
filled is recorded by the caller. The rules are stated in words in the table `columns` (`blank_rule`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "INCOME_GROUPS",
    "ai_use",
    "gdp_bn_usd",
    "gdp_per_capita",
    "hdi",
    "income_group",
    "internet",
    "readiness",
    "rights",
    "shared_blocks",
    "trade_share",
]

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

INCOME_GROUPS: Final = ("low_income", "lower_middle", "upper_middle", "high_income")
# assumption: the last class the World Bank published for them (FY25 and FY21)
UNCLASSIFIED: Final = {"ETH": "low_income", "VEN": "upper_middle"}
# assumption: growth of world GDP in current dollars from 2023 to 2024
NOMINAL_GROWTH: Final = 0.04
# a value older than this says little about 2024 (South Sudan 2015, Yemen 2018, Cuba 2020 at the official
# rate)
OLDEST_GDP_YEAR: Final = 2022
PRK_INTERNET: Final = 0.01  # assumption: no public access
PRK_CHINA_TRADE: Final = 0.95  # assumption: nearly all recorded trade is with China
TRADE_NEIGHBOUR: Final = {"LIE": "CHE", "MCO": "FRA"}  # customs unions


def _median_of_peers(
    values: Reals, usable: Flags, region: Texts, income: NDArray[np.int64], at: int
) -> float:
    """Median over usable states of the same region and income group; of the income group if there is none."""
    peers = usable & (region == region[at]) & (income == income[at])
    if not peers.any():
        peers = usable & (income == income[at])
    return float(np.median(values[peers]))


def income_group(iso3: Texts, published: list[str]) -> NDArray[np.int64]:
    """Codes 0..3 of World Bank income groups; the unclassified take their last published class.

    >>> income_group(np.array(["ETH", "NOR"]), ["", "High income"])
    array([0, 3])
    """
    codes = []
    for code, text in zip(iso3, published, strict=True):
        group = (
            UNCLASSIFIED[str(code)]
            if not text
            else text.lower().replace(" ", "_").replace("_middle_income", "_middle")
        )
        codes.append(INCOME_GROUPS.index(group))
    return np.array(codes, dtype=np.int64)


def gdp_per_capita(published: Reals, gdp_usd: Reals, population: Reals, region: Texts) -> Reals:
    """PPP income per head; blanks (LIE, MCO) are market GDP per head at the price level of rich Europe.

    The price level is the median ratio of market to PPP income among states of Europe above 40,000 intl $.
    """
    market = gdp_usd / population
    rich = np.isfinite(published) & (region == "Europe") & (np.nan_to_num(published) > 40_000)
    ratio = np.median(market[rich] / published[rich])
    return np.where(np.isnan(published), market / ratio, published)


def gdp_bn_usd(
    gdp_usd: Reals,
    year: Reals,
    per_capita: Reals,
    population: Reals,
    region: Texts,
    income: NDArray[np.int64],
) -> Reals:
    """Market GDP of 2024 in bn USD.

    2024 values stand; 2022 and 2023 grow by `NOMINAL_GROWTH` a year; blanks and older values become PPP
    income per head times population times the median price ratio of the region's income group.
    """
    fresh = np.isfinite(gdp_usd) & (year >= OLDEST_GDP_YEAR)
    filled = gdp_usd * (1 + NOMINAL_GROWTH) ** (2024 - np.where(fresh, year, 2024))
    ppp = per_capita * population
    ratio = np.where(fresh, gdp_usd / ppp, np.nan)
    for at in np.flatnonzero(~fresh):
        filled[at] = ppp[at] * _median_of_peers(ratio, fresh, region, income, int(at))
    return filled / 1e9


def internet(share: Reals, iso3: Texts, region: Texts, income: NDArray[np.int64]) -> Reals:
    """Internet users as a share; PRK by assumption, other blanks the median of region and income group."""
    known = np.isfinite(share)
    filled = share.copy()
    for at in np.flatnonzero(~known):
        peers = _median_of_peers(share, known, region, income, int(at))
        filled[at] = PRK_INTERNET if iso3[at] == "PRK" else peers
    return filled


def hdi(published: Reals, per_capita: Reals) -> Reals:
    """Human Development Index; blanks (MCO, PRK) from a line on log income, within the range seen."""
    known = np.isfinite(published)
    slope, level = np.polyfit(np.log(per_capita[known]), published[known], 1)
    line = np.clip(level + slope * np.log(per_capita), published[known].min(), published[known].max())
    return np.where(known, published, line)


def rights(published: Reals, ideal_point: Reals, development: Reals, small_island: Flags) -> Reals:
    """V-Dem liberal democracy; the 21 microstates it leaves out by least squares on what is known of them.

    Regressors: General Assembly ideal point, HDI, and the small island flag (small islands are freer than
    their income and votes suggest). Predictions stay within the range V-Dem observes.
    """
    known = np.isfinite(published)
    design = np.column_stack(
        [np.ones_like(ideal_point), ideal_point, development, small_island.astype(float)]
    )
    weights, *_ = np.linalg.lstsq(design[known], published[known], rcond=None)
    line = (design * weights).sum(axis=-1)
    return np.where(known, published, np.clip(line, published[known].min(), published[known].max()))


def shared_blocks(published: Reals, subregion: Texts) -> NDArray[np.int64]:
    """Number of the block of states that share one published value, or -1.

    Three or more equal values within a sub-region are taken as one regional estimate; a state elsewhere with
    the same value joins the block only if its sub-region borders it in the publisher's grouping (Sudan with
    Eastern Africa; Afghanistan with Central Asia).

    >>> shared_blocks(np.array([6.1, 6.1, 6.1, 9.0]), np.array(["A", "A", "A", "A"]))
    array([ 0,  0,  0, -1])
    """
    joined = {"Northern Africa": "Sub-Saharan Africa", "Central Asia": "Southern Asia"}
    area = np.array([joined.get(str(name), str(name)) for name in subregion])
    block = np.full(published.shape, -1, dtype=np.int64)
    number = 0
    for value in np.unique(published[np.isfinite(published)]):
        for name in np.unique(area[published == value]):
            members = (published == value) & (area == name)
            if members.sum() >= 3:
                block[members] = number
                number += 1
    return block


def _non_negative_fit(design: Reals, target: Reals) -> Reals:
    """Least squares with an intercept first and slopes not below zero, by dropping negative slopes."""
    keep = list(range(design.shape[1]))
    while True:
        weights = np.zeros(design.shape[1])
        weights[keep] = np.linalg.lstsq(design[:, keep], target, rcond=None)[0]
        negative = [at for at in keep if at and weights[at] < 0]
        if not negative:
            return weights
        keep.remove(min(negative, key=lambda at: weights[at]))


def _logit(share: Reals) -> Reals:
    return np.log(share / (1 - share))


def ai_use(
    published: Reals, subregion: Texts, internet_share: Reals, per_capita: Reals
) -> tuple[Reals, Flags, Reals]:
    """AI use as a share, the flag of imputed rows, and the relative error of each row.

    `published` is a share with NaN for blanks. A regression of the logit on Internet use and log income, with
    slopes that may not be negative, is fitted to the measured rows. Blanks take the regression; a shared
    regional estimate is spread by it so that the block keeps its published mean.
    """
    known = np.isfinite(published)
    block = shared_blocks(np.round(published * 100, 6), subregion)
    measured = known & (block < 0)
    design = np.column_stack([np.ones_like(internet_share), internet_share, np.log(per_capita)])
    weights = _non_negative_fit(design[measured], _logit(published[measured]))
    line = (design * weights).sum(axis=-1)
    spread = float(np.std(_logit(published[measured]) - line[measured]))
    filled = np.where(measured, published, 1 / (1 + np.exp(-line)))
    for number in range(block.max() + 1):
        members = block == number
        low, high = -10.0, 10.0
        target = published[members].mean()
        for _ in range(60):  # bisection: the mean rises with the shift
            shift = (low + high) / 2
            mean = (1 / (1 + np.exp(-(line[members] + shift)))).mean()
            low, high = (shift, high) if mean < target else (low, shift)
        filled[members] = 1 / (1 + np.exp(-(line[members] + low)))
    # relative error = logit error x (1 - share); assumption: 15 % for measured telemetry
    error = np.where(measured, 0.15, spread * (1 - filled))
    return filled, ~measured, error


def readiness(internet_share: Reals, development: Reals, per_capita: Reals, notable_models: Reals) -> Reals:
    """Readiness for AI in [0, 1]: the plain mean of four open indicators, each in [0, 1].

    Internet users; HDI; log income per head between UNDP's goalposts 100 and 75,000 intl $; and
    log(1 + notable models since 2023) over the largest of them. Equal weights, the default of the OECD and
    JRC Handbook on Constructing Composite Indicators (2008).

    >>> readiness(np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([75e3, 100.0]), np.array([9.0, 0.0]))
    array([1., 0.])
    """
    income = np.clip(np.log(per_capita / 100) / np.log(75_000 / 100), 0, 1)
    models = np.log1p(notable_models) / np.log1p(notable_models.max())
    return np.clip((internet_share + development + income + models) / 4, 0, 1)


def trade_share(published: Reals, iso3: Texts, partner: str) -> Reals:
    """Share of one partner in trade; its own row 0, customs unions as their partner, PRK by assumption."""
    filled = published.copy()
    codes = [str(code) for code in iso3]
    for at in np.flatnonzero(np.isnan(published)):
        code = codes[at]
        if code in TRADE_NEIGHBOUR:
            filled[at] = published[codes.index(TRADE_NEIGHBOUR[code])]
        else:
            filled[at] = PRK_CHINA_TRADE if (code, partner) == ("PRK", "CHN") else 0.0
    return filled
