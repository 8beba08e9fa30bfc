"""Measures of regimes and of supply: how many rulebooks there are, what they cost, what a condition reaches."""

from __future__ import annotations

import numpy as np

from sim.measures.base import body_measure, world_measure
from sim.phases.regimes import spending
from sim.phases.run import Run
from sim.rules.recognition import regimes_among
from sim.units import Array


@world_measure("regimes", better=-1)
def distinct_regimes(run: Run) -> Array:
    """Effective number of distinct regimes: 1 over the sum of squared shares of AI spending by regime (Hill 1973)."""
    return regimes_among(spending(run), run.state.nations.regime)


@world_measure("bn USD/year", better=-1)
def regime_costs(run: Run) -> Array:
    """What developers pay for the distinct regimes they sell under; 0 where the world's `regimes` cost nothing."""
    return run.state.firms.regime_cost.sum(axis=-1, keepdims=True)


@body_measure("share", undefined=True)
def chip_leverage(run: Run, body: str) -> Array:
    """Part of world chip supply that the body's condition reaches; blank without a condition."""
    return _with_condition(run, body, run.state.bodies[body].own.leverage)


@body_measure("share", undefined=True)
def chips_refused(run: Run, body: str) -> Array:
    """Part of outsiders' purchases of AI chips that the body's condition stops; blank without a condition."""
    return _with_condition(run, body, run.state.bodies[body].own.refused)


def _with_condition(run: Run, body: str, values: Array) -> Array:
    rule = run.plan.bodies[body].at(run.year).rules["chips"]
    return values if rule.numbers else np.full(values.shape, np.nan)
