"""Which conclusions depend on the race model: the table and figure of docs/which-race.md, from the study's results.

`python tools/which_race.py FOLDER` reads what `waico sweep scenarios/studies/which-race.yaml` wrote.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path
from typing import Any

from matplotlib.lines import Line2D

from sim.comparison.estimates import by_cluster, mean_estimate, quantile_estimate
from sim.plots.style import GREY, in_style, page, policy_style
from sim.results import open_results

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "which-race.md"
RACES = {
    "adaptive": "adaptive (default)",
    "fixed": "effort never changes",
    "abs-none": "precipice, nothing known",
    "abs-private": "precipice, own known",
    "abs-public": "precipice, all known",
    "contest": "safety-performance contest",
    "dsair": "race for supremacy",
    "abs-obeyed": "precipice, rules obeyed",
    "contest-obeyed": "contest, rules obeyed",
    "dsair-obeyed": "supremacy, rules obeyed",
}
CONTRASTS = (("commentary", "as-signed", "commentary less as signed"), ("as-signed", "without", "as signed less none"))
# Column, words, unit, statistic.
MEASURES = (
    ("safety.mean", "safety effort", "share", "mean"),
    ("incidents.mean", "incidents a year", "events/year", "mean"),
    ("expected_loss.mean", "expected loss a year", "bn USD", "median"),
    ("realised_loss.mean", "realised loss a year", "bn USD", "median"),
    ("gdp_gain.end", "gain of world product in 2036", "percent", "mean"),
    ("service_gini.end", "Gini of AI service in 2036", "index", "mean"),
    ("fragmentation.end", "fragmentation in 2036", "share", "mean"),
    ("waico.inside.end", "states in WAICO in 2036", "states", "mean"),
)


def read(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Values of every measure by charter and race, and the future of each pair."""
    runs = open_results(folder).runs.sort_values(["future", "replicate"])
    found = {}
    for policy, part in runs.groupby("policy"):
        charter = next(one for one in ("as-signed", "commentary", "without") if str(policy).startswith(one))
        race = str(policy)[len(charter) + 1 :]
        columns = {column: part[column].to_numpy() for column, *_ in MEASURES if column in part}
        found[charter, race] = {**columns, "future": part["future"].to_numpy()}
    return found


