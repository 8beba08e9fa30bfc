"""Findings of the shipped studies as one table: what is claimed, how it is computed, and the page that shows it."""

from findings.entries import ENTRIES, MADE, Entry
from findings.figures import COLUMNS, RIVALS, figure, prepared
from findings.page import PAGE, contradictions, read, text, written

__all__ = [
    "COLUMNS", "ENTRIES", "Entry", "MADE", "PAGE", "RIVALS", "contradictions", "figure", "prepared", "read", "text",
    "written",
]  # fmt: skip
