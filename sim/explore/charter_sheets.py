"""What a search found, as tables for a terminal or a paper."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.comparison import PaperTable, figures
from sim.comparison.columns import unit_of
from sim.explore.charters import MAJORITY, Judged

__all__ = ["charter_sheets"]

STATES = 15
MOST_PERCENT = 5.0
"""Percent of GDP beyond which the rule of membership counts no more money."""


def charter_sheets(found: Judged, states: int = STATES) -> tuple[PaperTable, ...]:
    """Three tables: charters by objectives and vote, the levers of those that were found, the next states."""
    return _objectives(found), _levers(found), _states(found, states)


def _objectives(found: Judged) -> PaperTable:
    settings = found.search.settings
    columns = list(settings["objectives"])
    rows = []
    for row in found.charters.to_dict("records"):
        cells = [str(row["name"]), {"found": "found", "policy": "policy", "status quo": "status quo"}[row["kind"]]]
        for column in columns:
            if row["kind"] == "status quo":
                cells.append(figures(row[column], digits=4) or "–")
            else:
                band = f"[{figures(row[f'{column}.low'])}; {figures(row[f'{column}.high'])}]"
                cells.append(f"{figures(row[f'{column}.difference'], signed=True)} {band}")
        cells.append("yes" if row["on_front"] else "no")
        cells.append(_share(row))
        cells.append(str(row["against"]) if isinstance(row["against"], str) else "")
        rows.append(tuple(cells))
    heads = ("Charter", "Kind", *(f"{column} ({unit_of(column) or 'no unit'}, {each['better']} is better)"
                                  for column, each in settings["objectives"].items()),
             "On the front", "Passed, % of runs", "Against, most often")  # fmt: skip
    notes = (
        f"Study {found.search.study.name}: {len(found.search.tried)} charters tried in {settings['futures']} futures; "
        f"here all are tried again in {found.futures} fresh ones ({found.runs} runs each). Status quo: means; others: "
        "mean differences to it within the same future, 95 % intervals (Student's t, futures the units).",
        f"Passed: after {settings['year']} years the parties compare what membership is worth to each under both; the "
        f"status quo's rule for amendments decides; firms abstain (assumption); brackets: 95 %, Wilson. Adoptable: "
        f"passed in {100 * MAJORITY:.0f} % of runs at least (assumption).",
        *found.notes,
    )
    return PaperTable("Charters that no other beats, in fresh futures", heads, tuple(rows), notes)


def _share(row: dict[Any, Any]) -> str:
    if np.isnan(row["adopted"]):
        return "–"
    return f"{100 * row['adopted']:.0f} [{100 * row['adopted_low']:.0f}; {100 * row['adopted_high']:.0f}]"


def _levers(found: Judged) -> PaperTable:
    paths = list(found.search.settings["levers"])
    own = found.charters[found.charters["kind"] == "found"]
    short = [".".join(path.split(".")[2:]) for path in paths]
    rows = tuple(
        (str(row["name"]), *(f"{row[path]:g}" if isinstance(row[path], float) else str(row[path]) for path in paths))
        for row in own.to_dict("records")
    )
    said = (f"Levers under bodies.{found.search.settings['body']}; everything else as under "
            f"'{found.search.settings['of']}'.",)  # fmt: skip
    return PaperTable("Their levers", ("Charter", *short), rows, said)


def _states(found: Judged, most: int) -> PaperTable:
    rows = tuple(
        (
            str(place + 1), str(row["iso3"]), f"{100 * row['outside']:.0f}", figures(row["gap"]) or "–",
            f"{figures(row['gap_low'])} to {figures(row['gap_high'])}", _percent(row["percent"]),
            figures(row["dues"]) or "–",
            f"{100 * row['waiver']:.0f} %" if np.isfinite(row["waiver"]) else "not enough",
            f"{100 * row['votes']:.1f} %" if np.isfinite(row["votes"]) else "not enough",
        )
        for place, row in enumerate(found.next_states.head(most).to_dict("records"))
    )  # fmt: skip
    heads = ("Rank", "State", "Outside, % of runs", "Lacking, bn USD a year", "90 % of runs", "Of its GDP, %",
             "Dues, bn USD a year", "Waiver of dues", "Further share of votes")  # fmt: skip
    said = (
        f"Under '{found.search.settings['of']}', {found.search.settings['year']} years after the start, {found.runs} "
        "runs. Lacking: the yearly payment that would make membership worth 0 to it, its taste included and a year's "
        "whim not; a waiver or votes are each the smallest alone that would do. By the rule of membership in force: a "
        f"state outside may also wait for its next occasion; money beyond {MOST_PERCENT:g} % of GDP counts no more. "
        "Each gap is taken with all others as they are.",
    )
    return PaperTable("What would win the next state", heads, rows, said)


def _percent(value: float) -> str:
    return (figures(value) or "–") + (" (beyond reach)" if value > MOST_PERCENT else "")
