"""The charters that a search found: objectives and levers of each as one line across parallel axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, number, page, styled
from sim.plots.wording import title_of, unit_of

if TYPE_CHECKING:  # its module needs the extra `search`, a figure does not
    from sim.explore.charters import Judged

__all__ = ["charters_found"]

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"


@styled
def charters_found(found: Judged) -> StudyFigure:
    """Above: mean objectives in fresh futures, better upwards. Below: the levers of the same charters.

    Takes what `sim.explore.charters.judge` found.
    """
    settings = found.search.settings
    frame = found.charters
    title = f"Charters that no other beats: {found.search.study.title or found.search.study.name}"
    shown = frame[(frame["kind"] != "found") | frame["on_front"]]
    left = int((frame["kind"] == "found").sum() - ((frame["kind"] == "found") & frame["on_front"]).sum())
    caption = (
        f"{len(found.search.tried)} charters tried in {settings['futures']} futures; means here over {found.futures} "
        f"fresh futures ({found.runs} runs a charter), without intervals: the table has them. Axes of objectives run "
        f"over the charters shown, the better end above. {left} charters that fell off the front in fresh futures are "
        f"not shown. Thick: the present parties would pass it in half of the runs at least, {settings['year']} years "
        "after the start. Ranges of levers are assumptions."
    )
    legend = [
        (Line2D([], [], color="black", marker="s", markersize=4, linestyle="-", linewidth=1.6), "status quo"),
        (Line2D([], [], color=ORANGE, marker="^", markersize=4, linestyle=(0, (5, 1.5))), "other policies"),
        (Line2D([], [], color=GREEN, marker="o", markersize=3, linewidth=2.2), "found, adoptable"),
        (Line2D([], [], color=BLUE, marker="o", markersize=3, linewidth=0.7), "found, not adoptable"),
    ]
    figure = page(title, caption, 5.3, legend=legend)
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [1.0, 1.0]})
    _objectives(above, shown, settings)
    _levers(below, shown[shown["kind"] == "found"], settings)
    return figure


def _look(row: dict[Any, Any]) -> dict[str, Any]:
    if row["kind"] == "status quo":
        return {"color": "black", "linewidth": 1.6, "marker": "s", "markersize": 4, "zorder": 5}
    if row["kind"] == "policy":
        return {"color": ORANGE, "linewidth": 1.2, "linestyle": (0, (5, 1.5)), "marker": "^", "markersize": 4,
                "zorder": 4}  # fmt: skip
    if bool(row["adoptable"]):
        return {"color": GREEN, "linewidth": 2.2, "marker": "o", "markersize": 3, "zorder": 3}
    return {"color": BLUE, "linewidth": 0.7, "marker": "o", "markersize": 2.5, "alpha": 0.8, "zorder": 2}


def _axes(axes: Axes, names: list[str]) -> None:
    for place in range(len(names)):
        axes.axvline(place, color="#bbbbbb", linewidth=0.6, zorder=0)
    axes.set_xlim(-0.45, len(names) - 0.55)
    axes.set_ylim(-0.12, 1.12)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _objectives(axes: Axes, frame: Any, settings: Any) -> None:
    columns = list(settings["objectives"])
    ends = {}
    for column in columns:
        low, high = float(frame[column].min()), float(frame[column].max())
        ends[column] = (low, high) if settings["objectives"][column]["better"] == "more" else (high, low)
    for row in frame.to_dict("records"):
        heights = [
            (row[column] - ends[column][0]) / (ends[column][1] - ends[column][0]) if ends[column][0] != ends[column][1]
            else 0.5
            for column in columns
        ]  # fmt: skip
        axes.plot(range(len(columns)), heights, **_look(row))
    _axes(axes, [wrapped(f"{title_of(column)} ({unit_of(column)})", 24) for column in columns])
    for place, column in enumerate(columns):
        for height, value, align in ((-0.03, ends[column][0], "top"), (1.03, ends[column][1], "bottom")):
            axes.text(place, height, number(float(f"{value:.4g}")), ha="center", va=align, fontsize=7, color=GREY)
    axes.set_title("Objectives: better above")


def _levers(axes: Axes, frame: Any, settings: Any) -> None:
    levers = settings["levers"]
    names = [wrapped(" ".join(path.split(".")[2:]).replace("_", " "), 12) for path in levers]
    heights = {}
    for path, form in levers.items():
        if form.get("choice") is not None:
            words = [str(each) for each in form["choice"]]
            heights[path] = [words.index(str(each)) / max(len(words) - 1, 1) for each in frame[path]]
        else:
            low, high = next(form[kind] for kind in ("uniform", "loguniform", "integer", "triangular", "normal")
                             if form.get(kind) is not None)[:: 2 if form.get("triangular") else 1]  # fmt: skip
            heights[path] = [(float(each) - low) / (high - low) for each in frame[path]]
    spread = np.linspace(-0.035, 0.035, max(len(frame), 2))
    for at, row in enumerate(frame.to_dict("records")):
        line = [heights[path][at] + (spread[at] if levers[path].get("choice") is not None else 0.0) for path in levers]
        axes.plot(range(len(levers)), line, **_look(row))
    _axes(axes, names)
    for place, form in enumerate(levers.values()):
        if form.get("choice") is not None:
            words = [str(each) for each in form["choice"]]
            for number_of, word in enumerate(words):
                height = number_of / max(len(words) - 1, 1)
                axes.text(place, height + (-0.06 if height < 0.5 else 0.06), word, ha="center",
                          va="top" if height < 0.5 else "bottom", fontsize=6.5, color=GREY)  # fmt: skip
        else:
            given = next(form[kind] for kind in ("uniform", "loguniform", "integer", "triangular", "normal")
                         if form.get(kind) is not None)  # fmt: skip
            axes.text(place, -0.03, number(given[0]), ha="center", va="top", fontsize=7, color=GREY)
            axes.text(place, 1.03, number(given[-1]), ha="center", va="bottom", fontsize=7, color=GREY)
    axes.tick_params(axis="x", labelsize=6.5)
    axes.set_title("Levers of the charters found: whole range")
