"""The figures and tables of docs/sensitivity.md, from what tools/make_morris.py found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from sim.measures import metadata_of
from sim.plots.style import in_style, page, policy_style

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "sensitivity.md"
FIGURES = ROOT / "docs" / "figures"
SHOWN, TOLD = 6, 4
FAINT = 0.05  # of the largest effect on a measure: below this, with its interval, a parameter does not matter to it
LOOKS = {"as-signed": "level, WAICO as signed", "difference": "commentary less as signed"}
Rows = Sequence[Mapping[str, Any]]


def unit(column: str) -> str:
    """Unit of a column of `runs`."""
    return str(metadata_of(column.rpartition(".")[0])["unit"])


def words(column: str) -> str:
    """A column in words: what is measured and when."""
    name, _, part = column.rpartition(".")
    return f"{name}, {'2036' if part == 'end' else 'mean of ten years'}"


def short(path: str) -> str:
    """A path without what every path of its kind begins with."""
    return "who joins (joint draws)" if path == "membership" else path.removeprefix("world.").removeprefix("bodies.")


def figure_of(value: float) -> str:
    """Three figures, with a true minus."""
    return "0" if value == 0.0 else f"{float(f'{value:.3g}'):g}".replace("-", "−")


def leading(screened: Rows, column: str, look: str, count: int) -> list[Mapping[str, Any]]:
    """The first parameters of a column, largest effect first; none without an effect."""
    own = [row for row in screened if row["measure"] == column and row["look"] == look and row["mu_star"] > 0.0]
    return sorted(own, key=lambda row: row["rank"])[:count]


def draw(screened: Rows, columns: Sequence[str], look: str, path: Path, points: int, trajectories: int) -> None:
    """One panel a measure: the leading parameters, mean absolute effect with its interval, and sigma."""
    style = policy_style(1)
    legend: list[tuple[Any, str]] = [
        (Line2D([], [], color=style.colour, marker="o", markersize=4), "μ*, line: 95 % bootstrap interval"),
        (Line2D([], [], color="#b00020", marker="|", linestyle="", markersize=7), "σ of the effects"),
    ]
    caption = (
        f"Mean absolute elementary effect (Morris 1991) of moving a parameter over its whole plausible range, in the "
        f"unit of the measure; the {SHOWN} largest of each measure. {trajectories} trajectories, {points} points, 193 "
        "nations, ten years; the same luck within a trajectory. σ as large as μ*: the effect hangs on the others."
    )
    with in_style():
        rows = (len(columns) + 1) // 2
        picture = page(f"Which assumptions matter: {LOOKS[look]}", caption, 1.45 * rows, legend=legend)
        axes = picture.subplots(rows, 2)
        for axis in axes.flat[len(columns) :]:
            axis.set_visible(False)
        for axis, column in zip(axes.flat, columns, strict=False):
            own = leading(screened, column, look, SHOWN)
            for place, row in enumerate(own):
                axis.plot([row["low"], row["high"]], [place, place], color=style.colour, linewidth=1.4)
                axis.plot([row["mu_star"]], [place], "o", color=style.colour, markersize=3.5)
                axis.plot([row["sigma"]], [place], "|", color="#b00020", markersize=7)
            axis.set_yticks(range(len(own)), [short(row["parameter"]) for row in own])
            axis.set_ylim(max(len(own), 1) - 0.4, -0.6)
            axis.set_xlim(left=0.0)
            axis.set_title(words(column), loc="right")
            axis.set_xlabel(f"effect, {unit(column)}")
            axis.locator_params(axis="x", nbins=4)
        picture.fix_layout()
    picture.savefig(path, dpi=120)


def told(row: Mapping[str, Any]) -> str:
    """A parameter with its effect and interval."""
    span = f"{figure_of(row['low'])} to {figure_of(row['high'])}"
    return f"`{short(row['parameter'])}` {figure_of(row['mu_star'])} ({span})"


def matter_table(screened: Rows, columns: Sequence[str]) -> str:
    """For each measure the parameters that lead for its level and for the difference between the charters."""
    lines = ["| measure | unit | look | parameters with the largest effects: μ* (95 % interval) |", "|---|---|---|---|"]
    for column in columns:
        for look, title in LOOKS.items():
            cell = "; ".join(told(row) for row in leading(screened, column, look, TOLD)) or "none has an effect"
            lines.append(f"| {words(column)} | {unit(column)} | {title} | {cell} |")
    return "\n".join(lines)


def faint(screened: Rows) -> tuple[list[str], list[str]]:
    """Parameters without any effect anywhere, and those that stay below `FAINT` of the largest in every measure."""
    largest: dict[tuple[str, str], float] = {}
    for row in screened:
        key = row["measure"], row["look"]
        largest[key] = max(largest.get(key, 0.0), row["mu_star"])
    reach: dict[str, float] = {}
    for row in screened:
        top = largest[row["measure"], row["look"]]
        part = row["high"] / top if top > 0.0 else 0.0
        reach[row["parameter"]] = max(reach.get(row["parameter"], 0.0), part)
    none = sorted(short(name) for name, part in reach.items() if part == 0.0)
    little = sorted(short(name) for name, part in reach.items() if 0.0 < part < FAINT)
    return none, little


def faint_table(screened: Rows) -> str:
    """What does not matter, by name."""
    none, little = faint(screened)
    total = len({row["parameter"] for row in screened})
    return (
        f"Of {total} inputs, {len(little)} stay below {100 * FAINT:.0f} % of the largest effect on every headline "
        f"measure, levels and difference, upper ends of their intervals included, and {len(none)} have no effect."
        "\n\n"
        f"- *Little:* {', '.join(f'`{name}`' for name in little) or 'none'}.\n"
        f"- *None:* {', '.join(f'`{name}`' for name in none) or 'none'}."
    )


def flip_table(raw: Mapping[str, Any], turned: Rows) -> str:
    """Each headline's sign at the defaults, in how much of the space it holds, and which end of a range turns it."""
    lines = [
        "| result: commentary less as signed | at the defaults (95 % interval) | above 0 / below 0 in the space | "
        "flips if | no longer told from 0 if |",
        "|---|---|---|---|---|",
    ]
    for place, column in enumerate(str(name) for name in raw["columns"]):
        own = [row for row in turned if row["measure"] == column]
        if not own:
            continue
        start = next(row for row in own if row["end"] == "defaults")
        ends = [row for row in own if row["end"] != "defaults"]
        cells: dict[str, list[str]] = {"flip": [], "open": []}
        for row in ends:
            if row["sign"] == start["sign"]:
                continue
            text = f"`{short(row['parameter'])}` {row['end']} ({figure_of(row['difference'])})"
            cells["open" if row["sign"] == "0" else "flip"].append(text)
        values = raw["screening"][1, :, place] - raw["screening"][0, :, place]
        values = values[np.isfinite(values)]
        shares = f"{100 * (values > 1e-9).mean():.0f} % / {100 * (values < -1e-9).mean():.0f} %"
        flips = "; ".join(cells["flip"]) or "no end tried"
        if start["sign"] == "0":
            flips = f"open at the defaults; told at {flips}" if cells["flip"] else "open at the defaults and every end"
        span = f"{figure_of(start['difference'])} ({figure_of(start['low'])} to {figure_of(start['high'])})"
        still = "; ".join(cells["open"]) or "no end tried"
        lines.append(f"| {words(column)}, {unit(column)} | {span} | {shares} | {flips} | {still} |")
    return "\n".join(lines)


def publish(raw: Mapping[str, Any], screened: Rows, turned: Rows) -> None:
    """Draw the figures and put the tables between their marks in the page."""
    columns = [str(name) for name in raw["columns"]]
    length = len(raw["inputs"]) + 1
    for look in LOOKS:
        path = FIGURES / f"sensitivity-{look}.png"
        draw(screened, columns, look, path, len(raw["unit"]), len(raw["unit"]) // length)
    tables = {
        "matter": matter_table(screened, columns), "faint": faint_table(screened), "flips": flip_table(raw, turned),
    }  # fmt: skip
    text = PAGE.read_text(encoding="utf-8")
    for name, table in tables.items():
        part = f"<!-- table: {name} -->\n{table}\n<!-- end -->"
        text = re.sub(rf"<!-- table: {name} -->.*?<!-- end -->", lambda _, part=part: part, text, flags=re.DOTALL)
    PAGE.write_text(text, encoding="utf-8")
