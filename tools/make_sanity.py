"""Writes docs/figures/sanity.csv, the figure beside it and the tables of docs/sanity.md.

`python tools/make_sanity.py` runs the futures of the first study and the named futures (half a minute) and writes all
three; with `--from-table` it runs nothing and draws and fills in from the committed csv.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sanity_adoption import table as adoption_table
from sanity_known import KNOWN

from sim.engine import BlockResult, RunSpec, run_block
from sim.files import load
from sim.population import INCOME_GROUPS, load_nations
from sim.study.policies import of_study

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "figures" / "sanity.csv"
PAGE = ROOT / "docs" / "sanity.md"
NAMED = ("slow", "trend", "fast")
Values = np.ndarray[Any, Any]
Table = dict[tuple[str, str, int], tuple[float, float, float]]

SERIES = (
    "frontier", "open_lag", "investment", "revenue", "concentration", "electricity", "ai_use", "readiness", "gdp_gain",
    "gdp_gain_low_income", "gdp_gain_high_income", "service_gini", "service_ratio", "safety", "incidents",
    "expected_loss", "stringency", "fragmentation", "tension", "waico.inside", "waico.members", "gpai.inside",
    "gpai.frontier_share", "waico.stringency", "waico.dues", "waico.allocations",
)  # fmt: skip
OF_BODY = ("waico.seats", "waico.levies", "waico.dues", "waico.allocations", "waico.costs", "waico.reserve")


def measured(block: BlockResult) -> Iterator[tuple[str, Values]]:
    """Measures of a block by name, each (runs, years): series, and what only the nations' panel tells."""
    for name in SERIES:
        yield name, block.series[name]
    panel = block.nations
    assert panel is not None
    product = panel["gdp"].sum(axis=-1)
    yield "world_product", product / 1000.0
    growth = np.full(product.shape, np.nan)
    growth[:, 1:] = 100.0 * (product[:, 1:] / product[:, :-1] - 1.0)
    yield "growth", growth
    yield "investment_share", 100.0 * block.series["investment"] / product
    pace = np.full(product.shape, np.nan)
    pace[:, 1:] = np.diff(block.series["frontier"], axis=-1)
    yield "pace", pace
    people = panel["population"]
    for code, group in enumerate(INCOME_GROUPS):
        inside = load_nations().income_group == code
        users = (panel["ai_use"] * people)[:, :, inside].sum(axis=-1)
        yield f"ai_use.{group}", users / people[:, :, inside].sum(axis=-1)
    with np.errstate(invalid="ignore"):
        put = np.cumsum(np.nan_to_num(block.series["waico.passage_rate"]), axis=-1)
        met = np.cumsum(np.isfinite(block.series["waico.passage_rate"]), axis=-1)
        yield "passage", np.where(met > 0, put / np.maximum(met, 1), np.nan)


