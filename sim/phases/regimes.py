"""Phase of regimes: whose assessments count where, and what firms pay for every distinct regime they sell under."""

from __future__ import annotations

import numpy as np

from sim.phases.run import Run
from sim.rules.economy import usefulness
from sim.rules.recognition import by_regime
from sim.units import Array, Codes

__all__ = ["comply", "spending"]


def spending(run: Run) -> Array:
    """Where AI services are bought: GDP times use times usefulness, (runs, nations)."""
    nations, service = run.state.nations, run.plan.rule("service")
    phi = usefulness(nations.capability, service.get("midpoint", 2.0), service.get("width", 2.5))
    return nations.gdp * nations.ai_use * phi


def comply(run: Run) -> None:
    """Members that recognise each other's standards share a regime; firms pay for the regimes they sell under."""
    nations, firms, costs = run.state.nations, run.state.firms, run.plan.rule("regimes")
    recognising = [
        name for name, body in run.plan.bodies.items() if body.at(run.year).rules["recognition"].numbers
    ]
    if recognising or "recognising" in run.fixed:
        run.fixed["recognising"] = True  # a charter may give it up, and its regimes then part again
        nations.regime, trust = _regimes(run, recognising)
    elif costs.numbers:
        trust = np.zeros(run.plan.nation_shape)
    if costs.numbers:
        sold = np.where(run.plan.stage.supplier, 0.0, firms.revenue)
        firms.regime_cost = costs(sold, spending(run), nations.regime, trust)


def _regimes(run: Run, recognising: list[str]) -> tuple[Codes, Array]:
    """Whose regime each nation shares, and how far it is trusted; a nation shares one regime, the first body's."""
    strict = run.state.nations.stringency_effective
    regime = np.broadcast_to(np.arange(strict.shape[-1]), strict.shape)
    trust, shared = np.zeros(strict.shape), np.zeros(strict.shape, dtype=bool)
    for name in recognising:
        rule = run.plan.bodies[name].at(run.year).rules["recognition"]
        lead = rule(strict, run.state.bodies[name].active & ~shared)
        size = np.take_along_axis(by_regime(np.ones(strict.shape), lead), lead, axis=-1)
        together = size > 1.0
        regime, trust = np.where(together, lead, regime), np.where(together, rule.get("trust"), trust)
        shared = shared | together
    return regime, trust
