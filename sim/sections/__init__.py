"""The sections of a charter and of a scenario's world: which choices and numbers stand where.

A `Section` names its fields; a field is a `Parameter` (a value with unit, range and source) or a `Choice`
(one rule of a family, with that rule's own parameters). The file format, the JSON Schema, the parameter table
of the documentation and the paths of a study (`bodies.waico.fund.levy.rate`) are read from here.
"""

from sim.sections.base import Choice, Section
from sim.sections.charter import (
    ARREARS,
    BODY,
    CHARTER_SECTIONS,
    FUND,
    IN_FORCE,
    POLICY,
    POLICY_DIMENSIONS,
    PROGRAMMES,
    RELATION,
    TIER,
    VOTING,
)
from sim.sections.measures import MEASURES
from sim.sections.world import WORLD

__all__ = [
    "ARREARS",
    "BODY",
    "CHARTER_SECTIONS",
    "FUND",
    "IN_FORCE",
    "MEASURES",
    "POLICY",
    "POLICY_DIMENSIONS",
    "PROGRAMMES",
    "RELATION",
    "TIER",
    "VOTING",
    "WORLD",
    "Choice",
    "Section",
]
