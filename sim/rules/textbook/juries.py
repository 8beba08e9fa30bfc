"""Votes of independent voters: how likely a majority is right, and the quota that makes power go by square roots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["chance_to_pass", "jagiellonian_quota"]


def chance_to_pass(
    chances: Sequence[float], votes: Sequence[int] | None = None, needed: int | None = None, *, tie: float = 0.5
) -> float:
    """Probability that votes in favour reach `needed`, voters being independent; `chances` are those of a yes.

    With chances of being right, the probability that a majority is (Condorcet 1785). Votes are whole numbers, one
    each unless given. Without `needed` more than half of all votes decide and a tie counts `tie`.

    >>> round(chance_to_pass([0.6] * 3), 12), round(chance_to_pass([0.6] * 4), 12)
    (0.648, 0.648)
    """
    weights = [1] * len(chances) if votes is None else [int(one) for one in votes]
    if len(weights) != len(chances) or min(weights, default=0) < 0 or not all(0.0 <= one <= 1.0 for one in chances):
        raise ValueError("expected as many votes as chances, votes from 0 on, and chances between 0 and 1")
    found = np.zeros(sum(weights) + 1)
    found[0] = 1.0
    for chance, weight in zip(chances, weights, strict=True):
        shifted = np.concatenate([np.zeros(weight), found[: len(found) - weight]])
        found = (1.0 - chance) * found + chance * shifted
    total = len(found) - 1
    if needed is not None:
        return float(found[max(needed, 0) :].sum())
    half = total // 2
    return float(found[half + 1 :].sum() + (tie * found[half] if total % 2 == 0 else 0.0))


def jagiellonian_quota(people: Sequence[float]) -> float:
    """The quota, as a share, at which votes by the square root of population give power in the same proportion.

    (1 + sqrt(sum N)/sum sqrt N)/2 (Slomczynski and Zyczkowski 2006).

    >>> round(jagiellonian_quota([1.0] * 27), 6)
    0.596225
    """
    number = np.asarray(people, dtype=np.float64)
    if number.size == 0 or (number < 0.0).any() or not (number > 0.0).any():
        raise ValueError("expected populations from 0 on, not all of them 0")
    return float(0.5 * (1.0 + np.sqrt(number.sum()) / np.sqrt(number).sum()))
