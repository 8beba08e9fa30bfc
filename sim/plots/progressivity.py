"""Who pays and who receives by rank of income: concentration curves of dues and receipts beside income's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from sim.plots.fitting import wrapped
from sim.plots.nations import PARTY, panel
from sim.plots.style import GREY, StudyFigure, page, panels, styled, text_page
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    plain_label,
    rests_on,
)  # fmt: skip
from sim.results import Results
from sim.units import Array

__all__ = ["concentration", "progressivity"]

GRID = np.linspace(0.0, 1.0, 101)
CURVES: dict[str, tuple[str, str, Any, float]] = {
    "gdp": ("income (Lorenz)", GREY, (0, (4, 2)), 1.1),
    "dues": ("dues", "#D55E00", "-", 1.6),
    "receipts": ("receipts", "#0072B2", (0, (1.4, 1.2)), 1.8),
}


def concentration(amount: Array, income: Array, people: Array, grid: Array = GRID) -> Array:
    """Cumulative share of an amount over people ranked by income per head, at shares of people `grid`.

    Kakwani 1977, Economic Journal 87, 71-80. With `amount` income it is the Lorenz curve. `amount`, `income` and
    `people` are totals of agents, (agents,); blank where the amount adds up to nothing.

    >>> concentration(np.array([0., 4.]), np.array([1., 3.]), np.array([1., 1.]), np.array([0.5, 0.75, 1.])).tolist()
    [0.0, 0.5, 1.0]
    """
    total = float(amount.sum())
    if not total > 0.0 or not people.sum() > 0.0:
        return np.full(len(grid), np.nan)
    order = np.argsort(income / people, kind="stable")
    ranks = np.concatenate([[0.0], np.cumsum(people[order])]) / people.sum()
    return np.asarray(np.interp(grid, ranks, np.concatenate([[0.0], np.cumsum(amount[order])]) / total))


def _curves(nations: pd.DataFrame, body: str) -> dict[str, Array]:
    """Curves of each run in the last year, (runs, grid), over the parties of the body that are not suspended."""
    frame = nations[nations["year"] == nations["year"].max()]
    frame = frame[(frame[f"{body}.status"] == PARTY) & (frame["population"] > 0.0)]
    found: dict[str, list[Array]] = {name: [] for name in CURVES}
    for _, own in frame.groupby("run_id", sort=False):
        income, people = own["gdp"].to_numpy(np.float64), own["population"].to_numpy(np.float64)
        for name in CURVES:
            amount = income if name == "gdp" else own[f"{body}.{name}"].to_numpy(np.float64)
            found[name].append(concentration(amount, income, people))
    return {name: np.stack(each) if each else np.full((0, len(GRID)), np.nan) for name, each in found.items()}


@styled
def progressivity(
    results: Results, body: str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """Concentration curves of dues and receipts over the people of the parties, ranked by income, a panel a policy.

    Dues below income's Lorenz curve weigh on the rich by more than their share of income: progressive. Receipts above
    the diagonal go to the poor by more than their share of people. Lines are means over runs, bands hold 90 % of
    them; the figure K is the mean Kakwani index, twice the area between the curve of dues and Lorenz's. Raises
    `ChoiceError` for an unknown name.
    """
    kept = chosen(results, policies)
    title = "Dues and receipts by rank of income"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: dues and receipts by rank of income"
        holders = [policy for policy in kept if body in bodies_of(results, policy)]
        needed = ["gdp", "population", *(f"{body}.{each}" for each in ("status", "dues", "receipts"))]
        found = {policy: panel(results, policy, needed) for policy in holders}
        curves = {policy: _curves(each.nations, body) for policy, each in found.items()}
        curves = {name: each for name, each in curves.items()
                  if not np.isnan(each["dues"]).all() or not np.isnan(each["receipts"]).all()}  # fmt: skip
        if not curves:
            raise NothingToShowError(f"No policy moves money through {body_title(body)} in the last year.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    without = [plain_label(results, policy) for policy in kept if policy not in curves]
    first, last = found[next(iter(curves))], "; ".join(without)
    caption = (
        f"Parties in {first.nations['year'].max():.0f}, ranked by product per head, as shares of their people. "
        f"Means over {first.source} a policy{'; bands: 90 % of runs' if first.runs > 1 else ''}. Dues below the Lorenz "
        "curve are progressive, receipts above the diagonal go to the poor. K: mean Kakwani index of dues. "
        f"{f'No such body or no money: {last}. ' if without else ''}{rests_on(results, list(curves), body)}"
    )
    legend: list[tuple[Artist, str]] = [
        (Line2D([], [], color=colour, linestyle=dash, linewidth=width), said)
        for said, colour, dash, width in CURVES.values()
    ]
    legend.append((Line2D([], [], color="#bbbbbb", linewidth=0.8), "equal shares a head"))
    columns = min(3, len(curves))
    rows = -(-len(curves) // columns)
    figure = page(title, caption, 2.35 * rows + 0.3, legend=legend)
    for axes, policy in panels(figure, list(curves), columns, "people, poorest first, percent", "amount, percent"):
        axes.plot([0, 100], [0, 100], color="#bbbbbb", linewidth=0.8)
        for name, (_, colour, dash, width) in CURVES.items():
            values = 100.0 * curves[policy][name]
            values = values[~np.isnan(values).any(axis=1)]
            if not len(values):
                continue
            if len(values) > 1:
                low, high = np.quantile(values, [0.05, 0.95], axis=0)
                axes.fill_between(100.0 * GRID, low, high, color=colour, alpha=0.16, linewidth=0)
            axes.plot(100.0 * GRID, values.mean(axis=0), color=colour, linestyle=dash, linewidth=width)
        gap = curves[policy]["gdp"] - curves[policy]["dues"]
        gap = gap[~np.isnan(gap).any(axis=1)]
        said = f"K = {2.0 * np.trapezoid(gap.mean(axis=0), GRID):+.2f}".replace("-", "−") if len(gap) else "no dues"
        axes.text(3, 96, said, va="top")
        if np.isnan(curves[policy]["receipts"]).all():
            axes.text(3, 86, "no receipts", va="top", color=GREY, style="italic")
        axes.set_title(wrapped(plain_label(results, policy), 30))
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.set_xticks([0, 50, 100])
        axes.set_yticks([0, 50, 100])
        axes.set_aspect("equal")
    return figure
