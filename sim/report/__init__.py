"""A study as one HTML file for those who decide: what was asked, found, how surely, and what it rests on."""

from sim.report.page import report

__all__ = ["report"]
