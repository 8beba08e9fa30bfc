"""Nations' economies: base growth, spread of AI use, readiness, and what AI adds to output."""

from __future__ import annotations

import numpy as np

from sim.choices import Family, number
from sim.units import Array, Codes

growth = Family("growth", "Base growth of GDP and population, before what AI adds.")
adoption = Family("adoption", "How the share of people who use AI spreads.")
readiness = Family("readiness", "How skills and infrastructure for AI develop.")
economy = Family("economy", "What AI adds to GDP.")


@growth(
    low_income=number(
        0.055,
        "1/year",
        0.02,
        0.075,
        "World Bank, Global Economic Prospects 2025: LIC forecasts 5-6 %",
        "GDP growth of low-income countries",
    ),
    lower_middle=number(
        0.047,
        "1/year",
        0.025,
        0.065,
        "World Bank, Global Economic Prospects 2025",
        "GDP growth of lower-middle-income countries",
    ),
    upper_middle=number(
        0.037,
        "1/year",
        0.015,
        0.055,
        "World Bank, Global Economic Prospects 2025",
        "GDP growth of upper-middle-income countries",
    ),
    high_income=number(
        0.016,
        "1/year",
        0.005,
        0.028,
        "World Bank, Global Economic Prospects 2025",
        "GDP growth of high-income countries",
    ),
    convergence=number(0.02, "1/year", 0.0, 0.04, "assumption", "rate at which growth differences fade"),
)
def income_groups(
    income_group: Codes,
    elapsed: float,
    *,
    low_income: Array,
    lower_middle: Array,
    upper_middle: Array,
    high_income: Array,
    convergence: Array,
) -> tuple[Array, Array]:
    """Growth rates of GDP and of population, per year, by World Bank income group (0 low .. 3 high).

    Population growth by group: 2.6, 1.2, 0.4 and 0.3 % a year (UN World Population Prospects 2024, rounded),
    fading at the same rate. Returns two arrays (runs, nations).

    >>> rates, people = income_groups(np.array([[0, 3]]), 0.0)
    >>> rates.tolist(), people.tolist()
    ([[0.055, 0.016]], [[0.026, 0.003]])
    """
    fade = np.exp(-np.asarray(convergence) * elapsed)
    floor = np.asarray(high_income)
    by_group = [floor + (np.asarray(rate) - floor) * fade for rate in (low_income, lower_middle, upper_middle)]
    gdp = np.select([income_group == code for code in range(3)], by_group, default=floor)
    people = np.select([income_group == code for code in range(4)], [0.026, 0.012, 0.004, 0.003])
    return gdp, 0.003 + (people - 0.003) * fade


def usefulness(capability: Array, midpoint: Array | float, width: Array | float) -> Array:
    """phi: which share of the useful tasks a capability can do, bounded in (0, 1); logistic in OOM.

    >>> usefulness(np.array([2.0, 5.0]), 2.0, 3.0).round(3).tolist()
    [0.5, 0.731]
    """
    return 1.0 / (1.0 + np.exp(-(capability - midpoint) / width))


@adoption(
    speed=number(
        0.5,
        "1/year",
        0.2,
        0.8,
        "Microsoft AI Diffusion Report: 15.1 % (first half of 2025), 16.3 % (second), 17.8 % (early 2026) of the "
        "world, a rate of about 0.2 a year at the usefulness of the start, 0.31; slower for late adopters (assumption)",
        "logistic growth rate at full usefulness",
    ),
    floor=number(0.30, "share", 0.1, 0.5, "assumption", "share of people who would use AI at readiness 0"),
    ceiling=number(0.95, "share", 0.7, 1.0, "assumption", "share of people who would use AI at readiness 1"),
)
def logistic(use: Array, ready: Array, phi: Array, dt: float, *, speed: Array, floor: Array, ceiling: Array) -> Array:
    """Logistic diffusion to a ceiling that readiness sets, by the exact solution over the step (no Euler error).

    The growth rate is `speed * phi`: useful systems spread faster. Above its ceiling use declines to it.
    Shapes (runs, nations). Source: Griliches 1957; the exact map is Beverton-Holt.

    >>> a = np.array([[0.05]]); args = dict(speed=0.3, floor=1.0, ceiling=1.0)
    >>> year = logistic(a, np.array([[0.5]]), np.array([[1.0]]), 10.0, **args)
    >>> round(float(year[0, 0]), 6)
    0.513887
    """
    top = floor + (ceiling - floor) * ready
    return top / (1.0 + (top / use - 1.0) * np.exp(-speed * phi * dt))


