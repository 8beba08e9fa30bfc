"""Diffusion and convergence: the rules of `sim.rules.economy` and landmarks of the Bass curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.rules.economy import bass, income_groups, logistic
from sim.rules.textbook.diffusion import bass_peak
from validation import computes


def first(reached: Callable[[float], bool], high: float) -> float:
    """The least time at which something that stays true becomes true."""
    low = 0.0
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def bass_share(years: float, innovation: float = 0.03, imitation: float = 0.38) -> float:
    """F(t) by the rule `bass`, in steps of a quarter."""
    whole, rest = divmod(years, 0.25)
    use, one = np.zeros((1, 1)), np.ones((1, 1))
    for dt in [0.25] * int(whole) + [rest]:
        use = bass(use, one, one, dt, innovation=innovation, imitation=imitation, floor=1.0, ceiling=1.0)
    return float(use[0, 0])


@computes("diffusion.bass.peak")
def peak() -> Any:
    """Time, share and speed at the fastest moment."""
    return bass_peak(0.03, 0.38)


@computes("diffusion.bass.path")
def path() -> Any:
    """Share after 5 and 10 years, through the rule in quarters."""
    return bass_share(5.0), bass_share(10.0)


@computes("diffusion.bass.median")
def median() -> float:
    """Years to half, through the rule."""
    return first(lambda years: bass_share(years) >= 0.5, 20.0)


GOODS = {"room-air-conditioners": (0.010399, 0.41861), "clothes-dryers": (0.017206, 0.35688),
         "coffee-makers": (0.017135, 0.30145), "record-players": (0.024796, 0.65410),
         "refrigerators": (0.0026167, 0.21566), "home-freezers": (0.018119, 0.17110)}  # fmt: skip


@computes("diffusion.bass1969", GOODS.items())
def goods(case: tuple[float, float]) -> float:
    """Years to the peak from the printed parameters."""
    return bass_peak(*case).time


@computes("diffusion.logistic")
def growth() -> float:
    """Logistic growth from 5 percent at 0.3 a year, ten years, in quarters through the rule."""
    use, one = np.full((1, 1), 0.05), np.ones((1, 1))
    for _ in range(40):
        use = logistic(use, one, one, 0.25, speed=0.3, floor=1.0, ceiling=1.0)
    return float(100.0 * use[0, 0])


@computes("convergence.half-life", [("2%", 0.02), ("4%", 0.04)])
def half_life(rate: float) -> float:
    """Years until the excess growth of low-income countries has halved, through the rule `income_groups`."""
    groups = np.array([[0, 3]])

    def excess(years: float) -> float:
        found = income_groups(groups, years, convergence=rate)[0]
        return float(found[0, 0] - found[0, 1])

    return first(lambda years: excess(years) <= 0.5 * excess(0.0), 100.0)
