"""Measures over the years: the median of each policy, and where half and nine tenths of its runs lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from sim.comparison import headlines
from sim.comparison.columns import unknown_measure
from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, number, page, plain_axis, policy_style, styled
from sim.plots.wording import (
    chosen,
    is_flow,
    is_heavy,
    label_of,
    plain_label,
    rests_on,
    subject_of,
    title_of,
    unit_of,
)  # fmt: skip
from sim.results import Results

__all__ = ["draw_years", "headline_series", "quantiles_of", "trajectories", "years_legend"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
DECADES = 4.0
COUNTS = ("states", "firms", "events")
Table = dict[str, pd.DataFrame]


def headline_series(results: Results) -> list[str]:
    """Columns of `series` that stand for the study: headline measures, and losses with heavy tails."""
    marked = [name.removesuffix(".end").removesuffix(".mean") for name in headlines(results)]
    heavy = [name for name in results.schema.measures if is_heavy(name)]
    return [name for name in results.schema.measures if name in {*marked, *heavy}]


@styled
def trajectories(
    results: Results, measures: Sequence[str] | str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """Small multiples of measures over years: medians by policy, with 50 % and 90 % of runs.

    `measures` are columns of `series`, or one of them, by default the headline ones. One policy's bands are shaded, the
    baseline's where it is among several; every policy's stand as bars beside the last year. Measures with heavy
    tails are on a log scale. Raises `ChoiceError` for an unknown measure or policy.
    """
    given = [measures] if isinstance(measures, str) else measures
    names = headline_series(results) if given is None else list(given)
    for name in names:
        if name not in results.schema.measures:
            raise unknown_measure(results, name)
    asked = chosen(results, policies)
    tables = {policy: quantiles_of(results, policy, names) for policy in asked}
    kept = [policy for policy in asked if any(len(table) for table in tables[policy].values())] or asked
    runs = max((int(table["n"].max()) for each in tables.values() for table in each.values() if len(table)), default=0)
    columns = min(3, len(names)) or 1
    rows = -(-len(names) // columns)
    figure = page(
        _title(results, names, kept, tables),
        _caption(results, kept, asked, names, runs),
        1.62 * rows + 0.15 if rows > 1 else 2.2,
        legend=years_legend(results, kept, runs),
    )
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        if place >= len(names):
            axes.set_axis_off()
        else:
            here = {policy: tables[policy][names[place]] for policy in kept}
            letters = {1: 90, 2: 44}.get(columns, 27)
            axes.set_title(wrapped(title_of(names[place], with_body="," in subject_of(names)), letters))
            axes.set_ylabel(unit_of(names[place]))
            draw_years(axes, results, here, names[place])
            if place + columns >= len(names):
                axes.set_xlabel("year")
    return figure


def _title(results: Results, names: Sequence[str], kept: Sequence[str], tables: dict[str, Table]) -> str:
    years = [year for each in tables.values() for table in each.values() for year in table.index]
    when = f", {min(years):.0f}–{max(years):.0f}" if years else ""
    how = f"under '{results.policies[kept[0]]}'" if len(kept) == 1 < len(results.policies) else "by policy"
    return f"{subject_of(names)}{f' {how}' if len(results.policies) > 1 else ''}{when}"


def quantiles_of(results: Results, policy: str, names: Sequence[str]) -> Table:
    """Quantiles over the runs of a policy by year, and the number of runs with a value."""
    frame = results.read("series", ["year", *names], {"policy": policy, "status": "ok"})
    found: Table = {}
    for name in names:
        kept = frame[frame[name].notna()]
        if is_flow(name) and len(kept):
            kept = kept[kept["year"] > kept["year"].min()]
        by_year = kept.groupby("year")[name]
        table = by_year.quantile(np.array(QUANTILES)).unstack() if len(kept) else pd.DataFrame(columns=list(QUANTILES))
        found[name] = table.assign(n=by_year.size() if len(kept) else pd.Series(dtype=int))
    return found


def _shaded(results: Results, kept: Sequence[str]) -> str:
    return results.baseline if results.baseline in kept else kept[0]


def draw_years(axes: Axes, results: Results, tables: Table, name: str, *, thick: float = 3.4) -> None:
    """Draw one measure over the years: medians of the policies, bands of the shaded one, bars (`thick`) at the end."""
    drawn = {policy: table for policy, table in tables.items() if len(table)}
    if not drawn:
        axes.text(0.5, 0.5, "no values", ha="center", va="center", transform=axes.transAxes, color=GREY)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    floor = _scale(axes, drawn, is_heavy(name), unit_of(name) in COUNTS)
    many = len(tables) > 1
    order = list(results.policies)
    shaded = _shaded(results, list(tables))
    last = max(float(table.index.max()) for table in drawn.values())
    first = min(float(table.index.min()) for table in drawn.values())
    step = max((last - first) * 0.045, 0.08)
    for place, (policy, table) in enumerate(drawn.items()):
        look = policy_style(order.index(policy))
        years = table.index.to_numpy(np.float64)
        clipped = table.clip(lower=floor) if floor else table
        if policy == shaded and table["n"].max() > 1:
            grey = "#8a8a8a" if look.colour == "#000000" else look.colour
            for low, high, alpha in ((0.05, 0.95, 0.16), (0.25, 0.75, 0.26)):
                axes.fill_between(years, clipped[low], clipped[high], color=grey, alpha=alpha, linewidth=0)
        every = max(2, len(years) // 4)
        axes.plot(
            years, clipped[0.5], color=look.colour, linestyle=look.dashes, marker=look.marker,
            markevery=(place % every, every) if len(years) > every else 1, markerfacecolor="white",
            markeredgewidth=0.9, label=policy,
        )  # fmt: skip
        if many:
            _bar(axes, last + step * (1.6 + list(tables).index(policy)), clipped.iloc[-1], policy, order, thick)
    right = last + step * (1.6 + len(tables)) if many else last + max(step, 0.1)
    axes.set_xlim(first - max(step * 0.7, 0.1), right)
    axes.spines["bottom"].set_bounds(first, last)
    years_shown = sorted({first, last, *((first + last) // 2 if last - first > 3 else first,)})
    axes.set_xticks(years_shown, [f"{year:.0f}" for year in years_shown])


def _bar(axes: Axes, x: float, ends: pd.Series, policy: str, order: list[str], thick: float) -> None:
    """Where 90 % (thin) and 50 % (thick) of a policy's runs lie in its last year, and their median."""
    look = policy_style(order.index(policy))
    axes.plot([x, x], [ends[0.05], ends[0.95]], color=look.colour, linewidth=0.9, solid_capstyle="butt")
    axes.plot([x, x], [ends[0.25], ends[0.75]], color=look.colour, linewidth=thick, solid_capstyle="butt")
    axes.plot(
        [x], [ends[0.5]], marker=look.marker, color=look.colour, markerfacecolor="white",
        markersize=3.0 if thick > 3.0 else 2.2, markeredgewidth=0.9,
    )  # fmt: skip


