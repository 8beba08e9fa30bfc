"""Verdicts of robustness as tables for a terminal or a paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.comparison import PaperTable, figures
from sim.results import Results
from sim.robustness.verdict import HIGH, Robustness

__all__ = ["sheets"]

Column = tuple[str, Callable[[dict[Any, Any]], str]]


def _share(key: str) -> Callable[[dict[Any, Any]], str]:
    return lambda row: "–" if np.isnan(row[key]) else f"{100 * row[key]:.0f}"


def _number(key: str, digits: int = 3) -> Callable[[dict[Any, Any]], str]:
    return lambda row: figures(row[key], digits=digits) or "–"


def _yes(key: str) -> Callable[[dict[Any, Any]], str]:
    return lambda row: "–" if not isinstance(row[key], (bool, np.bool_)) else "yes" if row[key] else "no"


def sheets(results: Results, found: Robustness) -> tuple[PaperTable, ...]:
    """The verdicts as tables: all criteria together, each criterion by itself, and rival rules where there are any."""
    made = [_overall(results, found), *(_one(found, number) for number in range(len(found.criteria)))]
    return (*made, *([_rivals(results, found)] if len(found.rivals) else []))


def _filled(title: str, columns: list[Column], rows: list[dict[Any, Any]], notes: tuple[str, ...]) -> PaperTable:
    cells = tuple(tuple(of(row) for _, of in columns) for row in rows)
    return PaperTable(title, tuple(head for head, _ in columns), cells, notes)


def _overall(results: Results, found: Robustness) -> PaperTable:
    columns: list[Column] = [
        ("Policy", lambda row: str(row["title"])),
        ("Name", lambda row: str(row["policy"])),
        ("Largest regret", _number("regret_max")),
        (f"{100 * HIGH:g} % regret", _number("regret_p90")),
        ("All thresholds met, % of futures", _share("met_all")),
        ("Domain, % of priors", _share("domain")),
        ("On the front", _yes("on_front")),
        ("On it, % of futures", _share("front_in")),
        ("Dominated by", lambda row: row["dominated_by"] if isinstance(row["dominated_by"], str) else "–"),
    ]
    weights = ", ".join(f"{each}, weight {each.weight:g}, {each.statistic} of replicates" for each in found.criteria)
    notes = (
        f"Study {results.name}. Criteria ({found.source}): {weights}.",
        "Regret: of the weighted score, each measure scaled by its range over policies and futures, against the best "
        "policy in the same future (Savage 1951). Domain: share of all priors over the futures under which the policy "
        "is best (Starr 1966). Front: no policy is as good in every mean and better in one. All futures count alike; "
        "means over futures carry no interval here, see the comparison for whether a difference is clear.",
        *[f"{each}: {each.source.rstrip('.')}." for each in found.criteria if each.source],
        *found.notes,
    )
    return _filled("Robustness, all criteria together", columns, found.overall.to_dict("records"), notes)


def _one(found: Robustness, number: int) -> PaperTable:
    criterion = found.criteria[number]
    columns: list[Column] = [
        ("Policy", lambda row: str(row["title"])),
        ("Mean", _number("mean", 5)),
        ("Standard deviation", _number("sd")),
        ("Worst future", _number("worst", 5)),
        ("Largest regret", _number("regret_max")),
        (f"{100 * HIGH:g} % regret", _number("regret_p90")),
        ("Best, % of futures", _share("best_in")),
        ("Threshold met, % of futures", _share("met")),
        ("Mean-variance efficient", _yes("efficient")),
    ]
    frame = found.by_measure
    rows = frame[frame["measure"] == criterion.column].to_dict("records")
    futures = max((int(row["futures"]) for row in rows), default=0)
    unit = f", in {criterion.unit}" if criterion.unit else ""
    note = f"{criterion}{unit}; n = {futures} futures, each the {criterion.statistic} of its replicates."
    return _filled(f"Robustness: {criterion.column}", columns, rows, (note,))


def _rivals(results: Results, found: Robustness) -> PaperTable:
    columns: list[Column] = [
        ("Rule varied", lambda row: str(row["path"])),
        ("Rival", lambda row: str(row["rival"])),
        ("Measure", lambda row: str(row["measure"])),
        ("Futures", lambda row: str(row["futures"])),
        ("Best policy", lambda row: results.policies.get(str(row["best"]), str(row["best"]))),
        ("Same best", _yes("same_best")),
        ("Same ranking", _yes("same_ranking")),
        ("Kendall's tau", _number("tau")),
        ("Ranking", lambda row: str(row["ranking"])),
    ]
    frame = found.rivals
    said = []
    for path, measure in dict.fromkeys(zip(frame["path"], frame["measure"], strict=True)):
        here = frame[(frame["path"] == path) & (frame["measure"] == measure)]
        said.append(
            f"{path}, {measure}: the ranking holds in {int(here['same_ranking'].sum())} of {len(here)} rivals, "
            f"the best policy in {int(here['same_best'].sum())}."
        )
    said.append(
        "Rankings by mean over the futures that hold a rival; these differ in other uncertainties too, unless the "
        "design crosses them."
    )
    return _filled("Rankings under rival rules", columns, found.rivals.to_dict("records"), tuple(said))
