"""A comparison as a table for a paper: measures down, policies across, with notes that say what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.results import Results

__all__ = ["PaperTable", "convergence_table", "figures", "marks", "paper_table"]


@dataclass(frozen=True)
class PaperTable:
    """A table of text: title, heads of columns, rows, and notes that say what the figures rest on."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def figures(value: float, *, signed: bool = False, digits: int = 3) -> str:
    """A few significant digits, as a table prints them; a blank for nothing.

    >>> figures(7.698649, digits=5)
    '7.6986'
    >>> figures(1234.5), figures(0.012345, signed=True), figures(-2.0), figures(float("nan")), figures(0.0)
    ('1,230', '+0.0123', '−2', '', '0')
    """
    if np.isnan(value):
        return ""
    if value == 0.0:
        return "0"
    places = max(0, digits - 1 - int(np.floor(np.log10(abs(value)))))
    small = abs(value) < 1e-4
    text = f"{value:.{digits - 1}e}" if small else f"{float(f'{value:.{digits}g}'):,.{min(places, 9)}f}"
    if "." in text and not small:
        text = text.rstrip("0").rstrip(".")
    return ("+" if signed and value > 0 else "") + text.replace("-", "−")


def paper_table(results: Results, frame: pd.DataFrame, baseline: str, level: float = 0.95) -> PaperTable:
    """The frame of `compare`: the baseline's value, then each policy's difference with its interval and its marks.

    Policies bear their titles. A star: the interval leaves out 0; two: so it does after the correction named in the
    notes, at the same level.
    """
    policies = list(dict.fromkeys(frame["policy"]))
    by_place = {(row["policy"], row["measure"], row["statistic"]): row for row in frame.to_dict("records")}
    rows = []
    for measure, statistic in dict.fromkeys((measure, statistic) for _, measure, statistic in by_place):
        here = [by_place[policy, measure, statistic] for policy in policies]
        base = [row["baseline_value"] for row in here if not np.isnan(row["baseline_value"])]
        what = "" if statistic == "mean difference" else f", {statistic.replace('difference of ', '')}"
        rows.append(
            (
                f"{measure}{what}",
                str(here[0]["unit"]),
                figures(base[0]) if base else "",
                *(_cell(row, level) for row in here),
            )
        )
    heads = ("Measure", "Unit", results.policies[baseline], *(results.policies[str(policy)] for policy in policies))
    title = f"Difference to '{results.policies[baseline]}'"
    return PaperTable(title, heads, tuple(rows), _notes(results, frame, level))


def _cell(row: dict[Any, Any], level: float) -> str:
    if np.isnan(row["difference"]):
        return "–"
    if np.isnan(row["low"]):
        return figures(row["difference"], signed=True)
    interval = f"[{figures(row['low'])}; {figures(row['high'])}]"
    return f"{figures(row['difference'], signed=True)}{marks(row, level)} {interval}"


def marks(row: dict[Any, Any], level: float) -> str:
    """Stars of a difference: none, one where its interval leaves out 0, two where it still would after correction."""
    clear = row["low"] > 0.0 or row["high"] < 0.0
    return "**" if clear and row["p_adjusted"] <= 1.0 - level else "*" if clear else ""


def _notes(results: Results, frame: pd.DataFrame, level: float) -> tuple[str, ...]:
    shape = results.manifest.get("shape", {})
    size = " × ".join(f"{number} {name}" for name, number in shape.items())
    said = [f"Study {results.name}: {size}. Policy less baseline within the same future and replicate."]
    filled = frame[frame["n"] > 0]
    if len(filled):
        units = "; ".join(
            f"{'futures (replicates averaged)' if unit == 'futures' else 'single runs'}, n = {_span(rows[column])}"
            for unit, rows, column in ((str(unit), rows, "futures" if unit == "futures" else "n")
                                       for unit, rows in filled.groupby("units"))
        )  # fmt: skip
        how = {"t": "Student's t", "bootstrap": "bootstrap percentiles"}
        methods = " and ".join(how[name] for name in dict.fromkeys(filled["method"]))
        said.append(f"Brackets: {100 * level:g} % intervals ({methods}); units: {units}.")
        if "runs" in set(filled["units"]):
            said.append("With so few futures the intervals speak of these futures alone, not of others.")
        correction = str(filled["correction"].iloc[0])
        two = f", ** still after correction for several comparisons ({correction})" if correction != "none" else ""
        said.append(f"* the interval leaves out 0{two}. – no value under the policy or the baseline.")
        if int(filled["dropped"].max()):
            said.append(f"Up to {int(filled['dropped'].max())} pairs of a row left out: run failed or value undefined.")
    return tuple(said)


def _span(values: pd.Series) -> str:
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else f"{low} to {high}"


def convergence_table(results: Results, frame: pd.DataFrame, level: float = 0.95) -> PaperTable:
    """The frame of `convergence`: today's interval, the one wanted, and what it takes, a row a policy and measure."""
    heads = ("Policy", "Measure", "Unit", "Difference", "Half width", "Wanted", "Futures", "Futures needed",
             "Replicates", "Replicates needed", "Note")  # fmt: skip
    rows = tuple(
        (
            results.policies[str(row["policy"])], str(row["measure"]), str(row["unit"]),
            figures(row["difference"], signed=True), figures(row["half_width"]), figures(row["wanted"]),
            str(row["futures"]), _count(row["futures_needed"]), f"{row['replicates']:g}",
            _count(row["replicates_needed"]), str(row["note"]) if isinstance(row["note"], str) else "",
        )
        for row in frame.to_dict("records")
    )  # fmt: skip
    notes = (
        f"Half width: of the {100 * level:g} % interval of the mean difference to the baseline. Futures needed: with "
        "as many replicates as now; replicates needed: with as many futures as now.",
        "From variances estimated in these runs: a plan, not a promise.",
    )
    return PaperTable("Futures and replicates for a narrower interval", heads, rows, notes)


def _count(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:,.0f}"