def _scale(axes: Axes, drawn: Table, heavy: bool, whole: bool) -> float:
    """Set the scale; on a log scale return its floor, at which zeros are drawn, else 0."""
    values = np.concatenate([table[list(QUANTILES)].to_numpy(np.float64).ravel() for table in drawn.values()])
    positive = values[values > 0.0]
    if not heavy or not len(positive):
        low, high = float(values.min()), float(values.max())
        if np.isclose(low, high, rtol=1e-9, atol=1e-12):  # a constant: keep its level readable
            pad = abs(high) * 0.1 or 1.0
            axes.set_ylim(low - pad, high + pad)
        plain_axis(axes.yaxis, whole=whole)
        return 0.0
    top = float(positive.max())
    floor = max(float(positive.min()), top / 10.0**DECADES)
    axes.set_yscale("log")
    axes.set_ylim(floor / 1.5, top * 1.6)
    subs = (1.0,) if top / floor > 50.0 else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(10.0, subs=subs, numticks=6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    return floor / 1.5


def years_legend(results: Results, kept: Sequence[str], runs: int) -> list[tuple[Artist, str]]:
    """The entries of a legend for `draw_years`."""
    order = list(results.policies)
    entries: list[tuple[Artist, str]] = []
    for policy in kept:
        look = policy_style(order.index(policy))
        line = Line2D([], [], color=look.colour, linestyle=look.dashes, marker=look.marker, markerfacecolor="white",
                      markeredgewidth=0.9)  # fmt: skip
        entries.append((line, label_of(results, policy)))
    if runs > 1:
        entries.append((Patch(color="#8a8a8a", alpha=0.42, linewidth=0), "50 % of runs"))
        entries.append((Patch(color="#8a8a8a", alpha=0.16, linewidth=0), "90 % of runs"))
    return entries


def _caption(results: Results, kept: Sequence[str], asked: Sequence[str], names: Sequence[str], runs: int) -> str:
    said = []
    if runs > 1:
        said.append("Lines: median over the runs of a policy.")
        whose = "" if len(kept) == 1 else f" of {plain_label(results, _shaded(results, kept))}"
        said.append(f"Bands{whose}: the middle 50 % and 90 % of runs, year by year.")
        if len(kept) > 1:
            said.append("Bars: the same in the last year for every policy, in the legend's order (50 % thick).")
    elif runs == 1:
        said.append("Lines: the single run of a policy; one run has no band.")
    without = [plain_label(results, policy) for policy in asked if policy not in kept]
    if without:
        said.append(f"No values: {', '.join(without)}.")
    if any(is_heavy(name) for name in names):
        said.append("Heavy tails: log scale, quantiles only; zeros lie at the lower edge.")
    if any(is_flow(name) for name in names):
        said.append("Flows begin with the first full year.")
    return " ".join([*said, rests_on(results, kept)])
