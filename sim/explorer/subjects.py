"""What can be chosen on the page: measures and their groups, policies with how they are drawn, uncertain inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.comparison import headlines
from sim.comparison.columns import better_of, unknown_measure
from sim.comparison.groups import part_of
from sim.explorer.packing import packed
from sim.explorer.rows import Rows
from sim.files.lookup import parameter_at
from sim.files.markup import value_in_words
from sim.measures import metadata_of
from sim.plots.style import policy_style
from sim.plots.wording import body_title, is_flow, is_heavy, title_of
from sim.report.policies import policies_in_words
from sim.results import Results

__all__ = ["inputs", "measures_in_order", "policies", "subject"]

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x", "pentagon")
"""The lines and markers of the house's figures by the names they have on the page."""


def measures_in_order(results: Results, asked: Sequence[str] | None) -> list[str]:
    """The measures asked for, or all: headline ones first, then their groups, then the rest.

    A column of `runs` (safety.end) stands for its measure: the page has every year. Raises
    `ChoiceError` for a measure that the results do not have.
    """
    known = list(results.schema.measures)
    if asked:
        plain = [name if name in known else name.removesuffix(".end").removesuffix(".mean") for name in asked]
        for name, own in zip(asked, plain, strict=True):
            if own not in known:
                raise unknown_measure(results, name)
        return list(dict.fromkeys(plain))
    bodies = _bodies(results)
    first = [name.removesuffix(".end").removesuffix(".mean") for name in headlines(results)]
    stems = {part_of(name, bodies)[:2] for name in first}
    groups = [name for name in known if part_of(name, bodies).group and part_of(name, bodies)[:2] in stems]
    return list(dict.fromkeys([*first, *groups, *known]))


def _bodies(results: Results) -> list[str]:
    return list(dict.fromkeys(b for each in results.manifest["scenarios"].values() for b in each.get("bodies") or {}))


def subject(results: Results, name: str) -> dict[str, Any]:
    """A measure in words: title, unit, which side is better, and the group it is of."""
    part = part_of(name, _bodies(results))
    title = title_of(name)
    return {
        "name": name,
        "title": title,
        "body": body_title(part.body) if part.body else "",
        "stem": f"{part.body}.{part.measure}",
        "whole": title.rsplit(", ", 1)[0] if part.group else title,
        "group": part.group.replace("_", " "),
        "grouping": part.grouping,
        "unit": str(metadata_of(name).get("unit", "")) or "no unit",
        "text": " ".join(str(metadata_of(name).get("text", "")).split()),
        "better": better_of(name),
        "heavy": is_heavy(name),
        "flow": is_flow(name),
    }


def policies(results: Results) -> list[dict[str, Any]]:
    """Policies in words, with the colour, line and marker that they have in every figure."""
    found = []
    for place, each in enumerate(policies_in_words(results)):
        found.append(
            {
                "name": each.name,
                "title": each.title,
                "text": each.text,
                "bodies": each.bodies,
                "lines": [f"{'−' if line.sign == '-' else line.sign} {line.text}" for line in each.lines],
                "cut": each.cut,
                "colour": policy_style(place).colour,
                "dash": DASHES[place % len(DASHES)],
                "marker": MARKERS[place % len(MARKERS)],
            }
        )
    return found


def inputs(results: Results, rows: Rows) -> list[dict[str, Any]]:
    """What futures differ in, by future of the page: numbers with their span, everything else as words."""
    design = results.manifest["design"]
    by_future = dict(zip(design["futures"], design["values"], strict=True))
    found = []
    for place, path in enumerate(design["paths"]):
        taken = [by_future.get(int(future), [None] * len(design["paths"]))[place] for future in rows.futures]
        if len({repr(each) for each in taken}) < 2:
            continue
        known = next(
            (p for each in results.manifest["scenarios"].values() if (p := parameter_at(each, path)) is not None), None
        )
        line: dict[str, Any] = {
            "path": str(path),
            "text": " ".join(known.text.split()) if known else "",
            "unit": known.unit if known else "",
        }
        if all(each is None or (isinstance(each, int | float) and not isinstance(each, bool)) for each in taken):
            numbers = np.array([np.nan if each is None else float(each) for each in taken])
            found.append(line | {"kind": "number", "values": packed(numbers)})
        else:
            words = ["–" if each is None else value_in_words(each) for each in taken]
            names = list(dict.fromkeys(words))
            places = np.array([names.index(each) for each in words], dtype=np.float64)
            found.append(line | {"kind": "choice", "names": names, "values": packed(places)})
    return found
