"""The estimate held against bodies it has not seen: left out, cross-validated over states, in sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.estimation.design import fit_bodies, risk
from sim.estimation.model import logistic, relevel
from sim.estimation.risk_sets import Body
from sim.estimation.scores import auc, log_score
from sim.estimation.specification import Specification

__all__ = ["FOLDS", "LEAST", "Held", "cross_validated", "in_sample", "leave_out", "left_out", "scorable", "tuning"]

Reals = NDArray[np.float64]
LEAST: Final = 15  # joiners and states that stayed out a body needs to be scored
FOLDS: Final = 10
NODES: Final = 41


@dataclass(frozen=True)
class Held:
    """What was predicted for one body: `log_odds` (193,) at the mean level, `spread` of the level's error.

    `chance` (193,) has the level integrated out, `known` is the outcome (193,) with NaN where not observed.
    """

    body: Body
    log_odds: Reals
    spread: float
    chance: Reals
    known: Reals

    @property
    def seen(self) -> NDArray[np.bool_]:
        """States with an observed outcome."""
        return ~np.isnan(self.known)


def scorable(one: Body) -> bool:
    """At least 15 joiners and 15 eligible states that stayed out.

    >>> from sim.estimation.risk_sets import body
    >>> scorable(body("WAICO")), scorable(body("NDB"))
    (True, False)
    """
    known = risk(one)
    return int((known == 1.0).sum()) >= LEAST and int((known == 0.0).sum()) >= LEAST


def over_levels(log_odds: Reals, spread: float) -> Reals:
    """Chances with a normal error of the level integrated out (Gauss-Hermite), (193,)."""
    if spread == 0.0:
        return logistic(log_odds)
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return np.asarray((logistic(log_odds[:, None] + spread * nodes) * weights).sum(axis=-1) / weights.sum())


def leave_out(one: Body, pool: Sequence[Body], spec: Specification, spread: float = 0.0) -> Held:
    """Predict one body from the others of the pool; its own list is not looked at."""
    others = [each for each in pool if each.name != one.name]
    _, ahead, _ = fit_bodies(others, spec, ahead=[one])
    return Held(one, ahead[0], spread, over_levels(ahead[0], spread), risk(one))


def level_error(held: Held) -> float:
    """How far the level was off: the shift that makes the expected joiners those of the real list."""
    seen = held.seen
    joined = float(np.clip(held.known[seen].sum(), 0.5, seen.sum() - 0.5))
    return float((relevel(held.log_odds[seen], joined) - held.log_odds[seen])[0])


def left_out(pool: Sequence[Body], spec: Specification, scored: Sequence[Body] | None = None) -> list[Held]:
    """Every body of `scored` (default: the scorable ones of the pool) predicted from the others.

    The spread of a body's level is the root mean square of the level errors of the *other* scored bodies, so that
    a body's own list is not used for it either.
    """
    chosen = [each for each in (pool if scored is None else scored) if scorable(each)]
    bare = [leave_out(one, pool, spec) for one in chosen]
    errors = np.array([level_error(each) for each in bare])
    found = []
    for at, each in enumerate(bare):
        spread = float(np.sqrt((np.delete(errors, at) ** 2).mean())) if len(bare) > 1 else spec.body
        found.append(Held(each.body, each.log_odds, spread, over_levels(each.log_odds, spread), each.known))
    return found


def folds(one: Body) -> NDArray[np.int64]:
    """Fold 0..9 of every state for one body, drawn once by its name, joiners spread evenly."""
    generator = np.random.default_rng([20261123, *one.name.encode()])
    known = risk(one)
    order = np.lexsort((generator.random(len(known)), np.nan_to_num(known, nan=2.0)))
    fold = np.empty(len(known), dtype=np.int64)
    fold[order] = np.arange(len(known)) % FOLDS
    return fold


def cross_validated(one: Body, pool: Sequence[Body], spec: Specification) -> Held:
    """Each tenth of a body's states predicted from the other nine tenths and all other bodies."""
    everyone = [*(each for each in pool if each.name != one.name), one]
    fold, odds = folds(one), np.zeros(len(risk(one)))
    for number in range(FOLDS):
        hidden = np.stack([risk(each) for each in everyone])
        hidden[-1, fold == number] = np.nan
        _, _, inside = fit_bodies(everyone, spec, outcomes=hidden)
        odds[fold == number] = inside[-1, fold == number]
    return Held(one, odds, 0.0, logistic(odds), risk(one))


def in_sample(one: Body, pool: Sequence[Body], spec: Specification) -> Held:
    """The body's own list among those fitted: how well the model can describe, not predict."""
    everyone = [*(each for each in pool if each.name != one.name), one]
    _, _, inside = fit_bodies(everyone, spec)
    return Held(one, inside[-1], 0.0, logistic(inside[-1]), risk(one))


def tuning(pool: Sequence[Body], spec: Specification) -> dict[str, tuple[float, float]]:
    """Left-out AUC and log score at the true level of every scorable body of a pool, by name.

    The log score is taken with the level moved so that the number of joiners is right: the choice of a
    specification is about who joins, how many is a matter of `spread`.
    """
    found = {}
    for one in pool:
        if scorable(one):
            held = leave_out(one, pool, spec)
            seen, known = held.seen, held.known[held.seen]
            chance = logistic(relevel(held.log_odds[seen], float(known.sum())))
            found[one.name] = (auc(known, held.log_odds[seen]), log_score(known, chance))
    return found


