"""Figures of a study, in one style: each function takes `Results`, of one run or of many, and returns a figure.

`write_all` writes those that apply as PNG and SVG. Nothing here uses pyplot or changes the reader's settings.
"""

from sim.plots.assembly import gridlock_over_time, votes_success
from sim.plots.beside import run_beside_ensemble
from sim.plots.differences import differences
from sim.plots.gridlock import gridlock_interval
from sim.plots.groups import by_groups, divide_fan
from sim.plots.joining import who_joins_when
from sim.plots.maps import membership_map, membership_strip
from sim.plots.money import dues_and_allocations
from sim.plots.network import voting_network
from sim.plots.overlap import coalition_overlap
from sim.plots.power import power_against_share
from sim.plots.progressivity import progressivity
from sim.plots.robust import regret_map, satisficing_bars
from sim.plots.tradeoffs import tradeoffs
from sim.plots.trajectories import trajectories
from sim.plots.writing import write_all

__all__ = [
    "by_groups", "coalition_overlap", "differences", "divide_fan", "dues_and_allocations", "gridlock_interval",
    "gridlock_over_time", "membership_map", "membership_strip", "power_against_share", "progressivity", "regret_map",
    "run_beside_ensemble", "satisficing_bars", "tradeoffs", "trajectories", "votes_success", "voting_network",
    "who_joins_when", "write_all",
]  # fmt: skip
