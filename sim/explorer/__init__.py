"""A study as one page to click through: every run a point, from a point to its inputs and to the run itself."""

from sim.explorer.page import explorer

__all__ = ["explorer"]