@adoption(
    innovation=number(
        0.01,
        "1/year",
        0.0,
        0.05,
        "Bass 1969: p between 0.003 and 0.03 for durables",
        "adopters who need no example",
    ),
    imitation=number(
        0.38,
        "1/year",
        0.2,
        0.7,
        "Sultan, Farley and Lehmann 1990: mean q of 213 applications 0.38",
        "adopters who follow others",
    ),
    floor=number(0.30, "share", 0.1, 0.5, "assumption", "share of people who would use AI at readiness 0"),
    ceiling=number(0.95, "share", 0.7, 1.0, "assumption", "share of people who would use AI at readiness 1"),
)
def bass(
    use: Array,
    ready: Array,
    phi: Array,
    dt: float,
    *,
    innovation: Array,
    imitation: Array,
    floor: Array,
    ceiling: Array,
) -> Array:
    """Bass diffusion to the same ceiling, by its exact solution over the step.

    With F the share of the ceiling reached, dF/dt = (p + qF)(1 - F); p and q are scaled by usefulness.

    >>> a = np.array([[0.0]]); args = dict(innovation=0.03, imitation=0.38, floor=1.0, ceiling=1.0)
    >>> round(float(bass(a, np.array([[0.5]]), np.array([[1.0]]), 5.0, **args)[0, 0]), 10)
    0.3311986425
    """
    top = floor + (ceiling - floor) * ready
    p, q = innovation * phi, imitation * phi
    reached = np.minimum(use / top, 1.0)
    odds = (1.0 - reached) / (p + q * reached) * np.exp(-(p + q) * dt)
    return top * (1.0 - p * odds) / (1.0 + q * odds)


@readiness(
    slope=number(
        0.22,
        "ratio",
        0.1,
        0.4,
        "fit of the readiness index on log10 income, 193 states (docs/data.md)",
        "readiness gained per tenfold income",
    ),
    speed=number(0.3, "1/year", 0.1, 1.0, "assumption", "rate at which readiness follows what is supported"),
    progress=number(
        0.025,
        "1/year",
        0.0,
        0.05,
        "ITU, Facts and Figures 2024: people online rose from 53 % (2019) to 68 % "
        "(2024); slower near saturation (assumption)",
        "rate at which the gap closes whatever the income",
    ),
)
def income_relaxation(
    ready: Array,
    start: Array,
    income: Array,
    income_start: Array,
    built: Array,
    elapsed: float,
    dt: float,
    *,
    slope: Array,
    speed: Array,
    progress: Array,
) -> Array:
    """Readiness follows what income and general progress support, measured from each nation's own start.

    Measuring from the start means that nothing jumps. `income` is GDP per head (any unit, the same as
    `income_start`), `built` readiness that programmes add over the step. Shapes (runs, nations).

    >>> r = np.array([[0.4]])
    >>> income_relaxation(r, r, r * 0 + 5.0, r * 0 + 5.0, 0 * r, 9.0, 1.0, progress=0.0).tolist()
    [[0.4]]
    """
    supported = start + slope * np.log10(income / income_start) + (1.0 - start) * (1.0 - np.exp(-progress * elapsed))
    moved = ready + (supported - ready) * (1.0 - np.exp(-speed * dt)) + built
    return np.clip(moved, 0.01, 1.0)


@economy(
    gain=number(
        0.16,
        "share",
        0.02,
        0.4,
        "Acemoglu 2024 (about 1 % in ten years) to Goldman Sachs 2023 (7 %) and "
        "McKinsey 2023 (to 15 %); the parameter is the gain at full use and usefulness",
        "log GDP added when everyone uses systems that do every useful task",
    ),
)
def level_gain(base: Array, applied: Array, applied_start: Array, lost: Array, *, gain: Array) -> tuple[Array, Array]:
    """Output: ln Y = ln Y_base + gain * (phi*a - its start value), less losses (bn USD): a bounded level effect.

    Returns GDP (bn USD) and the relative gain over the base. Shapes (runs, nations).

    >>> level_gain(np.array([[100.0]]), np.array([[0.5]]), np.array([[0.0]]), 0.0, gain=0.2)[1].round(4).tolist()
    [[0.1052]]
    """
    added = np.exp(gain * (applied - applied_start)) - 1.0
    output = np.maximum(base * (1.0 + added) - lost, 0.05 * base)
    return output, added


@economy(
    gain=number(0.16, "share", 0.02, 0.4, "as in level_gain", "log GDP added at full use of full usefulness"),
    delay=number(
        0.5,
        "share",
        0.0,
        1.0,
        "assumption; the productivity J-curve, Brynjolfsson, Rock and Syverson 2021",
        "part of the gain that waits until half of the people use AI",
    ),
)
def delayed_gain(
    base: Array, applied: Array, applied_start: Array, lost: Array, *, gain: Array, delay: Array
) -> tuple[Array, Array]:
    """As level_gain, but a part of the gain comes late: it grows with the square of applied use.

    >>> level_gain(np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), 0.0)[1] == delayed_gain(
    ...     np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), 0.0)[1]
    array([[ True]])
    """

    def reached(share: Array) -> Array:
        return (1.0 - delay) * share + delay * share * share

    added = np.exp(gain * (reached(applied) - reached(applied_start))) - 1.0
    output = np.maximum(base * (1.0 + added) - lost, 0.05 * base)
    return output, added
