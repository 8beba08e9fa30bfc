"""Tables for a terminal: headline measures with units, and numbers a reader can take in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.comparison import PaperTable
    from sim.results import Results

__all__ = ["echo", "number", "print_comparison", "print_failures", "print_sheet", "print_summary"]

MOST_NAMED = 5
SIDE_BY_SIDE = 5


def number(value: Any, *, signed: bool = False) -> str:
    """Three or four significant digits, without an exponent where a reader would not want one.

    >>> number(0.123456), number(1234567.0), number(37.0), number(None), number(2.5e-7)
    ('0.1235', '1,234,567', '37', '-', '2.5e-07')
    >>> number(0.5, signed=True)
    '+0.5'
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    value = float(value)
    sign = "+" if signed and value else ""
    if value and abs(value) < 1e-4:
        return f"{value:{sign}.2g}"
    if abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.4g}" if not signed else f"{value:{sign}.3g}"


def _range(low: Any, high: Any) -> str:
    return "-" if number(low) == "-" else f"{number(low)} .. {number(high)}"


def echo(renderable: Any) -> None:
    """Print a text or table on standard output; without a terminal a table is as wide as it must be."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    console.print(renderable, highlight=False, markup=False, soft_wrap=isinstance(renderable, str))


def print_comparison(results: Results, frame: pd.DataFrame, baseline: str, level: float = 0.95) -> None:
    """Measures down, policies across: the baseline's value, then each difference with its interval below."""
    from rich.table import Table

    policies = list(dict.fromkeys(frame["policy"]))
    by_place = {(row["policy"], row["measure"], row["statistic"]): row for row in frame.to_dict("records")}
    lines = list(dict.fromkeys((measure, statistic) for _, measure, statistic in by_place))
    for first in range(0, len(policies), SIDE_BY_SIDE):
        shown = policies[first : first + SIDE_BY_SIDE]
        table = Table(title=f"Differences from {baseline}", title_justify="left", show_lines=True)
        table.add_column("measure", overflow="fold")
        table.add_column(_heading(results, baseline), justify="right", overflow="fold")
        for policy in shown:
            table.add_column(_heading(results, str(policy)), justify="right", overflow="fold")
        for measure, statistic in lines:
            rows: list[dict[Any, Any]] = [by_place[policy, measure, statistic] for policy in shown]
            values = [row["baseline_value"] for row in rows if number(row["baseline_value"]) != "-"]
            unit = f"\n[{rows[0]['unit']}]" if rows[0]["unit"] else ""
            what = "" if statistic == "mean difference" else f" ({_short(statistic)})"
            own = number(values[0]) if values else "-"
            table.add_row(f"{measure}{what}{unit}", own, *(_cell(row, level) for row in rows))
        echo(table)
    if len(frame):
        pairs = frame["n"].max()
        echo(
            f"Mean differences within the same future and replicate (up to {pairs} pairs), below them the "
            f"{100 * level:g} % interval over {frame['units'].iloc[0]};\n* the interval leaves out 0, "
            f"** still after correction for several comparisons ({frame['correction'].iloc[0]}), "
            "- the policy or the baseline has no such value."
        )
        dropped = int(frame.loc[frame["n"] > 0, "dropped"].max()) if (frame["n"] > 0).any() else 0
        if dropped:
            echo(f"Up to {dropped} pairs of a line are left out: a run failed, or its value is undefined.")


def _heading(results: Results, policy: str) -> str:
    """A policy's name, with its title below where it has one of its own."""
    title = results.policies.get(policy, policy)
    return policy if title in ("", policy) else f"{policy}\n{title}"


def _cell(row: dict[Any, Any], level: float) -> str:
    from sim.comparison.paper import marks

    if number(row["difference"]) == "-":
        return "-"
    if number(row["low"]) == "-":
        return number(row["difference"], signed=True)
    value = f"{number(row['difference'], signed=True)}{marks(row, level) or ' '}"
    return f"{value}\n{_range(row['low'], row['high'])}"


def _short(statistic: str) -> str:
    return "median" if statistic.startswith("median") else "95 % quantile"


def print_summary(results: Results, frame: pd.DataFrame, level: float = 0.95) -> None:
    """Headline measures of each policy: mean with interval, median, and where 90 % of the runs lie."""
    from rich.table import Table

    for policy, rows in frame.groupby("policy", sort=False):
        title = results.policies[str(policy)]
        table = Table(title=title, title_justify="left", title_style="bold")
        table.add_column("measure", no_wrap=True)
        for name in ("mean", f"{100 * level:g} % interval", "median", "90 % of runs", "n"):
            table.add_column(name, justify="right")
        for row in rows.to_dict("records"):
            table.add_row(
                f"{row['measure']} [{row['unit']}]" if row["unit"] else row["measure"],
                number(row["mean"]),
                _range(row["low"], row["high"]),
                number(row["q50"]),
                _range(row["q05"], row["q95"]),
                str(row["n"]),
            )
        echo(table)


def print_sheet(sheet: PaperTable) -> None:
    """A table of text with its notes below."""
    from rich.table import Table

    table = Table(title=sheet.title, title_justify="left", title_style="bold")
    for place, head in enumerate(sheet.heads):
        figures = [row[place] for row in sheet.rows]
        numeric = any(text[:1].isdigit() or text[:1] in "+−" for text in figures if text)
        table.add_column(head, justify="right" if numeric else "left", overflow="fold")
    for row in sheet.rows:
        table.add_row(*row)
    echo(table)
    for note in sheet.notes:
        echo(note)
    echo("")


def print_failures(results: Results) -> int:
    """Name the runs that failed; returns how many."""
    asked = ["run_id", "policy", "future", "replicate", "error"]
    failed = results.read("runs", asked, {"status": "failed"})
    for row in failed.head(MOST_NAMED).to_dict("records"):
        where = f"{row['policy']}, future {row['future']}, replicate {row['replicate']}"
        echo(f"failed: {row['run_id']} ({where}): {row['error']}")
    if len(failed) > MOST_NAMED:
        echo(f"... and {len(failed) - MOST_NAMED} more; `waico show DIR --csv` lists them")
    return len(failed)
