"""Landmarks of the Bass curve, which the rule `bass` of the family adoption follows (Bass 1969)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Peak", "bass_peak"]


class Peak(NamedTuple):
    """When adoption is fastest, the share that has adopted by then, and the speed (share a year)."""

    time: float
    share: float
    speed: float


def bass_peak(innovation: float, imitation: float) -> Peak:
    """The fastest moment of dF/dt = (p + qF)(1 - F) from F = 0: ln(q/p)/(p+q); at once where q <= p.

    >>> [round(part, 10) for part in bass_peak(0.03, 0.38)]
    [6.1926191977, 0.4605263158, 0.1105921053]
    """
    p, q = innovation, imitation
    if not (p > 0.0 and q >= 0.0):
        raise ValueError(f"found p = {p:g}, q = {q:g}; expected p above 0 and q from 0 on")
    if q <= p:
        return Peak(0.0, 0.0, p)
    return Peak(float(np.log(q / p) / (p + q)), (q - p) / (2.0 * q), (p + q) ** 2 / (4.0 * q))
