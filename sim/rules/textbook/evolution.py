"""Finite populations in which strategies spread by imitation: fixation and the long run at rare mutation.

Pairwise comparison: of two that meet, one takes over the other's strategy with a chance logistic in `strength` times
the difference of mean payoffs (Traulsen, Nowak and Pacheco 2006). At rare mutation a population is nearly always of
one strategy, and changes by invasions of single mutants (Fudenberg and Imhof 2006).
"""

from __future__ import annotations

import numpy as np

from sim.units import Array

__all__ = ["fixation", "fixation_at_constant_advantage", "log_ratio_of_fixations", "moran_fixation", "stationary"]


def fixation(payoffs: tuple[float, float, float, float], size: int, strength: float) -> float:
    """Probability that one A among `size` - 1 B takes over; `payoffs` of A on A, A on B, B on A and B on B.

    >>> round(fixation((3.0, 0.0, 5.0, 1.0), 20, 0.1), 11)  # cooperation among defectors, prisoner's dilemma
    0.00738363477
    """
    aa, ab, ba, bb = payoffs
    i = np.arange(1.0, size)
    pairs = i * (i - 1.0) / 2.0
    ahead = aa * pairs + ab * (size * i - pairs - i) - ba * (pairs + i) - bb * ((size - 1.0) * i - pairs - i)
    exponents = np.concatenate([[0.0], -strength * ahead / (size - 1.0)])
    top = exponents.max()
    return float(np.exp(-top) / np.exp(exponents - top).sum())


def log_ratio_of_fixations(
    payoffs: tuple[Array | float, Array | float, Array | float, Array | float],
    size: Array | float,
    strength: Array | float,
) -> Array:
    """Log odds of one A taking over B against one B taking over A; any broadcasting shape.

    In closed form: the sum over all mixed populations of A's advantage, since the payoffs are linear in numbers.

    >>> dilemma = (3.0, 0.0, 5.0, 1.0)
    >>> apart = np.log(fixation(dilemma, 20, 0.1) / fixation(dilemma[::-1], 20, 0.1))
    >>> bool(abs(log_ratio_of_fixations(dilemma, 20, 0.1) - apart) < 1e-12)
    True
    """
    aa, ab, ba, bb = payoffs
    n = np.asarray(size, dtype=np.float64)
    return np.asarray(strength * (0.5 * (n - 2.0) * (np.asarray(aa) - bb) + 0.5 * n * (np.asarray(ab) - ba)))


def fixation_at_constant_advantage(advantage: float, size: int) -> float:
    """Probability that one mutant takes over whose payoff times strength is `advantage` above the residents'.

    >>> round(fixation_at_constant_advantage(0.1, 50), 10), fixation_at_constant_advantage(0.0, 50)
    (0.0958081321, 0.02)
    """
    if advantage == 0.0:
        return 1.0 / size
    if advantage > 0.0:
        return float(np.expm1(-advantage) / np.expm1(-size * advantage))
    loss = -advantage  # the same, without overflow
    return float(np.exp(-(size - 1) * loss) * np.expm1(-loss) / np.expm1(-size * loss))


def moran_fixation(fitness: float, size: int) -> float:
    """Probability that one mutant of constant relative `fitness` takes over in the Moran process.

    >>> round(moran_fixation(1.1, 100), 10)
    0.0909156883
    """
    return fixation_at_constant_advantage(float(np.log(fitness)), size)


def stationary(moves: Array) -> Array:
    """Long-run shares (states,) of a chain that changes state i to j with chance moves[i, j]; rows sum to 1.

    >>> stationary(np.array([[0.9, 0.1], [0.3, 0.7]])).round(10).tolist()
    [0.75, 0.25]
    """
    number = len(moves)
    equations = np.vstack([moves.T - np.eye(number), np.ones(number)])
    found = np.linalg.lstsq(equations, np.append(np.zeros(number), 1.0), rcond=None)[0]
    return np.asarray(found)
