"""Racing to the precipice: a winner-takes-all race in which safety costs speed (Armstrong, Bostrom and Shulman 2016).

n teams of capability c_i, drawn from U[0, mu], choose a safety s_i in [0, 1]; the largest c_i - s_i wins; the winner
causes a disaster with probability 1 - s. Own safe win is worth 1, another's 1 - e (enmity e in (0, 1]), disaster 0.
What teams know decides the equilibrium: nothing, the own capability, or all capabilities.
"""

from __future__ import annotations

import numpy as np

from sim.units import Array

__all__ = [
    "risk_with_private_information", "risk_with_public_information", "risk_without_information",
    "safety_with_private_information", "safety_with_public_information", "safety_without_information",
]  # fmt: skip


def safety_without_information(spread: Array | float, teams: Array | float, enmity: Array | float) -> Array:
    """Safety of every team where nobody knows any capability: min(1, mu/(n e)).

    >>> float(safety_without_information(1.0, 2, 1.0))
    0.5
    """
    return np.minimum(1.0, np.asarray(spread) / (np.asarray(teams) * enmity))


def safety_with_private_information(capability: Array | float, teams: Array | float, enmity: Array | float) -> Array:
    """Safety of a team that knows its own capability c alone: min(1, c/(1 + e(n-1))).

    >>> float(safety_with_private_information(1.0, 2, 1.0))
    0.5
    """
    return np.minimum(1.0, np.asarray(capability) / (1.0 + enmity * (np.asarray(teams) - 1.0)))


def safety_with_public_information(lead: Array | float, enmity: Array | float) -> Array:
    """Safety of the leader where all capabilities are known: min(1, lead/e); `lead` 0 for everybody else.

    Any more, and the second team would gain by winning: at lead/e it is as glad of the leader's safe win.

    >>> safety_with_public_information(np.array([0.25, 0.0]), 0.5).tolist()
    [0.5, 0.0]
    """
    return np.minimum(1.0, np.asarray(lead) / enmity)


def risk_without_information(spread: Array | float, teams: Array | float, enmity: Array | float) -> Array:
    """Probability of disaster, nobody knowing any capability.

    >>> float(risk_without_information(1.0, 2, 1.0))
    0.5
    """
    return 1.0 - safety_without_information(spread, teams, enmity)


def risk_with_private_information(spread: Array | float, teams: Array | float, enmity: Array | float) -> Array:
    """Probability of disaster, each team knowing its own capability: the mean of 1 - s over the largest of n draws.

    >>> round(float(risk_with_private_information(2.0, 2, 0.5)), 6)
    0.1875
    """
    n = np.asarray(teams, dtype=np.float64)
    slope = np.asarray(spread) / (1.0 + enmity * (n - 1.0))
    low = 1.0 - slope * n / (n + 1.0)
    return np.where(slope <= 1.0, low, np.maximum(slope, 1.0) ** -n / (n + 1.0))


def risk_with_public_information(spread: Array | float, teams: Array | float, enmity: Array | float) -> Array:
    """Probability of disaster, all capabilities known: the mean of 1 - min(1, lead/e) over n draws.

    >>> round(float(risk_with_public_information(2.0, 2, 0.5)), 6)
    0.229167
    """
    n, mu = np.asarray(teams, dtype=np.float64), np.asarray(spread, dtype=np.float64)
    inside = 1.0 - (1.0 - np.minimum(enmity, mu) / mu) ** (n + 1.0)
    return 1.0 - mu / (np.asarray(enmity) * (n + 1.0)) * inside
