"""Who joins when: every nation as a strip of years, by income group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm

from sim.plots.nations import Insiders, insiders
from sim.plots.shading import CLASSES, SHADES
from sim.plots.style import GREY, StudyFigure, page, styled, text_page
from sim.plots.wording import (
    NothingToShowError,
    bodies_of,
    body_title,
    chosen,
    known_body,
    plain_label,
    rests_on,
)  # fmt: skip
from sim.population import INCOME_GROUPS, load_nations
from sim.results import Results
from sim.units import Array

__all__ = ["who_joins_when"]

NAMED_ROW, THIN_ROW, THIN_ZONE, BOTH_LINES = 0.128, 0.022, 0.5, 0.34
NAMED_FROM = 0.05
MOST_NAMED = 62


@styled
def who_joins_when(results: Results, body: str | None = None, policy: str | None = None) -> StudyFigure:
    """The share of runs in which each nation is a signatory or a party of a body, by year and income group.

    A nation that is inside at the start is set in bold; others are named where at least 5 % of runs have them
    inside in some year; all others stand as thin rows below. `body` is by default the study's first, `policy` the
    baseline. Where the study kept no nations, some runs are done again. Raises `ChoiceError` for an unknown name.
    """
    policy = chosen(results, policy or results.baseline)[0]
    title = "Who joins when"
    try:
        body = known_body(results, body)
        title = f"Who joins {body_title(body)} when" + _under(results, policy)
        if body not in bodies_of(results, policy):
            raise NothingToShowError(f"The policy '{plain_label(results, policy)}' has no body {body_title(body)}.")
        found = insiders(results, body, policy)
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, [policy], body))
    return _strips(results, title, body, policy, found)


def _under(results: Results, policy: str) -> str:
    return f" under '{plain_label(results, policy)}'" if len(results.policies) > 1 else ""


@dataclass(frozen=True)
class _Strip:
    """One income group: rows in their order, how many are named, how many of them start inside, edges in inches."""

    group: str
    shares: pd.DataFrame
    named: int
    start: int
    edges: Array


def _strip(group: str, shares: pd.DataFrame) -> _Strip:
    first, best = shares.iloc[:, 0], shares.max(axis=1)
    started = first >= 0.5
    order = np.lexsort((shares.index.to_numpy(), -shares.sum(axis=1).to_numpy(), ~started.to_numpy()))
    shares = shares.iloc[order]
    named = int(min(max((best >= NAMED_FROM).sum(), started.sum()), MOST_NAMED))
    thin = len(shares) - named
    height = max(THIN_ROW * thin, BOTH_LINES) if thin else 0.0
    edges = np.concatenate([np.arange(named) * NAMED_ROW, named * NAMED_ROW + np.linspace(0.0, height, thin + 1)])
    return _Strip(group, shares, named, int(started.sum()), edges)


def _strips(results: Results, title: str, body: str, policy: str, found: Insiders) -> StudyFigure:
    nations = load_nations()
    groups = dict(zip(nations.iso3.tolist(), nations.income_group.tolist(), strict=True))
    codes = found.shares.index.map(lambda iso3: groups.get(iso3, -1))
    strips = [
        _strip(group, found.shares[codes == code]) for code, group in enumerate(INCOME_GROUPS) if (codes == code).any()
    ]
    if not strips:
        strips = [_strip("all nations", found.shares)]
    tallest = max(float(strip.edges[-1]) for strip in strips)
    figure = page(title, _caption(results, body, policy, found), tallest + 0.98)
    axes_of = figure.subplots(1, len(strips), squeeze=False)[0]
    for axes, strip in zip(axes_of, strips, strict=True):
        _draw(axes, strip, tallest)
    bar = figure.colorbar(
        ScalarMappable(BoundaryNorm(CLASSES, SHADES.N), SHADES), ax=list(axes_of), location="bottom", shrink=0.55,
        aspect=36, pad=0.01, spacing="uniform",
    )  # fmt: skip
    bar.set_ticks(list(CLASSES), labels=["0", *(f"{edge:.0f}" for edge in CLASSES[1:])])
    bar.ax.tick_params(length=0)
    bar.set_label("share of runs in which the nation is a signatory or a party, percent (white: none)")
    bar.outline.set_linewidth(0.5)
    return figure


def _draw(axes: Axes, strip: _Strip, tallest: float) -> None:
    years = strip.shares.columns.to_numpy(np.float64)
    sides = np.append(years - 0.5, years[-1] + 0.5)
    bottom = float(strip.edges[-1])
    split = float(strip.edges[strip.named])
    percent = 100.0 * strip.shares.to_numpy(np.float64)
    axes.pcolormesh(sides, strip.edges, percent, cmap=SHADES, norm=BoundaryNorm(CLASSES, SHADES.N))
    for edge in strip.edges[: strip.named + 1]:
        axes.plot(sides[[0, -1]], [edge, edge], color="white", linewidth=0.7)
    for side in sides[1:-1]:
        axes.plot([side, side], [0.0, split], color="white", linewidth=0.4)
    axes.plot(sides[[0, -1, -1, 0, 0]], [0.0, 0.0, bottom, bottom, 0.0], color="black", linewidth=0.6, clip_on=False)
    if 0 < strip.start < strip.named:
        edge = strip.edges[strip.start]
        axes.plot([sides[0] - 0.0, sides[-1]], [edge, edge], color="black", linewidth=0.8)
    if strip.named < len(strip.shares):
        axes.plot(sides[[0, -1]], [split, split], color="black", linewidth=0.6)
        rest = len(strip.shares) - strip.named
        axes.text(float(years.mean()), (split + bottom) / 2, f"{rest} others", ha="center", va="center", color=GREY)
    middles = (strip.edges[:-1] + strip.edges[1:])[: strip.named] / 2
    axes.set_yticks(middles, list(strip.shares.index[: strip.named]))
    for place, label in enumerate(axes.get_yticklabels()):
        label.set_fontweight("bold" if place < strip.start else "normal")
    axes.tick_params(axis="y", length=0, pad=2)
    axes.set_xticks([years[0], years[-1]], [f"{years[0]:.0f}", f"{years[-1]:.0f}"])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=2, pad=1)
    axes.set_xlim(sides[0], sides[-1])
    axes.set_ylim(tallest, 0.0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    group = strip.group.replace("_", " ")
    axes.set_title(f"{group[:1].upper()}{group[1:]} ({len(strip.shares)})", pad=5)


def _caption(results: Results, body: str, policy: str, found: Insiders) -> str:
    started = int((found.shares.iloc[:, 0] >= 0.5).sum())
    many = found.runs > 1
    said = [
        f"{len(found.shares)} nations by income group (World Bank), ISO 3166 codes; columns are years. Bold: the "
        f"{started} inside at the start{' in half of the runs or more' if many else ''}; others are named if "
        + ("5 % of runs or more have them inside in some year, by years inside." if many else "they join."),
        f"Shares over {found.source}.",
    ]
    return " ".join([*said, rests_on(results, [policy], body)])
