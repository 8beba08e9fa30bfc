"""How well a prediction fits: ranking, probabilities, level, each with an interval over clusters of states."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sim.estimation.model import logistic

__all__ = [
    "auc", "auc_interval", "base_rate_score", "brier", "calibration_slope", "log_score", "precision_at",
]  # fmt: skip

Reals = NDArray[np.float64]
SMALL: Final = 1e-9


def auc(outcome: Reals, score: Reals) -> float:
    """Area under the ROC curve: chance that a joiner scores above one that stayed out, ties half; NaN if one is none.

    >>> auc(np.array([1.0, 0.0, 1.0, 0.0]), np.array([3.0, 2.0, 2.0, 1.0]))
    0.875
    """
    joined = outcome == 1.0
    ones, zeros = int(joined.sum()), int((~joined).sum())
    if not ones or not zeros:
        return float("nan")
    return float((rankdata(score)[joined].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def auc_interval(
    outcome: Reals, score: Reals, cluster: NDArray[np.str_], draws: int = 1000, coverage: float = 0.9
) -> tuple[float, float]:
    """Interval of the AUC by drawing whole clusters of states with replacement (sub-regions: neighbours move together).

    Draws without a joiner or without one that stayed out are drawn again.
    """
    generator = np.random.default_rng(20261123)
    rows = [np.flatnonzero(cluster == name) for name in np.unique(cluster)]
    found: list[float] = []
    for _ in range(20 * draws):
        chosen = np.concatenate([rows[at] for at in generator.integers(0, len(rows), len(rows))])
        value = auc(outcome[chosen], score[chosen])
        if np.isfinite(value):
            found.append(value)
        if len(found) == draws:
            break
    edge = (1.0 - coverage) / 2.0
    return float(np.quantile(found, edge)), float(np.quantile(found, 1.0 - edge))


def log_score(outcome: Reals, chance: Reals) -> float:
    """Mean log probability of what happened, in nats; nearer 0 is better.

    >>> round(log_score(np.array([1.0, 0.0]), np.array([0.5, 0.5])), 4)
    -0.6931
    """
    safe = np.clip(chance, SMALL, 1.0 - SMALL)
    return float((outcome * np.log(safe) + (1.0 - outcome) * np.log(1.0 - safe)).mean())


def base_rate_score(outcome: Reals) -> float:
    """Log score of the share that really joined, told to everyone: known only afterwards."""
    return log_score(outcome, np.full(len(outcome), outcome.mean()))


def brier(outcome: Reals, chance: Reals) -> float:
    """Mean squared difference of chance and what happened (Brier 1950); 0 is best.

    >>> brier(np.array([1.0, 0.0]), np.array([0.8, 0.4]))
    0.1
    """
    return round(float(((chance - outcome) ** 2).mean()), 15)


def precision_at(outcome: Reals, score: Reals, number: int) -> float:
    """Share of joiners among the `number` states with the highest scores; states tied at the edge count in part.

    >>> precision_at(np.array([1.0, 0.0, 1.0]), np.array([3.0, 2.0, 2.0]), 2)
    0.75
    """
    edge = np.sort(score)[::-1][min(number, len(score)) - 1]
    above, level = score > edge, score == edge
    places = (number - int(above.sum())) / int(level.sum())
    return float((outcome[above].sum() + places * outcome[level].sum()) / number)


def calibration_slope(outcome: Reals, log_odds: Reals, rounds: int = 50) -> float:
    """Slope of a logit of the outcome on the predicted log odds (Cox 1958): 1 right, below 1 too bold.

    NaN where the prediction does not vary or separates the outcome wholly.
    """
    if not log_odds.std() > 0 or auc(outcome, log_odds) in (0.0, 1.0):
        return float("nan")
    columns = np.column_stack([np.ones(len(log_odds)), log_odds])
    slope = np.zeros(2)
    for _ in range(rounds):
        chance = logistic(columns @ slope)
        curve = np.maximum(chance * (1.0 - chance), 1e-12)
        move = np.linalg.solve((columns * curve[:, None]).T @ columns, columns.T @ (outcome - chance))
        slope = slope + np.clip(move, -2.0, 2.0)
        if float(np.abs(move).max()) < 1e-10:
            break
    return float(slope[1])
