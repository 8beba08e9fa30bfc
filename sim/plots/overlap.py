"""Coalition overlap: how many states are in one body, in the other, and in both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.fitting import wrapped
from sim.plots.nations import SIGNATORY, SUSPENDED, panel
from sim.plots.style import StudyFigure, page, plain_axis, styled, text_page
from sim.plots.wording import NothingToShowError, bodies_of, body_title, chosen, plain_label, rests_on
from sim.results import Results
from sim.units import Array

__all__ = ["coalition_overlap", "combinations_of"]

MOST_BODIES = 4


def combinations_of(nations: pd.DataFrame, bodies: Sequence[str], year: float) -> dict[tuple[str, ...], Array]:
    """States in exactly these bodies and in no other, a number for each run: combination -> (runs,)."""
    frame = nations[nations["year"] == year]
    inside = {body: frame[f"{body}.status"].between(SIGNATORY, SUSPENDED).to_numpy() for body in bodies}
    runs, place = np.unique(frame["run_id"].to_numpy(dtype=str), return_inverse=True)
    found: dict[tuple[str, ...], Array] = {}
    for flags in product((True, False), repeat=len(bodies)):
        kept = np.ones(len(frame), dtype=bool)
        for body, flag in zip(bodies, flags, strict=True):
            kept &= inside[body] == flag
        name = tuple(body for body, flag in zip(bodies, flags, strict=True) if flag)
        if name:
            found[name] = np.bincount(place[kept], minlength=len(runs)).astype(np.float64)
    return dict(sorted(found.items(), key=lambda each: (len(each[0]), each[0])))


@styled
def coalition_overlap(results: Results, policies: Sequence[str] | str | None = None) -> StudyFigure:
    """States by the set of bodies they are in, in the last year: bars are means over runs, with 90 % of runs.

    A panel for each policy with two bodies or more; the tick is the start. Where the study kept no nations some runs
    are done again. Raises `ChoiceError` for an unknown policy.
    """
    kept = chosen(results, policies)
    title = "Coalition overlap: states by the bodies they are in"
    holders = [policy for policy in kept if 2 <= len(bodies_of(results, policy)) <= MOST_BODIES]
    try:
        if not holders:
            raise NothingToShowError(f"No policy has two to {MOST_BODIES} bodies, so nothing can overlap.")
        panels = {}
        for policy in holders:
            bodies = list(bodies_of(results, policy))
            found = panel(results, policy, [f"{body}.status" for body in bodies])
            years = sorted(found.nations["year"].unique())
            if not years:
                raise NothingToShowError("No run of this policy has ended well, so nobody's membership is known.")
            panels[policy] = (combinations_of(found.nations, bodies, years[0]),
                              combinations_of(found.nations, bodies, years[-1]), found, years)  # fmt: skip
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept))
    rows_of = max(len(last) for _, last, _, _ in panels.values())
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    _, _, found, years = next(iter(panels.values()))
    without = "; ".join(plain_label(results, policy) for policy in kept if policy not in holders)
    caption = (
        f"Signatories and parties in exactly the bodies named, {years[-1]:.0f}; means over {found.source} a policy"
        f"{', lines: 90 % of them' if found.runs > 1 else ''}. States in no body are left out. "
        f"{f'Fewer than two bodies: {without}. ' if without else ''}{rests_on(results, holders)}"
    )
    legend: list[tuple[Artist, str]] = [
        (Patch(facecolor="#4d94c8", edgecolor="black", linewidth=0.4), f"{years[-1]:.0f}"),
        (Line2D([], [], color="black", marker="|", linestyle="none", markersize=9.0), f"{years[0]:.0f}"),
    ]
    titles = [wrapped(plain_label(results, policy), (60, 34, 20)[columns - 1]) for policy in holders]
    lines = max(each.count("\n") for each in titles)
    figure = page(title, caption, rows * (0.24 * rows_of + 0.62 + 0.14 * lines) + 0.2, legend=legend)
    grid = list(figure.subplots(rows, columns, squeeze=False, sharex=True).flat)
    for place, axes in enumerate(grid):
        if place >= len(panels):
            axes.set_axis_off()
            continue
        policy = holders[place]
        first, last, _, _ = panels[policy]
        for row, name in enumerate(last):
            values = last[name]
            both = len(name) > 1
            axes.barh(row, values.mean(), height=0.62, facecolor="#1f65a8" if both else "#93c4de", edgecolor="black",
                      linewidth=0.4, hatch="////" if both else "")  # fmt: skip
            low, high = np.quantile(values, [0.05, 0.95])
            if len(values) > 1:
                axes.plot([low, high], [row, row], color="black", linewidth=1.0)
            start = first[name].mean() if name in first else 0.0
            axes.plot([start, start], [row - 0.42, row + 0.42], color="black", linewidth=1.6)
            axes.text(max(high, values.mean(), start), row, f"  {values.mean():.3g}", va="center")
        axes.set_yticks(range(len(last)), [" + ".join(map(body_title, name)) + ("" if len(name) > 1 else " only")
                                           for name in last])  # fmt: skip
        axes.set_ylim(len(last) - 0.45, -0.55)
        axes.tick_params(axis="y", length=0)
        axes.set_title(titles[place])
        axes.margins(x=0.22)
        if place + columns >= len(panels):
            axes.set_xlabel("states")
            axes.tick_params(axis="x", labelbottom=True)
    plain_axis(grid[0].xaxis, 3)
    grid[0].set_xlim(left=0.0)
    return figure
