"""Regret as a heat map and thresholds met as bars, from a verdict of `sim.robustness`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.comparison import figures
from sim.plots.fitting import wrapped
from sim.plots.shading import heat
from sim.plots.style import StudyFigure, page, plain_axis, policy_style, styled, text_page
from sim.plots.wording import plain_label, rests_on, title_of
from sim.results import Results
from sim.robustness import Criterion, Robustness, regret, robustness
from sim.robustness.outcomes import scores

__all__ = ["regret_map", "satisficing_bars"]

Criteria = Sequence[Criterion | str] | None
AT = (1.015, 1.16)
"""Where the figures stand at the right of a panel, in its widths."""
MOST = 6
MOST_COLUMNS = 300
"""Columns of futures that paper can tell apart; more are drawn as means of neighbours, and the caption says so."""


@styled
def regret_map(results: Results, criteria: Criteria = None, *, verdict: Robustness | None = None) -> StudyFigure:
    """Regret of each policy in each future as shades, a panel a criterion, and one for the weighted score.

    Futures stand in the order of the weighted regret's mean; the figures at the right are the largest regret and its
    90 % quantile. `criteria` as in `sim.robustness.robustness`.
    """
    found = verdict or robustness(results, criteria)
    title = "Regret: what a policy falls short of the best one in the same future"
    policies = list(found.outcomes.policies)
    if len(policies) < 2:
        reason = "The results hold one policy; regret is against the best of several."
        return text_page(title, reason, rests_on(results, policies))
    score = scores(found.outcomes)
    judged = found.outcomes.judged()
    panels = {"Weighted score": np.where(judged[:, None], _regret(score), np.nan)}
    units = {"Weighted score": "weighted share of each measure's range"}
    for number, criterion in enumerate(found.criteria[: MOST - 1]):
        name = f"{title_of(criterion.column)}"
        panels[name] = _regret(found.outcomes.good[number])
        units[name] = criterion.unit or "no unit"
    first = next(iter(panels.values()))
    filled = np.where(np.isnan(first), 0.0, first)
    order = np.argsort(filled.mean(axis=0), kind="stable")
    row = 0.145
    height = sum(row * len(policies) + 0.54 for _ in panels) + 0.25
    more = f" {len(found.criteria) + 1 - MOST} further criteria are not shown." if len(found.criteria) >= MOST else ""
    weights = ", ".join(f"{each.column} {each.weight:g}" for each in found.criteria)
    each = f", each the mean of some {len(order) / MOST_COLUMNS:.0f} neighbours" if len(order) > MOST_COLUMNS else ""
    caption = (
        f"n = {len(order)} futures as columns, in the order of the mean weighted regret{each}; white: the best "
        f"policy there; beige: no value. Right: largest regret and 90 % quantile over futures. A panel has its own "
        f"scale. Criteria: {found.source}; weights: {weights}.{more} {rests_on(results, policies)}"
    )
    wide = min(len(order), MOST_COLUMNS)
    figure = page(title, caption, height)
    grid = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
    for axes, (name, values) in zip(grid, panels.items(), strict=True):
        sorted_values = values[:, order]
        heat(axes, _abreast(sorted_values))
        axes.set_yticks(np.arange(len(policies)) + 0.5, [plain_label(results, policy) for policy in policies])
        axes.set_xticks([])
        axes.set_title(f"{name} ({units[name]})")
        most = np.nanmax(values) if np.isfinite(values).any() else np.nan
        for place in range(len(policies)):
            known = values[place][~np.isnan(values[place])]
            said = (float(known.max()), float(np.quantile(known, 0.9))) if len(known) else (np.nan, np.nan)
            for at, value in zip(AT, said, strict=True):
                axes.text(wide * at, place + 0.5, figures(value) or "–", va="center", ha="left")
        for at, head in zip(AT, ("max", "90 %"), strict=True):
            axes.text(wide * at, -0.12, head, va="bottom", ha="left", color="#5a5a5a")
        axes.set_xlabel(f"futures; darkest: {figures(float(most)) or '–'}", labelpad=2.0)
    return figure


def _line(criterion: Criterion) -> str:
    """A threshold under its measure's title.

    >>> _line(Criterion("gdp_gain.end", 1, 5.0))
    'World product gained by AI ≥ 5 percent'
    """
    unit = f" {criterion.unit}" if criterion.unit not in ("", "share", "index") else ""
    return f"{title_of(criterion.column)} {'≥' if criterion.better > 0 else '≤'} {criterion.threshold:g}{unit}"


def _abreast(values: np.ndarray) -> np.ndarray:
    """Columns in at most 300 groups of neighbours, as means of what has a value; blank where nothing has."""
    if values.shape[1] <= MOST_COLUMNS:
        return values
    edges = np.linspace(0, values.shape[1], MOST_COLUMNS + 1).astype(int)
    has = ~np.isnan(values)
    filled = np.where(has, values, 0.0)
    total, count = (np.add.reduceat(each, edges[:-1], axis=1) for each in (filled, has.astype(float)))
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0.0)


def _regret(good: np.ndarray) -> np.ndarray:
    has = ~np.isnan(good).all(axis=1)
    kept = ~np.isnan(good[has]).any(axis=0)
    found = np.full(good.shape, np.nan)
    if has.any() and kept.any():
        found[np.ix_(has, kept)] = regret(good[has][:, kept])
    return found


@styled
def satisficing_bars(results: Results, criteria: Criteria = None, *, verdict: Robustness | None = None) -> StudyFigure:
    """The share of futures in which a policy meets each threshold, and all of them, as bars by policy.

    Where nobody stated a threshold the figure says so. `criteria` as in `sim.robustness.robustness`.
    """
    found = verdict or robustness(results, criteria)
    title = "Thresholds met: share of futures"
    policies = list(found.outcomes.policies)
    stated = [each for each in found.criteria if each.threshold is not None]
    if not stated:
        reason = "No threshold is stated, so nothing can be met; write criteria: {gdp_gain.end: {at_least: 6.0}} in "
        return text_page(title, f"{reason}the study, or --criterion 'gdp_gain.end >= 6'.", rests_on(results, policies))
    frame = found.by_measure.set_index(["measure", "policy"])["met"]
    rows = {_line(each): [float(frame[each.column, policy]) for policy in policies] for each in stated}
    if len(stated) > 1:
        alone = any(each.weight == 0.0 for each in stated)
        name = "all thresholds but those of weight 0" if alone else "all thresholds"
        rows[name] = [float(value) for value in found.overall.set_index("policy")["met_all"][policies]]
    futures = len(found.outcomes.futures)
    how = ", ".join(sorted({each.statistic for each in stated}))
    caption = (
        f"n = {futures} {'future' if futures == 1 else 'futures'}, each judged by its replicates together ({how}); "
        f"all futures count alike, a bar is a share and has no interval. Thresholds {found.source}. "
        f"{rests_on(results, policies)}"
    )
    figure = page(title, caption, len(rows) * (0.15 * len(policies) + 0.42) + 0.35)
    grid = figure.subplots(len(rows), 1, squeeze=False, sharex=True)[:, 0]
    for axes, (name, values) in zip(grid, rows.items(), strict=True):
        for place, value in enumerate(values):
            look = policy_style(place)
            if np.isnan(value):
                axes.text(1.0, place, "no value", va="center", style="italic", color="#5a5a5a")
                continue
            axes.barh(place, 100.0 * value, height=0.7, facecolor=look.colour, alpha=0.75, edgecolor="black",
                      linewidth=0.4, hatch=("", "////", "....", "xx", "\\\\\\\\", "||")[place % 6])  # fmt: skip
            axes.text(100.0 * value + 1.0, place, f"{100 * value:.0f}", va="center")
        axes.set_yticks(range(len(policies)), [plain_label(results, policy) for policy in policies])
        axes.set_ylim(len(policies) - 0.4, -0.6)
        axes.set_xlim(0.0, 108.0)
        axes.set_title(wrapped(name, 80))
        axes.tick_params(axis="y", length=0)
    plain_axis(grid[-1].xaxis, 5)
    grid[-1].set_xticks([0, 25, 50, 75, 100])
    grid[-1].set_xlabel("percent of futures")
    return figure
