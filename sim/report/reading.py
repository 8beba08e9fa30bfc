"""The columns that a report asks for again and again, read in one pass over the shards and kept in memory."""

from __future__ import annotations

from contextlib import suppress

from sim.comparison.groups import part_of
from sim.errors import ChoiceError
from sim.plots.differences import headline_columns
from sim.plots.groups import MOST_ROWS, grouped
from sim.plots.trajectories import headline_series
from sim.plots.wording import is_flow
from sim.report.findings import sdg_columns
from sim.results import Results
from sim.robustness.criteria import criteria_of

__all__ = ["kept_in_memory"]

MOST_ROWS_OF_SERIES = 4_000_000
"""Rows of series up to which its columns are kept: 2 GB at some sixty columns; beyond, each figure reads its own."""
MONEY = ("dues", "allocations", "levies", "other_income", "costs")


def kept_in_memory(results: Results) -> Results:
    """The same results with the columns that tables and figures of a report share in memory."""
    bodies = list(dict.fromkeys(body for each in results.manifest["scenarios"].values() for body in each["bodies"]))
    parts = {name: part_of(name, bodies) for name in results.schema.measures}
    broken_down = [name for name, part in parts.items() if part.group]
    columns = [*headline_columns(results), *(column for column, _ in sdg_columns(results))]
    with suppress(ChoiceError):  # the section on robustness says why there are none
        columns += [each.column for each in criteria_of(results, None)[0]]
    columns += [f"{name}.{'mean' if is_flow(name) else 'end'}" for name in broken_down]
    columns += [f"{name}.mean" for name, part in parts.items() if part.measure in MONEY]
    by_income = grouped(results).get(("", "income group"), {})
    drawn = {*list(by_income)[:MOST_ROWS], "service"}
    series = headline_series(results) + [name for key in by_income if key in drawn for name in by_income[key].values()]
    asked = {"runs": ["error", *columns]}
    years = int(results.manifest["scenarios"][results.baseline]["years"]) + 1
    if results.expected * years <= MOST_ROWS_OF_SERIES:
        asked["series"] = series
    return results.keeping(asked)
