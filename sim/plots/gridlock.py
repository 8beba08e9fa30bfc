"""The gridlock interval over the years: what no proposal can beat, and where the common standard stands in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.plots.fitting import wrapped
from sim.plots.style import StudyFigure, page, panels, plain_axis, styled, text_page
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    rests_on,
)  # fmt: skip
from sim.results import Results

__all__ = ["gridlock_interval"]

FILL, EDGE, LINE = "#b8d4ea", "#0072B2", "#000000"
MOST_PANELS = 12


@styled
def gridlock_interval(
    results: Results, body: str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """The edges of the gridlock interval on strictness by year, a panel a policy, and the body's own strictness.

    Medians over runs; dashed lines hold the middle 80 % of each edge. By default the first twelve policies that have
    the body. Raises `ChoiceError` for an unknown name.
    """
    kept = chosen(results, policies)
    title = "The gridlock interval over the years"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: the gridlock interval over the years"
        names = [f"{body}.{name}" for name in ("gridlock_low", "gridlock_high", "stringency")]
        if any(name not in results.schema.measures for name in names):
            raise NothingToShowError("This study recorded no edges of the gridlock interval; sweep it again.")
        holders = [policy for policy in kept if body in bodies_of(results, policy)]
        frames = {policy: results.read("series", ["year", *names], {"policy": policy}) for policy in holders}
        frames = {policy: frame.dropna() for policy, frame in frames.items()}
        frames = {policy: frame for policy, frame in frames.items() if len(frame)}
        if not frames:
            raise NothingToShowError(f"No assembly of {body_title(body)} meets under any policy asked for.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    left = len(frames) - MOST_PANELS if policies is None else 0
    if left > 0:
        frames = dict(list(frames.items())[:MOST_PANELS])
    runs = max(int(frame.groupby("year").size().max()) for frame in frames.values())
    over = f"Medians of {runs} runs a policy in force; dashed: the middle 80 % of each edge" if runs > 1 else "One run"
    caption = (
        "Filled: strictness that no proposal can beat if all vote by distance (Krehbiel 1998): below it a proposal can "
        "raise the standard, above it lower it; without filling the median standard can always be moved. "
        f"{over}. {f'Further {left} policies are not drawn. ' if left > 0 else ''}"
        f"{rests_on(results, list(frames), body)}"
    )
    legend: list[tuple[Artist, str]] = [
        (Patch(facecolor=FILL, edgecolor=EDGE, linewidth=0.6), "gridlock interval"),
        (Line2D([], [], color=LINE, linewidth=1.6), "the body's strictness"),
    ]
    if runs > 1:
        legend.append((Line2D([], [], color=EDGE, linewidth=0.7, linestyle=(0, (3, 2))), "middle 80 % of each edge"))
    columns = min(3, len(frames))
    rows = -(-len(frames) // columns)
    figure = page(title, caption, 1.72 * rows + 0.1, legend=legend)
    for axes, policy in panels(figure, list(frames), columns, "year", "strictness, share"):
        _draw(axes, frames[policy], names, several=runs > 1)
        axes.set_title(wrapped(results.policies[policy].strip().rstrip("."), 32))
    return figure


def _draw(axes: Axes, frame: pd.DataFrame, names: Sequence[str], *, several: bool) -> None:
    low, high, own = names
    years = frame.groupby("year")[list(names)]
    middle = years.median()
    at = middle.index.to_numpy(dtype=np.float64)
    bottom, top = middle[low].to_numpy(), middle[high].to_numpy()
    axes.fill_between(at, bottom, np.maximum(bottom, top), facecolor=FILL, edgecolor=EDGE, linewidth=0.8, zorder=1)
    if several:
        for name in (low, high):
            for share in (0.1, 0.9):
                axes.plot(at, years.quantile(share)[name].to_numpy(), color=EDGE, linewidth=0.7,
                          linestyle=(0, (3, 2)), zorder=2)  # fmt: skip
    mark = "o" if len(at) == 1 else ""
    axes.plot(at, middle[own].to_numpy(), color=LINE, linewidth=1.6, marker=mark, zorder=3)
    axes.set_ylim(0.0, 1.0)
    plain_axis(axes.yaxis, 4)
    if len(at) == 1:  # of one year Matplotlib makes a century
        axes.fill_between([at[0] - 0.25, at[0] + 0.25], bottom[0], max(bottom[0], top[0]), facecolor=FILL, zorder=1)
        axes.set_xlim(at[0] - 1.0, at[0] + 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
