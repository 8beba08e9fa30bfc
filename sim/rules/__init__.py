"""The science: pure functions on columns, one file per subject, enrolled in families (see `sim.choices`).

Importing this package enrols every rule that ships with the model.
"""

from sim.rules import (
    access,
    assembly,
    economy,
    frontier,
    fund,
    hazards,
    market,
    membership,
    programmes,
    race,
    regulation,
    tension,
    weights,
)

__all__ = [
    "access", "assembly", "economy", "frontier", "fund", "hazards", "market", "membership", "programmes", "race",
    "regulation", "tension", "weights",
]
