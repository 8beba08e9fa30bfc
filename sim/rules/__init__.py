"""The science: pure functions on columns, one file per subject, enrolled in families (see `sim.choices`).

Importing this package enrols every rule that ships with the model.
"""

from sim.rules import (
    access,
    accession,
    assembly,
    coalitions,
    courting,
    dues,
    economy,
    firms,
    frontier,
    hazards,
    inspection,
    market,
    membership,
    mobility,
    programmes,
    race,
    race_published,
    regulation,
    tension,
    transfers,
    weights,
)

__all__ = [
    "access",
    "accession",
    "assembly",
    "coalitions",
    "courting",
    "dues",
    "economy",
    "firms",
    "frontier",
    "hazards",
    "inspection",
    "market",
    "membership",
    "mobility",
    "programmes",
    "race",
    "race_published",
    "regulation",
    "tension",
    "transfers",
    "weights",
]
