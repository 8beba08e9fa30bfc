"""Where members are: a bubble map from the capitals' coordinates, and policies side by side as a strip of nations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.lines import Line2D

from sim.data.tables import read_table
from sim.plots.fitting import wrapped
from sim.plots.nations import Insiders, insiders
from sim.plots.shading import CLASSES, SHADES, class_bar
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

__all__ = ["membership_map", "membership_strip"]

NAMED_PEOPLE = 200.0
PEOPLE = (10.0, 100.0, 1000.0)
LABEL = "share of runs in which the nation is a signatory or a party, percent (white: none)"


def _places() -> pd.DataFrame:
    """Latitude and longitude of capitals in degrees, people in millions, by ISO3; nations without a place are left."""
    table = read_table("nations")
    frame = pd.DataFrame({name: pd.to_numeric(table[name]) for name in ("latitude", "longitude")}, table["iso3"])
    nations = load_nations()
    people = pd.Series(np.asarray(nations.population, dtype=np.float64).ravel(), nations.iso3.tolist())
    return frame.assign(people=people.reindex(frame.index)).dropna()


@styled
def membership_map(
    results: Results, body: str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """A map of members without borders: a disc at each capital, its area by people, its shade by share of runs inside.

    The last year, a panel for each policy that has the body; thick edges are those inside at the start. `policies` is
    by default the baseline and the one under which membership differs most from it, `body` the study's first. Raises
    `ChoiceError` for an unknown name.
    """
    title = "Where members are"
    kept = chosen(results, policies)
    try:
        body = known_body(results, body)
        title = f"Where members of {body_title(body)} are"
        kept = [policy for policy in kept if body in bodies_of(results, policy)]
        if not kept:
            raise NothingToShowError(f"No policy asked for has a body {body_title(body)}.")
        found = {policy: insiders(results, body, policy) for policy in kept}
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    which = ""
    if policies is None and len(kept) > 2:
        kept = _telling(results, found)
        which = "Shown: the baseline and the policy whose members differ most. "
    first = kept[0]
    year = found[first].shares.columns[-1]
    panels = {f"{plain_label(results, policy)}, {year:.0f}": found[policy].shares for policy in kept}
    places = _places()
    absent = sorted(set(found[first].shares.index) - set(places.index))
    caption = (
        "Discs at capitals (no borders are drawn); area by people in 2024, small over large. Thick edge: inside at the "
        f"start. Shares over {found[first].source} a policy. {which}"
        f"{f'Without a place: {chr(44).join(absent)}. ' if absent else ''}"
        f"{rests_on(results, kept, body)}"
    )
    legend: list[tuple[Artist, str]] = [
        (Line2D([], [], marker="o", linestyle="none", color="#93c4de", markeredgecolor="black", markeredgewidth=0.4,
                markersize=float(np.sqrt(_area(size)))), f"{size:,.0f} m people") for size in PEOPLE
    ]  # fmt: skip
    columns = 1 if len(panels) < 3 else 2
    rows = -(-len(panels) // columns)
    figure = page(title, caption, (1.55 if columns == 2 else 2.75) * rows + 0.65, legend=legend)
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes, (name, shares) in zip(grid, panels.items(), strict=False):
        _world(axes, places, shares)
        axes.set_title(wrapped(name, 46))
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    for place, axes in enumerate(grid[: len(panels)]):
        if place % columns == 0:
            axes.set_ylabel("latitude")
        if place + columns >= len(panels):
            axes.set_xlabel("longitude, degrees")
    class_bar(figure, grid, LABEL)
    return figure


def _telling(results: Results, found: dict[str, Insiders]) -> list[str]:
    """The baseline, or the first policy, and the one whose members in the last year differ most from its own."""
    first = results.baseline if results.baseline in found else next(iter(found))
    end = found[first].shares.iloc[:, -1]
    others = {name: float((each.shares.iloc[:, -1] - end).abs().sum()) for name, each in found.items() if name != first}
    most = max(others, key=lambda name: others[name], default="")
    return [first, most] if most and others[most] > 0.0 else [first]


def _area(people: float) -> float:
    """The area of a disc in square points."""
    return 4.0 + 0.16 * people


def _world(axes: Axes, places: pd.DataFrame, shares: pd.DataFrame) -> None:
    own = shares.reindex(places.index)
    frame = places.assign(share=100.0 * own.iloc[:, -1], start=own.iloc[:, 0]).dropna()
    frame = frame.sort_values("people", ascending=False)
    shade = SHADES(BoundaryNorm(CLASSES, SHADES.N)(frame["share"].to_numpy()))
    for line in range(-60, 90, 30):
        axes.axhline(line, color="#e4e4e4", linewidth=0.5, zorder=0)
    for line in range(-180, 181, 60):
        axes.axvline(line, color="#e4e4e4", linewidth=0.5, zorder=0)
    axes.scatter(
        frame["longitude"], frame["latitude"], s=[_area(people) for people in frame["people"]], c=shade,
        edgecolors="black", linewidths=np.where(frame["start"] >= 0.5, 1.2, 0.35).tolist(), zorder=2,
    )  # fmt: skip
    for iso3, row in frame[frame["people"] > NAMED_PEOPLE].iterrows():
        radius = np.sqrt(_area(float(row["people"])) / np.pi)
        axes.annotate(str(iso3), (row["longitude"], row["latitude"]), xytext=(radius + 1.0, radius * 0.4),
                      textcoords="offset points", fontsize=8.0, color=GREY, zorder=1, annotation_clip=True)  # fmt: skip
    axes.set_xlim(-180, 188)
    axes.set_ylim(-58, 78)
    axes.set_aspect(1.0)
    axes.set_xticks([-120, 0, 120])
    axes.set_yticks([-30, 0, 30, 60])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


@styled
def membership_strip(
    results: Results, body: str | None = None, policies: Sequence[str] | str | None = None
) -> StudyFigure:
    """Who is inside in the last year, policy by policy: a row a policy, a column a nation, shaded by share of runs.

    Nations that are inside in at least 5 % of some policy's runs, by income group and by their mean share; bold are
    those inside at the start. `body` is by default the study's first. Raises `ChoiceError` for an unknown name.
    """
    title = "Who is inside at the end, by policy"
    kept = chosen(results, policies)
    try:
        body = known_body(results, body)
        title = f"Who is inside {body_title(body)} at the end, by policy"
        kept = [policy for policy in kept if body in bodies_of(results, policy)]
        if not kept:
            raise NothingToShowError(f"No policy asked for has a body {body_title(body)}.")
        found = {policy: insiders(results, body, policy) for policy in kept}
    except NothingToShowError as reason:
        return text_page(title, str(reason), rests_on(results, kept, body))
    ends = pd.DataFrame({policy: each.shares.iloc[:, -1] for policy, each in found.items()}).fillna(0.0)
    started = found[kept[0]].shares.iloc[:, 0].reindex(ends.index).fillna(0.0) >= 0.5
    nations = load_nations()
    group_of = dict(zip(nations.iso3.tolist(), np.asarray(nations.income_group).ravel().tolist(), strict=True))
    ends = ends[(ends.max(axis=1) >= 0.05) | started]
    groups = [int(group_of.get(iso3, 0)) for iso3 in ends.index]
    if ends.empty:
        return text_page(title, "No nation is inside in 5 % of any policy's runs.", rests_on(results, kept, body))
    lines = [code for code in range(len(INCOME_GROUPS)) if code in groups]
    row = 0.17 * len(kept) + 0.62
    caption = (
        f"{len(ends)} nations that 5 % of some policy's runs or more have inside in the last year, or that are inside "
        f"at the start (bold), by income group and mean share. Shares over {found[kept[0]].source} a policy. "
        f"{rests_on(results, kept, body)}"
    )
    figure = page(title, caption, row * len(lines) + 0.55)
    grid = figure.subplots(len(lines), 1, squeeze=False)[:, 0]
    widest = max(groups.count(code) for code in lines)
    for axes, code in zip(grid, lines, strict=True):
        own = ends[np.array(groups) == code]
        own = own.loc[own.mean(axis=1).sort_values(ascending=False, kind="stable").index]
        values = 100.0 * own.to_numpy(np.float64).T
        axes.pcolormesh(np.arange(len(own) + 1), np.arange(len(kept) + 1), values, cmap=SHADES,
                        norm=BoundaryNorm(CLASSES, SHADES.N), edgecolors="#d8d8d8", linewidth=0.3)  # fmt: skip
        axes.set_xlim(0, widest)
        axes.set_ylim(len(kept), 0)
        axes.set_yticks(np.arange(len(kept)) + 0.5, [plain_label(results, policy) for policy in kept])
        axes.set_xticks(np.arange(len(own)) + 0.5, list(own.index), rotation=90)
        for label in axes.get_xticklabels():
            label.set_fontweight("bold" if started[label.get_text()] else "normal")
        axes.tick_params(length=0, pad=2)
        group = INCOME_GROUPS[code].replace("_", " ")
        axes.set_title(f"{group[:1].upper()}{group[1:]} ({len(own)})")
        for spine in axes.spines.values():
            spine.set_visible(False)
    class_bar(figure, list(grid), LABEL)
    return figure
