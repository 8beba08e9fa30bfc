"""A study of one policy: levels instead of differences."""

from __future__ import annotations

import numpy as np

from sim.comparison import figures, summary
from sim.plots.wording import title_of
from sim.report.sheet import Cell, Sheet
from sim.results import Results

__all__ = ["levels"]


def levels(results: Results) -> Sheet:
    """The headline measures of the study's policies by themselves: mean with interval, and the middle 90 % of runs."""
    rows = []
    for row in summary(results).to_dict("records"):
        part = "at the end" if str(row["measure"]).endswith(".end") else "mean over years"
        unit = ", ".join(each for each in (str(row["unit"]), part) if each)
        low, high = (float(row.get(key, np.nan)) for key in ("low", "high"))
        span = "" if np.isnan(low) else f"{figures(low)} to {figures(high)}"
        middle, *edges = (figures(float(row.get(key, np.nan))) or "–" for key in ("q50", "q05", "q95"))
        rows.append(
            (
                Cell(title_of(str(row["measure"])), unit),
                Cell(figures(float(row.get("mean", np.nan))) or "–", span),
                Cell(middle, f"{edges[0]} to {edges[1]}"),
                Cell(f"{row['n']:,}"),
            )
        )
    notes = (
        "Mean: below it its 95 % interval, over futures where there are five or more, else over runs. Median: below it "
        "the middle 90 % of runs. A dash: no value, or a tail so heavy that a mean would mislead.",
    )
    return Sheet("Levels", ("Measure", "Mean", "Median", "n"), tuple(rows), notes)
