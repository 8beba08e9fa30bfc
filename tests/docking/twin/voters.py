"""What nations and firms have in common: ideal policies and a vote (7.13, 7.14)."""

from __future__ import annotations

import math
from typing import Any

import mesa

from tests.docking.twin.arithmetic import clip, sigma
from tests.docking.twin.reading import POLICY, Rule


class Voter(mesa.Agent):
    """An agent with ideal policies; `name` is its ISO3 code or firm id."""

    name: str
    caucus: str
    ideal: dict[str, float]

    def want(self, rule: Rule, seen: tuple[float, float, float, float], error: float, shock: dict[str, float]) -> None:
        """Draw the ideal policies of the future: a regression on four observed positions, and an error."""
        self.ideal = IDEAL[rule.name](rule, seen, error, shock)

    def vote(self, rule: Rule, point: float, before: float, after: float, luck: float) -> str:
        """Yes, no or abstain on moving a policy; `point` is the own ideal, drawn to the caucus."""
        return BALLOT[rule.name](rule, abs(point - before) - abs(point - after), luck)

    def __repr__(self) -> str:
        return self.name


def prior(rule: Any, seen: tuple[float, ...], error: float, shock: dict[str, float]) -> dict[str, float]:
    found = {}
    for dimension, row in zip(POLICY, rule.coefficients, strict=True):
        mean = row[0] + sum(weight * value for weight, value in zip(row[1:], seen, strict=True))
        found[dimension] = clip(mean + error * shock[dimension], 0.0, 1.0)
    return found


def logistic_ballot(rule: Any, gain: float, luck: float) -> str:
    if rule.noise == 0.0:
        return "yes" if gain >= -1e-12 else "no"
    noise = max(rule.noise, 1e-12)
    chance = sigma(clip(gain / noise, -500.0, 500.0))
    idle = rule.abstention * math.exp(-abs(gain) / noise)
    if luck < chance * (1.0 - idle):
        return "yes"
    return "no" if luck >= chance * (1.0 - idle) + idle else "abstain"


IDEAL = {"prior": prior}
BALLOT = {"logistic": logistic_ballot}