def table(found: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a measure, contrast and race: the difference in the same futures with its 95 % interval."""
    rows = []
    for column, words, unit, statistic in MEASURES:
        for one, other, contrast in CONTRASTS:
            for race in RACES:
                own, base = found[one, race], found[other, race]
                if column.startswith("waico") and other == "without":
                    continue
                future = own["future"]
                if statistic == "mean":
                    estimate = mean_estimate(by_cluster(own[column] - base[column], future), 0.95, "bootstrap")
                else:
                    estimate = quantile_estimate(own[column], base[column], future, 0.95, "median difference")
                clean = [0.0 if abs(value) < 1e-9 else value for value in (estimate.value, estimate.low, estimate.high)]
                rows.append({
                    "measure": column, "words": words, "unit": unit, "statistic": statistic, "contrast": contrast,
                    "race": race, "value": clean[0], "low": clean[1], "high": clean[2],
                    "pairs": len(future), "futures": len(set(future.tolist())),
                })  # fmt: skip
    return rows


def sign(row: dict[str, Any]) -> str:
    """Whether the interval lies above or below 0, or holds it."""
    return "+" if row["low"] > 0.0 else "-" if row["high"] < 0.0 else "0"


def shown(row: dict[str, Any]) -> str:
    """A value with its interval."""
    return f"{row['value']:+.2g} ({row['low']:.2g} to {row['high']:.2g})"


def markdown(rows: list[dict[str, Any]], found: dict[tuple[str, str], dict[str, Any]]) -> str:
    """The tables of the page: levels, then differences by contrast."""
    lines = ["| race | safety effort | incidents a year | expected loss, bn USD a year |", "|---|---|---|---|"]
    for race, title in RACES.items():
        cells = []
        for column, digits in (("safety.mean", 2), ("incidents.mean", 1), ("expected_loss.mean", 1)):
            low, middle, high = (float(one) for one in quantiles(found["as-signed", race][column]))
            cells.append(f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    for _, _, contrast in CONTRASTS:
        own = [row for row in rows if row["contrast"] == contrast]
        told = [measure for measure in MEASURES if any(row["measure"] == measure[0] for row in own)]
        lines += ["", f"**{contrast[0].upper()}{contrast[1:]}**", ""]
        lines.append("| race | " + " | ".join(f"{words}, {unit} ({how})" for _, words, unit, how in told) + " |")
        lines.append("|---" * (len(told) + 1) + "|")
        for race, title in RACES.items():
            cells = [
                shown(next(row for row in own if row["measure"] == column and row["race"] == race))
                for column, *_ in told
            ]
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
        counts = []
        for column, *_ in told:
            signs = [sign(row) for row in own if row["measure"] == column]
            counts.append(f"{signs.count('+')} up, {signs.count('-')} down, {signs.count('0')} open")
        lines.append("| **races by sign** | " + " | ".join(counts) + " |")
    return "\n".join(lines)


def quantiles(values: Any) -> Any:
    """The 5 % quantile, the median and the 95 % quantile."""
    ordered = sorted(float(value) for value in values)
    return [ordered[round(share * (len(ordered) - 1))] for share in (0.05, 0.5, 0.95)]


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """One panel a measure, one line a race, one mark a contrast."""
    looks = {contrast: policy_style(place + 1) for place, (_, _, contrast) in enumerate(CONTRASTS)}
    legend: list[tuple[Any, str]] = [
        (Line2D([], [], color=look.colour, marker=look.marker, linestyle=""), contrast)
        for contrast, look in looks.items()
    ]
    futures, pairs = rows[0]["futures"], rows[0]["pairs"]
    caption = (
        f"Differences between charters within the same future and replicate, by the model of the race; {pairs} pairs "
        f"in {futures} futures. Marks: mean, or median for losses; lines: 95 % bootstrap interval over futures. Where "
        "a line does not touch the vertical line at 0, the sign of the difference is told from chance."
    )
    with in_style():
        figure = page("What depends on the model of the race", caption, 7.6, legend=legend)
        axes = figure.subplots(4, 2, sharey=True)
        for axis, (column, words, unit, _) in zip(axes.flat, MEASURES, strict=True):
            axis.axvline(0.0, color=GREY, linewidth=0.8)
            for place, (_, _, contrast) in enumerate(CONTRASTS):
                look = looks[contrast]
                for row in rows:
                    if row["measure"] == column and row["contrast"] == contrast:
                        height = list(RACES).index(row["race"]) + (place - 0.5) * 0.3
                        axis.plot([row["low"], row["high"]], [height] * 2, color=look.colour, linewidth=1.2)
                        axis.plot([row["value"]], [height], look.marker, color=look.colour, markersize=3.5)
            axis.set_title(words)
            axis.set_xlabel(f"difference, {unit}")
            axis.set_yticks(range(len(RACES)), list(RACES.values()))
            axis.set_ylim(len(RACES) - 0.5, -0.5)
            axis.locator_params(axis="x", nbins=4)
        figure.fix_layout()
    figure.savefig(path, dpi=130)


def main() -> None:
    """Read, write the table, the page's tables and the figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="results folder of the study which-race")
    found = read(parser.parse_args().folder)
    rows = table(found)
    with (ROOT / "docs" / "figures" / "which-race.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, **{key: f"{row[key]:.6g}" for key in ("value", "low", "high")}} for row in rows)
    draw(rows, ROOT / "docs" / "figures" / "which-race.png")
    part = f"<!-- table: race -->\n{markdown(rows, found)}\n<!-- end -->"
    old = PAGE.read_text(encoding="utf-8")
    new = re.sub(r"<!-- table: race -->.*?<!-- end -->", lambda _: part, old, flags=re.DOTALL)
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
