"""Measures by group over the years: small multiples by income group, tier and bloc, and the fan of the divide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.comparison.groups import Part, part_of
from sim.plots.fitting import wrapped
from sim.plots.style import StudyFigure, page, plain_axis, styled, text_page
from sim.plots.trajectories import QUANTILES, draw_years, quantiles_of, years_legend
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    plain_label,
    rests_on,
    title_of,
    unit_of,
)  # fmt: skip
from sim.population import INCOME_GROUPS
from sim.results import Results

__all__ = ["by_groups", "divide_fan", "grouped"]

MOST_ROWS = 4
ABREAST = 5
LOOKS: tuple[tuple[str, Any, str], ...] = (("#D55E00", "-", "o"),
         ("#E69F00", (0, (5, 1.5)), "s"), ("#56B4E9", (0, (1.2, 1.2)), "^"),
         ("#0072B2", (0, (6, 1.5, 1.2, 1.5)), "D"))  # fmt: skip


def grouped(results: Results) -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    """What the study breaks down: (body, kind of group) -> measure -> group -> column of series."""
    bodies = list(dict.fromkeys(name for policy in results.policies for name in bodies_of(results, policy)))
    found: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for column in results.schema.measures:
        part: Part = part_of(column, bodies)
        if part.group and part.grouping in ("income group", "tier", "bloc"):
            found.setdefault((part.body, part.grouping), {}).setdefault(part.measure, {})[part.group] = column
    return found


@styled
def by_groups(
    results: Results,
    body: str = "",
    grouping: str = "income group",
    measures: Sequence[str] | None = None,
    policies: Sequence[str] | str | None = None,
) -> StudyFigure:
    """Small multiples: a row a measure, a column a group; medians by policy with the baseline's 50 % and 90 % bands.

    `body` is blank for the world; `grouping` is income group, tier or bloc; `measures` name those to show, by default
    the first four; more than five groups are the panels of the first measure. A row shares its scale, so that groups
    compare. Raises `ChoiceError` for an unknown policy.
    """
    kept = chosen(results, policies)
    whose = body_title(body) if body else "The world"
    title = f"{whose}, by {grouping}"
    known = grouped(results).get((body, grouping), {})
    rows = [name for name in known if measures is None or name in measures][:MOST_ROWS]
    if not rows:
        reason = f"No measure of {whose} is broken down by {grouping}."
        return text_page(title, reason, rests_on(results, kept, body or None))
    groups = list(dict.fromkeys(group for name in rows for group in known[name]))
    columns = [known[name][group] for name in rows for group in groups if group in known[name]]
    tables = {policy: quantiles_of(results, policy, columns) for policy in kept}
    shown = [policy for policy in kept if any(len(table) for table in tables[policy].values())]
    runs = max((int(table["n"].max()) for each in tables.values() for table in each.values() if len(table)), default=0)
    without = [plain_label(results, policy) for policy in kept if policy not in shown]
    caption = " ".join([
        f"Lines: median over the runs of a policy; bands of the baseline: the middle 50 % and 90 % of {runs} runs a "
        "policy; bars: the same in the last year." if runs > 1 else "Lines: the single run of a policy.",
        "Panels of a row share their scale.",
        *([f"No values: {', '.join(without)}."] if without else []),
        rests_on(results, kept, body or None),
    ])  # fmt: skip
    legend = years_legend(results, shown or kept, runs)
    if len(groups) > ABREAST:
        return _wrapped(results, title, caption, f"{body}.{rows[0]}" if body else rows[0], known[rows[0]],
                        {policy: tables[policy] for policy in shown or kept}, legend)  # fmt: skip
    figure = page(title, caption, 1.45 * len(rows) + 0.35, legend=legend)
    grid = figure.subplots(len(rows), len(groups), squeeze=False, sharey="row", sharex=True)
    for row, name in enumerate(rows):
        for place, group in enumerate(groups):
            axes = grid[row][place]
            if group not in known[name]:
                axes.set_axis_off()
                continue
            column = known[name][group]
            draw_years(axes, results, {policy: tables[policy][column] for policy in shown or kept}, column,
                       thick=3.4 if len(groups) < 3 else 1.8)  # fmt: skip
            if not row:
                said = group.replace("_", " ")
                axes.set_title(wrapped(said[:1].upper() + said[1:], max(10, 76 // len(groups))))
            if not place:
                said = title_of(f"{body}.{name}" if body else name, with_body=False)
                axes.set_ylabel(f"{wrapped(said, 22)}\n{unit_of(column)}")
            if row == len(rows) - 1:
                axes.set_xlabel("year")
        of_row = list(known[name].values())
        _one_scale(grid[row][0], [tables[policy][column] for policy in shown or kept for column in of_row])
    return figure


def _wrapped(
    results: Results, title: str, caption: str, measure: str, columns: Mapping[str, str], tables: Mapping[str, Any],
    legend: Sequence[tuple[Artist, str]],
) -> StudyFigure:  # fmt: skip
    """One measure of many groups: a panel a group, all on one scale."""
    rows = -(-len(columns) // ABREAST)
    figure = page(f"{title}: {title_of(measure, with_body=False).lower()}", caption, 1.2 * rows + 0.35, legend=legend)
    grid = list(figure.subplots(rows, ABREAST, squeeze=False, sharey=True, sharex=True).flat)
    for place, axes in enumerate(grid):
        if place >= len(columns):
            axes.set_axis_off()
            continue
        group, column = list(columns.items())[place]
        draw_years(axes, results, {policy: tables[policy][column] for policy in tables}, column, thick=1.8)
        said = body_title(group)
        axes.set_title(said[:1].upper() + said[1:])
        if place + ABREAST >= len(columns):
            axes.tick_params(axis="x", labelbottom=True)
            axes.set_xlabel("year")
        if not place % ABREAST:
            axes.set_ylabel(unit_of(column))
    _one_scale(grid[0], [each[column] for each in tables.values() for column in columns.values()])
    return figure


def _one_scale(axes: Axes, tables: Sequence[Any]) -> None:
    """A scale that holds every value of a row of panels: a panel with a constant has set one for itself alone."""
    known = [table[list(QUANTILES)].to_numpy(np.float64).ravel() for table in tables if len(table)]
    if not known:
        return
    values = np.concatenate(known)
    low, high = float(values.min()), float(values.max())
    if axes.get_yscale() == "log":
        axes.set_ylim(float(values[values > 0.0].min()) / 1.5, high * 1.6)
    else:
        pad = 0.05 * (high - low) or 0.1 * abs(high) or 1.0
        axes.set_ylim(low - pad, high + pad)


@styled
def divide_fan(results: Results, measure: str = "service", policies: Sequence[str] | str | None = None) -> StudyFigure:
    """The divide by income group: a panel a policy, a fan (50 % and 90 % of runs) for each of the four groups.

    `measure` is one of the world broken down by income. Raises `ChoiceError` for an unknown policy.
    """
    kept = chosen(results, policies)
    title = f"The divide by income group: {title_of(measure).lower()}"
    try:
        known = grouped(results).get(("", "income group"), {}).get(measure, {})
        if not known:
            raise NothingToShowError(f"The results break no measure '{measure}' down by income group.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept))
    tables = {policy: quantiles_of(results, policy, list(known.values())) for policy in kept}
    runs = max((int(table["n"].max()) for each in tables.values() for table in each.values() if len(table)), default=0)
    legend: list[tuple[Artist, str]] = [
        (Line2D([], [], color=colour, linestyle=dash, marker=marker, markerfacecolor="white"),
         group.replace("_", " ").capitalize())
        for group, (colour, dash, marker) in zip(INCOME_GROUPS, LOOKS, strict=True)
    ]  # fmt: skip
    if runs > 1:
        legend.append((Patch(color="#8a8a8a", alpha=0.45), "50 % of runs"))
        legend.append((Patch(color="#8a8a8a", alpha=0.2), "90 % of runs"))
    band = f"bands: the middle 50 % and 90 % of up to {runs} runs a policy" if runs > 1 else "one run has no band"
    caption = f"Lines: median; {band}, year by year. Income groups as the World Bank's. {rests_on(results, kept)}"
    columns = min(3, len(kept))
    rows = -(-len(kept) // columns)
    figure = page(title, caption, 1.75 * rows + 0.3, legend=legend)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for place, axes in enumerate(grid.flat):
        if place >= len(kept):
            axes.set_axis_off()
            continue
        axes.set_title(wrapped(plain_label(results, kept[place]), 30))
        for group, (colour, dash, marker) in zip(INCOME_GROUPS, LOOKS, strict=True):
            table = tables[kept[place]].get(known.get(group, ""))
            if table is None or not len(table):
                continue
            years = table.index.to_numpy(np.float64)
            if table["n"].max() > 1:
                axes.fill_between(years, table[0.05], table[0.95], color=colour, alpha=0.15, linewidth=0)
                axes.fill_between(years, table[0.25], table[0.75], color=colour, alpha=0.25, linewidth=0)
            axes.plot(years, table[0.5], color=colour, linestyle=dash, marker=marker, markerfacecolor="white",
                      markeredgewidth=0.9, markevery=max(1, len(years) // 4), clip_on=False)  # fmt: skip
            axes.set_xlim(years[0] - 0.1, years[-1] + 0.1)
            axes.set_xticks([years[0], years[-1]], [f"{years[0]:.0f}", f"{years[-1]:.0f}"])
        plain_axis(axes.yaxis)
        if not place % columns:
            axes.set_ylabel(unit_of(next(iter(known.values()))))
        if place + columns >= len(kept):
            axes.set_xlabel("year")
    return figure
