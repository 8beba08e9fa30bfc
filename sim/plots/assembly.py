"""What an assembly decides: success of proposals by dimension and year, and gridlock over the years."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from sim.plots.fitting import wrapped
from sim.plots.nations import panel
from sim.plots.shading import BLUES, heat, shade_bar
from sim.plots.style import StudyFigure, page, styled, text_page
from sim.plots.trajectories import draw_years, quantiles_of, years_legend
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    plain_label,
    rests_on,
    title_of,
    unit_of,
)  # fmt: skip
from sim.results import Results
from sim.units import Array

__all__ = ["gridlock_over_time", "votes_success"]

GRIDLOCK = ("gridlock", "stringency", "passage_rate", "deadlock")


def votes_of(events: pd.DataFrame, body: str) -> pd.DataFrame:
    """The votes of a body as a frame: run_id, year, dimension, passed, yes, no."""
    own = events[(events["kind"] == "vote") & (events["body"] == body)]
    details = [json.loads(text) for text in own["details"]]
    columns = {name: [each[name] for each in details] for name in ("dimension", "passed", "yes", "no")}
    return pd.DataFrame({"run_id": own["run_id"].to_numpy(), "year": own["year"].to_numpy(), **columns})


@styled
def votes_success(
    results: Results, body: str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """The share of proposals that pass, by dimension of policy and year, a panel a policy; figures count proposals.

    From the events of the study, or of some runs done again where it kept none. Raises `ChoiceError` for an unknown
    name.
    """
    kept = chosen(results, policies)
    title = "Proposals that pass"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: share of proposals that pass"
        holders = [policy for policy in kept if body in bodies_of(results, policy)]
        found = {policy: panel(results, policy, [], events=True) for policy in holders}
        votes = {policy: votes_of(each.events, body) for policy, each in found.items()}
        votes = {policy: each for policy, each in votes.items() if len(each)}
        if not votes:
            raise NothingToShowError(f"No assembly of {body_title(body)} votes on anything in these runs.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    dimensions = sorted({name for each in votes.values() for name in each["dimension"]})
    years = sorted({int(year) for each in votes.values() for year in each["year"]})
    columns = min(2, len(votes))
    rows = -(-len(votes) // columns)
    without = [plain_label(results, policy) for policy in kept if policy not in votes]
    runs, last = found[next(iter(votes))], "; ".join(without)
    caption = (
        f"Shade: share of proposals that pass, over {runs.source} a policy; figures: proposals in "
        f"all of them; beige: none put. {f'No such body or no vote: {last}. ' if without else ''}"
        f"{rests_on(results, list(votes), body)}"
    )
    figure = page(title, caption, rows * (0.2 * len(dimensions) + 0.52) + 0.6)
    grid = list(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat)
    norm = Normalize(0.0, 100.0)
    for place, axes in enumerate(grid):
        if place >= len(votes):
            axes.set_axis_off()
            continue
        policy = list(votes)[place]
        share, count = _table(votes[policy], dimensions, years)
        heat(axes, 100.0 * share, norm=norm)
        _figures(axes, share, count, norm)
        axes.set_title(wrapped(plain_label(results, policy), 44))
        axes.set_yticks(np.arange(len(dimensions)) + 0.5, [name.replace("_", " ") for name in dimensions])
        every = max(1, len(years) // 4)
        axes.set_xticks(np.arange(len(years))[::every] + 0.5, [str(year) for year in years][::every])
        if place + columns >= len(votes):
            axes.tick_params(axis="x", labelbottom=True)
            axes.set_xlabel("year")
    shade_bar(figure, grid, norm, "proposals that pass, percent")
    return figure


def _table(votes: pd.DataFrame, dimensions: list[str], years: list[int]) -> tuple[Array, Array]:
    """Share passed and number of proposals, (dimensions, years)."""
    by = votes.groupby(["dimension", "year"])["passed"]
    index = pd.MultiIndex.from_product([dimensions, years])
    shape = (len(dimensions), len(years))
    share, count = by.mean().astype(float).reindex(index), by.size().reindex(index).fillna(0)
    made: list[Array] = [np.asarray(each, dtype=np.float64).reshape(shape) for each in (share, count)]
    return made[0], made[1]


def _figures(axes: Axes, share: Array, count: Array, norm: Normalize) -> None:
    if share.shape[1] > 12 or count.max() > 999:
        return
    for row, column in np.ndindex(*share.shape):
        if count[row, column] > 0:
            dark = float(np.mean(BLUES(norm(100.0 * share[row, column]))[:3])) < 0.55
            axes.text(column + 0.5, row + 0.5, f"{count[row, column]:.0f}", ha="center", va="center", fontsize=8.0,
                      color="white" if dark else "black")  # fmt: skip


@styled
def gridlock_over_time(
    results: Results, body: str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """The width of the gridlock interval over the years, beside strictness, passage and deadlock, by policy.

    Its edges are drawn by `gridlock_interval`. Medians with 50 % and 90 % of runs, as in `trajectories`.
    Raises `ChoiceError` for an unknown name.
    """
    kept = chosen(results, policies)
    title = "Gridlock over the years"
    try:
        body = known_body(results, body)
        title = f"{body_title(body)}: gridlock over the years"
        names = [f"{body}.{name}" for name in GRIDLOCK if f"{body}.{name}" in results.schema.measures]
        kept = [policy for policy in kept if body in bodies_of(results, policy)]
        if not names or not kept:
            raise NothingToShowError(f"No policy asked for has a body {body_title(body)} with an assembly.")
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    tables = {policy: quantiles_of(results, policy, names) for policy in kept}
    runs = max((int(table["n"].max()) for each in tables.values() for table in each.values() if len(table)), default=0)
    band = f", bands and bars: the middle 50 % and 90 % of {runs} runs a policy" if runs > 1 else " is the one run"
    caption = (
        "Gridlock: width of the interval of status quos on strictness that no proposal can beat (Krehbiel 1998). "
        f"Lines: median{band}. "
        f"{rests_on(results, kept, body)}"
    )
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    figure = page(title, caption, 1.75 * rows + 0.2, legend=years_legend(results, kept, runs))
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        if place >= len(names):
            axes.set_axis_off()
            continue
        draw_years(axes, results, {policy: tables[policy][names[place]] for policy in kept}, names[place])
        axes.set_title(title_of(names[place], with_body=False))
        axes.set_ylabel(unit_of(names[place]))
        if place + columns >= len(names):
            axes.set_xlabel("year")
    return figure
