"""The findings, read from entries.csv: each a claim, two policies of a study, a measure, and what it rests on.

No figure stands in that table, save those of the studies' own pages, which are held against the new ones.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ENTRIES", "MADE", "WAYS", "Entry"]

WAYS = ("higher", "lower", "none")


@dataclass(frozen=True)
class Entry:
    """One finding: `policy` less `baseline` of a study in a measure.

    `way` is what is claimed of the difference: higher, lower, or none (its whole interval within +-`line`, in the
    measure's unit). `measure` may name a group (waico.inside.g20) or be a ratio of two. `year` is "end", "mean" or a
    year. `scale` and `unit` are for reading. `page` is the figure that the study's page gives and the ends of its
    interval, as they stand there, blank where it gives none. `rests` names estimated, assumed and reported parts.
    """

    name: str
    claim: str
    way: str
    policy: str
    baseline: str
    measure: str
    year: str | int
    line: float
    scale: float
    unit: str
    page: tuple[str, str, str]
    rests: str

    @property
    def study(self) -> str:
        """The study's name, which is also that of its page."""
        return self.name.split(".")[0]


def _entry(row: Mapping[str, str]) -> Entry:
    return Entry(
        row["finding"], row["claim"], row["way"], row["policy"], row["baseline"], row["measure"],
        int(row["year"]) if row["year"].isdigit() else row["year"], float(row["line"]), float(row["scale"]),
        row["unit"], (row["page_estimate"], row["page_from"], row["page_to"]), row["rests"],
    )  # fmt: skip


with (Path(__file__).parent / "entries.csv").open(encoding="utf-8", newline="") as _file:
    ENTRIES: tuple[Entry, ...] = tuple(map(_entry, csv.DictReader(_file)))

FUND, ROLE = "bodies.waico.fund", "bodies.waico.voting.corporate"
MADE: dict[str, dict[str, tuple[str, Mapping[str, Any]]]] = {
    "who-pays-who-gains": {
        "no-fund": ("small", {f"{FUND}.envelope": 0.0, f"{FUND}.levy": "none", f"{FUND}.other_income": 0.0}),
        "small-dues": ("small", {f"{FUND}.levy": "none"}),
        "large-per-head": ("large", {f"{FUND}.allocation": "per_head"}),
    },
    "who-decides": {f"{name}-alone": (name, {ROLE: "none"}) for name in ("equal", "imf", "consensus")},
}
"""Policies made for the findings, where the study crosses its own with levers: the one they are made of, changes."""
