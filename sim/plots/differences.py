"""Differences to the baseline policy, measure by measure, with intervals: a forest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.comparison import compare, headlines
from sim.measures import metadata_of
from sim.plots.fitting import wrapped
from sim.plots.style import GREY, StudyFigure, page, plain_axis, policy_style, styled, text_page
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_of,
    is_heavy,
    plain_label,
    rests_on,
    subject_of,
    title_of,
    unit_of,
)  # fmt: skip
from sim.results import Results

__all__ = ["differences", "headline_columns"]

ROW_INCHES = 0.165


def headline_columns(results: Results) -> list[str]:
    """Columns of `runs` that stand for the study: those of a comparison, and losses with heavy tails."""
    found = headlines(results)
    heavy = [f"{name}.mean" for name in results.schema.measures if is_heavy(name)]
    return [*found, *(name for name in heavy if name not in found)]


@styled
def differences(
    results: Results, baseline: str | None = None, measures: Sequence[str] | str | None = None
) -> StudyFigure:
    """Each policy less the baseline in pairs of one future and replicate, with 95 % intervals, a panel a measure.

    `measures` are columns of `runs` or names of measures, by default the headline ones. Measures with heavy tails
    get a panel for the median difference and one for the 95 % quantile, never a mean. With one policy the figure
    says that there is nothing to compare. Raises `ChoiceError` for an unknown policy or measure.
    """
    try:
        return _forest(results, baseline or results.baseline, measures)
    except NothingToShowError as reason:
        return text_page("Differences to the baseline policy", str(reason), rests_on(results, list(results.policies)))


def _forest(results: Results, baseline: str, measures: Sequence[str] | str | None) -> StudyFigure:
    if len(results.policies) < 2:
        raise NothingToShowError("The results hold one policy, so there is nothing to compare it with.")
    given = [measures] if isinstance(measures, str) else measures
    asked = headline_columns(results) if given is None else list(given)
    frame = compare(results, baseline, asked)
    others = [policy for policy in results.policies if policy != baseline]
    panels = list(dict.fromkeys(zip(frame["measure"], frame["statistic"], strict=True)))
    if not panels:
        raise NothingToShowError("No measure was asked for; name some columns of runs.")
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    subject = subject_of([name for name, _ in panels])
    labels = [wrapped(plain_label(results, policy), 24) for policy in others]
    figure = page(
        f"{subject}: difference to '{plain_label(results, baseline)}'",
        _caption(results, frame, baseline, asked),
        rows * (0.95 + ROW_INCHES * (1.6 if any("\n" in label for label in labels) else 1.0) * len(others)) + 0.1,
    )
    pairs = int(frame["n"].max()) if len(frame) else 0
    for place, axes in enumerate(figure.subplots(rows, columns, squeeze=False, sharey=True).flat):
        if place >= len(panels):
            axes.set_axis_off()
            continue
        measure, statistic = panels[place]
        here = frame[(frame["measure"] == measure) & (frame["statistic"] == statistic)]
        suffix = {"median difference": ", median", "mean difference": ""}.get(statistic, ", 95 % quantile")
        axes.set_title(wrapped(title_of(measure, with_body="," in subject) + suffix, 25))
        _panel(axes, results, here.set_index("policy"), measure, baseline, pairs)
        axes.set_yticks(range(len(others)), labels)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(others) - 0.4, -1.35)
    return figure


def _panel(axes: Axes, results: Results, frame: pd.DataFrame, measure: str, baseline: str, pairs: int) -> None:
    order = list(results.policies)
    axes.spines["left"].set_visible(False)
    counted = frame.loc[frame["n"] > 0, "n"]
    fewer = f", n = {_range(counted)}" if len(counted) and int(counted.min()) != pairs else ""
    axes.set_xlabel(f"{unit_of(measure)}{fewer}\n{measure}")
    values = frame[["difference", "low", "high"]].to_numpy(np.float64)
    shown = values[np.isfinite(values)]
    if not len(shown):
        absent = body_of(measure) not in ("", *bodies_of(results, baseline))
        why = "no value under the baseline" if absent else "no pair"
        axes.text(0.5, 0.45, why, ha="center", transform=axes.transAxes, color=GREY, style="italic")
        axes.set_xticks([])
        return
    low, high = min(0.0, float(shown.min())), max(0.0, float(shown.max()))
    span = (high - low) or 1.0
    axes.set_xlim(low - 0.07 * span, high + 0.07 * span)
    if high == low:
        axes.set_xlim(-1.0, 1.0)
        axes.set_xticks([0.0], ["0"])
    else:
        plain_axis(axes.xaxis, 3)
    axes.plot([0.0, 0.0], [len(frame) - 0.4, -0.6], color="black", linewidth=0.7, zorder=1)
    for place, (policy, line) in enumerate(frame.iterrows()):
        _row(axes, place, line, policy_style(order.index(str(policy))), str(policy), measure, results)
    _direction(axes, measure)


def _row(axes: Axes, place: int, line: Any, look: Any, policy: str, measure: str, results: Results) -> None:
    if not np.isfinite(line["difference"]):
        body = body_of(measure)
        why = "no such body" if body and body not in bodies_of(results, policy) else "no pair"
        low, high = axes.get_xlim()
        right = -low > high
        axes.text(
            -0.03 * (high - low) if right else 0.03 * (high - low), place, why, ha="right" if right else "left",
            va="center", color=GREY, style="italic",
        )  # fmt: skip
        return
    clear = np.isfinite(line["low"]) and (line["low"] > 0.0 or line["high"] < 0.0)
    if np.isfinite(line["low"]):
        axes.plot([line["low"], line["high"]], [place, place], color=look.colour, linewidth=1.5, zorder=2)
        for end in (line["low"], line["high"]):
            axes.plot([end, end], [place - 0.16, place + 0.16], color=look.colour, linewidth=1.0, zorder=2)
    axes.plot(
        [line["difference"]], [place], marker=look.marker, markersize=5.0, color=look.colour,
        markerfacecolor=look.colour if clear else "white", markeredgewidth=1.0, zorder=3,
    )  # fmt: skip


def _direction(axes: Axes, measure: str) -> None:
    """Name the better side where the measure has one, above the rows so that it covers none."""
    better = int(metadata_of(measure).get("better", 0) or 0)
    if better:
        axes.text(
            1.0 if better > 0 else 0.0, 0.995, "better →" if better > 0 else "← better", color=GREY, va="top",
            ha="right" if better > 0 else "left", transform=axes.transAxes,
        )  # fmt: skip


def _range(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    return str(low) if low == high else f"{low}–{high}"


def _caption(results: Results, frame: pd.DataFrame, baseline: str, asked: Sequence[str]) -> str:
    with_pairs = frame[frame["n"] > 0]
    if with_pairs.empty:
        return rests_on(results, list(results.policies))
    pairs, futures = int(with_pairs["n"].max()), int(with_pairs["futures"].max())
    units = str(with_pairs["units"].iloc[0])
    said = [
        f"Policy less {plain_label(results, baseline)} within the same future and replicate: n = {pairs} pairs in "
        f"{futures} {'future' if futures == 1 else 'futures'}.",
    ]
    if with_pairs["low"].notna().any():
        how = "futures are the units" if units == "futures" else "single runs are the units, there being few futures"
        said.append(f"Bars: 95 % intervals of the mean difference ({how}); filled markers: the interval leaves out 0.")
    else:
        said.append("One pair alone has no interval.")
    if any(is_heavy(name) for name in asked):
        said.append("Heavy tails: differences of quantiles with bootstrap intervals.")
    if (with_pairs["dropped"] > 0).any():
        said.append("Pairs with a failed run or a blank value are left out.")
    said.append("Suffix .end: at the end of the last year; .mean: mean over the years.")
    return " ".join([*said, rests_on(results, list(results.policies))])
