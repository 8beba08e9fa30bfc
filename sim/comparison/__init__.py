"""Comparing policies, from tables alone: paired differences with intervals, groups, convergence, tables for a paper."""

from sim.comparison.blocs import by_bloc
from sim.comparison.columns import columns_of, headlines
from sim.comparison.convergence import convergence
from sim.comparison.corrections import CORRECTIONS, adjusted
from sim.comparison.estimates import LARGE, SMALL_SAMPLE
from sim.comparison.grids import Grid, read_grids
from sim.comparison.groups import by_group
from sim.comparison.levers import across, holds_in, settings_of, under, with_policies
from sim.comparison.paired import compare
from sim.comparison.paper import PaperTable, convergence_table, figures, paper_table
from sim.comparison.rendering import FORMATS, rendered
from sim.comparison.summaries import summary
from sim.comparison.variance import variance_shares
from sim.comparison.words import in_words

__all__ = [
    "CORRECTIONS", "FORMATS", "Grid", "LARGE", "PaperTable", "SMALL_SAMPLE", "across", "adjusted", "by_bloc",
    "by_group", "columns_of", "compare", "convergence", "convergence_table", "figures", "headlines", "holds_in",
    "in_words", "paper_table", "read_grids", "rendered", "settings_of", "summary", "under", "variance_shares",
    "with_policies",
]  # fmt: skip
