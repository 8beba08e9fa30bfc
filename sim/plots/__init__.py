"""Figures of a study, in one style: each function takes `Results`, of one run or of many, and returns a figure.

`write_all` writes those that apply as PNG and SVG. Nothing here uses pyplot or changes the reader's settings.
"""

from sim.plots.differences import differences
from sim.plots.joining import who_joins_when
from sim.plots.money import dues_and_allocations
from sim.plots.power import power_against_share
from sim.plots.trajectories import trajectories
from sim.plots.writing import write_all

__all__ = [
    "differences", "dues_and_allocations", "power_against_share", "trajectories", "who_joins_when", "write_all",
]  # fmt: skip
