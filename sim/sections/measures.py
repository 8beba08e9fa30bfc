"""The section `measures` of a scenario: what is measured how often, where measuring is dear."""

from __future__ import annotations

from sim.choices import whole
from sim.sections.base import Section

__all__ = ["MEASURES"]

MEASURES = Section(
    "measures",
    "What is measured how often, where measuring is dear.",
    {
        "power_every": whole(
            0,
            "years",
            0,
            100,
            "assumption: power changes with membership and weights, which move slowly",
            "a-priori power is taken every so many years, beside the first, the middle and the last; 0: only then",
        ),
    },
)
