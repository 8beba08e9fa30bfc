"""One run beside its ensemble: the line of a single run over the bands of all runs of its policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.comparison.columns import unknown_measure
from sim.errors import ChoiceError
from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, number, page, plain_axis, policy_style, styled, text_page
from sim.plots.trajectories import headline_series, quantiles_of
from sim.plots.wording import is_heavy, plain_label, rests_on, subject_of, title_of, unit_of
from sim.results import Results

__all__ = ["run_beside_ensemble"]

MOST = 9


@styled
def run_beside_ensemble(
    results: Results, run_id: str | None = None, measures: Sequence[str] | str | None = None
) -> StudyFigure:
    """A single run's years as a line over the middle 50 % and 90 % of all runs of its policy.

    `run_id` is by default the baseline's first run that ended well; `measures` are columns of `series`, by default
    the first nine headline ones. The caption says in how many panels and years the run leaves the 90 % band. Raises
    `ChoiceError` for an unknown run or measure.
    """
    runs = results.read("runs", ["run_id", "policy", "future", "replicate"], {"status": "ok"})
    if run_id is None:
        own = runs[runs["policy"] == results.baseline]
        runs = own if len(own) else runs
        if runs.empty:
            return text_page("One run beside its ensemble", "No run has ended well.", rests_on(results, []))
        line = runs.iloc[0]
    else:
        own = runs[runs["run_id"] == run_id]
        if own.empty:
            raise ChoiceError(f"the results have no run '{run_id}' that ended well; `waico show DIR --csv` lists them")
        line = own.iloc[0]
    given = [measures] if isinstance(measures, str) else measures
    names = headline_series(results)[:MOST] if given is None else list(given)
    for name in names:
        if name not in results.schema.measures:
            raise unknown_measure(results, name)
    policy = str(line["policy"])
    tables = quantiles_of(results, policy, names)
    single: pd.DataFrame = results.read("series", ["year", *names], {"run_id": str(line["run_id"])}).set_index("year")
    count = max((int(table["n"].max()) for table in tables.values() if len(table)), default=0)
    outside = sum(
        int((~single[name].reindex(table.index).between(table[0.05], table[0.95])
             & single[name].reindex(table.index).notna()).sum())
        for name, table in tables.items() if len(table)
    )  # fmt: skip
    points = sum(len(table) for table in tables.values())
    look = policy_style(list(results.policies).index(policy))
    colour = "#D55E00" if look.colour == "#000000" else look.colour
    legend: list[tuple[Artist, str]] = [
        (Line2D([], [], color=colour, marker="o", markerfacecolor="white"), f"run {line['run_id']}"),
        (Line2D([], [], color=GREY, linestyle=(0, (4, 2))), "median of runs"),
    ]
    if count > 1:
        legend += [(Patch(color="#8a8a8a", alpha=0.42), "50 % of runs"), (Patch(color="#8a8a8a", alpha=0.16),
                                                                            "90 % of runs")]  # fmt: skip
    said = f"Run of future {line['future']}, replicate {line['replicate']}, policy {plain_label(results, policy)}."
    if count > 1:
        said += (
            f" Bands: the middle 50 % and 90 % of the policy's {count} runs, year by year. The run lies outside the "
            f"90 % band in {outside} of {points} years of the panels; one in ten is what chance alone would give."
        )
    else:
        said += " The ensemble is this one run, so there is no band."
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    title = f"One run beside its ensemble, under '{plain_label(results, policy)}'"
    figure = page(title, f"{said} {rests_on(results, [policy])}", 1.62 * rows + 0.15 if rows > 1 else 2.2,
                  legend=legend)  # fmt: skip
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        if place >= len(names):
            axes.set_axis_off()
            continue
        name = names[place]
        table = tables[name]
        axes.set_title(wrapped(title_of(name, with_body="," in subject_of(names)), 27))
        axes.set_ylabel(unit_of(name))
        if not len(table):
            axes.text(0.5, 0.5, "no values", ha="center", va="center", transform=axes.transAxes, color=GREY)
            axes.set_xticks([])
            axes.set_yticks([])
            continue
        years = table.index.to_numpy(np.float64)
        values = single[name].reindex(table.index).to_numpy(np.float64)
        if is_heavy(name) and float(table[0.95].max()) > 0.0:
            axes.set_yscale("symlog", linthresh=max(float(table[0.95].max()) * 1e-4, 1e-12))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        else:
            plain_axis(axes.yaxis)
        if count > 1:
            axes.fill_between(years, table[0.05], table[0.95], color="#8a8a8a", alpha=0.16, linewidth=0)
            axes.fill_between(years, table[0.25], table[0.75], color="#8a8a8a", alpha=0.26, linewidth=0)
        axes.plot(years, table[0.5], color=GREY, linestyle=(0, (4, 2)), linewidth=1.0)
        axes.plot(years, values, color=colour, marker="o", markerfacecolor="white", markeredgewidth=0.9,
                  markevery=max(1, len(years) // 4))  # fmt: skip
        if axes.get_yscale() == "symlog" and min(float(table[0.05].min()), float(np.nanmin(values))) >= 0.0:
            axes.set_ylim(bottom=0.0)
        ends = sorted({years[0], years[-1]})
        axes.set_xticks(ends, [f"{year:.0f}" for year in ends])
        axes.margins(x=0.04)
        if place + columns >= len(names):
            axes.set_xlabel("year")
    return figure
