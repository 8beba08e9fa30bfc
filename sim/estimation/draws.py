"""The estimate in the engine's own terms, and its uncertainty: bodies drawn with replacement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.estimation.design import fit_bodies, unscaled
from sim.estimation.model import Fit
from sim.estimation.rates import Rate, rate, ratifying, yearly
from sim.estimation.risk_sets import bodies
from sim.estimation.specification import Specification

__all__ = ["DEPENDENCE", "DRAWS", "ENGINE", "HEADER", "TENSION", "engine_terms", "membership_draws"]

Reals = NDArray[np.float64]
DRAWS: Final = 500
SEED: Final = 20261123
# Only the terms that the engine's utility has and that an observed roster can speak of. The rest of what moves a
# state is its persistent taste there, so that slopes have to be those of a model without the other covariates.
ENGINE: Final = Specification(
    ("distance", "partners", "trade_rival"), slope=1.0, state=1.2, varying=("distance",), variation=1.4
)
# engine defaults behind the term of pressure: share of trade with the rival x dependence, at most 1, x tension
DEPENDENCE, TENSION = 2.0, 0.55
HEADER: Final = (
    "world.membership.distance", "world.membership.club", "world.membership.pressure", "world.mobility.ratify",
)  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """Slopes of the engine's utility: per unit of distance, all partners inside, full pull of the rival."""

    distance: float
    club: float
    pressure: float


def engine_terms(found: Fit) -> Terms:
    """A fit of `ENGINE` in the engine's units and signs: a positive number is the effect the engine expects."""
    slopes = unscaled(ENGINE, found)
    pull = DEPENDENCE * TENSION  # pull of the rival per unit of the share of trade with it
    return Terms(-slopes["distance"], slopes["partners"], -slopes["trade_rival"] / pull)


def membership_draws(number: int = DRAWS, ratify: Rate | None = None) -> tuple[Terms, Reals]:
    """The point estimate and `number` bootstrap draws over bodies, (number, 4), in the order of `HEADER`.

    WAICO is not among the bodies. A draw that contradicts the sign of a term of the engine is set to 0: the
    engine knows no attraction by distance. Ratification is drawn likewise over the bodies with dated deposits.
    """
    pool = bodies("train")
    generator = np.random.default_rng(SEED)
    hazard = rate(ratifying(), draws=number) if ratify is None else ratify
    rows = np.empty((number, len(HEADER)))
    for at in range(number):
        weight = np.bincount(generator.integers(0, len(pool), len(pool)), minlength=len(pool)).astype(float)
        terms = engine_terms(fit_bodies(pool, ENGINE, weight=weight)[0])
        rows[at] = (terms.distance, terms.club, terms.pressure, yearly(float(hazard.draws[at])))
    return engine_terms(fit_bodies(pool, ENGINE)[0]), np.maximum(rows, 0.0)
