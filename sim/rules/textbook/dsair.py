"""A race for domain supremacy in which teams comply with safety or not (DSAIR; Han, Pereira, Santos, Lenaerts 2020).

Two teams meet for W rounds, each either safe (AS: pays c a round) or unsafe (AU: s times as fast, and lost with
probability p_r). A round brings b, shared by speed; the prize B goes to whoever is first.
"""

from __future__ import annotations

from sim.rules.textbook.evolution import log_ratio_of_fixations
from sim.units import Array

__all__ = ["log_odds_of_unsafe", "payoffs", "risk_dominance", "social_preference"]

Number = Array | float


def payoffs(
    benefit: Number, cost: Number, prize: Number, rounds: Number, speed: Number, disaster: Number
) -> tuple[Number, Number, Number, Number]:
    """Mean payoff a round of AS on AS, AS on AU, AU on AS and AU on AU.

    >>> [round(one, 9) for one in payoffs(4.0, 1.0, 1e4, 100.0, 1.5, 0.5)]
    [51.0, 0.6, 76.2, 38.5]
    """
    kept = 1.0 - disaster
    safe = benefit / 2.0 - cost + prize / (2.0 * rounds)
    slower = benefit / (speed + 1.0) - cost
    faster = kept * (speed * benefit / (speed + 1.0) + speed * prize / rounds)
    return safe, slower, faster, kept * (benefit / 2.0 + speed * prize / (2.0 * rounds))


def social_preference(benefit: float, cost: float, prize: float, rounds: float, speed: float) -> float:
    """The chance of disaster from which all-safe pays everyone more than all-unsafe; 1 - 1/s for a large prize.

    >>> round(social_preference(4.0, 1.0, 1e4, 100.0, 1.5), 6)
    0.337662
    """
    return 1.0 - (benefit / 2.0 - cost + prize / (2.0 * rounds)) / (benefit / 2.0 + speed * prize / (2.0 * rounds))


def risk_dominance(benefit: float, cost: float, prize: float, rounds: float, speed: float) -> float:
    """The chance of disaster from which safety is selected; 1 - 1/(3s) for a large prize.

    Between the two thresholds lies the dilemma: everyone would be better off safe, and imitation leads to unsafe.

    >>> round(risk_dominance(4.0, 1.0, 1e4, 100.0, 1.5), 6)
    0.775065
    """
    safe, slower, _, _ = payoffs(benefit, cost, prize, rounds, speed, 0.0)
    unsafe = speed * benefit / (speed + 1.0) + benefit / 2.0 + 3.0 * speed * prize / (2.0 * rounds)
    return float(1.0 - (safe + slower) / unsafe)


def log_odds_of_unsafe(
    game: tuple[Number, Number, Number, Number], teams: Number, selection: Number
) -> Array:
    """Log odds of AU against AS in the long run at rare mutation, for a population of `teams`.

    >>> import numpy as np
    >>> odds = log_odds_of_unsafe(payoffs(4.0, 1.0, 1e4, 100.0, 1.5, 0.8), 100, 0.01)
    >>> round(float(1.0 / (1.0 + np.exp(-odds))), 8)
    0.07557824
    """
    safe, slower, faster, unsafe = game
    return log_ratio_of_fixations((unsafe, faster, slower, safe), teams, selection)
