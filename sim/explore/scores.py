"""Feature scores: how much trees that predict an output lean on each input, beside an input made of pure chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.draws import Draws, agent_keys
from sim.explore.workbench import RuleInductionType, get_ex_feature_scores
from sim.units import Array

__all__ = ["FEWEST", "PER_INPUT", "Scores", "feature_scores"]

FEWEST, PER_INPUT = 30, 3
"""Points below which nothing is scored: 30, and 3 an input (assumption)."""
TREES, RESAMPLES, RESAMPLED_TREES = 250, 40, 60
CHANCE = "chance"


class Scores(NamedTuple):
    """Scores by input, which with that of `chance` sum to 1; intervals; the variance explained out of bag (R²)."""

    score: Array
    low: Array
    high: Array
    chance: float
    explained: float


def feature_scores(inputs: Mapping[str, Array], output: Array, *, level: float = 0.9) -> Scores:
    """Scores of inputs (points,) by extremely randomised trees (Geurts, Ernst and Wehenkel 2006, Machine Learning 63).

    Rules and names come as whole numbers. Beside the inputs stands one of keyed chance: what scores no more than the
    upper end of its interval, `chance`, is not told from noise. Intervals are percentiles over 40 bootstraps of the
    points. Raises `ValueError` for too few points, values that are not finite, and an output that never varies.

    >>> x = np.random.default_rng(1).random((200, 3))
    >>> found = feature_scores({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2]}, x[:, 0] + 0.5 * x[:, 1])
    >>> found.score.argsort()[::-1].tolist(), bool(found.score[2] < found.chance < found.low[1])
    ([0, 1, 2], True)
    """
    y = np.asarray(output, dtype=np.float64)
    table = pd.DataFrame({name: np.asarray(column, dtype=np.float64) for name, column in inputs.items()})
    needed = max(FEWEST, PER_INPUT * table.shape[1])
    if y.shape != (len(table),) or len(y) < needed:
        raise ValueError(f"found {len(y)} points for {table.shape[1]} inputs, expected {needed} at least")
    if not (np.isfinite(y).all() and np.isfinite(table.to_numpy()).all()):
        raise ValueError("found values that are not finite, expected a number for each input, output and point")
    if np.ptp(y) == 0.0:
        raise ValueError("the output never varies, so there is nothing to explain")
    draws = Draws([1], [0], [0])
    keys = agent_keys(map(str, range(len(y))))
    table[CHANCE] = draws.uniform("explore:chance", keys)[0]
    names = list(table.columns)

    def fit(rows: NDArray[np.int64], trees: int, seed: int, whole: bool) -> tuple[Array, float]:
        features, forest = get_ex_feature_scores(
            table.iloc[rows].reset_index(drop=True), y[rows], mode=RuleInductionType.REGRESSION, nr_trees=trees,
            oob_score=whole, random_state=seed,
        )  # fmt: skip
        scored = np.asarray(features[1].reindex(names), dtype=np.float64)
        return scored, float(forest.oob_score_) if whole else np.nan

    score, explained = fit(np.arange(len(y)), TREES, 0, True)
    many = np.array(
        [
            fit(np.floor(draws.uniform("explore:bootstrap", keys, each)[0] * len(y)).astype(np.int64), RESAMPLED_TREES,
                each + 1, False)[0]
            for each in range(RESAMPLES)
        ]
    )  # fmt: skip
    low, high = np.quantile(many, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    return Scores(score[:-1], low[:-1], high[:-1], float(max(high[-1], score[-1])), explained)
