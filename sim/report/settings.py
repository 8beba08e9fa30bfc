"""Studies that cross policies with levers: the report stands at the baseline's setting and says where else it holds."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from sim.comparison import across, holds_in, settings_of, under
from sim.comparison.columns import better_of
from sim.comparison.levers import setting_of
from sim.files.markup import value_in_words
from sim.plots.wording import title_of
from sim.report.findings import asked
from sim.report.policies import in_slices
from sim.report.sheet import BETTER, WORSE, Cell, Sheet
from sim.results import Results

__all__ = ["MOST_POLICIES", "Sliced", "sliced"]

MOST_POLICIES = 12
"""Policies beyond which lines and rows of a figure can no longer be told apart."""


class Sliced(NamedTuple):
    """The results at one setting of some levers, what was fixed in words, and where else directions hold."""

    results: Results
    fixed: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def sliced(results: Results) -> Sliced:
    """At the baseline's setting of levers, one after the other, and in how many settings a direction holds.

    Levers of the world are always fixed, because a difference across rival rules is no effect of a policy; others
    until policies can be told apart, as long as two remain. A study without levers stays as it is.
    """
    fixed: list[str] = []
    sheets: list[Sheet] = []
    while lever := _next(results):
        setting = setting_of(results, results.baseline, lever)
        frame = holds_in(across(results, lever, asked(results)))
        settings = settings_of(results, lever)
        results = under(results, lever, setting)
        sheets += _holding(results, lever, settings, {
            (name, row["measure"]): row for row in frame.to_dict("records") for name in _full(results, row["policy"])
        })  # fmt: skip
        fixed.append(f"{_short(lever)} {_plain(setting)}")
    return Sliced(results, tuple(fixed), tuple(sheets))


def _next(results: Results) -> str:
    """The lever to be fixed next, blank where none is to."""
    held = results.manifest["policies"]
    own = held[results.baseline].get("levers") or {}
    left = {
        lever: sum(setting_of(results, name, lever) == setting_of(results, results.baseline, lever) for name in held)
        for lever in own
        if len(settings_of(results, lever)) > 1
    }
    known = [lever for lever, count in left.items() if count > 1]
    worlds = [lever for lever in known if lever.startswith("world.")]
    if worlds or (known and len(held) > MOST_POLICIES):
        return min(worlds or known, key=lambda lever: (left[lever] > MOST_POLICIES, -left[lever]))
    return ""


def _full(results: Results, plain: str) -> list[str]:
    """The policies at the setting that stand for a name without the lever."""
    return [name for name in results.policies if name == plain or name.split("[", 1)[0] == plain.split("[", 1)[0]]


def _short(lever: str) -> str:
    return " ".join(lever.split(".")[-2:]).replace("_", " ").replace("world ", "")


def _plain(setting: str) -> str:
    """A setting in words.

    >>> _plain('{"cap": 0.25, "rule": "pool_share"}'), _plain("random_utility")
    ('pool share (cap 0.25)', 'random utility')
    """
    return value_in_words(json.loads(setting) if setting.startswith("{") else setting).replace("_", " ")


def _holding(
    results: Results, lever: str, settings: list[str], rows: dict[tuple[str, str], dict[Any, Any]]
) -> list[Sheet]:
    """Directions by measure and policy, with the number of settings they are clear in."""
    measures = list(dict.fromkeys(measure for _, measure in rows))
    made = []
    slices = in_slices([name for name in results.policies if name != results.baseline], "")
    for number, names in enumerate(slices, start=1):
        lines = []
        for measure in measures:
            cells = [_cell(rows.get((name, measure)), measure) for name in names]
            if any(cell.text not in ("–", "no direction") for cell in cells):
                lines.append((Cell(title_of(measure)), *cells))
        if not lines:
            continue
        notes = (
            f"Settings of {lever}: {', '.join(map(_plain, settings))}. Each policy is set beside the baseline under "
            "the same setting; counted are settings in which the 95 % interval leaves out zero, not corrected for so "
            "many looks. Measures without a direction in any setting are left out.",
        )
        part = f" ({number} of {len(slices)})" if len(slices) > 1 else ""
        heads = ("Measure", *(results.policies[name] for name in names))
        made.append(Sheet(f"In how many of {len(settings)} settings of {_short(lever)} a direction holds{part}", heads,
                          tuple(lines), notes, len(heads)))  # fmt: skip
    return made


def _cell(row: dict[Any, Any] | None, measure: str) -> Cell:
    if row is None or not row["of"]:
        return Cell("–")
    higher, lower, of = (int(row[name]) for name in ("higher", "lower", "of"))
    if not higher and not lower:
        return Cell("no direction")
    side = better_of(measure) * np.sign(higher - lower) if not (higher and lower) else 0
    tone = {1: BETTER, -1: WORSE}.get(int(side), "") if max(higher, lower) == of else ""
    said = [f"{word} in {count}" for word, count in (("higher", higher), ("lower", lower)) if count]
    return Cell(f"{', '.join(said)} of {of}", "", tone)
