"""What the membership estimate uses: covariates, where they interact with the body, and the widths of priors.

`FROZEN` was chosen by leaving out one body at a time among the bodies other than WAICO (`tools/estimate.py
--tune`), and stood in the repository before any score of WAICO was computed; `GRID` are the rivals it was chosen
from, and the specifications over which the spread of the score is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Final

__all__ = ["COVARIATES", "FROZEN", "GRID", "LEVEL_ERROR", "Specification"]

# covariate: what it is, unit, dated before the founding (True) or of the nearest year there is (False)
COVARIATES: Final[dict[str, tuple[str, str, bool]]] = {
    "distance": ("distance to the mean UN ideal point of the leading states", "standard deviations", True),
    "regime_gap": ("distance to their mean electoral democracy", "0 to 1", True),
    "democracy": ("electoral democracy", "0 to 1", True),
    "income": ("log of GDP per head", "log USD", True),
    "size": ("log of GDP", "log USD", True),
    "ties": ("weighted share of earlier bodies in which the leading states sat", "share", True),
    "ties_near": ("weighted share of earlier bodies that the nearer pole led", "share", True),
    "ties_rival": ("weighted share of earlier bodies that the farther pole led", "share", True),
    "allied": ("treaty alliance with a leading state", "0 or 1", True),
    "allied_rival": ("treaty alliance with the farther pole", "0 or 1", True),
    "kilometres": ("log of the distance to the nearest leading capital", "log km", True),
    "neighbour": ("in the sub-region of a leading state", "0 or 1", True),
    "trade": ("share of trade with the leading states (observed for the poles, else gravity)", "share", False),
    "trade_rival": ("share of trade with the farther pole", "share", False),
    "readiness_gap": ("readiness of the leading states less the own, not below 0", "0 to 1", False),
    "partners": ("share of partners expected to join, from the other covariates", "share", True),
}


@dataclass(frozen=True)
class Specification:
    """One way to estimate: covariates, interactions (covariate, feature of the body), and widths of the priors.

    Widths are standard deviations of log odds per standard deviation of a covariate: `slope` of the common slopes,
    `interaction` of how they change with the body, `variation` of what else the slopes of `varying` differ
    by from body to body; `body` of a body's constant, `level` of what explains it, `state` of a state's
    propensity to join anything, `leaning` of its propensity per unit of `lead_democracy`. 0 leaves an effect
    out. Ties weigh an earlier body by (size)**-`rarity`, halved every `half_life` years.
    """

    covariates: tuple[str, ...]
    interactions: tuple[tuple[str, str], ...] = ()
    slope: float = 0.5
    interaction: float = 0.3
    state: float = 0.5
    body: float = 1.5
    level: float = 1.0
    rarity: float = 0.5
    half_life: float = inf
    leaning: float = 0.0
    varying: tuple[str, ...] = ()
    variation: float = 0.0

    @property
    def partners(self) -> bool:
        """Whether the two-stage share of partners is among the covariates."""
        return "partners" in self.covariates

    @property
    def label(self) -> str:
        """One line that tells the specifications of the grid apart."""
        gates = sum(1 for _, feature in self.interactions if feature != "lead_democracy")
        return (
            f"{len(self.covariates)} covariates{' with partners' if self.partners else ''}; {len(self.interactions)} "
            f"interactions, {gates} of gate or aims; {len(self.varying)} slopes varying by {self.variation:g}; "
            f"slope {self.slope:g}; state {self.state:g}; leaning {self.leaning:g}"
        )


POLITICS: Final = (
    "distance", "democracy", "income", "size", "ties", "ties_rival", "allied", "allied_rival", "regime_gap",
    "ties_near",
)  # fmt: skip
WIDE: Final = (*POLITICS, "kilometres", "neighbour", "trade", "trade_rival", "readiness_gap")
SIDES: Final = (("democracy", "lead_democracy"), ("income", "lead_democracy"), ("size", "lead_democracy"))
GATES: Final = (("democracy", "values"), ("income", "club"), ("size", "club"), ("income", "development"))
VARYING: Final = ("distance", "democracy", "income", "size")
MORE: Final = (*VARYING, "ties_rival", "regime_gap", "kilometres")


def _grid() -> tuple[Specification, ...]:
    """Covariates, interactions and widths crossed (72), then the widths round the best of them (16)."""
    found = []
    for names, gates in product((POLITICS, WIDE, (*WIDE, "partners")), ((), GATES)):
        for variation, state, leaning in product((0.0, 0.7, 1.4), (0.6, 1.2), (0.0, 0.5)):
            found.append(
                Specification(
                    names, (*SIDES, *gates), state=state, leaning=leaning, varying=VARYING, variation=variation
                )
            )
    for varying, variation, state, slope in product((VARYING, MORE), (1.4, 2.5), (1.2, 2.0), (0.3, 0.6)):
        found.append(
            Specification(
                (*WIDE, "partners"), (*SIDES, *GATES), slope, state=state, varying=varying, variation=variation
            )
        )
    return tuple(found)


GRID: Final = _grid()
# Frozen on 2026-11-23, before any score of WAICO was computed: the highest criterion of results/reference/
# membership_tuning.csv, which is the mean left-out log score (level given) over bodies nearer to China and over bodies
# nearer to the USA, one half each, of the 16 coded bodies with 15 joiners and 15 others. WAICO is not among them and
# is in no fit behind it. Comparators stand in `comparators`, the engine's own equation in `draws`.
FROZEN: Final = Specification(
    covariates=(*WIDE, "partners"),
    interactions=(*SIDES, *GATES),
    slope=0.5,
    interaction=0.3,
    state=1.2,
    body=1.5,
    level=1.0,
    rarity=0.5,
    half_life=inf,
    leaning=0.0,
    varying=VARYING,
    variation=1.4,
)
# root mean square error of the level of those 16 bodies, each left out: the spread of a new body's constant
LEVEL_ERROR: Final = 1.69
