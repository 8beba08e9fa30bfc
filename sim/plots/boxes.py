"""Scenario discovery as a figure: the path of boxes that PRIM went, and the limits of the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, number, page, plain_axis, styled
from sim.plots.wording import rests_on, title_of
from sim.results import Results

if TYPE_CHECKING:  # its module needs the extra `analysis`, a figure does not
    from sim.explore.discovery import Limit
    from sim.explore.scenarios import Scenarios

__all__ = ["boxes"]

BLUE, ORANGE = "#0072B2", "#D55E00"


@styled
def boxes(results: Results, found: Scenarios) -> StudyFigure:
    """Left: coverage against density along PRIM's path, the chosen box ringed. Right: its limits in the ranges.

    Takes what `sim.explore.scenarios.scenarios` found.
    """
    question, box = found.cases.question, found.found.box
    title = f"Where {title_of(question.column)} is {'below' if question.below else 'above'} {number(question.line)}"
    shape = results.manifest["shape"]
    freed = f" Freed again as chance explains it: {', '.join(found.found.dropped)}." if found.found.dropped else ""
    caption = (
        f"n = {found.found.points} points (policies × futures, {shape['replicates']} replicates averaged), "
        f"{found.found.cases} of them cases. Coverage: cases in the box of all cases; density: cases among the points "
        f"in the box; mass: points in the box of all. Box: coverage {100 * box.coverage:.0f} %, density "
        f"{100 * box.density:.0f} %, mass {100 * box.mass:.0f} %. p: chance of a box as dense, were the input free; "
        f"again: half samples of ten that restrict it too. Shares of the study's points are no probabilities.{freed} "
        f"{found.cases.left_out.strip()} {rests_on(results, list(results.policies))}"
    )
    legend = [
        (Line2D([], [], color=BLUE, marker="o", linestyle="-", markersize=4), "boxes along PRIM's path"),
        (Line2D([], [], color=ORANGE, marker="D", linestyle="none", markersize=6), "box told, after tests"),
        (Patch(facecolor=ORANGE, alpha=0.55), "within the box"),
        (Patch(facecolor="#dddddd"), "whole range"),
    ]
    rows = max(len(box.limits), 1)
    figure = page(title, caption, max(2.4, 0.46 * rows + 0.7), legend=legend)
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.0, 1.35]})
    _path(left, found)
    _limits(right, found)
    return figure


def _path(axes: Axes, found: Scenarios) -> None:
    path, box = found.found.path, found.found.box
    coverage, density = 100.0 * path["coverage"].to_numpy(), 100.0 * path["density"].to_numpy()
    axes.plot(coverage, density, color=BLUE, linewidth=0.8, marker="o", markersize=2.6, zorder=2)
    axes.plot([100 * box.coverage], [100 * box.density], color=ORANGE, marker="D", markersize=6.0, zorder=4)
    told = np.flatnonzero(np.diff(path["restricted"].to_numpy(), prepend=-1))
    for place in told:
        axes.annotate(str(int(path["restricted"].iloc[place])), (coverage[place], density[place]), fontsize=6.5,
                      color=GREY, xytext=(3, 2), textcoords="offset points")  # fmt: skip
    axes.set_xlim(-2.0, 104.0)
    axes.set_ylim(0.0, 106.0)
    axes.set_xlabel("coverage (% of all cases)")
    axes.set_ylabel("density (% cases in the box)")
    axes.set_title("Path; figures: inputs restricted")
    plain_axis(axes.xaxis, 5)
    plain_axis(axes.yaxis, 5)


def _limits(axes: Axes, found: Scenarios) -> None:
    box = found.found.box
    axes.set_title("Limits of the box")
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(max(len(box.limits), 1) - 0.3, -0.7)
    if not box.limits:
        axes.text(0.5, 0.0, "No input is restricted beyond chance.", ha="center", va="center", style="italic")
        return
    for place, limit in enumerate(box.limits):
        test = f"p {limit.quasi_p:.2g}".replace("-", "−") + f", again {10 * limit.again:.0f}/10"
        axes.text(0.0, place - 0.3, wrapped(limit.name, 40), va="bottom", ha="left")
        axes.text(1.0, place - 0.3, test, va="bottom", ha="right", color=GREY, fontsize=6.5)
        axes.barh(place, 1.0, left=0.0, height=0.3, facecolor="#dddddd")
        _bar(axes, place, limit, found)


def _bar(axes: Axes, place: int, limit: Limit, found: Scenarios) -> None:
    if limit.names:
        words = found.cases.names[limit.name]
        for at, word in enumerate(words):
            inside = word in limit.names
            if inside:
                axes.barh(place, 1.0 / len(words), left=at / len(words), height=0.3, facecolor=ORANGE, alpha=0.55)
            shown = word if len(word) * len(words) < 70 else word[: max(3, 68 // len(words))] + "…"
            axes.text((at + 0.5) / len(words), place, shown, ha="center", va="center", fontsize=6.5,
                      color="black" if inside else "#777777")  # fmt: skip
        return
    low, high = found.found.ranges[limit.name]
    start = 0.0 if np.isinf(limit.low) else (limit.low - low) / (high - low)
    end = 1.0 if np.isinf(limit.high) else (limit.high - low) / (high - low)
    axes.barh(place, end - start, left=start, height=0.3, facecolor=ORANGE, alpha=0.55)
    axes.text(0.005, place, f"{low:.3g}".replace("-", "−"), ha="left", va="center", fontsize=6.5)
    axes.text(0.995, place, f"{high:.3g}".replace("-", "−"), ha="right", va="center", fontsize=6.5)
    for edge, share in ((limit.low, start), (limit.high, end)):
        if not np.isinf(edge):
            axes.text(min(max(share, 0.05), 0.95), place + 0.17, f"{edge:.3g}".replace("-", "−"), ha="center",
                      va="top", fontsize=7.0, fontweight="bold")  # fmt: skip
