"""Nations and firms of a run: loaded, filled by stated rules, sampled, or synthetic."""

from __future__ import annotations

from sim.population.compute import COMPUTE_RULES, world_stock
from sim.population.firms import Firms, herfindahl, load_firms, ranking_table
from sim.population.memberships import JOINED, bodies, history, joiners, signatories
from sim.population.nations import INCOME_GROUPS, Nations, load_nations
from sim.population.partners import partner_matrix
from sim.population.sampling import sample_nations, synthetic_firms, synthetic_nations

__all__ = [
    "COMPUTE_RULES",
    "INCOME_GROUPS",
    "JOINED",
    "Firms",
    "Nations",
    "bodies",
    "herfindahl",
    "history",
    "joiners",
    "load_firms",
    "load_nations",
    "partner_matrix",
    "ranking_table",
    "sample_nations",
    "signatories",
    "synthetic_firms",
    "synthetic_nations",
    "world_stock",
]
