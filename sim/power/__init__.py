"""Voting power: how often a member's vote decides, for one weight and for compound rules, counted exactly."""

from sim.power.indices import banzhaf, coleman, shapley_shubik
from sim.power.tables import PowerTable, of

__all__ = ["PowerTable", "banzhaf", "coleman", "of", "shapley_shubik"]
