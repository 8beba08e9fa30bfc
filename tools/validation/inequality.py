"""Inequality, concentration and who pays: `sim.measures.inequality` and `sim.rules.dues`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.measures import inequality as measured
from sim.rules.dues import un_scale
from sim.rules.roll import Roll
from validation import computes

SETS = {"five": [1.0, 2, 3, 4, 5], "one-of-four": [0.0, 0, 0, 1], "seven-of-ten": [1.0, 1, 1, 7],
        "hundred": [float(one) for one in range(1, 101)]}  # fmt: skip
CASES = [(name, np.array(values)) for name, values in SETS.items()]


def one(found: Any) -> float:
    """The only number of an array."""
    return float(np.asarray(found).reshape(-1)[0])


@computes("inequality.gini", CASES)
def gini(values: Any) -> float:
    """Gini coefficient."""
    return one(measured.gini(values))


@computes("inequality.gini-of-people", CASES)
def gini_corrected(values: Any) -> float:
    """Gini coefficient times n/(n-1), by the mean difference of distinct pairs."""
    number = len(values)
    return one(measured.gini(values)) * number / (number - 1)


@computes("inequality.theil", CASES)
def theil(values: Any) -> float:
    """Theil's T."""
    return one(measured.theil(values))


@computes("inequality.log-deviation", [case for case in CASES if case[1].min() > 0.0])
def log_deviation(values: Any) -> float:
    """Mean log deviation, by its identity with the Atkinson index at aversion 1."""
    return float(-np.log1p(-one(measured.atkinson(values, 1.0))))


for aversion in (0.5, 1.0, 2.0):

    @computes(f"inequality.atkinson{aversion:g}", CASES)
    def atkinson(values: Any, aversion: float = aversion) -> float:
        """Atkinson index."""
        return one(measured.atkinson(values, aversion))


@computes("inequality.theil-parts")
def theil_parts() -> Any:
    """Theil's T of {1,2,3} and {10,20}: whole, within, between."""
    values = np.array([[1.0, 2.0, 3.0, 10.0, 20.0]])
    whole = one(measured.theil(values))
    between = one(measured.theil_between(values, np.ones(values.shape), np.array([0, 0, 0, 1, 1])))
    return whole, whole - between, between


MIDDLES = (np.arange(200_000) + 0.5) / 200_000


@computes("inequality.exponential")
def exponential() -> float:
    """Gini of the exponential distribution, 200,000 quantiles."""
    return one(measured.gini(-np.log1p(-MIDDLES)))


@computes("inequality.pareto")
def pareto() -> Any:
    """Gini and Theil's T of a Pareto distribution of index 2, 200,000 quantiles."""
    values = (1.0 - MIDDLES) ** -0.5
    return one(measured.gini(values)), one(measured.theil(values))


@computes("inequality.lognormal")
def lognormal() -> Any:
    """Gini, Theil's T and Atkinson index (1) of a lognormal distribution, weights on a grid of 8 sigma."""
    grid = np.linspace(-8.0, 8.0, 40_001)
    weight, values = np.exp(-0.5 * grid**2), np.exp(grid)
    found = (measured.gini(values, weight), measured.theil(values, weight), measured.atkinson(values, 1.0, weight))
    return [one(part) for part in found]


NINE = [25.0, 20, 15, 10, 8, 7, 6, 5, 4]
MARKETS = {"four": [30.0, 30, 20, 20], "merged-twenties": [30.0, 30, 40], "nine": NINE,
           "nine-small-merger": [25.0, 20, 15, 10, 8, 7, 6, 9], "nine-large-merger": [45.0, *NINE[2:]]}  # fmt: skip


@computes("concentration.hhi", MARKETS.items())
def hhi(market: list[float]) -> float:
    """Herfindahl-Hirschman index, points."""
    return one(measured.herfindahl(np.array(market) / 100.0))


@computes("concentration.merger-adds")
def merger() -> float:
    """What a merger of firms with 5 and 10 percent adds, among other firms of one percent."""
    rest = [1.0] * 85
    before, after = (measured.herfindahl(np.array(one) / 100.0) for one in ([5.0, 10.0, *rest], [15.0, *rest]))
    return one(after) - one(before)


@computes("concentration.effective")
def effective() -> float:
    """Effective number of four firms."""
    return one(measured.effective_number(measured.herfindahl(np.array(MARKETS["four"]) / 100.0)))


@computes("dues.un-scale-three")
def un_three() -> Any:
    """Three members without floor and ceiling, percent."""
    roll = Roll(np.ones((1, 3), dtype=bool), gdp=np.array([[600.0, 300, 100]]),
                population=np.array([[10.0, 30, 60]]), ldc=np.zeros((1, 3)))  # fmt: skip
    return 100.0 * un_scale(roll, gradient=0.8, floor=0.0, ldc_cap=0.0001, ceiling=1.0)[0]


EIGHT = Roll(
    np.ones((1, 8), dtype=bool),
    gdp=np.array([[300.0, 180, 120, 100, 90, 80, 60, 1]]),
    population=np.array([[30.0, 140, 20, 15, 90, 70, 80, 10]]),
    ldc=np.array([[0.0] * 7 + [1.0]]),
)


@computes("dues.un-scale-eight", [("relief", (0.0, 1.0, 1.0)), ("final", (0.00001, 0.001, 0.25))])
def un_eight(bounds: tuple[float, float, float]) -> Any:
    """Eight members, percent: after relief, and after floor, LDC cap and ceiling."""
    floor, cap, ceiling = bounds
    return 100.0 * un_scale(EIGHT, gradient=0.8, floor=floor, ldc_cap=cap, ceiling=ceiling)[0]
