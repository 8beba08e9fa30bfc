"""The published models of the race, one firm at a time, by the plain equations of the page (7.8)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.docking.twin.arithmetic import sigma

if TYPE_CHECKING:
    from tests.docking.twin.firm import Surroundings


def settled(effort: float, rule: Any, around: Surroundings) -> float:
    """Full effort without a rival; a part of a found shortfall is made up."""
    if len(around.field) < 2:
        effort = 1.0
    return effort + rule.obeyed * around.detected * max(around.required - effort, 0.0)


def precipice(rule: Any, capability: float, around: Surroundings) -> float:
    base = max(around.field) - rule.spread
    teams = sum((other - base) / rule.scale >= 0.0 for other in around.field)
    if rule.information == "none":
        return min(1.0, rule.spread / rule.scale / (teams * rule.enmity))
    if rule.information == "private":
        return min(1.0, max((capability - base) / rule.scale, 0.0) / (1.0 + rule.enmity * (teams - 1)))
    rivals = sorted(around.field)
    rivals.remove(capability)
    lead = capability - rivals[-1] if rivals else math.inf
    return min(1.0, max(lead, 0.0) / rule.scale / rule.enmity)


def contest(rule: Any, around: Surroundings) -> float:
    """The s at which the price of both inputs is met, by halving an interval of its logarithm."""
    top = max(around.field)
    weight = [math.exp(rule.decisive * (other - top)) for other in around.field]
    q = min(sum(one * one for one in weight) / sum(weight) ** 2, 1.0 - 1e-12)
    theta, damage, price = rule.tradeoff, rule.damage, rule.price

    def too_small(s: float) -> bool:
        won, left = s / (1.0 + s), 1.0 / (1.0 + s)
        worth = won * q * (1.0 - q) - q * (1.0 + damage) * theta * won * left
        if worth <= 0.0:
            return True
        x_safe = q * (1.0 + damage) * won * left * rule.safety_power / price
        x_fast = worth * rule.performance_power / price
        p = math.log(rule.performance_scale) + rule.performance_power * math.log(x_fast)
        return math.log(rule.safety_scale) + rule.safety_power * math.log(x_safe) - theta * p > math.log(s)

    low, high = -40.0, 60.0
    for _ in range(90):
        middle = (low + high) / 2.0
        low, high = (middle, high) if too_small(math.exp(middle)) else (low, middle)
    s = math.exp(low)
    return s / (1.0 + s)


def dsair(rule: Any, around: Surroundings) -> float:
    """Chances to take over multiply along the way, one meeting after the other."""
    b, c, s, w, teams = rule.benefit, rule.cost, rule.pace, rule.rounds, len(around.field)
    kept = 1.0 - rule.disaster
    safe, slower = b / 2.0 - c + rule.prize / (2.0 * w), b / (s + 1.0) - c
    faster, unsafe = kept * (s * b / (s + 1.0) + s * rule.prize / w), kept * (b / 2.0 + s * rule.prize / (2.0 * w))
    odds = 0.0
    for many in range(1, teams):  # `many` unsafe among `teams`
        of_unsafe = ((many - 1) * unsafe + (teams - many) * faster) / (teams - 1)
        of_safe = (many * slower + (teams - many - 1) * safe) / (teams - 1)
        odds += rule.selection * (of_unsafe - of_safe)
    return sigma(-odds)
