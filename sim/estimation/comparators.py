"""Plain models on the same bodies: a pooled logit and a rule of one variable, to be beaten."""

from __future__ import annotations

from typing import Final

from sim.estimation.specification import Specification

__all__ = ["COMPARATORS", "LOGIT", "ONE_VARIABLE"]

WEAK: Final = 10.0  # a prior so wide that it only keeps separated slopes finite

# distance to the leaders, democracy, size, income, alliance, earlier ties to leaders and rival; a constant a body
LOGIT: Final = Specification(
    ("distance", "democracy", "size", "income", "allied", "ties", "ties_rival"),
    slope=WEAK, state=0.0, body=WEAK, level=1.0, rarity=0.0,
)  # fmt: skip
ONE_VARIABLE: Final = Specification(("distance",), slope=WEAK, state=0.0, body=WEAK, level=1.0)
COMPARATORS: Final = {"logit": LOGIT, "one_variable": ONE_VARIABLE}
