"""The figures of the estimate: one row per body, model and kind of evaluation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.estimation import scores
from sim.estimation.evaluation import Held
from sim.estimation.model import logistic
from sim.estimation.ties import oecd
from sim.population import load_nations

__all__ = ["COLUMNS", "DETAIL", "Level", "detail_row", "expected_joiners", "misses", "row"]

Reals = NDArray[np.float64]
COLUMNS: Final = (
    "body", "model", "evaluation", "auc", "auc_low", "auc_high", "log_score", "calibration_slope", "n",
)  # fmt: skip
DETAIL: Final = (
    "body", "model", "evaluation", "states", "auc", "auc_low", "auc_high", "precision", "at", "log_score",
    "log_score_base_rate", "brier", "joined", "expected", "expected_low", "expected_high",
)  # fmt: skip


@dataclass(frozen=True)
class Level:
    """How many states are expected to join: mean, and an 80 % interval."""

    mean: float
    low: float
    high: float


def _cell(value: float) -> str:
    return "" if not np.isfinite(value) else f"{value:.4f}"


def _part(held: Held, which: str) -> NDArray[np.bool_]:
    return held.seen & ~oecd() if which == "non_oecd" else held.seen


def row(held: Held, model: str, evaluation: str) -> dict[str, str]:
    """One row of results/reference/membership.csv: the AUC with a 90 % interval over sub-regions.

    The log score is of the chances with the error of the level integrated out; the calibration slope of the log
    odds. Blank where it is not defined.
    """
    seen = held.seen
    known, odds = held.known[seen], held.log_odds[seen]
    low, high = scores.auc_interval(known, odds, load_nations().subregion[seen])
    values = {
        "auc": scores.auc(known, odds), "auc_low": low, "auc_high": high,
        "log_score": scores.log_score(known, held.chance[seen]),
        "calibration_slope": scores.calibration_slope(known, odds),
    }  # fmt: skip
    cells = {name: _cell(value) for name, value in values.items()}
    return {"body": held.body.name, "model": model, "evaluation": evaluation, **cells, "n": str(int(seen.sum()))}


def expected_joiners(held: Held, draws: int = 4000) -> Level:
    """Joiners among the states observed: error of the level and chance of each state, by simulation.

    States are drawn independently given the level, which makes the interval a little too narrow.
    """
    generator = np.random.default_rng(20261123)
    odds = held.log_odds[held.seen]
    levels = generator.normal(0.0, held.spread, draws) if held.spread > 0 else np.zeros(draws)
    chances = logistic(odds + levels[:, None])
    numbers = (generator.random(chances.shape) < chances).sum(axis=-1)
    low, high = np.quantile(numbers, (0.1, 0.9))
    return Level(float(held.chance[held.seen].sum()), float(low), float(high))


def detail_row(held: Held, model: str, evaluation: str, which: str = "all") -> dict[str, str]:
    """Ranking and level of one body, over all states or those outside the OECD (`non_oecd`).

    `precision` is the share of joiners among the `at` states ranked highest, `at` the real number of joiners;
    the log score of the base rate is that of the real share, known only afterwards.
    """
    part = _part(held, which)
    known, odds, chance = held.known[part], held.log_odds[part], held.chance[part]
    low, high = scores.auc_interval(known, odds, load_nations().subregion[part])
    level = expected_joiners(replace(held, known=np.where(part, held.known, np.nan)))
    at = int(known.sum())
    values = {
        "auc": scores.auc(known, odds), "auc_low": low, "auc_high": high,
        "precision": scores.precision_at(known, odds, at),
        "log_score": scores.log_score(known, chance),
        "log_score_base_rate": scores.base_rate_score(known),
        "brier": scores.brier(known, chance),
        "expected": level.mean, "expected_low": level.low, "expected_high": level.high,
    }  # fmt: skip
    cells = {name: _cell(value) for name, value in values.items()}
    return {"body": held.body.name, "model": model, "evaluation": evaluation, "states": which,
            "at": str(at), "joined": str(at), **cells}  # fmt: skip


def misses(held: Held, number: int) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Joiners ranked below `number`, and states ranked above it that stayed out: ISO3 and chance, worst first."""
    odds = np.where(held.seen, held.log_odds, -np.inf)
    order = np.argsort(-odds, kind="stable")
    top = set(order[:number].tolist())
    codes = load_nations().iso3
    joined = [at for at in order[::-1] if held.known[at] == 1.0 and int(at) not in top]
    stayed = [at for at in order if held.known[at] == 0.0 and int(at) in top]
    return (
        [(str(codes[at]), float(held.chance[at])) for at in joined],
        [(str(codes[at]), float(held.chance[at])) for at in stayed],
    )


