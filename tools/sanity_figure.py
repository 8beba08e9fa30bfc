"""The figure of docs/sanity.md: trajectories of the first study and of the named futures beside what is published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.style import GREY, in_style, page, plain_axis, policy_style

PANELS = (
    ("frontier", "Frontier, OOM", (0, 16)),
    ("electricity", "Electricity of AI, TWh a year", (0, 4000)),
    ("investment_share", "Investment, % of world product", (0, 5)),
    ("ai_use", "People who use AI", (0, 1)),
    ("gdp_gain", "Gain of world product, %", (0, 20)),
    ("service_gini", "Gini of AI service per head", (0, 0.6)),
    ("concentration", "HHI of AI revenue, points", (0, 4000)),
    ("safety", "Safety effort", (0, 1)),
    ("incidents", "Incidents a year", (0, 40)),
    ("tension", "Tension", (0, 1)),
    ("waico.inside", "States in WAICO", (30, 60)),
    ("expected_loss", "Expected loss, bn USD a year", (0, 250)),
)  # fmt: skip
# Published figures: (years, low, high). A single value has low = high.
MARKS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "frontier": ((2030, 3.4, 4.2),),
    "electricity": ((2035, 800, 1300),),
    "ai_use": ((2026.25, 0.178, 0.178),),
    "gdp_gain": ((2036, 1.0, 15.0),),
    "concentration": ((2026, 2300, 3500),),
    "waico.inside": ((2026, 37, 37),),
}
CAPTION = (
    "Grey: median and 90 % band of the futures of the first study, WAICO as signed (96 runs). Lines: medians "
    "of the named futures. Red: published figures as the page gives them (frontier 2030: Epoch AI's trends of "
    "training compute and algorithms; electricity 2035: IEA less 400 TWh of other data centres; use: "
    "Microsoft; gain in ten years: Acemoglu to McKinsey; concentration: our start and two surveys). Axes are "
    "cut where a line leaves the panel."
)


def draw(found: dict[tuple[str, str, int], tuple[float, float, float]], folder: Path) -> None:
    """Write sanity.png and sanity.svg into the folder."""
    looks = ("slow", "trend", "fast")
    styles = {name: policy_style(place + 1) for place, name in enumerate(looks)}
    legend: list[tuple[Any, str]] = [(Patch(color="#c8c8c8", linewidth=0), "first study, 90 %")]
    legend += [(Line2D([], [], color=styles[name].colour, dashes=(None, None)), name) for name in looks]
    legend += [(Line2D([], [], color="#b00020", marker="_", linewidth=2.0), "published")]
    for (line, _), look in zip(legend[1:4], looks, strict=True):
        line.set_linestyle(styles[look].dashes)
    with in_style():
        figure = page("Base trajectories beside what is published", CAPTION, 6.4, legend=legend)
        grid = figure.subplots(4, 3, sharex=True)
        for axis, (measure, title, limits) in zip(grid.flat, PANELS, strict=True):
            years = sorted({year for look, name, year in found if look == "as-signed" and name == measure})
            band = np.array([found["as-signed", measure, year] for year in years])
            start = 1 if measure in ("investment_share", "incidents", "expected_loss") else 0
            axis.fill_between(years[start:], band[start:, 1], band[start:, 2], color="#c8c8c8", linewidth=0)
            axis.plot(years[start:], band[start:, 0], color=GREY, linewidth=1.0)
            for look in looks:
                own = sorted({year for each, name, year in found if each == look and name == measure})[start:]
                middle = [found[look, measure, year][0] for year in own]
                axis.plot(own, middle, color=styles[look].colour, linestyle=styles[look].dashes, linewidth=1.2)
            for year, low, high in MARKS.get(measure, ()):
                axis.plot([year, year], [low, high], color="#b00020", linewidth=2.0, marker="_", markersize=6)
            axis.set_title(title)
            axis.set_ylim(*limits)
            axis.set_xlim(2025.5, 2051.5)
            axis.set_xticks([2030, 2040, 2050])
            plain_axis(axis.yaxis)
        figure.fix_layout()
    for kind in ("png", "svg"):
        figure.savefig(folder / f"sanity.{kind}", **({"dpi": 120} if kind == "png" else {}))
