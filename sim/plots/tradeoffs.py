"""Trade-offs between criteria: policies as points in pairs of measures, with the front that nobody dominates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.comparison import compare
from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, page, plain_axis, policy_style, styled, text_page
from sim.plots.wording import label_of, plain_label, rests_on, title_of, unit_of
from sim.results import Results
from sim.robustness import Criterion, Robustness, front, robustness

__all__ = ["tradeoffs"]

MOST = 6


@styled
def tradeoffs(
    results: Results, criteria: Sequence[Criterion | str] | None = None, baseline: str | None = None,
    *, verdict: Robustness | None = None,
) -> StudyFigure:  # fmt: skip
    """Mean differences to the baseline in pairs of criteria with 95 % intervals; filled: on the pair's Pareto front.

    Up to six pairs, in the order of the criteria. Better lies towards the arrows. Measures with heavy tails stand by
    their median. `criteria` as in `sim.robustness.robustness`; raises `ChoiceError` for an unknown name.
    """
    found = verdict or robustness(results, criteria)
    title = "Trade-offs between criteria"
    policies = list(results.policies)
    first = baseline or results.baseline
    if len(policies) < 2 or len(found.criteria) < 2:
        what = "one policy" if len(policies) < 2 else "one criterion"
        return text_page(title, f"There is {what}; a trade-off needs two.", rests_on(results, policies))
    frame = compare(results, first, [each.column for each in found.criteria])
    frame = frame[frame["statistic"] != "difference of 95 % quantiles"].set_index(["measure", "policy"])
    pairs = list(combinations(found.criteria, 2))
    shown = pairs[:MOST]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    n = int(frame["futures"].max())
    units = str(frame["units"].iloc[0])
    more = f" {len(pairs) - MOST} further pairs are not shown." if len(pairs) > MOST else ""
    caption = (
        f"Mean differences to {plain_label(results, first)} within the same future and replicate (heavy tails: "
        f"median), {n} futures; bars: 95 % intervals, {units} the units. "
        "Filled: no policy has as good a mean in both measures "
        "and a better one in one; the dashed line joins these; bars that overlap leave an order open. Arrows point to "
        f"the better side.{more} {rests_on(results, policies)}"
    )
    legend: list[tuple[Artist, str]] = []
    for place, policy in enumerate(policies):
        look = policy_style(place)
        legend.append((Line2D([], [], color=look.colour, marker=look.marker, linestyle="none", markersize=5.5),
                       label_of(results, policy)))  # fmt: skip
    figure = page(title, caption, 2.15 * rows + 0.2, legend=legend)
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        if place >= len(shown):
            axes.set_axis_off()
            continue
        _pair(axes, results, frame, shown[place], first)
    return figure


def _line(frame: pd.DataFrame, column: str, policy: str, baseline: str) -> tuple[float, float, float]:
    if policy == baseline:
        return 0.0, np.nan, np.nan
    row: Any = frame.loc[(column, policy)]
    return float(row["difference"]), float(row["low"]), float(row["high"])


def _pair(axes: Axes, results: Results, frame: pd.DataFrame, pair: tuple[Criterion, Criterion], baseline: str) -> None:
    policies = list(results.policies)
    points = np.array([[_line(frame, each.column, policy, baseline) for policy in policies] for each in pair])
    good = points[:, :, 0] * np.array([each.better for each in pair])[:, None]
    on = front(good)
    order = np.argsort(points[0, on, 0])
    axes.axhline(0.0, color="#bbbbbb", linewidth=0.6, zorder=0)
    axes.axvline(0.0, color="#bbbbbb", linewidth=0.6, zorder=0)
    axes.plot(points[0, on, 0][order], points[1, on, 0][order], color=GREY, linestyle=(0, (3, 2)), linewidth=0.8,
              zorder=1)  # fmt: skip
    for place in range(len(policies)):
        (x, x_low, x_high), (y, y_low, y_high) = points[:, place]
        if np.isnan(x) or np.isnan(y):
            continue
        look = policy_style(place)
        axes.plot([x_low, x_high], [y, y], color=look.colour, linewidth=0.9, zorder=2)
        axes.plot([x, x], [y_low, y_high], color=look.colour, linewidth=0.9, zorder=2)
        axes.plot([x], [y], marker=look.marker, color=look.colour, markersize=5.5, linestyle="none", zorder=3,
                  markerfacecolor=look.colour if on[place] else "white", markeredgewidth=1.0)  # fmt: skip
    axes.margins(0.1)
    plain_axis(axes.xaxis, 3)
    plain_axis(axes.yaxis, 4)
    right, up = pair[0].better > 0, pair[1].better > 0
    axes.set_xlabel(wrapped(f"{'' if right else '← '}{title_of(pair[0].column)}{' →' if right else ''}", 28)
                    + f"\n{unit_of(pair[0].column)}")  # fmt: skip
    axes.set_ylabel(wrapped(f"{title_of(pair[1].column)} {'→' if up else ''}", 26).join(["" if up else "← ", ""])
                    + f"\n{unit_of(pair[1].column)}")  # fmt: skip