def quantiles(values: Values) -> tuple[float, float, float]:
    """Median, 5 % and 95 % quantile of the defined values."""
    defined = values[np.isfinite(values)]
    if not len(defined):
        return (np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(defined, (0.05, 0.5, 0.95))
    return float(middle), float(low), float(high)


def rerun() -> Table:
    """Every measure by look, name and year."""
    found: Table = {}
    study = of_study(load(ROOT / "scenarios" / "studies" / "first-look.yaml"))
    each = len(study) // len(study.policies)
    for number, policy in enumerate(study.policies):
        if policy.name not in ("as-signed", "commentary"):
            continue
        block = run_block([study.row(number * each + k, "-").spec for k in range(each)], nations=True)
        assert not any(block.errors)
        more = measured(block) if policy.name == "as-signed" else ((name, block.series[name]) for name in OF_BODY)
        _keep(found, policy.name, block, more)
    for name in NAMED:
        scenario = load(ROOT / "scenarios" / "futures" / f"{name}.yaml")
        block = run_block([RunSpec(name, k % 4, k // 4, 1, scenario.resolved) for k in range(16)], nations=True)
        assert not any(block.errors)
        _keep(found, name, block, measured(block))
    return found


def _keep(found: Table, look: str, block: BlockResult, measures: Any) -> None:
    for name, values in measures:
        for place, year in enumerate(block.years):
            found[look, name, int(year)] = quantiles(values[:, place])


def write_table(found: Table) -> None:
    """The table as csv, five figures a number."""
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    with TABLE.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["look", "measure", "year", "median", "low", "high"])
        for (look, name, year), values in found.items():
            writer.writerow([look, name, year, *("" if np.isnan(value) else f"{value:.5g}" for value in values)])


def read_table() -> Table:
    """The committed table."""
    with TABLE.open(newline="", encoding="utf-8") as handle:
        return {
            (row["look"], row["measure"], int(row["year"])): tuple(  # type: ignore[misc]
                float(row[key]) if row[key] else np.nan for key in ("median", "low", "high")
            )
            for row in csv.DictReader(handle)
        }


def short(value: float) -> str:
    """Three figures, thousands with a comma."""
    if np.isnan(value):
        return ""
    if abs(value) < 0.0005:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}".replace("-", "−")


def first_table(found: Table) -> str:
    """Start, what is known, 2031 and 2036 over the futures of the first study, and the judgement."""
    lines = ["| measure | start | known or published | 2031 | 2036 | judgement |", "|---|---|---|---|---|---|"]
    for look, name, label, known, judgement in KNOWN:
        start = short(found[look, name, 2026][0])
        cells = []
        for year in (2031, 2036):
            middle, low, high = found[look, name, year]
            cells.append(f"{short(middle)} ({short(low)} to {short(high)})")
        lines.append(f"| {label} | {start} | {known} | {cells[0]} | {cells[1]} | {judgement} |")
    return "\n".join(lines)


def second_table(found: Table) -> str:
    """Medians of the named futures after 5, 10 and 25 years."""
    shown = {
        "frontier": "frontier, OOM", "pace": "its speed, OOM a year", "investment": "investment, bn USD a year",
        "investment_share": "investment, % of world product", "electricity": "electricity of AI, TWh",
        "ai_use": "people who use AI", "ai_use.low_income": "... in low-income countries",
        "ai_use.lower_middle": "... in lower-middle-income countries",
        "ai_use.upper_middle": "... in upper-middle-income countries",
        "ai_use.high_income": "... in high-income countries", "service_gini": "Gini of AI service",
        "gdp_gain": "gain of world product, %", "growth": "growth of world product, % a year",
        "concentration": "HHI, points", "safety": "safety effort", "incidents": "incidents a year",
        "expected_loss": "expected loss, bn USD a year", "tension": "tension", "stringency": "stringency",
        "readiness": "readiness", "waico.inside": "states in WAICO", "gpai.inside": "states in the incumbent",
    }  # fmt: skip
    head = " | ".join(f"{name} {year}" for name in NAMED for year in (2031, 2036, 2051))
    lines = [f"| measure | {head} |", "|---" * 10 + "|"]
    for name, label in shown.items():
        cells = " | ".join(short(found[look, name, year][0]) for look in NAMED for year in (2031, 2036, 2051))
        lines.append(f"| {label} | {cells} |")
    return "\n".join(lines)


def fill_page(found: Table) -> None:
    """Put the tables between their marks in the page."""
    text = PAGE.read_text(encoding="utf-8")
    tables: Mapping[str, Callable[[Table], str]] = {
        "first": first_table, "named": second_table, "adoption": lambda _: adoption_table(),
    }  # fmt: skip
    for name, build in tables.items():
        text = re.sub(
            rf"(<!-- table: {name} -->\n).*?(\n<!-- end -->)",
            lambda found_mark, build=build: found_mark[1] + build(found) + found_mark[2],  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    """Run or read, then write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from-table", action="store_true", help="run nothing: use the committed table")
    found = read_table() if parser.parse_args().from_table else rerun()
    write_table(found)
    found = read_table()
    from sanity_figure import draw  # noqa: PLC0415  matplotlib only when it is drawn

    draw(found, TABLE.parent)
    fill_page(found)


if __name__ == "__main__":
    main()
